/*
 * Evaluates one TXT record as a DMARC policy record (RFC 7489 6.3 and 6.6.3, RFC 9989). Knows no DNS and no other
 * domain's record: effective_policy finds the records.
 */
#include "base/base.h"

#include "base/buf.h"
#include "base/encode.h"
#include "mailauth/dmarc_record.h"
#include "mailauth/taglist.h"
#include "model/dmarc.h"

/* The policy that a tag names; UNSET where there is no tag or no such policy. */
static enum dmarc_policy policy_of(const struct tag *tag)
{
    for (enum dmarc_policy policy = DMARC_P_NONE; tag && policy <= DMARC_P_REJECT; policy++)
        if (tag_is(tag, dmarc_policy_word(policy)))
            return policy;
    return DMARC_P_UNSET;
}

static bool is_policy(const struct tag *tag)
{
    return policy_of(tag) != DMARC_P_UNSET;
}

enum dmarc_policy dmarc_policy_for(const struct dmarc_tags *tags, bool below, bool exists)
{
    enum dmarc_policy policy = tags->p;

    if (below && tags->sp != DMARC_P_UNSET)
        policy = tags->sp;
    if (below && !exists && tags->np != DMARC_P_UNSET)
        policy = tags->np;
    return tags->testing && policy > DMARC_P_NONE ? (enum dmarc_policy)(policy - 1) : policy;
}

/* At least one reporting URI (RFC 7489 6.2): a scheme and something after it. */
static bool has_uri(const struct tag *rua)
{
    const char *colon = rua ? memchr(rua->value, ':', rua->value_len) : NULL;

    return colon && colon > rua->value && colon + 1 < rua->value + rua->value_len;
}

/* Whether tags are equivalent to "p=none": every other tag is absent or has its default. */
static bool equals_ours(const struct tag_list *tags)
{
    static const char *const defaults[][2] = {
        {"p", "none"}, {"sp", "none"}, {"np", "none"},  {"adkim", "r"}, {"aspf", "r"}, {"pct", "100"},
        {"fo", "0"},   {"rf", "afrf"}, {"ri", "86400"}, {"psd", "u"},   {"t", "n"},
    };

    for (size_t i = 1; i < tags->count; i++) {
        bool known = false;
        for (size_t d = 0; d < ARRAY_LEN(defaults); d++)
            known = known || (tag_find(tags, defaults[d][0]) == &tags->tag[i] && tag_is(&tags->tag[i], defaults[d][1]));
        if (!known)
            return false;
    }
    return tag_find(tags, "p") != NULL;
}

static bool says(const struct tag_list *tags, const char *name, const char *word)
{
    const struct tag *tag = tag_find(tags, name);

    return tag && tag_is(tag, word);
}

/* The value of pct=: 0-100; 100 where it is absent or not valid. */
static int percent_of(const struct tag *pct)
{
    int value = 0;

    for (size_t i = 0; pct && i < pct->value_len; i++) {
        if (pct->value[i] < '0' || pct->value[i] > '9' || value > 100)
            return 100;
        value = value * 10 + pct->value[i] - '0';
    }
    return pct && pct->value_len > 0 && value <= 100 ? value : 100;
}

static void read_tags(const struct tag_list *tags, bool valid, struct dmarc_tags *out)
{
    *out = (struct dmarc_tags){
        .p = valid ? policy_of(tag_find(tags, "p"))
                   : DMARC_P_NONE, /* "act as if a record containing p=none was retrieved" */
        .sp = valid ? policy_of(tag_find(tags, "sp")) : DMARC_P_UNSET,
        .np = valid ? policy_of(tag_find(tags, "np")) : DMARC_P_UNSET,
        .psd = says(tags, "psd", "y")   ? DMARC_PSD_YES
               : says(tags, "psd", "n") ? DMARC_PSD_NO
                                        : DMARC_PSD_UNKNOWN,
        .strict_dkim = says(tags, "adkim", "s"),
        .strict_spf = says(tags, "aspf", "s"),
        .testing = says(tags, "t", "y"),
        .obsolete_tags = (tag_find(tags, "pct") ? (unsigned)DMARC_OBSOLETE_PCT : 0) |
                         (tag_find(tags, "rf") ? (unsigned)DMARC_OBSOLETE_RF : 0) |
                         (tag_find(tags, "ri") ? (unsigned)DMARC_OBSOLETE_RI : 0),
        .pct = percent_of(tag_find(tags, "pct")),
    };
}

static void dmarc_record_set_fault(struct dmarc_evaluation *out, enum fault fault, const struct tag *offending_tag)
{
    out->fault = fault;
    if (offending_tag)
        snprintf(out->offending_tag, sizeof(out->offending_tag), "%.*s", (int)offending_tag->name_len,
                 offending_tag->name);
}

