/*
 * Which text belongs to which finding of which record, in one table; the texts themselves stand in po/. Evaluates
 * nothing and escapes nothing.
 */
#include "base/base.h"

#include "app/check/finding_text.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "mailauth/dns_provider.h"
#include "model/check.h"
#include "model/name.h"

/* A mistake stands before the absence that it causes. */
static const enum finding priority[FINDING_COUNT] = {
    FINDING_NO_SUCH_DOMAIN, FINDING_NAME_DOUBLED,    FINDING_AT_APEX,  FINDING_WRONG_TYPE,
    FINDING_CNAME_LOOP,     FINDING_SEVERAL_RECORDS, FINDING_REVOKED,  FINDING_TRUNCATED,
    FINDING_QUOTED,         FINDING_OTHER_KEY,       FINDING_UNUSABLE, FINDING_MALFORMED,
    FINDING_PROXIED,        FINDING_WRONG_TARGET,    FINDING_WILDCARD, FINDING_SERVERS_DISAGREE,
    FINDING_FLATTENED,      FINDING_CACHED_OLD,      FINDING_TESTING,  FINDING_BOGUS,
    FINDING_LAME,           FINDING_REFUSED,         FINDING_SERVFAIL, FINDING_TIMEOUT,
    FINDING_GARBLED,        FINDING_NODATA,          FINDING_NXDOMAIN, FINDING_POLICY_EXISTS,
    FINDING_NO_RUA,
};

size_t findings_by_priority(finding_set set, enum finding out[FINDING_COUNT])
{
    size_t count = 0;
    for (size_t i = 0; i < FINDING_COUNT; i++)
        if (set & FINDING_BIT(priority[i]))
            out[count++] = priority[i];
    return count;
}

/* --- findings --- */

enum { ANY_RECORD = -1, NO_TEXT = TEXT_COUNT };

