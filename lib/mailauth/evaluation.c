/*
 * Combines what the evaluates say of each server into the verdict of a record, and explains a miss (design, section 6).
 * The authoritative servers decide, the resolver tells what the world still sees. Pure: asks nothing, keeps nothing.
 */
#include "base/base.h"

#include "mailauth/evaluate.h"
#include "mailauth/evaluation.h"
#include "mailauth/name.h"
#include "model/check.h"
#include "model/dmarc.h"
#include "model/name.h"

static struct evaluation (*const evaluators[RECORD_COUNT])(const struct evaluation_context *s, const char *host,
                                                           int server) = {[RECORD_DKIM] = evaluate_dkim,
                                                                          [RECORD_DKIM_ED25519] = evaluate_dkim_ed25519,
                                                                          [RECORD_RETURN_PATH] = evaluate_return_path,
                                                                          [RECORD_DMARC] = evaluate_dmarc};
static const enum rr_type main_type[RECORD_COUNT] = {
    [RECORD_DKIM] = RR_TXT, [RECORD_DKIM_ED25519] = RR_TXT, [RECORD_RETURN_PATH] = RR_CNAME, [RECORD_DMARC] = RR_TXT};

static const finding_set absent_findings = FINDING_BIT(FINDING_NXDOMAIN) | FINDING_BIT(FINDING_NODATA);

/* What the sources say of one host, counted. */
struct opinions {
    int right, not_right, silent;          /* authoritative servers */
    finding_set silence;                   /* why sources gave no usable answer, the resolver too */
    finding_set advice;                    /* findings of those who are right */
    struct evaluation good, bad, resolver; /* one of each; bad: one that found something rather than nothing */
    bool resolver_asked;
};

static enum finding finding_of(enum outcome why)
{
    switch (why) {
    case OUTCOME_SERVFAIL:
        return FINDING_SERVFAIL;
    case OUTCOME_BOGUS:
        return FINDING_BOGUS;
    case OUTCOME_REFUSED:
        return FINDING_REFUSED;
    case OUTCOME_LAME:
    case OUTCOME_REFERRAL:
        return FINDING_LAME;
    case OUTCOME_MALFORMED:
        return FINDING_GARBLED;
    default:
        return FINDING_TIMEOUT;
    }
}

/* A wildcard that gives every name the wrong answer: the record itself is missing. */
static void see_wildcard(const struct evaluation_context *s, enum record_kind kind, int server, struct evaluation *j)
{
    if (!j->usable || j->r.verdict == VERDICT_OK || (j->r.findings & FINDING_BIT(FINDING_CNAME_LOOP)))
        return;
    if (!answered_by_wildcard(s, kind, server))
        return;
    j->r.verdict = VERDICT_MISSING;
    j->r.findings = FINDING_BIT(FINDING_WILDCARD);
}

static void add_opinion(struct opinions *all, int server, const struct evaluation *j)
{
    bool right = j->usable && j->r.verdict == VERDICT_OK;

    if (!j->usable)
        all->silence |= FINDING_BIT(finding_of(j->why));
    if (server == RESOLVER) {
        all->resolver = *j;
        all->resolver_asked = true;
    } else if (!j->usable) {
        all->silent++;
    } else if (right) {
        all->good = *j;
        all->advice |= j->r.findings;
        all->right++;
    } else {
        if (all->not_right == 0 || j->r.verdict == VERDICT_WRONG)
            all->bad = *j;
        all->not_right++;
    }
}

/* A server of the zone that may be asked, or the RESOLVER. */
static bool may_be_asked(const struct evaluation_context *s, int server)
{
    return server == RESOLVER ||
           !(s->observations->servers[server].recursive || s->observations->servers[server].barred);
}

/* Everyone who was asked about host. */
static struct opinions gather(const struct evaluation_context *s, enum record_kind kind, const char *host)
{
    struct opinions all = {0};
    bool own = name_equal(host, s->names.record[kind].host);

    for (int server = RESOLVER; server < (int)s->observations->server_count; server++) {
        struct evaluation j;
        if (!may_be_asked(s, server) || !seen_at(s, host, main_type[kind], server))
            continue;
        j = evaluators[kind](s, host, server);
        if (own)
            see_wildcard(s, kind, server, &j);
        add_opinion(&all, server, &j);
    }
    return all;
}

static struct result unknown(const struct evaluation_context *s, enum record_kind kind, finding_set why)
{
    struct evaluation j = evaluation_make(s, kind, VERDICT_UNKNOWN, why ? why : FINDING_BIT(FINDING_TIMEOUT), 0);
    return j.r;
}

/* Some servers have it and others not yet: a secondary that was not reached, or a change under way. */
static struct result disagreement(const struct opinions *all)
{
    struct result r = all->bad.r;

