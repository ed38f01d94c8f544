/*
 * Near misses, and the notes on DMARC: whether mail passes and by what, and which policy applies to mail that does not.
 * Reads what the check found; evaluates no record and escapes nothing.
 */
#include "base/base.h"

#include "app/check/value_text.h"

#include "base/buf.h"
#include "model/check.h"
#include "model/dmarc.h"
#include "model/name.h"

enum { VALUES_COMPARED = 3 };

/* --- near misses --- */

static bool has(const struct result *result, enum finding finding)
{
    return (result->findings & FINDING_BIT(finding)) != 0;
}

bool value_difference(struct pool *pool, const struct record *record, const struct result *result,
                      struct difference *out, bool *of_name)
{
    const char *expected = record->kind == RECORD_DMARC ? result->suggested : record->value;

    *out = (struct difference){0};
    *of_name = has(result, FINDING_NAME_DOUBLED) && result->where;
    if (*of_name)
        difference_of(pool, record->host, result->where, out);
    if (*of_name || result->verdict != VERDICT_WRONG || !expected || has(result, FINDING_OTHER_KEY) ||
        has(result, FINDING_SEVERAL_RECORDS) || has(result, FINDING_PROXIED))
        return out->near;
    for (size_t i = 0; i < result->found_count && i < VALUES_COMPARED && !out->near; i++)
        difference_of(pool, expected, result->found[i], out);
    return out->near;
}

/* --- DMARC --- */

struct notes {
    struct pool *pool;
    enum lang lang;
    struct note *note; /* NOTES_MAX */
    size_t count;
};

static void value_text_add(struct notes *to, const char *word, enum severity severity, enum text_id id,
                           const struct text_arg *args)
{
    struct buf out;

    if (to->count == NOTES_MAX)
        return;
    buf_init(&out, 8192);
    text_fill(&out, to->lang, id, args);
    to->note[to->count++] =
        (struct note){.word = word, .severity = severity, .text = pool_memdup(to->pool, out.data, out.len)};
    buf_free(&out);
}

/* Whether SPF passes by the return path and is aligned with the domain. */
static bool spf_aligns(const struct result result[RECORD_COUNT])
{
    const struct effective_policy *o = result[RECORD_DMARC].dmarc;

    return !has(&result[RECORD_RETURN_PATH], FINDING_FLATTENED) && !(o && (o->strict_spf || o->spf_unaligned));
}

/* Until all required records are right, mail leaves through the default host: without DKIM signature and without
 * this return path. */
static void add_pass(struct notes *to, const struct domain *domain, const struct result result[RECORD_COUNT])
{
    bool good = true, bad = false;
    for (int kind = RECORD_DKIM; kind <= RECORD_RETURN_PATH; kind++) {
        enum verdict verdict = result[kind].verdict;
        if (!domain_has(domain, (enum record_kind)kind))
            continue;
        good &= verdict == VERDICT_OK;
        bad |= verdict == VERDICT_MISSING || verdict == VERDICT_WRONG;
    }
    enum text_id id = bad ? TEXT_DMARC_PASS_NOT_YET : TEXT_DMARC_PASS_UNKNOWN;

    if (good)
        id = spf_aligns(result) ? TEXT_DMARC_PASS_BOTH : TEXT_DMARC_PASS_DKIM;
    value_text_add(to, "pass", good ? SEVERITY_OK : SEVERITY_WAITING, id, TEXT_ARGS({"domain", domain->name.unicode}));
}

static void add_alignment(struct notes *to, const struct domain *domain, const struct record record[RECORD_COUNT],
                          const struct result result[RECORD_COUNT])
{
    const struct effective_policy *o = result[RECORD_DMARC].dmarc;
    const struct text_arg *args =
        TEXT_ARGS({"domain", domain->name.unicode}, {"path", record[RECORD_RETURN_PATH].host});

    if (has(&result[RECORD_RETURN_PATH], FINDING_FLATTENED))
        value_text_add(to, "alignment", SEVERITY_ADVICE, TEXT_DMARC_SPF_FLATTENED, args);
    else if (o && o->strict_spf)
        value_text_add(to, "alignment", SEVERITY_ADVICE, TEXT_DMARC_SPF_STRICT, args);
    else if (o && o->spf_unaligned)
        value_text_add(to, "alignment", SEVERITY_ADVICE, TEXT_DMARC_SPF_APART, args);
    if (o && o->strict_dkim)
        value_text_add(to, "alignment", SEVERITY_OK, TEXT_DMARC_DKIM_STRICT, args);
}