/* The tags after v=DMARC1. A p=, sp= or np= that is not valid counts as p=none where rua= has a URI, and else
 * spoils the record (RFC 7489 6.6.3). */
static void dmarc_record_evaluate_tags(const struct tag_list *tags, struct dmarc_evaluation *out)
{
    const struct tag *p = tag_find(tags, "p"), *sp = tag_find(tags, "sp"), *np = tag_find(tags, "np");
    bool valid = p && is_policy(p) && (!sp || is_policy(sp)) && (!np || is_policy(np));

    out->rua = has_uri(tag_find(tags, "rua"));
    out->kind = valid || out->rua ? DMARC_POLICY : DMARC_BROKEN;
    out->ours = valid && !out->rua && equals_ours(tags);
    if (out->kind == DMARC_POLICY)
        read_tags(tags, valid, &out->tags);
    else if (!p)
        dmarc_record_set_fault(
            out, FAULT_NO_POLICY,
            NULL); /* p=none by RFC 9989, but no policy by RFC 7489, which most receivers still follow */
    else
        dmarc_record_set_fault(out, FAULT_POLICY_WORD, !is_policy(p) ? p : sp && !is_policy(sp) ? sp : np);
}

/* A record that begins with v=DMARC1 and is no tag list. */
static void set_list_fault(const struct tag_list *tags, struct dmarc_evaluation *out)
{
    out->kind = DMARC_BROKEN;
    if (tags->fault == TAG_FAULT_TWICE)
        dmarc_record_set_fault(out, FAULT_TAG_TWICE, &tags->offending_tag);
    else if (tags->fault == TAG_FAULT_CHARACTER)
        dmarc_record_set_fault(out, FAULT_CHARACTER, &tags->offending_tag);
    else
        dmarc_record_set_fault(out, FAULT_SYNTAX, NULL);
}

/* Adds text in lower case without white space, quotes and backslashes; *quoted: it had quotes or backslashes. */
static void skeleton(const char *text, size_t len, struct buf *out, bool *quoted)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '"' || c == '\\' || c == '\'')
            *quoted = true;
        else if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            buf_addc(out, ascii_lower(c));
    }
}

/* Why a record that was meant as a policy is not one: the first of these that holds. bare: lower case, without white
 * space. */
static enum fault fault_of_attempt(const char *bare)
{
    const char *v = strstr(bare, "v=");

    if (!v)
        return FAULT_NO_VERSION;
    if (strncmp(v, "v=dmarc1", 8) != 0)
        return FAULT_VERSION;
    if (v != bare)
        return FAULT_VERSION_NOT_FIRST;
    return v[8] != ';' && v[8] != '\0' ? FAULT_NO_SEMICOLON : FAULT_VERSION;
}

/* A record that does not begin with v=DMARC1: an attempt at a policy, or unrelated. */
static void evaluate_attempt(const char *text, size_t len, struct dmarc_evaluation *out)
{
    static const char *const policies[] = {"p=none", "p=quarantine", "p=reject"};
    struct buf bare;
    bool quoted = false, attempted;

    buf_init(&bare, 65536);
    skeleton(text, len, &bare, &quoted);
    attempted = strstr(bare.data, "v=dmarc") || strncmp(bare.data, "dmarc1", 6) == 0;
    for (size_t i = 0; i < ARRAY_LEN(policies) && !attempted; i++)
        attempted = strncmp(bare.data, policies[i], strlen(policies[i])) == 0;
    if (attempted) {
        out->kind = DMARC_ATTEMPT;
        out->quoted = quoted;
        out->fault = fault_of_attempt(bare.data);
    }
    buf_free(&bare);
}

static void dmarc_record_classify(const char *text, size_t len, struct dmarc_evaluation *out)
{
    struct tag_list tags;
    bool parsed;

    *out = (struct dmarc_evaluation){.kind = DMARC_UNRELATED};
    parsed = tag_list_parse(text, len, &tags);
    /* Case matters, it comes first, and not even white space may precede it (RFC 7489 6.4). On failure the list
     * holds what came before. */
    if (tags.count > 0 && tags.tag[0].name == text && tag_find(&tags, "v") == &tags.tag[0] &&
        tag_is_exactly(&tags.tag[0], "DMARC1")) {
        if (parsed)
            dmarc_record_evaluate_tags(&tags, out);
        else
            set_list_fault(&tags, out);
        out->quoted = out->kind == DMARC_BROKEN && (memchr(text, '"', len) || memchr(text, '\\', len));
        return;
    }
    evaluate_attempt(text, len, out);
}