    r.verdict = VERDICT_MISSING;
    r.findings = FINDING_BIT(FINDING_SERVERS_DISAGREE);
    r.servers_right = all->right;
    r.servers_asked = all->right + all->not_right;
    return r;
}

/* All authoritative servers that answered are right: do enough sources say so, and does the world see it? */
static struct result agreement(const struct evaluation_context *s, enum record_kind kind, const struct opinions *all)
{
    bool observations = all->resolver_asked && all->resolver.usable && all->resolver.r.verdict == VERDICT_OK;
    bool old = all->resolver_asked && all->resolver.usable && !observations;
    struct result r = all->good.r;

    r.findings = all->advice;
    if (all->resolver_asked && !all->resolver.usable && all->resolver.why == OUTCOME_BOGUS)
        return unknown(s, kind, FINDING_BIT(FINDING_BOGUS)); /* receivers that validate will not see it either */
    /* Two sources that agree, or an only server with a resolver that is merely behind. */
    if (all->right < 2 && !observations && !(old && all->silent == 0))
        return unknown(s, kind, all->silence);
    if (old) {
        r.findings |= FINDING_BIT(FINDING_CACHED_OLD);
        r.old_until = all->resolver.ttl ? s->now + (int64_t)all->resolver.ttl * 1000 : 0;
    }
    return r;
}

/*
 * Nothing usable came from the zone's servers, and the resolver denies the record. It may do so out of its cache, so it
 * is believed where they could not be asked at all: there are none that may be, or nothing of theirs gets through to us
 * (a firewall) while the resolver has a fresh answer about a name that nobody can have asked for before.
 */
static bool resolver_may_deny(const struct evaluation_context *s, enum record_kind kind, const struct opinions *all)
{
    const char *wildcard_probe = s->names.wildcard_probe[kind];
    const struct observation *fresh = wildcard_probe ? seen_at(s, wildcard_probe, main_type[kind], RESOLVER) : NULL;

    return all->silent == 0 ||
           (all->silence == FINDING_BIT(FINDING_TIMEOUT) && fresh && outcome_usable(fresh->outcome));
}

static struct result combine(const struct evaluation_context *s, enum record_kind kind, const struct opinions *all)
{
    if (all->right + all->not_right == 0) {
        if (all->resolver_asked && all->resolver.usable &&
            (all->resolver.r.verdict == VERDICT_OK || resolver_may_deny(s, kind, all)))
            return all->resolver.r;
        if (!all->resolver_asked && all->silent == 0 && s->observations->zone_state == ZONE_UNKNOWN)
            return unknown(s, kind, FINDING_BIT(finding_of(s->observations->zone_outcome)));
        return unknown(s, kind, all->silence);
    }
    if (all->right == 0)
        return all->bad.r;
    return all->not_right > 0 ? disagreement(all) : agreement(s, kind, all);
}

/* --- explaining a miss --- */

/* Whether j found our value, be it spoilt on the way. */
static bool is_our_value(const struct evaluation_context *s, enum record_kind kind, const struct evaluation *j)
{
    const char *expected = s->names.record[kind].value;

    if (!j->usable)
        return false;
    if (j->r.verdict == VERDICT_OK)
        return true;
    if (kind == RECORD_RETURN_PATH) /* the panel that appended the domain to the host did so to the target as well */
        return j->r.where && strncasecmp(j->r.where, expected, strlen(expected)) == 0 &&
               j->r.where[strlen(expected)] == '.';
    return kind != RECORD_DMARC && (j->r.findings & (FINDING_BIT(FINDING_TRUNCATED) | FINDING_BIT(FINDING_QUOTED))) &&
           !(j->r.findings & FINDING_BIT(FINDING_OTHER_KEY));
}

/* If our value stands at name instead, says so in r. */
static bool stands_at(const struct evaluation_context *s, enum record_kind kind, const char *name, enum finding finding,
                      struct result *r)
{
    for (int server = RESOLVER; name && server < (int)s->observations->server_count; server++) {
        struct evaluation j;
        if (!may_be_asked(s, server))
            continue;
        j = evaluators[kind](s, name, server);
        if (!is_our_value(s, kind, &j))
            continue;
        r->findings = (r->findings & ~absent_findings) | FINDING_BIT(finding);
        r->where = name;
        r->found = j.r.found;
        r->found_count = j.r.found_count;
        return true;
    }
    return false;
}

static void explain_miss(const struct evaluation_context *s, enum record_kind kind, struct result *r)
{
    if (r->findings & FINDING_BIT(FINDING_SERVERS_DISAGREE))
        return;
    for (size_t b = 0; b < s->names.base_count; b++)
        if (stands_at(s, kind, s->names.duplicated[kind][b], FINDING_NAME_DOUBLED, r))
            return;
    for (size_t b = 0; main_type[kind] == RR_TXT && b < s->names.base_count; b++)
        if (stands_at(s, kind, s->names.base[b], FINDING_AT_APEX, r))
            return;
}

