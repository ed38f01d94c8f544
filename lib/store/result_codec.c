/*
 * The results of a check as lines of text and back. Knows no verdict rules; of a value it knows only the type.
 */
#include "base/base.h"

#include "store/result_codec.h"

#include <inttypes.h>
#include <limits.h>
#include <stddef.h>

#include "base/buf.h"
#include "model/check.h"
#include "model/dmarc.h"

enum { RESULTS_BYTES = 2000 /* the column's */, NUMBER_DIGITS = 15, FINDING_WORD_SIZE = 32 };
/* Never reached: printable text has up to four bytes for one, and a result has fewer than 16 texts beside the found
 * values. */
enum { DETAILS_BYTES = RECORD_COUNT * (RESULT_FOUND_MAX + 16) * 5 * RESULT_TEXT_MAX };

/* --- the outcome of a check --- */

static void add_findings(struct buf *out, finding_set set)
{
    const char *between = "";
    for (int finding = 0; finding < FINDING_COUNT; finding++) {
        if (!(set & FINDING_BIT(finding)))
            continue;
        buf_addf(out, "%s%s", between, finding_word((enum finding)finding));
        between = ",";
    }
}

const char *results_text(struct pool *pool, const struct result *result, size_t count)
{
    struct buf out;
    buf_init(&out, RESULTS_BYTES);
    for (size_t i = 0; i < count; i++) {
        buf_addf(&out, "%s %s %s ", record_word(result[i].kind), result[i].required ? "required" : "advised",
                 verdict_word(result[i].verdict));
        add_findings(&out, result[i].findings);
        buf_addc(&out, '\n');
    }
    const char *text = pool_memdup(pool, out.data, out.len);
    buf_free(&out);
    return text;
}

/* Takes the next word off *rest; "" at the end. */
static const char *next_word(char **rest)
{
    const char *word = strsep(rest, " ");
    return word ? word : "";
}

static finding_set findings_parse(const char *words)
{
    finding_set set = 0;
    while (*words) {
        char word[FINDING_WORD_SIZE];
        enum finding finding;
        size_t len = strcspn(words, ",");
        snprintf(word, sizeof(word), "%.*s", (int)(len < sizeof(word) ? len : sizeof(word) - 1), words);
        if (finding_parse(word, &finding))
            set |= FINDING_BIT(finding);
        words += len;
        words += *words == ',';
    }
    return set;
}

int results_parse(struct pool *pool, const char *text, struct result *result, bool known[RECORD_COUNT], struct err *err)
{
    char *rest = pool_strdup(pool, text), *line;
    while ((line = strsep(&rest, "\n"))) {
        enum record_kind kind;
        if (!record_parse(next_word(&line), &kind))
            continue;
        result[kind].required = strcmp(next_word(&line), "required") == 0;
        if (!verdict_parse(next_word(&line), &result[kind].verdict))
            return err_set(err, ERR_FAULT, "database: a check's results do not read");
        result[kind].findings = findings_parse(next_word(&line));
        known[kind] = true;
    }
    return 0;
}

/* --- details: writing --- */

static void add_text(struct buf *out, const char *word, const char *value)
{
    if (!value)
        return;
    size_t len = strlen(value);
    buf_adds(out, word);
    buf_addc(out, ' ');
    buf_add_printable(out, value, len < RESULT_TEXT_MAX ? len : RESULT_TEXT_MAX);
    buf_addc(out, '\n');
}

/* Omits the default. */
static void add_number(struct buf *out, const char *word, int64_t value, int64_t usual)
{
    if (value != usual)
        buf_addf(out, "%s %" PRId64 "\n", word, value);
}

