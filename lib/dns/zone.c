/*
 * Finds the zone that holds a domain: asks for NS of the domain and of all its ancestors at once through the resolver;
 * the deepest name with its own NS records is the apex (RFC 1034 4.2). Where the resolver says that the domain does not
 * exist, or gives no usable answer, the servers of the enclosing zone are probed: a resolver's NXDOMAIN may be older
 * than the record. Asks no server of a zone itself.
 */
#include "base/base.h"

#include "base/clock.h"
#include "dns/resolution.h"
#include "model/name.h"

static bool has_own_ns(const struct lookup *l, const char *name)
{
    return lookup_has_data(l) && l->reply.rr[0].type == RR_NS && name_equal(l->reply.rr[0].owner, name);
}

/* Asks the servers of search.name[i]. */
static void zone_take(struct resolution *res, size_t i, bool probing)
{
    const struct reply *reply = &res->search.ns[i]->reply;
    const char *ns[NAME_SERVERS_MAX];
    size_t count = 0;

    for (size_t k = 0; k < reply->rr_count && count < NAME_SERVERS_MAX; k++) {
        if (reply->rr[k].target) {
            ns[count++] = reply->rr[k].target;
        }
    }
    res->zone = res->search.name[i];
    delegation_new(res, res->zone, ns, count, 0, probing ? DELEGATION_PROBED : DELEGATION_ZONE);
}

/* The nearest ancestor with NS records; 0: unknown so far; search.count: none. */
static size_t nearest_ancestor(const struct zone_search *s)
{
    for (size_t i = 1; i < s->count; i++) {
        if (!s->ns[i]->ended && !s->impatient) {
            return 0;
        }
        if (has_own_ns(s->ns[i], s->name[i])) {
            return i;
        }
    }
    return s->count;
}

static lookup_done zone_answer;

static void zone_ask(struct resolution *res, const char *name)
{
    struct zone_search *s = &res->search;

    s->name[s->count] = name;
    s->ns[s->count] = resolver_ask(&res->resolver, name, RR_NS, zone_answer, res);
    s->count++;
}

/* For a name so deep that its apex was not among those asked: the SOA of the negative answer names it (RFC 2308 3).
 * True if that is asked now. */
static bool zone_ask_by_soa(struct resolution *res)
{
    const struct lookup *own = res->search.ns[0];

    if (res->search.by_soa || !own->ended || !own->reply.soa || *own->reply.soa == '\0' || own->reply.rr_count > 0 ||
        !name_within(res->domain, own->reply.soa)) {
        return false;
    }
    res->search.by_soa = true;
    zone_ask(res, own->reply.soa);
    return true;
}

static void zone_decide(struct resolution *res)
{
    struct zone_search *s = &res->search;
    const struct lookup *own = s->ns[0];
    size_t above;
    bool inside; /* the resolver says that the name exists: it lies in the parent zone */

    if (!own->ended && !s->impatient) {
        return;
    }
    if (has_own_ns(own, s->name[0])) {
        s->decided = true;
        res->zone_state = ZONE_FOUND;
        zone_take(res, 0, false);
        return;
    }
    above = nearest_ancestor(s);
    if ((above == 0 && s->count > 1) || (above == s->count && zone_ask_by_soa(res))) {
        return;
    }
    inside = own->ended && (own->outcome == OUTCOME_NODATA || own->outcome == OUTCOME_DATA);
    if (own->ended) {
        res->zone_state = own->outcome == OUTCOME_NXDOMAIN ? ZONE_ABSENT : ZONE_UNKNOWN;
        res->zone_outcome = inside ? OUTCOME_LAME : own->outcome;
    }
    if (above > 0 && above < s->count) {
        res->zone_state = inside ? ZONE_FOUND : res->zone_state;
        zone_take(res, above, !inside);
        s->decided = true;
    } else {
        s->decided = own->ended;
    }
}

/* Once the zone is known the other questions are cancelled: a slow ancestor does not delay the resolution. */
static void zone_decide_and_forgo(struct resolution *res)
{
    struct zone_search *s = &res->search;

    if (s->decided) {
        return;
    }
    zone_decide(res);
    for (size_t i = 0; s->decided && i < s->count; i++) {
        lookup_forgo(s->ns[i]);
    }
}

static void zone_answer(void *self, struct lookup *lookup)
{
    (void)lookup;
    zone_decide_and_forgo(self);
}
void zone_search_start(struct resolution *res)
{
    struct zone_search *s = &res->search;
    const char *name = res->domain;

    while (name && *name != '\0' && s->count < ANCESTORS_MAX) {
        zone_ask(res, name);
        name = strchr(name, '.');
        name = name ? name + 1 : NULL;
    }
}

/* A delegation whose servers are all dead keeps a resolver busy for long: asks the parent zone, which has it too. */
void zone_search_tick(struct resolution *res)
{
    if (!res->search.decided && !res->search.impatient &&
        clock_mono_us() - res->start_us > (int64_t)res->conf->dns_deadline_ms * 1000 / 3) {
        res->search.impatient = true;
        zone_decide_and_forgo(res);
    }
}