/* --- suggesting the record that was meant --- */

/* The length of a version at text, in any spelling: [v=]DMARC and a digit, with white space; 0 if there is none. */
static size_t version_length(const char *text)
{
    const char *at = text;

    if (*at == 'v' || *at == 'V') {
        at++;
        at += strspn(at, " \t");
        if (*at++ != '=')
            return 0;
        at += strspn(at, " \t");
    }
    if (strncasecmp(at, "DMARC", 5) != 0)
        return 0;
    at += 5;
    at += strspn(at, "0123456789");
    return (size_t)(at - text);
}

/* Suggests the record that was meant: the text without quotes, backslashes, versions and separators, after v=DMARC1.
 * Only if that is a valid policy. */
static void suggest(const char *text, size_t len, struct dmarc_evaluation *out)
{
    struct dmarc_evaluation again;
    struct buf bare, whole;

    buf_init(&bare, SUGGESTED_SIZE);
    buf_init(&whole, SUGGESTED_SIZE - 1);
    for (size_t i = 0; i < len; i++)
        if (text[i] != '"' && text[i] != '\\' && text[i] != '\'' && text[i] != '\r' && text[i] != '\n')
            buf_addc(&bare, text[i]);
    buf_adds(&whole, "v=DMARC1");
    for (const char *at = bare.data; *at;) {
        size_t piece;
        at += strspn(at, " \t;,");
        at += version_length(at);
        at += strspn(at, " \t;,");
        piece = strcspn(at, ";");
        while (piece > 0 && (at[piece - 1] == ' ' || at[piece - 1] == '\t'))
            piece--;
        if (piece > 0)
            buf_addf(&whole, "; %.*s", (int)piece, at);
        at += strcspn(at, ";");
    }
    dmarc_record_classify(whole.data, whole.len, &again);
    if (!bare.overflowed && !whole.overflowed && again.kind == DMARC_POLICY)
        snprintf(out->suggested, sizeof(out->suggested), "%s", whole.data);
    buf_free(&bare);
    buf_free(&whole);
}

void dmarc_record_evaluate(const char *text, size_t len, struct dmarc_evaluation *out)
{
    dmarc_record_classify(text, len, out);
    if (out->kind == DMARC_ATTEMPT || out->kind == DMARC_BROKEN)
        suggest(text, len, out);
}

/* --- hosts of reports --- */

/* Keeps the host of one "mailto:a@host" (!size after it is of RFC 7489), unless it is there already. */
static size_t keep_host(const char *uri, size_t len, char out[REPORT_HOSTS_MAX][REPORT_HOST_SIZE], size_t count)
{
    const char *bang = memchr(uri, '!', len), *at;
    size_t host_len;

    len = bang ? (size_t)(bang - uri) : len;
    if (count == REPORT_HOSTS_MAX || len < 7 || strncasecmp(uri, "mailto:", 7) != 0)
        return count;
    at = memchr(uri, '@', len);
    host_len = at ? (size_t)(uri + len - at - 1) : 0;
    if (host_len == 0 || host_len >= REPORT_HOST_SIZE)
        return count;
    for (size_t i = 0; i < host_len; i++) {
        char c = ascii_lower(at[1 + i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '.')
            return count;
        out[count][i] = c;
    }
    out[count][host_len] = '\0';
    if (out[count][0] == '.' || out[count][host_len - 1] == '.' || strstr(out[count], "..") || !strchr(out[count], '.'))
        return count;
    for (size_t i = 0; i < count; i++)
        if (strcmp(out[i], out[count]) == 0)
            return count;
    return count + 1;
}

size_t dmarc_report_hosts(const char *text, size_t len, char out[REPORT_HOSTS_MAX][REPORT_HOST_SIZE])
{
    static const char *const names[] = {"rua", "ruf"};
    struct tag_list tags;
    size_t count = 0;

    if (!tag_list_parse(text, len, &tags))
        return 0;
    for (size_t n = 0; n < ARRAY_LEN(names); n++) {
        const struct tag *tag = tag_find(&tags, names[n]);
        const char *at = tag ? tag->value : NULL, *end = tag ? tag->value + tag->value_len : NULL;

        while (at && at < end) {
            const char *comma = memchr(at, ',', (size_t)(end - at)), *stop = comma ? comma : end, *last = stop;
            while (at < stop && strchr(" \t\r\n", *at) && *at)
                at++;
            while (last > at && strchr(" \t\r\n", last[-1]) && last[-1])
                last--;
            count = keep_host(at, (size_t)(last - at), out, count);
            at = stop + 1;
        }
    }
    return count;
}
