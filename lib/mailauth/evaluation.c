/*
 * All records of a check: the consensus of the servers about each, the effective DMARC policy, and the names at which a
 * missing record is found instead (docs/design.md, section 6). Pure: asks nothing, keeps nothing.
 */
#include "base/base.h"

#include "mailauth/consensus.h"
#include "mailauth/dns_provider.h"
#include "mailauth/effective_policy.h"
#include "mailauth/evaluate.h"
#include "mailauth/evaluation.h"
#include "model/name.h"

static const finding_set absent_findings = FINDING_BIT(FINDING_NXDOMAIN) | FINDING_BIT(FINDING_NODATA);

/* --- a missing record --- */

/* If our value is found at name instead, reports it in result. */
static bool find_at(const struct evaluation_context *context, enum record_kind kind, const char *name,
                    enum finding finding, struct result *result)
{
    struct evaluation e;

    if (!name || !consensus_finds_value(context, kind, name, &e))
        return false;
    result->findings = (result->findings & ~absent_findings) | FINDING_BIT(finding);
    result->where = name;
    result->found = e.result.found;
    result->found_count = e.result.found_count;
    return true;
}

/* Looks for the record with its suffix twice, and a TXT record at the domain itself. */
static void find_misplaced(const struct evaluation_context *context, enum record_kind kind, struct result *result)
{
    const struct check_names *names = &context->names;

    if (result->findings & FINDING_BIT(FINDING_SERVERS_DISAGREE))
        return;
    for (size_t b = 0; b < names->base_count; b++)
        if (find_at(context, kind, names->duplicated[kind][b], FINDING_NAME_DOUBLED, result))
            return;
    for (size_t b = 0; kind != RECORD_RETURN_PATH && b < names->base_count; b++)
        if (find_at(context, kind, names->base[b], FINDING_AT_APEX, result))
            return;
}

/* The resolver says that the domain does not exist: then no name below it does (RFC 8020), unless an answer shows
 * otherwise. */
static void apply_absent_domain(const struct evaluation_context *context, struct result *result)
{
    const struct check_names *names = &context->names;
    const struct observation *parent =
        context_observation(context, names->base[names->base_count - 1], RR_TXT, RESOLVER);
    /* mail.voorbeeld.nl may well have no records yet while voorbeeld.nl exists: its owner has nothing to register. */
    bool parent_exists =
        names->base_count > 1 && parent && (parent->outcome == OUTCOME_DATA || parent->outcome == OUTCOME_NODATA);

    if (context->observations->zone_state != ZONE_ABSENT ||
        (result->verdict != VERDICT_MISSING && result->verdict != VERDICT_UNKNOWN))
        return;
    if (result->verdict == VERDICT_UNKNOWN)
        result->findings = 0;
    result->verdict = VERDICT_MISSING;
    result->findings = (result->findings & ~absent_findings) | FINDING_BIT(FINDING_NXDOMAIN);
    if (!parent_exists)
        result->findings |= FINDING_BIT(FINDING_NO_SUCH_DOMAIN);
}

/* --- a policy of a parent --- */

/* The result of a policy at host, a parent's, for a domain without a record of its own. */
static struct result inherited_policy(const struct result *parent, const char *host)
{
    struct result result = *parent;

    result.findings = (parent->findings & FINDING_BIT(FINDING_NO_RUA)) | FINDING_BIT(FINDING_POLICY_EXISTS);
    result.where = host;
    result.old_until = 0;
    return result;
}

/*
 * The domain has no record of its own: looks for the parent's policy that covers it; where: the domain that published
 * it. A parent without a usable answer may have a strict policy, which the suggested p=none would weaken: then the
 * result is that parent's unknown. A public suffix's policy (psd=y) covers domains without one, but is no reason not to
 * publish one.
 */
static void find_parent_policy(const struct evaluation_context *context, const char *where, struct result *result)
{
    const struct check_names *names = &context->names;
    const char *top = names->base[names->base_count - 1];
    struct result unanswered = {0};
    bool is_unanswered = false;

    for (size_t i = 0; i < names->tree_count; i++) {
        const char *name = names->tree[i] + strlen("_dmarc.");
        struct tally tally = tally_servers(context, RECORD_DMARC, names->tree[i]);
        struct result parent = consensus_result(context, RECORD_DMARC, &tally);
        const struct dmarc_tags *tags = consensus_evaluation(context, RECORD_DMARC, names->tree[i]).tags;
        if (parent.verdict == VERDICT_OK && where && name_equal(name, where) && tags && tags->psd != DMARC_PSD_YES) {
            *result = inherited_policy(&parent, names->tree[i]);
            return;
        }
        if (parent.verdict == VERDICT_UNKNOWN && !is_unanswered && name_within(name, top)) {
            unanswered = parent;
            is_unanswered = true;
        }
    }
    if (is_unanswered)
        *result = unanswered;
}

/* --- together --- */

/* The DNS provider of the zone, by the first of its servers that is known. */
static const char *provider_of(const struct observations *observations)
{
    for (size_t i = 0; i < observations->server_count; i++) {
        const struct server *server = &observations->servers[i];
        const struct dns_provider *p = server->recursive ? NULL : dns_provider_by_server(server->name);
        if (p)
            return p->id;
    }
    return NULL;
}

static void evaluate_record(const struct evaluation_context *context, enum record_kind kind,
                            const struct effective_policy *effective, struct result *out)
{
    struct tally tally = tally_servers(context, kind, context->names.record[kind].host);

    *out = consensus_result(context, kind, &tally);
    apply_absent_domain(context, out);
    if (kind == RECORD_DMARC && out->verdict == VERDICT_MISSING &&
        !(out->findings & FINDING_BIT(FINDING_SERVERS_DISAGREE)))
        find_parent_policy(context, effective ? effective->where : NULL, out);
    if (out->verdict == VERDICT_MISSING)
        find_misplaced(context, kind, out);
    out->zone = *context->observations->zone ? context->observations->zone : NULL;
    out->provider = provider_of(context->observations);
    out->dmarc = kind == RECORD_DMARC ? effective : NULL;
}

void check_evaluate(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                    const struct observations *observations, int64_t now, struct result out[RECORD_COUNT])
{
    struct evaluation_context context = {.pool = pool, .domain = domain, .observations = observations, .now = now};
    const struct effective_policy *effective;

    check_names_of(pool, rules, domain, &context.names);
    check_names_find_wildcard_probes(domain, observations, &context.names);
    effective = effective_policy_find(&context, rules);
    for (int kind = 0; kind < RECORD_COUNT; kind++) {
        out[kind] = (struct result){.kind = (enum record_kind)kind};
        if (domain_has(domain, (enum record_kind)kind))
            evaluate_record(&context, (enum record_kind)kind, effective, &out[kind]);
    }
}
