/*
 * The effective DMARC policy: by the tree walk of RFC 9989 4.10 and, for receivers that still use RFC 7489, by the
 * public suffix list (6.6.3); and whether the hosts that it names for reports accept them. Gives no record's verdict.
 */
#include "base/base.h"

#include "mailauth/consensus.h"
#include "mailauth/dmarc_record.h"
#include "mailauth/effective_policy.h"
#include "mailauth/evaluate.h"
#include "mailauth/name.h"
#include "model/dmarc.h"
#include "model/name.h"

/* One step of the walk, the domain itself first. */
struct step {
    const char *name; /* the domain, without _dmarc. */
    const char *host;
    struct evaluation e; /* tags NULL: no valid policy there */
};

struct walk {
    struct step step[DMARC_TREE_MAX];
    size_t count;
};

static void add_step(const struct evaluation_context *context, struct walk *walk, const char *host)
{
    struct step *step = &walk->step[walk->count];

    if (walk->count == DMARC_TREE_MAX)
        return;
    *step = (struct step){
        .name = host + strlen("_dmarc."), .host = host, .e = consensus_evaluation(context, RECORD_DMARC, host)};
    walk->count++;
}

/* The tree walk ends at the first record with psd=y or psd=n (RFC 9989 4.10). */
static struct walk walk_tree(const struct evaluation_context *context)
{
    struct walk walk = {0};
    const struct dmarc_tags *tags;

    add_step(context, &walk, context->names.record[RECORD_DMARC].host);
    for (size_t i = 0; i < context->names.tree_count; i++) {
        tags = walk.step[walk.count - 1].e.tags;
        if (tags && tags->psd != DMARC_PSD_UNKNOWN)
            break;
        add_step(context, &walk, context->names.tree[i]);
    }
    return walk;
}

/* The name one label longer than name, towards domain. */
static const char *child_towards(const char *domain, const char *name)
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
        if (!step->e.tags)
            continue;
        if (step->e.tags->psd == DMARC_PSD_NO)
            return step->name;
        if (step->e.tags->psd == DMARC_PSD_YES && i > 0) {
            *suffix = step;
            return child_towards(walk->step[0].name, step->name);
        }
        found = step->name; /* the last of them has the fewest labels */
    }
    return found ? found : walk->step[0].name;
}

static const struct step *effective_policy_step_of(const struct walk *walk, const char *name)
{
    for (size_t i = 0; i < walk->count; i++)
        if (walk->step[i].e.tags && name_equal(walk->step[i].name, name))
            return &walk->step[i];
    return NULL;
}

/* Whether the domain exists in DNS, for np= (RFC 9989 4.7); an unknown one counts as existing. */
static bool domain_exists(const struct evaluation_context *context)
{
    const struct observation *o = context_observation(context, context->domain->name.ascii, RR_TXT, RESOLVER);

    for (int server = 0; server < (int)context->observations->server_count; server++) {
        const struct observation *own = context->observations->servers[server].recursive
                                            ? NULL
                                            : context_observation(context, context->domain->name.ascii, RR_TXT, server);
        if (own && (own->outcome == OUTCOME_DATA || own->outcome == OUTCOME_NODATA))
            return true;
    }
    return !o || o->outcome != OUTCOME_NXDOMAIN;
}

/* --- reports --- */

/* Whether the host accepts reports: by at least one TXT record that begins with v=DMARC1 (RFC 9990 4). name: where that
 * record stands, or NULL; returns the value of report_host.accepts. */
static int acceptance(const struct evaluation_context *context, const char *name)
{
    struct txt_answer txt = {.state = TXT_UNUSABLE};

    for (int server = RESOLVER; name && txt.state == TXT_UNUSABLE && server < (int)context->observations->server_count;
         server++)
        if (server == RESOLVER ||
            !(context->observations->servers[server].recursive || context->observations->servers[server].barred))
            txt_answer_at(context, name, server, &txt);
    for (size_t i = 0; i < txt.count; i++)
        if (txt.rr[i]->data_len >= 8 && memcmp(txt.rr[i]->data, "v=DMARC1", 8) == 0)
            return REPORT_ACCEPTED;
    return txt.state == TXT_UNUSABLE || txt.state == TXT_LOOP ? REPORT_NOT_ASKED : REPORT_REFUSED;
}

static void add_report_hosts(const struct evaluation_context *context, const struct name_rules *rules,
                             const struct step *policy, struct effective_policy *out)
{
    char host[REPORT_HOSTS_MAX][REPORT_HOST_SIZE];
    const struct answer_rr *rr = policy->e.policy;
    size_t count = dmarc_report_hosts((const char *)rr->data, rr->data_len, host);

    for (size_t i = 0; i < count; i++) {
        struct report_host *report = &out->report[out->report_count];
        if (name_equal(name_organisational(rules, host[i]), name_organisational(rules, policy->name)))
            continue;
        report->host = pool_strdup(context->pool, host[i]);
        report->accepts = acceptance(context, report_question(context->pool, policy->name, host[i]));
        out->report_count++;
    }
}

/* --- combining --- */

/* The policy of the record at step for mail from the domain. */
static enum dmarc_policy policy_by(const struct evaluation_context *context, const struct walk *walk,
                                   const struct step *step)
{
    return dmarc_policy_for(step->e.tags, step != &walk->step[0], domain_exists(context));
}

/* The policy by RFC 7489 6.6.3: own, or of the organisational domain by the public suffix list. By p= and sp= alone:
 * np= and t= are of RFC 9989. */
static void set_rfc7489_policy(const struct walk *walk, const struct name_rules *rules, struct effective_policy *out)
{
    const struct step *own = effective_policy_step_of(walk, walk->step[0].name);
    const struct step *above = effective_policy_step_of(walk, name_organisational(rules, walk->step[0].name));
    const struct step *step = own ? own : above;

    if (!step)
        return;
    out->rfc7489_policy = !own && step->e.tags->sp != DMARC_P_UNSET ? step->e.tags->sp : step->e.tags->p;
    out->rfc7489_where = step->name;
}

const struct effective_policy *effective_policy_find(const struct evaluation_context *context,
                                                     const struct name_rules *rules)
{
    struct effective_policy *out = pool_alloc(context->pool, sizeof(*out));
    struct walk walk = walk_tree(context);
    const struct step *suffix, *step;
    const char *org;

    if (!walk.step[0].e.usable)
        return NULL;
    org = organisational(&walk, &suffix);
    step = walk.step[0].e.tags ? &walk.step[0] : effective_policy_step_of(&walk, org);
    step = step ? step : suffix;
    set_rfc7489_policy(&walk, rules, out);
    if (!step)
        return out;
    out->policy = policy_by(context, &walk, step);
    out->where = step->name;
    out->strict_dkim = step->e.tags->strict_dkim;
    out->strict_spf = step->e.tags->strict_spf;
    out->spf_unaligned = walk.step[0].e.tags && walk.step[0].e.tags->psd == DMARC_PSD_YES;
    out->testing = step->e.tags->testing;
    out->obsolete_tags = step->e.tags->obsolete_tags;
    out->pct = step->e.tags->pct;
    add_report_hosts(context, rules, step, out);
    return out;
}