/* The first entry that fits finding and record applies: specific wordings stand before general ones. */
static const struct wording {
    enum finding finding;
    int record;
    enum severity severity;
    int fact, advice; /* enum text_id or NO_TEXT */
} wording[] = {
    {FINDING_NXDOMAIN, RECORD_DMARC, SEVERITY_ADVICE, TEXT_F_NXDOMAIN_DMARC, TEXT_F_NXDOMAIN_DMARC_DO},
    {FINDING_NXDOMAIN, ANY_RECORD, SEVERITY_WAITING, TEXT_F_NXDOMAIN, TEXT_F_NXDOMAIN_DO},
    {FINDING_NODATA, RECORD_DMARC, SEVERITY_ADVICE, TEXT_F_NXDOMAIN_DMARC, TEXT_F_NXDOMAIN_DMARC_DO},
    {FINDING_NODATA, RECORD_RETURN_PATH, SEVERITY_WAITING, TEXT_F_NODATA, TEXT_F_NODATA_RETURN_PATH_DO},
    {FINDING_NODATA, ANY_RECORD, SEVERITY_WAITING, TEXT_F_NODATA, TEXT_F_NODATA_DO},
    {FINDING_NO_SUCH_DOMAIN, ANY_RECORD, SEVERITY_ERROR, TEXT_F_NO_SUCH_DOMAIN, TEXT_F_NO_SUCH_DOMAIN_DO},
    {FINDING_NAME_DOUBLED, ANY_RECORD, SEVERITY_ERROR, TEXT_F_NAME_DOUBLED, TEXT_F_NAME_DOUBLED_DO},
    {FINDING_AT_APEX, ANY_RECORD, SEVERITY_ERROR, TEXT_F_AT_APEX, TEXT_F_AT_APEX_DO},
    {FINDING_WRONG_TYPE, ANY_RECORD, SEVERITY_ERROR, TEXT_F_WRONG_TYPE, TEXT_F_WRONG_TYPE_DO},
    {FINDING_WILDCARD, ANY_RECORD, SEVERITY_ERROR, TEXT_F_WILDCARD, TEXT_F_WILDCARD_DO},
    {FINDING_SEVERAL_RECORDS, RECORD_DMARC, SEVERITY_ERROR, TEXT_F_SEVERAL_RECORDS_DMARC,
     TEXT_F_SEVERAL_RECORDS_DMARC_DO},
    {FINDING_SEVERAL_RECORDS, ANY_RECORD, SEVERITY_ERROR, TEXT_F_SEVERAL_RECORDS, TEXT_F_SEVERAL_RECORDS_DO},
    {FINDING_OTHER_KEY, ANY_RECORD, SEVERITY_ERROR, TEXT_F_OTHER_KEY, TEXT_F_OTHER_KEY_DO},
    {FINDING_TRUNCATED, ANY_RECORD, SEVERITY_ERROR, TEXT_F_TRUNCATED, TEXT_F_TRUNCATED_DO},
    {FINDING_QUOTED, ANY_RECORD, SEVERITY_ERROR, TEXT_F_QUOTED, TEXT_F_QUOTED_DO},
    {FINDING_MALFORMED, RECORD_DMARC, SEVERITY_ERROR, TEXT_F_MALFORMED_DMARC, TEXT_F_MALFORMED_DMARC_DO},
    {FINDING_MALFORMED, ANY_RECORD, SEVERITY_ERROR, TEXT_F_MALFORMED, TEXT_F_MALFORMED_DO},
    {FINDING_REVOKED, ANY_RECORD, SEVERITY_ERROR, TEXT_F_REVOKED, TEXT_F_REVOKED_DO},
    {FINDING_UNUSABLE, ANY_RECORD, SEVERITY_ERROR, TEXT_F_UNUSABLE, TEXT_F_UNUSABLE_DO},
    {FINDING_TESTING, ANY_RECORD, SEVERITY_ADVICE, TEXT_F_TESTING, TEXT_F_TESTING_DO},
    {FINDING_WRONG_TARGET, ANY_RECORD, SEVERITY_ERROR, TEXT_F_WRONG_TARGET, TEXT_F_WRONG_TARGET_DO},
    {FINDING_PROXIED, ANY_RECORD, SEVERITY_ERROR, TEXT_F_PROXIED, TEXT_F_PROXIED_DO},
    {FINDING_FLATTENED, ANY_RECORD, SEVERITY_ADVICE, TEXT_F_FLATTENED, TEXT_F_FLATTENED_DO},
    {FINDING_CNAME_LOOP, ANY_RECORD, SEVERITY_ERROR, TEXT_F_CNAME_LOOP, TEXT_F_CNAME_LOOP_DO},
    {FINDING_SERVERS_DISAGREE, ANY_RECORD, SEVERITY_WAITING, TEXT_F_SERVERS_DISAGREE, TEXT_F_SERVERS_DISAGREE_DO},
    {FINDING_CACHED_OLD, ANY_RECORD, SEVERITY_ADVICE, TEXT_F_CACHED_OLD, TEXT_F_CACHED_OLD_DO},
    {FINDING_POLICY_EXISTS, ANY_RECORD, SEVERITY_OK, TEXT_F_POLICY_EXISTS, NO_TEXT},
    {FINDING_NO_RUA, ANY_RECORD, SEVERITY_ADVICE, TEXT_F_NO_RUA, TEXT_F_NO_RUA_DO},
    {FINDING_TIMEOUT, ANY_RECORD, SEVERITY_WAITING, TEXT_F_TIMEOUT, TEXT_F_RETRY_DO},
    {FINDING_SERVFAIL, ANY_RECORD, SEVERITY_WAITING, TEXT_F_SERVFAIL, TEXT_F_PROVIDER_DO},
    {FINDING_REFUSED, ANY_RECORD, SEVERITY_WAITING, TEXT_F_REFUSED, TEXT_F_PROVIDER_DO},
    {FINDING_LAME, ANY_RECORD, SEVERITY_WAITING, TEXT_F_LAME, TEXT_F_LAME_DO},
    {FINDING_BOGUS, ANY_RECORD, SEVERITY_WAITING, TEXT_F_BOGUS, TEXT_F_BOGUS_DO},
    {FINDING_GARBLED, ANY_RECORD, SEVERITY_WAITING, TEXT_F_GARBLED, TEXT_F_PROVIDER_DO},
};

static const struct wording *find_wording(enum finding finding, enum record_kind record)
{
    for (size_t i = 0; i < ARRAY_LEN(wording); i++)
        if (wording[i].finding == finding && (wording[i].record == ANY_RECORD || wording[i].record == (int)record))
            return &wording[i];
    return NULL;
}

