/*
 * Counts the servers' answers about one host and combines them. A wrong verdict here would cost a customer's mail: a
 * record counts as published only where two sources agree, and an unusable answer is never a denial. Pure: asks
 * nothing.
 */
#include "base/base.h"

#include "mailauth/consensus.h"
#include "mailauth/evaluate_dkim.h"
#include "mailauth/evaluate_dmarc.h"
#include "mailauth/evaluate_return_path.h"
#include "model/check.h"
#include "model/name.h"

static struct evaluation (*const evaluators[RECORD_COUNT])(const struct evaluation_context *context, const char *host,
                                                           int server) = {[RECORD_DKIM] = evaluate_dkim,
                                                                          [RECORD_DKIM_ED25519] = evaluate_dkim_ed25519,
                                                                          [RECORD_RETURN_PATH] = evaluate_return_path,
                                                                          [RECORD_DMARC] = evaluate_dmarc};
/* The type whose answer counts: a server that was not asked for it takes no part. */
static const enum rr_type main_type[RECORD_COUNT] = {
    [RECORD_DKIM] = RR_TXT, [RECORD_DKIM_ED25519] = RR_TXT, [RECORD_RETURN_PATH] = RR_CNAME, [RECORD_DMARC] = RR_TXT};

static enum finding consensus_finding_of(enum outcome why)
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

/* --- counting --- */

/* A wildcard that gives every name the wrong answer: the record itself is missing. */
static void detect_wildcard(const struct evaluation_context *context, enum record_kind kind, int server,
                            struct evaluation *e)
{
    if (!e->usable || e->result.verdict == VERDICT_OK || (e->result.findings & FINDING_BIT(FINDING_CNAME_LOOP)))
        return;
    if (!answered_by_wildcard(context, kind, server))
        return;
    e->result.verdict = VERDICT_MISSING;
    e->result.findings = FINDING_BIT(FINDING_WILDCARD);
}

static void tally_add(struct tally *tally, int server, const struct evaluation *e)
{
    if (!e->usable)
        tally->unusable_findings |= FINDING_BIT(consensus_finding_of(e->why));
    if (server == RESOLVER) {
        tally->resolver = *e;
        tally->resolver_asked = true;
    } else if (!e->usable) {
        tally->evaluation_unusable++;
    } else if (e->result.verdict == VERDICT_OK) {
        tally->correct_evaluation = *e;
        tally->advice |= e->result.findings;
        tally->correct++;
    } else {
        if (tally->incorrect == 0 || e->result.verdict == VERDICT_WRONG)
            tally->incorrect_evaluation = *e;
        tally->incorrect++;
    }
}

/* A server of the zone that may be asked, or the RESOLVER. */
static bool may_be_asked(const struct evaluation_context *context, int server)
{
    return server == RESOLVER ||
           !(context->observations->servers[server].recursive || context->observations->servers[server].barred);
}

struct tally tally_servers(const struct evaluation_context *context, enum record_kind kind, const char *host)
{
    struct tally tally = {0};
    bool own = name_equal(host, context->names.record[kind].host);

    for (int server = RESOLVER; server < (int)context->observations->server_count; server++) {
        struct evaluation e;
        if (!may_be_asked(context, server) || !context_observation(context, host, main_type[kind], server))
            continue;
        e = evaluators[kind](context, host, server);
        if (own)
            detect_wildcard(context, kind, server, &e);
        tally_add(&tally, server, &e);
    }
    return tally;
}

/* --- combining --- */

static struct result unknown(const struct evaluation_context *context, enum record_kind kind, finding_set why)
{
    return evaluation_make(context, kind, VERDICT_UNKNOWN, why ? why : FINDING_BIT(FINDING_TIMEOUT), 0).result;
}

/* Some servers have the record and others do not yet: a secondary that is not updated, or a change in progress. */
static struct result servers_disagree(const struct tally *tally)
{
    struct result result = tally->incorrect_evaluation.result;

    result.verdict = VERDICT_MISSING;
    result.findings = FINDING_BIT(FINDING_SERVERS_DISAGREE);
    result.servers_right = tally->correct;
    result.servers_asked = tally->correct + tally->incorrect;
    return result;
}