/* Begins with "dmarc": there is an effective policy, even where no policy is known. */
static void add_effective_policy(struct buf *out, const struct effective_policy *o)
{
    add_text(out, "dmarc", o->where ? dmarc_policy_word(o->policy) : "");
    add_text(out, "dmarc_where", o->where);
    if (o->rfc7489_policy != o->policy || !o->rfc7489_where != !o->where ||
        (o->where && strcmp(o->rfc7489_where, o->where) != 0)) {
        add_text(out, "rfc7489", o->rfc7489_where ? dmarc_policy_word(o->rfc7489_policy) : "");
        add_text(out, "rfc7489_where", o->rfc7489_where);
    }
    add_number(out, "strict_dkim", o->strict_dkim, 0);
    add_number(out, "strict_spf", o->strict_spf, 0);
    add_number(out, "spf_unaligned", o->spf_unaligned, 0);
    add_number(out, "testing", o->testing, 0);
    add_number(out, "obsolete_tags", o->obsolete_tags, 0);
    add_number(out, "pct", o->pct, 100);
    for (size_t i = 0; i < o->report_count; i++) {
        add_text(out, "report", o->report[i].host);
        add_number(out, "report_accepts", o->report[i].accepts, REPORT_NOT_ASKED);
    }
}

static void add_result(struct buf *out, const struct result *r)
{
    add_text(out, "record", record_word(r->kind));
    for (size_t i = 0; i < r->found_count && i < RESULT_FOUND_MAX; i++)
        add_text(out, "found", r->found[i]);
    add_text(out, "where", r->where);
    add_number(out, "servers_right", r->servers_right, 0);
    add_number(out, "servers_asked", r->servers_asked, 0);
    add_number(out, "old_until", r->old_until, 0);
    add_number(out, "found_length", r->found_length, 0);
    add_number(out, "expected_length", r->expected_length, 0);
    add_text(out, "fault", r->fault ? fault_word(r->fault) : NULL);
    add_text(out, "offending_tag", r->offending_tag);
    add_text(out, "suggested", r->suggested);
    add_text(out, "zone", r->zone);
    add_text(out, "provider", r->provider);
    if (r->dmarc)
        add_effective_policy(out, r->dmarc);
}

const char *result_details_text(struct pool *pool, const struct result *result, size_t count)
{
    struct buf out;
    buf_init(&out, DETAILS_BYTES);
    for (size_t i = 0; i < count; i++)
        add_result(&out, &result[i]);
    const char *text = pool_memdup(pool, out.data, out.len);
    buf_free(&out);
    return text;
}

/* --- details: reading --- */

struct reading {
    struct pool *pool;
    struct result *result;
    struct effective_policy *effective; /* of result, NULL: none (yet) */
};

/* False for a number that this codec does not write. */
static bool result_codec_number(const char *text, int64_t max, int64_t *out)
{
    size_t len = strlen(text);
    if (len == 0 || len > NUMBER_DIGITS || strspn(text, "0123456789") != len)
        return false;
    *out = strtoll(text, NULL, 10);
    return *out <= max;
}

static void take_found(struct reading *reading, const char *value)
{
    struct result *r = reading->result;
    if (!r->found)
        r->found = pool_array(reading->pool, RESULT_FOUND_MAX, sizeof(*r->found));
    if (r->found_count < RESULT_FOUND_MAX)
        r->found[r->found_count++] = value;
}

static void take_effective_policy(struct reading *reading, const char *policy)
{
    struct effective_policy *o = pool_alloc(reading->pool, sizeof(*o));
    *o = (struct effective_policy){.policy = dmarc_policy_parse(policy), .pct = 100};
    o->rfc7489_policy = o->policy;
    reading->result->dmarc = reading->effective = o;
}

static void take_effective_where(struct effective_policy *o, const char *value)
{
    o->where = o->rfc7489_where = value;
}

static void take_rfc7489_policy(struct effective_policy *o, const char *policy)
{
    o->rfc7489_policy = dmarc_policy_parse(policy);
    o->rfc7489_where = NULL;
}

static void take_report(struct effective_policy *o, const char *host)
{
    if (o->report_count < REPORT_HOSTS_MAX)
        o->report[o->report_count++] = (struct report_host){.host = host};
}