/* The part of host that most DNS panels expect: without the zone's name. */
static const char *short_host(struct pool *pool, const char *zone, const char *host)
{
    size_t len = strlen(host), tail = strlen(zone);
    if (len > tail + 1 && name_within(host, zone))
        return pool_memdup(pool, host, len - tail - 1);
    return host;
}

/* Replaces the fact of a fault's finding; the first entry that fits applies. */
static const struct fault_wording {
    enum fault fault;
    int record;
    int fact, advice; /* enum text_id; NO_TEXT: the finding's own */
} fault_wording[] = {
    {FAULT_SYNTAX, RECORD_DKIM, TEXT_F_SYNTAX, NO_TEXT},
    {FAULT_SYNTAX, RECORD_DKIM_ED25519, TEXT_F_SYNTAX, NO_TEXT},
    {FAULT_CHARACTER, ANY_RECORD, TEXT_F_CHARACTER, NO_TEXT},
    {FAULT_TAG_TWICE, ANY_RECORD, TEXT_F_TAG_TWICE, NO_TEXT},
    {FAULT_VERSION, RECORD_DMARC, TEXT_F_VERSION_DMARC, NO_TEXT},
    {FAULT_VERSION, ANY_RECORD, TEXT_F_VERSION, NO_TEXT},
    {FAULT_VERSION_NOT_FIRST, RECORD_DMARC, TEXT_F_VERSION_NOT_FIRST_DMARC, NO_TEXT},
    {FAULT_VERSION_NOT_FIRST, ANY_RECORD, TEXT_F_VERSION_NOT_FIRST, NO_TEXT},
    {FAULT_NO_VERSION, ANY_RECORD, TEXT_F_NO_VERSION_DMARC, NO_TEXT},
    {FAULT_NO_SEMICOLON, ANY_RECORD, TEXT_F_NO_SEMICOLON, NO_TEXT},
    {FAULT_NO_KEY, ANY_RECORD, TEXT_F_NO_KEY, NO_TEXT},
    {FAULT_NOT_BASE64, ANY_RECORD, TEXT_F_NOT_BASE64, NO_TEXT},
    {FAULT_NOT_A_KEY, ANY_RECORD, TEXT_F_NOT_A_KEY, NO_TEXT},
    {FAULT_PKCS1, ANY_RECORD, TEXT_F_PKCS1, TEXT_F_PKCS1_DO},
    {FAULT_WEAK_KEY, ANY_RECORD, TEXT_F_WEAK_KEY, NO_TEXT},
    {FAULT_HASH, ANY_RECORD, TEXT_F_HASH, TEXT_F_OTHER_KEY_DO},
    {FAULT_SERVICE, ANY_RECORD, TEXT_F_SERVICE, TEXT_F_OTHER_KEY_DO},
    {FAULT_KEY_TYPE, RECORD_DKIM_ED25519, TEXT_F_KEY_TYPE_ED25519, TEXT_F_OTHER_KEY_DO},
    {FAULT_KEY_TYPE, ANY_RECORD, TEXT_F_KEY_TYPE, TEXT_F_OTHER_KEY_DO},
    {FAULT_ED25519, ANY_RECORD, TEXT_F_ED25519, TEXT_F_OTHER_KEY_DO},
    {FAULT_RSA, ANY_RECORD, TEXT_F_RSA, TEXT_F_OTHER_KEY_DO},
    {FAULT_NO_ED25519, ANY_RECORD, TEXT_F_NO_ED25519, TEXT_F_OTHER_KEY_DO},
    {FAULT_NO_POLICY, ANY_RECORD, TEXT_F_NO_POLICY, NO_TEXT},
    {FAULT_POLICY_WORD, ANY_RECORD, TEXT_F_POLICY_WORD, NO_TEXT},
};

/* Whether the fault belongs to that finding: a result has one fault and may have several findings. */
static bool has_fault(enum finding finding, enum fault fault)
{
    switch (fault) {
    case FAULT_HASH:
    case FAULT_SERVICE:
    case FAULT_KEY_TYPE:
    case FAULT_NO_ED25519:
        return finding == FINDING_UNUSABLE;
    case FAULT_ED25519:
    case FAULT_RSA:
        return finding == FINDING_UNUSABLE || finding == FINDING_MALFORMED;
    case FAULT_WEAK_KEY:
        return finding == FINDING_OTHER_KEY;
    default:
        return finding == FINDING_MALFORMED;
    }
}