static const char *effect(enum lang lang, enum dmarc_policy policy)
{
    static const enum text_id words[] = {[DMARC_P_UNSET] = TEXT_DMARC_EFFECT_NONE,
                                         [DMARC_P_NONE] = TEXT_DMARC_EFFECT_NONE,
                                         [DMARC_P_QUARANTINE] = TEXT_DMARC_EFFECT_QUARANTINE,
                                         [DMARC_P_REJECT] = TEXT_DMARC_EFFECT_REJECT};

    return text(lang, words[policy]);
}

/* The effective policy, and a second note where RFC 7489 gives a different one; t=y, which lowers the policy by one
 * step, has a note of its own. */
static void add_policy(struct notes *to, const struct effective_policy *o)
{
    bool same_where = o->where && o->rfc7489_where && name_equal(o->where, o->rfc7489_where);
    bool same = same_where && (o->policy == o->rfc7489_policy || o->testing);

    if (o->where)
        value_text_add(to, "holds", SEVERITY_OK, TEXT_DMARC_HOLDS,
                       TEXT_ARGS({"where", o->where}, {"effect", effect(to->lang, o->policy)}));
    if (o->where && !o->rfc7489_where)
        value_text_add(to, "differ", SEVERITY_ADVICE, TEXT_DMARC_OLDER_NONE, TEXT_ARGS({"where", o->where}));
    else if (o->rfc7489_where && !same)
        value_text_add(to, "differ", SEVERITY_ADVICE, TEXT_DMARC_OLDER,
                       TEXT_ARGS({"where", o->rfc7489_where}, {"effect", effect(to->lang, o->rfc7489_policy)}));
    if (o->testing)
        value_text_add(to, "testing", SEVERITY_ADVICE, TEXT_DMARC_TESTING, (const struct text_arg[]){{0}});
}

static void add_obsolete_tags(struct notes *to, const struct effective_policy *o)
{
    const char *others =
        (o->obsolete_tags & (DMARC_OBSOLETE_RF | DMARC_OBSOLETE_RI)) == (DMARC_OBSOLETE_RF | DMARC_OBSOLETE_RI)
            ? "rf=, ri="
        : o->obsolete_tags & DMARC_OBSOLETE_RF ? "rf="
                                               : "ri=";

    if (o->obsolete_tags & DMARC_OBSOLETE_PCT)
        value_text_add(to, "old_tags", SEVERITY_ADVICE, o->pct < 100 ? TEXT_DMARC_OLD_PCT : TEXT_DMARC_OLD_PCT_ALL,
                       TEXT_ARGS({"pct", pool_printf(to->pool, "%d", o->pct)}));
    if (o->obsolete_tags & (DMARC_OBSOLETE_RF | DMARC_OBSOLETE_RI))
        value_text_add(to, "old_tags", SEVERITY_ADVICE, TEXT_DMARC_OLD_TAGS, TEXT_ARGS({"tags", others}));
}

static void add_reports(struct notes *to, const struct effective_policy *o)
{
    for (size_t i = 0; o->where && i < o->report_count; i++)
        if (o->report[i].accepts == REPORT_REFUSED)
            value_text_add(
                to, "report", SEVERITY_ADVICE, TEXT_DMARC_REPORT_REFUSED,
                TEXT_ARGS({"host", o->report[i].host}, {"where", o->where},
                          {"question", pool_printf(to->pool, "%s._report._dmarc.%s", o->where, o->report[i].host)}));
}

size_t dmarc_notes(struct pool *pool, enum lang lang, const struct domain *domain,
                   const struct record record[RECORD_COUNT], const struct result result[RECORD_COUNT],
                   struct note out[NOTES_MAX])
{
    const struct effective_policy *o = result[RECORD_DMARC].dmarc;
    struct notes to = {.pool = pool, .lang = lang, .note = out};

    add_pass(&to, domain, result);
    add_alignment(&to, domain, record, result);
    if (o) {
        add_policy(&to, o);
        add_obsolete_tags(&to, o);
        add_reports(&to, o);
    }
    return to.count;
}
