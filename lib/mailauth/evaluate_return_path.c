/*
 * The return_path record by one server: whether its host's CNAME leads to the platform, and if there is no CNAME, what
 * is there instead (TXT, MX, addresses of a proxy, or our own addresses by flattening).
 */
#include "base/base.h"

#include <arpa/inet.h>

#include "mailauth/evaluate.h"
#include "mailauth/evaluate_return_path.h"
#include "model/check.h"
#include "model/name.h"

static const enum rr_type address_types[] = {RR_A, RR_AAAA};

/* Whether a CNAME chain from host, in any answer about it by that server or by the resolver, reaches the target;
 * *loops if one does not end. */
static bool leads_to(const struct evaluation_context *context, const char *host, int server, const char *target,
                     bool *loops)
{
    static const enum rr_type types[] = {RR_CNAME, RR_A, RR_AAAA, RR_TXT};
    const char *first = NULL;
    bool leads = false;

    for (size_t pass = 0; pass < 2 * ARRAY_LEN(types); pass++) {
        const struct observation *o = context_observation(context, host, types[pass / 2], pass % 2 ? RESOLVER : server);
        const char *next = o ? chain_next(o, host) : NULL;
        int hops = 0;

        first = first ? first : next;
        if (!next || !name_equal(next, first))
            continue; /* the server's own CNAME was read first; an older one of the resolver's does not count */
        for (; next && hops <= CHAIN_MAX; hops++) {
            leads = leads || name_equal(next, target);
            next = chain_next(o, next);
        }
        *loops = *loops || hops > CHAIN_MAX;
    }
    return leads;
}

/* A TXT whose text is the target: wrong type. */
static bool target_as_text(const struct evaluation_context *context, const char *host, int server, const char *target,
                           struct evaluation *e)
{
    struct txt_answer txt;

    txt_answer_at(context, host, server, &txt);
    for (size_t i = 0; i < txt.count; i++) {
        const char *text = (const char *)txt.rr[i]->data;
        size_t len = txt.rr[i]->data_len;

        while (len > 0 && strchr(" \"", text[0]) && text[0])
            text++, len--;
        while (len > 0 && strchr(" \".", text[len - 1]) && text[len - 1])
            len--;
        if (len == strlen(target) && strncasecmp(text, target, len) == 0) {
            *e = evaluation_make(context, RECORD_RETURN_PATH, VERDICT_WRONG, FINDING_BIT(FINDING_WRONG_TYPE), txt.ttl);
            add_found_txt(context, &e->result, &txt);
            return true;
        }
    }
    return false;
}

/* An MX to the target: wrong type. */
static bool target_as_mx(const struct evaluation_context *context, const char *host, int server, const char *target,
                         struct evaluation *e)
{
    const struct observation *o = context_observation(context, host, RR_MX, server);

    for (size_t i = 0; o && i < o->rr_count; i++) {
        if (o->rr[i].type != RR_MX || !o->rr[i].target || !name_equal(o->rr[i].target, target))
            continue;
        *e = evaluation_make(context, RECORD_RETURN_PATH, VERDICT_WRONG, FINDING_BIT(FINDING_WRONG_TYPE),
                             observation_ttl(o));
        add_found(context, &e->result, o->rr[i].target, strlen(o->rr[i].target));
        return true;
    }
    return false;
}

/* Whether the address rr is one of the target's, as the resolver answers. */
static bool is_target_address(const struct evaluation_context *context, const struct answer_rr *rr, const char *target)
{
    const struct observation *o = context_observation(context, target, (enum rr_type)rr->type, RESOLVER);

    for (size_t i = 0; o && i < o->rr_count; i++)
        if (o->rr[i].type == rr->type && o->rr[i].data && o->rr[i].data_len == rr->data_len &&
            memcmp(o->rr[i].data, rr->data, rr->data_len) == 0)
            return true;
    return false;
}

static void add_address(const struct evaluation_context *context, struct result *result, const struct answer_rr *rr)
{
    char text[INET6_ADDRSTRLEN];

    if (inet_ntop(rr->type == RR_A ? AF_INET : AF_INET6, rr->data, text, sizeof(text)))
        add_found(context, result, text, strlen(text));
}

/* Addresses instead of a CNAME: only ours means flattened, others mean proxied; not usable if ours are unknown.
 * False if there are none. */