static void vary_by_fault(const struct result *result, struct wording *w)
{
    bool named = result->offending_tag && *result->offending_tag;

    if (result->suggested && (w->finding == FINDING_MALFORMED || w->finding == FINDING_QUOTED))
        w->advice = TEXT_F_SUGGESTED_DO;
    if (result->fault == FAULT_NONE || !has_fault(w->finding, result->fault))
        return;
    if (!named &&
        (result->fault == FAULT_CHARACTER || result->fault == FAULT_TAG_TWICE || result->fault == FAULT_POLICY_WORD))
        return;
    for (size_t i = 0; i < ARRAY_LEN(fault_wording); i++) {
        const struct fault_wording *f = &fault_wording[i];
        if (f->fault != result->fault || (f->record != ANY_RECORD && f->record != (int)result->kind))
            continue;
        w->fact = f->fact;
        w->advice = f->advice == NO_TEXT ? w->advice : f->advice;
        return;
    }
}

/* The texts for a value that is not known, and for a target to which the panel appended the domain. */
static void vary(const struct domain *domain, const struct record *record, const struct result *result,
                 const char *where, struct wording *w)
{
    if (w->finding == FINDING_TRUNCATED && !result->expected_length)
        w->fact = TEXT_F_TRUNCATED_SHORT;
    if (w->finding == FINDING_CACHED_OLD && !result->old_until)
        w->fact = TEXT_F_CACHED_OLD_SOON;
    if (w->finding == FINDING_POLICY_EXISTS && result->where && !name_equal(result->where, record->host))
        w->fact = TEXT_F_POLICY_EXISTS_AT;
    size_t len = strlen(record->value);
    if (w->finding == FINDING_WRONG_TARGET && strncasecmp(where, record->value, len) == 0 && where[len] == '.' &&
        name_within(where + len + 1, domain->name.ascii)) {
        w->fact = TEXT_F_TARGET_RELATIVE;
        w->advice = TEXT_F_TARGET_RELATIVE_DO;
    }
}

static const char *fill(struct pool *pool, enum lang lang, int id, const struct text_arg *args)
{
    struct buf out;
    if (id == NO_TEXT)
        return "";
    buf_init(&out, 8192);
    text_fill(&out, lang, (enum text_id)id, args);
    const char *text = pool_memdup(pool, out.data, out.len);
    buf_free(&out);
    return text;
}

/* --- advice for the DNS provider's panel --- */

enum hint { HINT_NONE, HINT_HOST, HINT_APEX, HINT_VALUE, HINT_TARGET, HINT_PROXY, HINT_COUNT };

/* Which property of the provider's panel is relevant for a finding. */
static enum hint hint_for(enum finding finding)
{
    switch (finding) {
    case FINDING_NXDOMAIN:
    case FINDING_NODATA:
    case FINDING_NAME_DOUBLED:
    case FINDING_WRONG_TYPE:
    case FINDING_WILDCARD:
        return HINT_HOST;
    case FINDING_AT_APEX:
        return HINT_APEX;
    case FINDING_TRUNCATED:
    case FINDING_QUOTED:
    case FINDING_MALFORMED:
    case FINDING_OTHER_KEY:
    case FINDING_REVOKED:
        return HINT_VALUE;
    case FINDING_WRONG_TARGET:
        return HINT_TARGET;
    case FINDING_PROXIED:
    case FINDING_FLATTENED:
        return HINT_PROXY;
    default:
        return HINT_NONE;
    }
}

static int hint_text(enum hint hint, const struct dns_provider *p)
{
    static const int host[] = {[PROVIDER_HOST_RELATIVE] = TEXT_P_HOST_RELATIVE,
                               [PROVIDER_HOST_FULL] = TEXT_P_HOST_FULL,
                               [PROVIDER_HOST_DOT] = TEXT_P_HOST_DOT};

    switch (hint) {
    case HINT_HOST:
        return host[p->host];
    case HINT_APEX:
        return p->apex == PROVIDER_APEX_AT      ? TEXT_P_APEX_AT
               : p->apex == PROVIDER_APEX_EMPTY ? TEXT_P_APEX_EMPTY
                                                : host[p->host];
    case HINT_VALUE:
        return p->splits_by_hand ? TEXT_P_VALUE_SPLIT : TEXT_P_VALUE_WHOLE;
    case HINT_TARGET:
        return p->target_dot ? TEXT_P_TARGET_DOT : NO_TEXT;
    case HINT_PROXY:
        return p->proxy ? TEXT_P_PROXY : NO_TEXT;
    default:
        return NO_TEXT;
    }
}