/* All authoritative servers with a usable answer have the record: do enough sources agree, and do receivers see it? */
static struct result servers_agree(const struct evaluation_context *context, enum record_kind kind,
                                   const struct tally *tally)
{
    const struct evaluation *resolver = tally->resolver_asked ? &tally->resolver : NULL;
    bool visible = resolver && resolver->usable && resolver->result.verdict == VERDICT_OK;
    bool cached_old = resolver && resolver->usable && !visible;
    struct result result = tally->correct_evaluation.result;

    result.findings = tally->advice;
    if (resolver && !resolver->usable && resolver->why == OUTCOME_BOGUS)
        return unknown(context, kind, FINDING_BIT(FINDING_BOGUS)); /* receivers that validate will not see it either */
    /* Two sources that agree, or the only server while the resolver merely caches an old answer. */
    if (tally->correct < 2 && !visible && !(cached_old && tally->evaluation_unusable == 0))
        return unknown(context, kind, tally->unusable_findings);
    if (cached_old) {
        result.findings |= FINDING_BIT(FINDING_CACHED_OLD);
        result.old_until = resolver->ttl ? context->now + (int64_t)resolver->ttl * 1000 : 0;
    }
    return result;
}

/*
 * No authoritative server gave a usable answer, and the resolver denies the record. The denial may come from its cache,
 * so it counts only where the servers could not be asked at all: none may be asked, or all of them time out here (a
 * firewall) while the resolver has a fresh answer about a name that was never asked before.
 */
static bool resolver_may_deny(const struct evaluation_context *context, enum record_kind kind,
                              const struct tally *tally)
{
    const char *probe = context->names.wildcard_probe[kind];
    const struct observation *fresh = probe ? context_observation(context, probe, main_type[kind], RESOLVER) : NULL;

    return tally->evaluation_unusable == 0 ||
           (tally->unusable_findings == FINDING_BIT(FINDING_TIMEOUT) && fresh && outcome_usable(fresh->outcome));
}

static struct result by_resolver(const struct evaluation_context *context, enum record_kind kind,
                                 const struct tally *tally)
{
    if (tally->resolver_asked && tally->resolver.usable &&
        (tally->resolver.result.verdict == VERDICT_OK || resolver_may_deny(context, kind, tally)))
        return tally->resolver.result;
    if (!tally->resolver_asked && tally->evaluation_unusable == 0 && context->observations->zone_state == ZONE_UNKNOWN)
        return unknown(context, kind, FINDING_BIT(consensus_finding_of(context->observations->zone_outcome)));
    return unknown(context, kind, tally->unusable_findings);
}

struct result consensus_result(const struct evaluation_context *context, enum record_kind kind,
                               const struct tally *tally)
{
    if (tally->correct + tally->incorrect == 0)
        return by_resolver(context, kind, tally);
    if (tally->correct == 0)
        return tally->incorrect_evaluation.result;
    return tally->incorrect > 0 ? servers_disagree(tally) : servers_agree(context, kind, tally);
}

struct evaluation consensus_evaluation(const struct evaluation_context *context, enum record_kind kind,
                                       const char *host)
{
    struct tally tally = tally_servers(context, kind, host);

    if (tally.correct > 0)
        return tally.correct_evaluation;
    if (tally.incorrect > 0)
        return tally.incorrect_evaluation;
    return tally.resolver_asked ? tally.resolver : evaluation_unusable(OUTCOME_DEADLINE);
}

/* --- our value at another name --- */

/* Whether e found our value, perhaps damaged. */
static bool is_our_value(const struct evaluation_context *context, enum record_kind kind, const struct evaluation *e)
{
    const char *value = context->names.record[kind].value, *where = e->result.where;

    if (!e->usable)
        return false;
    if (e->result.verdict == VERDICT_OK)
        return true;
    if (kind == RECORD_RETURN_PATH) /* the panel that appended the domain to the host did so to the target as well */
        return where && strncasecmp(where, value, strlen(value)) == 0 && where[strlen(value)] == '.';
    return kind != RECORD_DMARC &&
           (e->result.findings & (FINDING_BIT(FINDING_TRUNCATED) | FINDING_BIT(FINDING_QUOTED))) &&
           !(e->result.findings & FINDING_BIT(FINDING_OTHER_KEY));
}

bool consensus_finds_value(const struct evaluation_context *context, enum record_kind kind, const char *name,
                           struct evaluation *out)
{
    for (int server = RESOLVER; server < (int)context->observations->server_count; server++) {
        if (!may_be_asked(context, server))
            continue;
        *out = evaluators[kind](context, name, server);
        if (is_our_value(context, kind, out))
            return true;
    }
    return false;
}
