/*
 * The return_path record by one server: does its host's CNAME lead to the platform, and if there is no CNAME, what
 * stands there instead (text, addresses of a proxy, or our own addresses by flattening).
 */
#include "base/base.h"

#include <arpa/inet.h>

#include "mailauth/evaluate.h"
#include "mailauth/name.h"
#include "model/check.h"
#include "model/name.h"

static const enum rr_type address_types[] = {RR_A, RR_AAAA};

/* Whether a chain from host, in any answer about it by that server or by the resolver, leads through to the target;
 * *loops if one does not end. */
static bool leads_to(const struct evaluation_context *s, const char *host, int server, const char *target, bool *loops)
{
    static const enum rr_type types[] = {RR_CNAME, RR_A, RR_AAAA, RR_TXT};
    const char *first = NULL;
    bool leads = false;

    for (size_t pass = 0; pass < 2 * ARRAY_LEN(types); pass++) {
        const struct observation *o = seen_at(s, host, types[pass / 2], pass % 2 ? RESOLVER : server);
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

/* A TXT whose text is the target: the right value in the wrong type. */
static bool target_as_text(const struct evaluation_context *s, const char *host, int server, const char *target,
                           struct evaluation *j)
{
    struct texts texts;

    texts_at(s, host, server, &texts);
    for (size_t i = 0; i < texts.count; i++) {
        const char *text = (const char *)texts.rr[i]->data;
        size_t len = texts.rr[i]->data_len;

        while (len > 0 && strchr(" \"", text[0]) && text[0])
            text++, len--;
        while (len > 0 && strchr(" \".", text[len - 1]) && text[len - 1])
            len--;
        if (len == strlen(target) && strncasecmp(text, target, len) == 0) {
            *j = evaluation_make(s, RECORD_RETURN_PATH, VERDICT_WRONG, FINDING_BIT(FINDING_WRONG_TYPE), texts.ttl);
            add_found_texts(s, &j->r, &texts);
            return true;
        }
    }
    return false;
}

/* An MX to the target: the right value in the wrong type. */
static bool target_as_mx(const struct evaluation_context *s, const char *host, int server, const char *target,
                         struct evaluation *j)
{
    const struct observation *o = seen_at(s, host, RR_MX, server);

    for (size_t i = 0; o && i < o->rr_count; i++) {
        if (o->rr[i].type != RR_MX || !o->rr[i].target || !name_equal(o->rr[i].target, target))
            continue;
        *j = evaluation_make(s, RECORD_RETURN_PATH, VERDICT_WRONG, FINDING_BIT(FINDING_WRONG_TYPE), observation_ttl(o));
        add_found(s, &j->r, o->rr[i].target, strlen(o->rr[i].target));
        return true;
    }
    return false;
}

/* Whether the address rr is one of the target's own, as the resolver gives them. */
static bool is_targets(const struct evaluation_context *s, const struct answer_rr *rr, const char *target)
{
    const struct observation *o = seen_at(s, target, (enum rr_type)rr->type, RESOLVER);

    for (size_t i = 0; o && i < o->rr_count; i++)
        if (o->rr[i].type == rr->type && o->rr[i].data && o->rr[i].data_len == rr->data_len &&
            memcmp(o->rr[i].data, rr->data, rr->data_len) == 0)
            return true;
    return false;
}

static void add_address(const struct evaluation_context *s, struct result *r, const struct answer_rr *rr)
{
    char text[INET6_ADDRSTRLEN];

    if (inet_ntop(rr->type == RR_A ? AF_INET : AF_INET6, rr->data, text, sizeof text))
        add_found(s, r, text, strlen(text));
}

/* No CNAME, but addresses? Ours alone: flattened. Others: proxied. Unknown whether they are ours: no usable answer. */
static bool addresses(const struct evaluation_context *s, const char *host, int server, const char *target,
                      struct evaluation *j)
{
    size_t found = 0, ours = 0;
    enum outcome blind = OUTCOME_DATA; /* why the target's addresses are not known */

    *j = evaluation_make(s, RECORD_RETURN_PATH, VERDICT_WRONG, FINDING_BIT(FINDING_PROXIED), 0);
    for (size_t t = 0; t < ARRAY_LEN(address_types); t++) {
        const struct observation *o = seen_at(s, host, address_types[t], server);
        const struct observation *own = seen_at(s, target, address_types[t], RESOLVER);

        for (size_t i = 0; o && i < o->rr_count; i++) {
            const struct answer_rr *rr = &o->rr[i];
            if (rr->type != (int)address_types[t] || !rr->data || rr->data_len != (rr->type == RR_A ? 4 : 16))
                continue;
            found++;
            ours += is_targets(s, rr, target);
            add_address(s, &j->r, rr);
            j->ttl = observation_ttl(o);
            if (!own || !outcome_usable(own->outcome))
                blind = own ? own->outcome : OUTCOME_DEADLINE;
        }
    }
    if (found > 0 && ours == found) {
        j->r.verdict = VERDICT_OK;
        j->r.findings = FINDING_BIT(FINDING_FLATTENED);
    } else if (found > 0 && blind != OUTCOME_DATA) {
        *j = evaluation_unusable(blind);
    }
    return found > 0;
}

/* With no CNAME at host, nothing can be said while the address questions are open: flattening would be ok. */
static bool addresses_unknown(const struct evaluation_context *s, const char *host, int server, enum outcome *why)
{
    for (size_t t = 0; t < ARRAY_LEN(address_types); t++) {
        const struct observation *o = seen_at(s, host, address_types[t], server);
        if (o && !outcome_usable(o->outcome)) {
            *why = o->outcome;
            return true;
        }
    }
    return false;
}

/* o: the usable answer to the CNAME question, with a CNAME at host. */
static struct evaluation evaluate_cname(const struct evaluation_context *s, const char *host, int server,
                                        const struct observation *o, const struct answer_rr *cname)
{
    const char *target = s->names.record[RECORD_RETURN_PATH].value;
    struct evaluation j = evaluation_make(s, RECORD_RETURN_PATH, VERDICT_OK, 0, observation_ttl(o));
    bool loops = false;

    add_found(s, &j.r, cname->target, strlen(cname->target));
    j.r.where = cname->target;
    if (name_equal(cname->target, target) || leads_to(s, host, server, target, &loops))
        return j;
    j.r.verdict = VERDICT_WRONG;
    j.r.findings = FINDING_BIT(loops || name_equal(cname->target, host) ? FINDING_CNAME_LOOP : FINDING_WRONG_TARGET);
    return j;
}

struct evaluation evaluate_return_path(const struct evaluation_context *s, const char *host, int server)
{
    const char *target = s->names.record[RECORD_RETURN_PATH].value;
    const struct observation *o = seen_at(s, host, RR_CNAME, server);
    enum outcome why = OUTCOME_DEADLINE;
    struct evaluation j;

    if (!o || !outcome_usable(o->outcome))
        return evaluation_unusable(o ? o->outcome : OUTCOME_DEADLINE);
    for (size_t i = 0; i < o->rr_count; i++)
        if (o->rr[i].type == RR_CNAME && o->rr[i].target && name_equal(o->rr[i].owner, host))
            return evaluate_cname(s, host, server, o, &o->rr[i]);
    if (o->outcome != OUTCOME_NXDOMAIN) {
        if (target_as_text(s, host, server, target, &j) || target_as_mx(s, host, server, target, &j) ||
            addresses(s, host, server, target, &j))
            return j;
        if (addresses_unknown(s, host, server, &why))
            return evaluation_unusable(why);
    }
    return evaluation_make(s, RECORD_RETURN_PATH, VERDICT_MISSING,
                           FINDING_BIT(o->outcome == OUTCOME_NXDOMAIN ? FINDING_NXDOMAIN : FINDING_NODATA),
                           observation_ttl(o));
}