/* The advice, followed by the domain's provider's input rules, each hint once; a hint that contradicts the general
 * advice replaces it. */
static const char *with_hint(struct pool *pool, enum lang lang, const struct result *result, enum finding finding,
                             const char *advice, bool told[HINT_COUNT], const struct text_arg *args)
{
    const struct dns_provider *p = result->provider && result->zone ? dns_provider_by_id(result->provider) : NULL;
    enum hint hint = hint_for(finding);
    const char *said = p && !told[hint] ? fill(pool, lang, hint_text(hint, p), args) : "";

    if (!*said)
        return advice;
    told[hint] = true;
    if (hint == HINT_HOST && result->kind != RECORD_RETURN_PATH)
        said = pool_printf(pool, "%s %s", said, text(lang, TEXT_P_UNDERSCORE));
    if (hint == HINT_VALUE && p->splits_by_hand && finding == FINDING_QUOTED && !result->suggested)
        return said;
    return *advice ? pool_printf(pool, "%s %s", advice, said) : said;
}

/* An advised record is never an error. */
static enum severity severity_of(const struct wording *w, const struct result *result)
{
    bool serious =
        w->severity == SEVERITY_ERROR || (w->severity == SEVERITY_WAITING && result->verdict != VERDICT_UNKNOWN);
    return serious && !result->required ? SEVERITY_ADVICE : w->severity;
}

void finding_texts(struct pool *pool, enum lang lang, const struct domain *domain, const struct record *record,
                   const struct result *result, struct finding_text **out, size_t *count)
{
    enum finding finding[FINDING_COUNT];
    size_t found = findings_by_priority(result->findings, finding);
    const char *where = result->where ? result->where : result->found_count ? result->found[0] : record->host;
    const char *zone = result->zone ? result->zone : domain->name.ascii;
    const struct dns_provider *provider = result->provider ? dns_provider_by_id(result->provider) : NULL;
    bool told[HINT_COUNT] = {false};
    int64_t now = clock_wall_ms();
    const char *until = result->old_until ? time_text(pool, lang, result->old_until, now) : "";
    const struct text_arg *args = TEXT_ARGS(
        {"domain", domain->name.unicode}, {"host", record->host}, {"short", short_host(pool, zone, record->host)},
        {"type", record->type}, {"target", record->value}, {"where", where},
        {"right", pool_printf(pool, "%d", result->servers_right)},
        {"asked", pool_printf(pool, "%d", result->servers_asked)},
        {"have", pool_printf(pool, "%d", result->found_length)},
        {"want", pool_printf(pool, "%d", result->expected_length)}, {"until", until}, {"zone", zone},
        {"provider", provider ? provider->name : ""}, {"proxy", provider && provider->proxy ? provider->proxy : ""},
        {"tag", result->offending_tag ? result->offending_tag : ""},
        {"suggested", result->suggested ? result->suggested : ""});
    *out = pool_array(pool, found, sizeof(**out));
    *count = 0;
    for (size_t i = 0; i < found; i++) {
        const struct wording *general = find_wording(finding[i], record->kind);
        bool over = finding[i] == FINDING_CACHED_OLD && result->old_until &&
                    result->old_until <= now; /* no resolver caches the old answer any more */
        if (!general || over)
            continue;
        struct wording w = *general;
        vary(domain, record, result, where, &w);
        vary_by_fault(result, &w);
        const char *advice = with_hint(pool, lang, result, finding[i], fill(pool, lang, w.advice, args), told, args);
        (*out)[(*count)++] = (struct finding_text){.finding = finding[i],
                                                   .severity = severity_of(&w, result),
                                                   .fact = fill(pool, lang, w.fact, args),
                                                   .advice = advice};
    }
}

/* --- names that were refused --- */