static void take_report_accepts(struct effective_policy *o, const char *value)
{
    int64_t accepts;
    if (o->report_count > 0 && result_codec_number(value, REPORT_REFUSED, &accepts))
        o->report[o->report_count - 1].accepts = accepts;
}

/* Words that stand for one member of the result or of its effective policy. */
struct member {
    const char *word;
    enum { TEXT, INT, INT64, TRUTH } type;
    size_t offset;
};
#define MEMBER(word, type, of, name) {word, type, offsetof(struct of, name)}
static const struct member of_result[] = {
    MEMBER("zone", TEXT, result, zone),
    MEMBER("where", TEXT, result, where),
    MEMBER("found_length", INT, result, found_length),
    MEMBER("expected_length", INT, result, expected_length),
    MEMBER("provider", TEXT, result, provider),
    MEMBER("servers_right", INT, result, servers_right),
    MEMBER("servers_asked", INT, result, servers_asked),
    MEMBER("old_until", INT64, result, old_until),
    MEMBER("offending_tag", TEXT, result, offending_tag),
    MEMBER("suggested", TEXT, result, suggested),
};
static const struct member of_effective_policy[] = {
    MEMBER("rfc7489_where", TEXT, effective_policy, rfc7489_where),
    MEMBER("strict_dkim", TRUTH, effective_policy, strict_dkim),
    MEMBER("strict_spf", TRUTH, effective_policy, strict_spf),
    MEMBER("spf_unaligned", TRUTH, effective_policy, spf_unaligned),
    MEMBER("testing", TRUTH, effective_policy, testing),
    MEMBER("obsolete_tags", INT, effective_policy, obsolete_tags),
    MEMBER("pct", INT, effective_policy, pct),
};

static void result_codec_take_member(const struct member *member, size_t count, void *of, const char *word,
                                     const char *value)
{
    int64_t n;
    for (const struct member *end = member + count; member < end; member++) {
        char *place = (char *)of + member->offset;
        if (strcmp(member->word, word) != 0)
            continue;
        if (member->type == TEXT)
            memcpy(place, &value, sizeof(value));
        else if (result_codec_number(value, member->type == INT64 ? INT64_MAX : INT_MAX, &n)) {
            if (member->type == INT64)
                memcpy(place, &n, sizeof(n));
            else if (member->type == TRUTH)
                memcpy(place, &(bool){n != 0}, sizeof(bool));
            else
                memcpy(place, &(int){(int)n}, sizeof(int));
        }
        return;
    }
}

static void take_line(struct reading *reading, const char *word, const char *value)
{
    struct effective_policy *o = reading->effective;
    if (strcmp(word, "found") == 0)
        take_found(reading, value);
    else if (strcmp(word, "fault") == 0)
        reading->result->fault = fault_parse(value);
    else if (strcmp(word, "dmarc") == 0)
        take_effective_policy(reading, value);
    else if (o && strcmp(word, "dmarc_where") == 0)
        take_effective_where(o, value);
    else if (o && strcmp(word, "rfc7489") == 0)
        take_rfc7489_policy(o, value);
    else if (o && strcmp(word, "report") == 0)
        take_report(o, value);
    else if (o && strcmp(word, "report_accepts") == 0)
        take_report_accepts(o, value);
    else {
        result_codec_take_member(of_result, ARRAY_LEN(of_result), reading->result, word, value);
        if (o)
            result_codec_take_member(of_effective_policy, ARRAY_LEN(of_effective_policy), o, word, value);
    }
}

void result_details_parse(struct pool *pool, const char *text, struct result *result)
{
    struct reading reading = {.pool = pool};
    char *rest = pool_strdup(pool, text), *value; /* the values are pieces of this copy */
    while ((value = strsep(&rest, "\n"))) {
        const char *word = strsep(&value, " ");
        enum record_kind kind;
        if (!value)
            continue;
        if (strcmp(word, "record") == 0)
            reading = (struct reading){.pool = pool, .result = record_parse(value, &kind) ? &result[kind] : NULL};
        else if (reading.result)
            take_line(&reading, word, value);
    }
}
