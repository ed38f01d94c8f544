/*
 * Near misses, and DMARC in plain words: passes or not, by what, and what holds for mail that does not. Judges no
 * record: it reads what the check found. Escapes nothing.
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

bool explain_difference(struct pool *pool, const struct record *record, const struct result *result,
                        struct difference *out, bool *of_name)
{
    const char *wanted = record->kind == RECORD_DMARC ? result->mended : record->value;

    *out = (struct difference){0};
    *of_name = has(result, FINDING_NAME_DOUBLED) && result->where;
    if (*of_name)
        difference_of(pool, record->host, result->where, out);
    if (*of_name || result->verdict != VERDICT_WRONG || !wanted || has(result, FINDING_OTHER_KEY) ||
        has(result, FINDING_SEVERAL_RECORDS) || has(result, FINDING_PROXIED))
        return out->near;
    for (size_t i = 0; i < result->found_count && i < VALUES_COMPARED && !out->near; i++)
        difference_of(pool, wanted, result->found[i], out);
    return out->near;
}

/* --- DMARC --- */

struct notes {
    struct pool *pool;
    enum lang lang;
    struct note *note; /* NOTES_MAX */
    size_t count;
};

static void add(struct notes *to, const char *word, enum tone tone, enum text_id id, const struct text_arg *args)
{
    struct buf out;

    if (to->count == NOTES_MAX)
        return;
    buf_init(&out, 8192);
    text_fill(&out, to->lang, id, args);
    to->note[to->count++] = (struct note){.word = word, .tone = tone, .text = pool_memdup(to->pool, out.data, out.len)};
    buf_free(&out);
}

/* SPF can pass by the return path, and in the name of the domain. */
static bool spf_counts(const struct result result[RECORD_COUNT])
{
    const struct dmarc_outlook *o = result[RECORD_DMARC].dmarc;

    return !has(&result[RECORD_RETURN_PATH], FINDING_FLATTENED) && !(o && (o->strict_spf || o->spf_apart));
}

/* Until all required records are right, mail leaves through the default host: neither signed nor with this return path.
 */
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
        id = spf_counts(result) ? TEXT_DMARC_PASS_BOTH : TEXT_DMARC_PASS_DKIM;
    add(to, "pass", good ? TONE_GOOD : TONE_WAIT, id, TEXT_ARGS({"domain", domain->name.unicode}));
}

static void add_alignment(struct notes *to, const struct domain *domain, const struct record record[RECORD_COUNT],
                          const struct result result[RECORD_COUNT])
{
    const struct dmarc_outlook *o = result[RECORD_DMARC].dmarc;
    const struct text_arg *args =
        TEXT_ARGS({"domain", domain->name.unicode}, {"path", record[RECORD_RETURN_PATH].host});

    if (has(&result[RECORD_RETURN_PATH], FINDING_FLATTENED))
        add(to, "alignment", TONE_TIP, TEXT_DMARC_SPF_FLATTENED, args);
    else if (o && o->strict_spf)
        add(to, "alignment", TONE_TIP, TEXT_DMARC_SPF_STRICT, args);
    else if (o && o->spf_apart)
        add(to, "alignment", TONE_TIP, TEXT_DMARC_SPF_APART, args);
    if (o && o->strict_dkim)
        add(to, "alignment", TONE_GOOD, TEXT_DMARC_DKIM_STRICT, args);
}

static const char *effect(enum lang lang, enum dmarc_policy policy)
{
    static const enum text_id words[] = {[DMARC_P_UNSET] = TEXT_DMARC_EFFECT_NONE,
                                         [DMARC_P_NONE] = TEXT_DMARC_EFFECT_NONE,
                                         [DMARC_P_QUARANTINE] = TEXT_DMARC_EFFECT_QUARANTINE,
                                         [DMARC_P_REJECT] = TEXT_DMARC_EFFECT_REJECT};

    return text(lang, words[policy]);
}

/* Where receivers by RFC 9989 and those by RFC 7489 come to another policy, that is said; a step less for t=y has its
 * own words. */
static void add_policy(struct notes *to, const struct dmarc_outlook *o)
{
    bool same_where = o->where && o->older_where && name_equal(o->where, o->older_where);
    bool same = same_where && (o->policy == o->older || o->testing);

    if (o->where)
        add(to, "holds", TONE_GOOD, TEXT_DMARC_HOLDS,
            TEXT_ARGS({"where", o->where}, {"effect", effect(to->lang, o->policy)}));
    if (o->where && !o->older_where)
        add(to, "differ", TONE_TIP, TEXT_DMARC_OLDER_NONE, TEXT_ARGS({"where", o->where}));
    else if (o->older_where && !same)
        add(to, "differ", TONE_TIP, TEXT_DMARC_OLDER,
            TEXT_ARGS({"where", o->older_where}, {"effect", effect(to->lang, o->older)}));
    if (o->testing)
        add(to, "testing", TONE_TIP, TEXT_DMARC_TESTING, (const struct text_arg[]){{0}});
}

static void add_old_tags(struct notes *to, const struct dmarc_outlook *o)
{
    const char *others = (o->old_tags & (DMARC_OLD_RF | DMARC_OLD_RI)) == (DMARC_OLD_RF | DMARC_OLD_RI) ? "rf=, ri="
                         : o->old_tags & DMARC_OLD_RF                                                   ? "rf="
                                                                                                        : "ri=";

    if (o->old_tags & DMARC_OLD_PCT)
        add(to, "old_tags", TONE_TIP, o->pct < 100 ? TEXT_DMARC_OLD_PCT : TEXT_DMARC_OLD_PCT_ALL,
            TEXT_ARGS({"pct", pool_printf(to->pool, "%d", o->pct)}));
    if (o->old_tags & (DMARC_OLD_RF | DMARC_OLD_RI))
        add(to, "old_tags", TONE_TIP, TEXT_DMARC_OLD_TAGS, TEXT_ARGS({"tags", others}));
}

static void add_reports(struct notes *to, const struct dmarc_outlook *o)
{
    for (size_t i = 0; o->where && i < o->report_count; i++)
        if (o->report[i].accepts == REPORT_REFUSED)
            add(to, "report", TONE_TIP, TEXT_DMARC_REPORT_REFUSED,
                TEXT_ARGS({"host", o->report[i].host}, {"where", o->where},
                          {"question", pool_printf(to->pool, "%s._report._dmarc.%s", o->where, o->report[i].host)}));
}

size_t explain_dmarc(struct pool *pool, enum lang lang, const struct domain *domain,
                     const struct record record[RECORD_COUNT], const struct result result[RECORD_COUNT],
                     struct note out[NOTES_MAX])
{
    const struct dmarc_outlook *o = result[RECORD_DMARC].dmarc;
    struct notes to = {.pool = pool, .lang = lang, .note = out};

    add_pass(&to, domain, result);
    add_alignment(&to, domain, record, result);
    if (o) {
        add_policy(&to, o);
        add_old_tags(&to, o);
        add_reports(&to, o);
    }
    return to.count;
}