static const enum text_id name_text[] = {
    [NAME_NOT_EVALUATED] = TEXT_NAME_EMPTY,
    [NAME_OK] = TEXT_NAME_EMPTY,
    [NAME_EMPTY] = TEXT_NAME_EMPTY,
    [NAME_AT_SIGN] = TEXT_NAME_AT_SIGN,
    [NAME_SCHEME] = TEXT_NAME_SCHEME,
    [NAME_WWW] = TEXT_NAME_WWW,
    [NAME_PATH] = TEXT_NAME_PATH,
    [NAME_PORT] = TEXT_NAME_PORT,
    [NAME_TOO_LONG] = TEXT_NAME_TOO_LONG,
    [NAME_LABEL_TOO_LONG] = TEXT_NAME_LABEL_TOO_LONG,
    [NAME_EMPTY_LABEL] = TEXT_NAME_EMPTY_LABEL,
    [NAME_UNDERSCORE] = TEXT_NAME_UNDERSCORE,
    [NAME_BAD_HYPHEN] = TEXT_NAME_BAD_HYPHEN,
    [NAME_BAD_CHARACTER] = TEXT_NAME_BAD_CHARACTER,
    [NAME_BAD_IDN] = TEXT_NAME_BAD_IDN,
    [NAME_IP_ADDRESS] = TEXT_NAME_IP_ADDRESS,
    [NAME_SINGLE_LABEL] = TEXT_NAME_SINGLE_LABEL,
    [NAME_PUBLIC_SUFFIX] = TEXT_NAME_PUBLIC_SUFFIX,
    [NAME_PLATFORM] = TEXT_NAME_PLATFORM,
    [NAME_MAILBOX_PROVIDER] = TEXT_NAME_MAILBOX_PROVIDER,
};

enum { INPUT_SHOWN = 80 };

/* At most INPUT_SHOWN bytes of the typed text, printable; never ends inside a UTF-8 character. */
static const char *shown_input(struct pool *pool, const char *input, size_t len)
{
    struct buf shown;
    bool shortened = len > INPUT_SHOWN;
    buf_init(&shown, 4 * INPUT_SHOWN + 4);
    buf_add_printable(&shown, input, utf8_cut(input, len, INPUT_SHOWN));
    if (shortened)
        buf_adds(&shown, "...");
    const char *out = pool_memdup(pool, shown.data, shown.len);
    buf_free(&shown);
    return out;
}

const char *name_fault_text(struct pool *pool, enum lang lang, const char *input, size_t len,
                            const struct name_evaluation *evaluation)
{
    return fill(pool, lang, name_text[evaluation->fault], TEXT_ARGS({"input", shown_input(pool, input, len)}));
}

/* --- times --- */

static const enum text_id month_text[] = {TEXT_MONTH_1, TEXT_MONTH_2,  TEXT_MONTH_3,  TEXT_MONTH_4,
                                          TEXT_MONTH_5, TEXT_MONTH_6,  TEXT_MONTH_7,  TEXT_MONTH_8,
                                          TEXT_MONTH_9, TEXT_MONTH_10, TEXT_MONTH_11, TEXT_MONTH_12};

/* Days since 1970 of a civil date; a difference in hours would be wrong across a change of daylight saving time. */
static int64_t day_number(const struct clock_local *t)
{
    int64_t y = t->month <= 2 ? t->year - 1 : t->year, m = (t->month + 9) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + t->day - 1 - 719468;
}

const char *time_text(struct pool *pool, enum lang lang, int64_t wall_ms, int64_t now_ms)
{
    static const enum text_id near_text[] = {TEXT_TIME_YESTERDAY, TEXT_TIME_TODAY, TEXT_TIME_TOMORROW};
    struct clock_local then, now;
    clock_local(wall_ms, &then);
    clock_local(now_ms, &now);
    int64_t days = day_number(&then) - day_number(&now);
    if (days >= -1 && days <= 1)
        return fill(pool, lang, (int)near_text[days + 1],
                    TEXT_ARGS({"clock", pool_printf(pool, "%02d:%02d", then.hour, then.minute)}));
    return fill(pool, lang, days > 1 ? TEXT_TIME_DATE_CLOCK : TEXT_TIME_DATE,
                TEXT_ARGS({"clock", pool_printf(pool, "%02d:%02d", then.hour, then.minute)},
                          {"day", pool_printf(pool, "%d", then.day)}, {"month", text(lang, month_text[then.month - 1])},
                          {"year", pool_printf(pool, "%d", then.year)}));
}