static bool evaluate_addresses(const struct evaluation_context *context, const char *host, int server,
                               const char *target, struct evaluation *e)
{
    size_t found = 0, ours = 0;
    enum outcome unknown = OUTCOME_UNSET; /* why the target's addresses are not known */

    *e = evaluation_make(context, RECORD_RETURN_PATH, VERDICT_WRONG, FINDING_BIT(FINDING_PROXIED), 0);
    for (size_t t = 0; t < ARRAY_LEN(address_types); t++) {
        const struct observation *o = context_observation(context, host, address_types[t], server);
        const struct observation *own = context_observation(context, target, address_types[t], RESOLVER);

        for (size_t i = 0; o && i < o->rr_count; i++) {
            const struct answer_rr *rr = &o->rr[i];
            if (rr->type != (int)address_types[t] || !rr->data || rr->data_len != (rr->type == RR_A ? 4 : 16))
                continue;
            found++;
            ours += is_target_address(context, rr, target);
            add_address(context, &e->result, rr);
            e->ttl = observation_ttl(o);
            if (!own || !outcome_usable(own->outcome))
                unknown = own ? own->outcome : OUTCOME_DEADLINE;
        }
    }
    if (found > 0 && ours == found) {
        e->result.verdict = VERDICT_OK;
        e->result.findings = FINDING_BIT(FINDING_FLATTENED);
    } else if (found > 0 && unknown != OUTCOME_UNSET) {
        *e = evaluation_unusable(unknown);
    }
    return found > 0;
}

/* Without a CNAME at host the record is not missing while an address question is unanswered: flattening would be ok. */
static bool addresses_unknown(const struct evaluation_context *context, const char *host, int server, enum outcome *why)
{
    for (size_t t = 0; t < ARRAY_LEN(address_types); t++) {
        const struct observation *o = context_observation(context, host, address_types[t], server);
        if (o && !outcome_usable(o->outcome)) {
            *why = o->outcome;
            return true;
        }
    }
    return false;
}

/* o: the usable answer to the CNAME question, with a CNAME at host. */
static struct evaluation evaluate_cname(const struct evaluation_context *context, const char *host, int server,
                                        const struct observation *o, const struct answer_rr *cname)
{
    const char *target = context->names.record[RECORD_RETURN_PATH].value;
    struct evaluation e = evaluation_make(context, RECORD_RETURN_PATH, VERDICT_OK, 0, observation_ttl(o));
    bool loops = false;

    add_found(context, &e.result, cname->target, strlen(cname->target));
    e.result.where = cname->target;
    if (name_equal(cname->target, target) || leads_to(context, host, server, target, &loops))
        return e;
    e.result.verdict = VERDICT_WRONG;
    e.result.findings =
        FINDING_BIT(loops || name_equal(cname->target, host) ? FINDING_CNAME_LOOP : FINDING_WRONG_TARGET);
    return e;
}

struct evaluation evaluate_return_path(const struct evaluation_context *context, const char *host, int server)
{
    const char *target = context->names.record[RECORD_RETURN_PATH].value;
    const struct observation *o = context_observation(context, host, RR_CNAME, server);
    enum outcome why = OUTCOME_DEADLINE;
    struct evaluation e;

    if (!o || !outcome_usable(o->outcome))
        return evaluation_unusable(o ? o->outcome : OUTCOME_DEADLINE);
    for (size_t i = 0; i < o->rr_count; i++)
        if (o->rr[i].type == RR_CNAME && o->rr[i].target && name_equal(o->rr[i].owner, host))
            return evaluate_cname(context, host, server, o, &o->rr[i]);
    if (o->outcome != OUTCOME_NXDOMAIN) {
        if (target_as_text(context, host, server, target, &e) || target_as_mx(context, host, server, target, &e) ||
            evaluate_addresses(context, host, server, target, &e))
            return e;
        if (addresses_unknown(context, host, server, &why))
            return evaluation_unusable(why);
    }
    return evaluation_make(context, RECORD_RETURN_PATH, VERDICT_MISSING,
                           FINDING_BIT(o->outcome == OUTCOME_NXDOMAIN ? FINDING_NXDOMAIN : FINDING_NODATA),
                           observation_ttl(o));
}