/* The resolver says that the domain does not exist: then nothing below it does (RFC 8020), unless an answer shows
 * otherwise. */
static void see_absence(const struct evaluation_context *s, struct result *r)
{
    const char *above = s->names.base[s->names.base_count - 1];
    const struct observation *o = seen_at(s, above, RR_TXT, RESOLVER);
    /* mail.voorbeeld.nl may well have no records yet while voorbeeld.nl exists: its owner has nothing to register. */
    bool below_existing = s->names.base_count > 1 && o && (o->outcome == OUTCOME_DATA || o->outcome == OUTCOME_NODATA);

    if (s->observations->zone_state != ZONE_ABSENT || (r->verdict != VERDICT_MISSING && r->verdict != VERDICT_UNKNOWN))
        return;
    if (r->verdict == VERDICT_UNKNOWN)
        r->findings = 0;
    r->verdict = VERDICT_MISSING;
    r->findings = (r->findings & ~absent_findings) | FINDING_BIT(FINDING_NXDOMAIN);
    if (!below_existing)
        r->findings |= FINDING_BIT(FINDING_NO_SUCH_DOMAIN);
}

struct evaluation consensus_evaluation(const struct evaluation_context *s, enum record_kind kind, const char *host)
{
    struct opinions all = gather(s, kind, host);

    if (all.right > 0)
        return all.good;
    if (all.not_right > 0)
        return all.bad;
    return all.resolver_asked ? all.resolver : evaluation_unusable(OUTCOME_DEADLINE);
}

/*
 * No record of the domain's own: the policy above that covers it, if any. A parent that could not be asked may have a
 * strict one, which a p=none offered here would undo: so then nothing is known. A public suffix (psd=y) covers those
 * who say nothing: it is no reason to say nothing.
 */
static void look_up_tree(const struct evaluation_context *s, const char *where, struct result *r)
{
    const finding_set kept = FINDING_BIT(FINDING_NO_RUA);
    const char *top = s->names.base[s->names.base_count - 1];
    struct result blind = {0};
    bool is_blind = false;

    for (size_t i = 0; i < s->names.tree_count; i++) {
        const char *name = s->names.tree[i] + strlen("_dmarc.");
        struct opinions all = gather(s, RECORD_DMARC, s->names.tree[i]);
        struct result parent = combine(s, RECORD_DMARC, &all);
        const struct dmarc_tags *tags = consensus_evaluation(s, RECORD_DMARC, s->names.tree[i]).tags;
        if (parent.verdict == VERDICT_OK && where && name_equal(name, where) && tags && tags->psd != DMARC_PSD_YES) {
            *r = parent;
            r->findings = (r->findings & kept) | FINDING_BIT(FINDING_POLICY_EXISTS);
            r->where = s->names.tree[i];
            r->old_until = 0;
            return;
        }
        if (parent.verdict == VERDICT_UNKNOWN && !is_blind && name_within(name, top)) {
            blind = parent;
            is_blind = true;
        }
    }
    if (is_blind)
        *r = blind;
}

/* Who serves the zone, by the first of its servers that is known. */
static const char *provider_of(const struct observations *observations)
{
    for (size_t i = 0; i < observations->server_count; i++) {
        const struct dns_provider *p =
            observations->servers[i].recursive ? NULL : dns_provider_by_server(observations->servers[i].name);
        if (p)
            return p->id;
    }
    return NULL;
}

static void evaluate_record(const struct evaluation_context *s, enum record_kind kind,
                            const struct effective_policy *effective, struct result *out)
{
    struct opinions all = gather(s, kind, s->names.record[kind].host);

    *out = combine(s, kind, &all);
    see_absence(s, out);
    if (kind == RECORD_DMARC && out->verdict == VERDICT_MISSING &&
        !(out->findings & FINDING_BIT(FINDING_SERVERS_DISAGREE)))
        look_up_tree(s, effective ? effective->where : NULL, out);
    if (out->verdict == VERDICT_MISSING)
        explain_miss(s, kind, out);
    out->zone = *s->observations->zone ? s->observations->zone : NULL;
    out->provider = provider_of(s->observations);
    out->dmarc = kind == RECORD_DMARC ? effective : NULL;
}

void check_evaluate(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                    const struct observations *observations, int64_t now, struct result out[RECORD_COUNT])
{
    struct evaluation_context s = {.pool = pool, .domain = domain, .observations = observations, .now = now};
    const struct effective_policy *effective;

    check_names_of(pool, rules, domain, &s.names);
    check_names_find_wildcard_probes(domain, observations, &s.names);
    effective = effective_policy_find(&s, rules);
    for (int k = 0; k < RECORD_COUNT; k++) {
        out[k] = (struct result){.kind = (enum record_kind)k};
        if (domain_has(domain, (enum record_kind)k))
            evaluate_record(&s, (enum record_kind)k, effective, &out[k]);
    }
}
