/*
 * Which DMARC policy holds for mail from the domain: by the tree walk of RFC 9989 4.10 and, where receivers still go by
 * it, by the public suffix list (RFC 7489 6.6.3); and whether those named for reports accept them. Judges no record's
 * verdict.
 */
#include "base/base.h"

#include "mailauth/dmarc_record.h"
#include "mailauth/evaluate.h"
#include "mailauth/name.h"
#include "model/dmarc.h"
#include "model/name.h"

/* One step of the walk, the domain itself first. */
struct step {
    const char *name; /* the domain, without _dmarc. */
    const char *host;
    struct evaluation j; /* tags NULL: no valid policy there */
};

struct walk {
    struct step step[DMARC_TREE_MAX];
    size_t count;
};

static void add_step(const struct evaluation_context *s, struct walk *walk, const char *host)
{
    struct step *step = &walk->step[walk->count];

    if (walk->count == DMARC_TREE_MAX)
        return;
    *step =
        (struct step){.name = host + strlen("_dmarc."), .host = host, .j = consensus_evaluation(s, RECORD_DMARC, host)};
    walk->count++;
}

/* Up to the first record with psd=y or psd=n, which ends it (RFC 9989 4.10). */
static struct walk walk_tree(const struct evaluation_context *s)
{
    struct walk walk = {0};
    const struct dmarc_tags *tags;

    add_step(s, &walk, s->names.record[RECORD_DMARC].host);
    for (size_t i = 0; i < s->names.tree_count; i++) {
        tags = walk.step[walk.count - 1].j.tags;
        if (tags && tags->psd != DMARC_PSD_UNKNOWN)
            break;
        add_step(s, &walk, s->names.tree[i]);
    }
    return walk;
}

/* name with one label more of domain, which is below it. */
static const char *one_below(const char *domain, const char *name)
{
    const char *at = domain + strlen(domain) - strlen(name);

    if (at <= domain + 1)
        return domain;
    for (at -= 2; at > domain && at[-1] != '.';)
        at--;
    return at;
}

/* The organisational domain (RFC 9989 4.10.2); *suffix: the step with psd=y above it, or NULL. */
static const char *organisational(const struct walk *walk, const struct step **suffix)
{
    const char *found = NULL;

    *suffix = NULL;
    for (size_t i = 0; i < walk->count; i++) {
        const struct step *step = &walk->step[i];
        if (!step->j.tags)
            continue;
        if (step->j.tags->psd == DMARC_PSD_NO)
            return step->name;
        if (step->j.tags->psd == DMARC_PSD_YES && i > 0) {
            *suffix = step;
            return one_below(walk->step[0].name, step->name);
        }
        found = step->name; /* the last of them has the fewest labels */
    }
    return found ? found : walk->step[0].name;
}

static const struct step *step_of(const struct walk *walk, const char *name)
{
    for (size_t i = 0; i < walk->count; i++)
        if (walk->step[i].j.tags && name_equal(walk->step[i].name, name))
            return &walk->step[i];
    return NULL;
}

/* Whether the domain has anything at or below it; what is not known counts as there. */
static bool domain_exists(const struct evaluation_context *s)
{
    const struct observation *o = seen_at(s, s->domain->name.ascii, RR_TXT, RESOLVER);

    for (int server = 0; server < (int)s->observations->server_count; server++) {
        const struct observation *own =
            s->observations->servers[server].recursive ? NULL : seen_at(s, s->domain->name.ascii, RR_TXT, server);
        if (own && (own->outcome == OUTCOME_DATA || own->outcome == OUTCOME_NODATA))
            return true;
    }
    return !o || o->outcome != OUTCOME_NXDOMAIN;
}

/* --- reports --- */

/* At least one record that begins with v=DMARC1 says yes. */
static int acceptance(const struct evaluation_context *s, const char *name)
{
    struct texts texts = {.state = TEXTS_UNUSABLE};

    for (int server = RESOLVER; name && texts.state == TEXTS_UNUSABLE && server < (int)s->observations->server_count;
         server++)
        if (server == RESOLVER ||
            !(s->observations->servers[server].recursive || s->observations->servers[server].barred))
            texts_at(s, name, server, &texts);
    for (size_t i = 0; i < texts.count; i++)
        if (texts.rr[i]->data_len >= 8 && memcmp(texts.rr[i]->data, "v=DMARC1", 8) == 0)
            return REPORT_ACCEPTED;
    return texts.state == TEXTS_UNUSABLE || texts.state == TEXTS_LOOP ? REPORT_NOT_ASKED : REPORT_REFUSED;
}

static void see_reports(const struct evaluation_context *s, const struct name_rules *rules, const struct step *policy,
                        struct effective_policy *out)
{
    char host[REPORT_HOSTS_MAX][REPORT_HOST_SIZE];
    const struct answer_rr *rr = policy->j.policy;
    size_t count = dmarc_report_hosts((const char *)rr->data, rr->data_len, host);

    for (size_t i = 0; i < count; i++) {
        struct report_host *report = &out->report[out->report_count];
        if (name_equal(name_organisational(rules, host[i]), name_organisational(rules, policy->name)))
            continue;
        report->host = pool_strdup(s->pool, host[i]);
        report->accepts = acceptance(s, report_question(s->pool, policy->name, host[i]));
        out->report_count++;
    }
}

/* --- together --- */

/* What the record of step asks of mail from the domain. */
static enum dmarc_policy policy_by(const struct evaluation_context *s, const struct walk *walk, const struct step *step)
{
    return dmarc_policy_for(step->j.tags, step != &walk->step[0], domain_exists(s));
}

/* RFC 7489 6.6.3: own, or of the organisational domain by the list. Its sp= and p= alone: np= and t= are younger. */
static void see_older(const struct walk *walk, const struct name_rules *rules, struct effective_policy *out)
{
    const struct step *own = step_of(walk, walk->step[0].name);
    const struct step *above = step_of(walk, name_organisational(rules, walk->step[0].name));
    const struct step *step = own ? own : above;

    if (!step)
        return;
    out->rfc7489_policy = !own && step->j.tags->sp != DMARC_P_UNSET ? step->j.tags->sp : step->j.tags->p;
    out->rfc7489_where = step->name;
}

const struct effective_policy *effective_policy_find(const struct evaluation_context *s, const struct name_rules *rules)
{
    struct effective_policy *out = pool_alloc(s->pool, sizeof *out);
    struct walk walk = walk_tree(s);
    const struct step *suffix, *step;
    const char *org;

    if (!walk.step[0].j.usable)
        return NULL;
    org = organisational(&walk, &suffix);
    step = walk.step[0].j.tags ? &walk.step[0] : step_of(&walk, org);
    step = step ? step : suffix;
    see_older(&walk, rules, out);
    if (!step)
        return out;
    out->policy = policy_by(s, &walk, step);
    out->where = step->name;
    out->strict_dkim = step->j.tags->strict_dkim;
    out->strict_spf = step->j.tags->strict_spf;
    out->spf_unaligned = walk.step[0].j.tags && walk.step[0].j.tags->psd == DMARC_PSD_YES;
    out->testing = step->j.tags->testing;
    out->obsolete_tags = step->j.tags->old;
    out->pct = step->j.tags->pct;
    see_reports(s, rules, step, out);
    return out;
}
