/*
 * A zone's own servers: resolves their names, selects at most DNS_SERVERS_MAX addresses, and asks each of them every
 * question that lies in the zone, without RD. A referral starts a delegation of its own. Addresses from DNS pass the
 * filter of address.c first. Knows no verdicts; a server is believed about its own zone only.
 */
#include "base/base.h"

#include "base/clock.h"
#include "dns/resolution.h"
#include "model/name.h"

/* Two retransmissions, then a timeout after 2.5 s: a dead server must not use up the whole deadline. */
static const struct peer_timing udp_timing = {.timeout_ms = 350, .tries = 3, .tcp_ms = 1500};
static const struct peer_timing tcp_timing = {.tcp_ms = 1500};

static void delegation_consider_tcp(struct delegation *delegation);
static void delegation_enlist(struct delegation *delegation);
static query_done auth_server_answer;

static bool delegation_wants(const struct delegation *delegation, size_t question)
{
    const struct resolution *res = delegation->resolution;

    if (delegation->kind == DELEGATION_PROBED || question == res->probe) {
        return delegation->kind == DELEGATION_PROBED && question == res->probe;
    }
    return name_within(res->question[question].name, delegation->zone);
}

static void auth_server_ask_due(struct auth_server *a)
{
    struct resolution *res = a->delegation->resolution;

    for (size_t i = 0; i < res->question_count; i++) {
        struct server_query *sq = &a->query[i];

        if (!sq->asked && delegation_wants(a->delegation, i)) {
            sq->asked = true;
            a->outstanding++;
            transport_query(res->transport, a->peer, &res->question[i], 0, auth_server_answer, sq);
        }
    }
}

static struct auth_server *auth_server_new(struct delegation *delegation, const char *name,
                                           const struct address *address, bool tcp)
{
    struct resolution *res = delegation->resolution;
    struct auth_server *a = pool_alloc(res->pool, sizeof(*a));

    a->delegation = delegation;
    a->address = *address;
    a->tcp = tcp;
    a->entry = (struct server){.name = name, .addr = pool_strdup(res->pool, address->text), .port = address->port};
    a->query = pool_array(res->pool, res->question_count, sizeof(*a->query));
    for (size_t i = 0; i < res->question_count; i++) {
        a->query[i] = (struct server_query){.server = a, .question = i, .rcode = -1, .outcome = OUTCOME_DEADLINE};
    }
    *delegation->last = a;
    delegation->last = &a->next;
    return a;
}

/* --- from names to servers --- */

static bool delegation_knows(const struct delegation *delegation, const struct address *address)
{
    for (const struct auth_server *a = delegation->first; a; a = a->next) {
        if (address_equal(&a->address, address)) {
            return true;
        }
    }
    return false;
}

/* The address came from DNS: whether it is not global or the platform's own. */
static bool address_is_barred(struct resolution *res, const struct address *address)
{
    if (res->conf->dns_allow_private) {
        return false;
    }
    if (!res->own_read) {
        own_addresses_read(res->pool, res->conf, &res->own);
        res->own_read = true;
    }
    return !dns_address_is_global(address->family, address->byte) || own_addresses_hold(&res->own, address);
}

static bool resolution_knows(const struct resolution *res, const struct address *address)
{
    for (const struct delegation *delegation = res->delegations; delegation; delegation = delegation->next) {
        if (delegation_knows(delegation, address)) {
            return true;
        }
    }
    return false;
}

static void delegation_add_server(struct delegation *delegation, const struct host *host, const struct address *address)
{
    struct resolution *res = delegation->resolution;
    bool barred = address_is_barred(res, address);
    struct auth_server *a;

    if (delegation_knows(delegation, address) || (barred && delegation->barred >= DNS_SERVERS_MAX) ||
        (!barred && !address_has_route(address))) {
        return;
    }
    if (!barred && !resolution_knows(res, address)) {
        res->servers++;
        delegation->places -= delegation->places > 0;
    }
    a = auth_server_new(delegation, host->name, address, false);
    a->entry.barred = barred;
    if (barred) {
        delegation->barred++;
        return;
    }
    if (delegation->enlisted++ == 0) {
        delegation->asked_us = clock_mono_us();
    }
    a->peer = transport_peer(res->transport, address, udp_timing, false);
    transport_pace(a->peer, res->pace);
    auth_server_ask_due(a);
}

/*
 * How many addresses that no other zone asks may be added to the zone's. The domain's zone starts with
 * ZONE_SERVERS_FIRST, so that some remain for delegations inside; the first of these gets half of the rest, and so on:
 * a domain with nested zones does not make the program ask dozens of servers.
 */
static size_t delegation_room(struct delegation *delegation)
{
    size_t asked = delegation->resolution->servers;
    size_t left = asked < DNS_SERVERS_MAX ? DNS_SERVERS_MAX - asked : 0;

    switch (delegation->kind) {
    case DELEGATION_PROBED:
        return delegation->enlisted < PROBE_SERVERS ? PROBE_SERVERS - delegation->enlisted : 0;
    case DELEGATION_ZONE:
        if (!delegation->whole && delegation->enlisted + left > ZONE_SERVERS_FIRST) {
            left = delegation->enlisted < ZONE_SERVERS_FIRST ? ZONE_SERVERS_FIRST - delegation->enlisted : 0;
        }
        return left;
    case DELEGATION_INSIDE:
        if (!delegation->placed) {
            delegation->placed = true;
            delegation->places = left > 1 ? left / 2 : left;
        }
        return delegation->places < left ? delegation->places : left;
    }
    return 0;
}

/* Each name gets its share of the places at once; the rest is distributed when all addresses are known. */
static void delegation_enlist(struct delegation *delegation)
{
    size_t share = (delegation_room(delegation) + delegation->enlisted) / delegation->host_count;
    size_t rounds = delegation->waiting == 0 ? HOST_ADDRESSES_MAX : (share > 0 ? share : 1);

    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < delegation->host_count; i++) {
            struct host *host = &delegation->host[i];
            const struct address *next = &host->address[host->taken];

            if (host->waiting > 0 || host->taken > round || host->taken >= host->count) {
                continue;
            }
            if (delegation->enlisted < DNS_SERVERS_MAX &&
                (delegation_room(delegation) > 0 || resolution_knows(delegation->resolution, next) ||
                 address_is_barred(delegation->resolution, next))) {
                delegation_add_server(delegation, host, next);
                host->taken++;
            }
        }
    }
}

static bool resolution_has_delegation(const struct resolution *res)
{
    for (const struct delegation *delegation = res->delegations; delegation; delegation = delegation->next) {
        if (delegation->kind == DELEGATION_INSIDE) {
            return true;
        }
    }
    return false;
}

/* Nothing inside is delegated, according to one complete set of answers or to all that are expected in time: the
 * rest of the servers may be asked. */
static void delegation_consider_whole(struct delegation *delegation)
{
    struct resolution *res = delegation->resolution;
    bool answered = false, silent = true;

    if (delegation->kind != DELEGATION_ZONE || delegation->whole || resolution_has_delegation(res)) {
        return;
    }
    for (const struct auth_server *a = delegation->first; a; a = a->next) {
        answered = answered || (a->outstanding == 0 && a->usable > 0);
        silent = silent && a->outstanding == 0;
    }
    if (answered || (delegation->enlisted > 0 &&
                     (silent || clock_mono_us() - delegation->asked_us > (int64_t)ZONE_FIRST_MS * 1000))) {
        delegation->whole = true;
        delegation_enlist(delegation);
    }
}

static void host_address(void *self, struct lookup *l)
{
    struct host *host = self;
    struct delegation *delegation = host->delegation;

    for (size_t i = 0; lookup_has_data(l) && i < l->reply.rr_count && host->count < HOST_ADDRESSES_MAX; i++) {
        struct address address;

        if (address_of_rr(&l->reply.rr[i], (uint16_t)delegation->resolution->conf->dns_authoritative_port, &address)) {
            host->address[host->count++] = address;
        }
    }
    if (--host->waiting == 0) {
        delegation->waiting--;
        delegation_enlist(delegation);
        delegation_consider_tcp(delegation);
    }
}

struct delegation *delegation_new(struct resolution *res, const char *zone, const char *const *ns, size_t ns_count,
                                  unsigned depth, enum delegation_kind kind)
{
    struct delegation *delegation;

    if (res->delegation_count >= DELEGATIONS_MAX || depth > DELEGATION_DEPTH_MAX || ns_count == 0) {
        return NULL;
    }
    delegation = pool_alloc(res->pool, sizeof(*delegation));
    *delegation = (struct delegation){.resolution = res, .zone = zone, .depth = depth, .kind = kind};
    delegation->last = &delegation->first;
    delegation->host_count = ns_count < NAME_SERVERS_MAX ? ns_count : NAME_SERVERS_MAX;
    delegation->waiting = delegation->host_count;
    delegation->host = pool_array(res->pool, delegation->host_count, sizeof(*delegation->host));
    *res->delegations_tail = delegation;
    res->delegations_tail = &delegation->next;
    res->delegation_count++;
    for (size_t i = 0; i < delegation->host_count; i++) {
        delegation->host[i] =
            (struct host){.delegation = delegation, .name = pool_strdup(res->pool, ns[i]), .waiting = 2};
        delegation->host[i].lookup[0] = resolver_ask(&res->resolver, ns[i], RR_A, host_address, &delegation->host[i]);
        delegation->host[i].lookup[1] =
            resolver_ask(&res->resolver, ns[i], RR_AAAA, host_address, &delegation->host[i]);
    }
    return delegation;
}

bool delegation_has_servers(const struct delegation *delegation)
{
    return delegation->enlisted > 0;
}

/* Resolving a name server's name in a dead zone keeps a resolver busy for long, and would delay every check of this
 * domain. */
static void delegation_give_up_hosts(struct delegation *delegation)
{
    for (size_t i = 0; i < delegation->host_count; i++) {
        if (delegation->host[i].waiting > 0) {
            lookup_forgo(delegation->host[i].lookup[0]);
            lookup_forgo(delegation->host[i].lookup[1]);
            delegation->host[i].waiting = 0;
        }
    }
    delegation->waiting = 0;
    delegation_enlist(delegation);
    delegation_consider_tcp(delegation);
}

void delegations_tick(struct resolution *res)
{
    for (struct delegation *delegation = res->delegations; delegation; delegation = delegation->next) {
        delegation_consider_whole(delegation);
    }
    if (clock_mono_us() - res->start_us < (int64_t)res->conf->dns_deadline_ms * 1000 / 2) {
        return;
    }
    for (struct delegation *delegation = res->delegations; delegation; delegation = delegation->next) {
        if (delegation->waiting > 0 && delegation->enlisted > 0) {
            delegation_give_up_hosts(delegation);
        }
    }
}

/* --- TCP as the second source --- */

/*
 * The only server that answers is asked once more over TCP, so that one forged UDP answer never suffices. At once if
 * there is only one address; else when all others have ended without a usable answer.
 */
static void delegation_consider_tcp(struct delegation *delegation)
{
    const struct auth_server *only = NULL;
    size_t candidates = 0;
    struct auth_server *a;

    if (delegation->tcp || delegation->kind == DELEGATION_PROBED || delegation->waiting > 0) {
        return;
    }
    for (a = delegation->first; a; a = a->next) {
        if (!a->entry.barred && (delegation->enlisted == 1 || a->usable > 0 || a->outstanding > 0)) {
            candidates++;
            only = a;
        }
    }
    if (candidates != 1) {
        return;
    }
    delegation->tcp = true;
    a = auth_server_new(delegation, only->entry.name, &only->address, true);
    a->peer = transport_peer(delegation->resolution->transport, &a->address, tcp_timing, true);
    transport_pace(a->peer, delegation->resolution->pace);
    auth_server_ask_due(a);
}

/* --- answers --- */

static struct delegation *delegation_refer(struct delegation *parent, const struct reply *reply)
{
    struct resolution *res = parent->resolution;

    for (struct delegation *delegation = res->delegations; delegation; delegation = delegation->next) {
        if (delegation != parent && name_equal(delegation->zone, reply->ns_owner)) {
            return delegation;
        }
    }
    return delegation_new(res, reply->ns_owner, reply->ns, reply->ns_count, parent->depth + 1,
                          parent->kind == DELEGATION_PROBED ? DELEGATION_ZONE : DELEGATION_INSIDE);
}

/* The parent zone was asked whether the domain exists. A positive answer is believed: other servers may be outdated. */
static void delegation_probe_answer(struct delegation *delegation, const struct server_query *sq)
{
    struct resolution *res = delegation->resolution;

    switch (sq->outcome) {
    case OUTCOME_REFERRAL:
        if (sq->child && delegation->kind == DELEGATION_PROBED) {
            res->zone_state = ZONE_FOUND;
            res->zone = sq->child->zone;
        }
        break;
    case OUTCOME_DATA:
    case OUTCOME_NODATA:
        res->zone_state = ZONE_FOUND;
        res->zone = delegation->zone;
        delegation->kind = DELEGATION_ZONE;
        for (struct auth_server *a = delegation->first; a; a = a->next) {
            if (!a->entry.barred) {
                auth_server_ask_due(a);
            }
        }
        delegation_enlist(delegation);
        break;
    case OUTCOME_NXDOMAIN:
        if (res->zone_state == ZONE_UNKNOWN) {
            res->zone_state = ZONE_ABSENT;
        }
        break;
    default:
        break;
    }
}

static void server_query_read(struct server_query *sq, struct query *query)
{
    struct delegation *delegation = sq->server->delegation;

    if (query->end != QUERY_ANSWERED) {
        sq->outcome = outcome_of_query(query->end);
        return;
    }
    sq->reply = query->reply;
    sq->rcode = query->reply.rcode;
    sq->away = reply_trim(&sq->reply, delegation->zone);
    sq->outcome = reply_outcome(&sq->reply, delegation->zone);
    if (sq->outcome == OUTCOME_REFERRAL) {
        sq->child = delegation_refer(delegation, &sq->reply);
    }
    sq->away = sq->away && sq->outcome == OUTCOME_DATA;
    if (sq->away) {
        sq->cname = cname_lookup_start(delegation->resolution, sq->reply.end, query->question.type);
    }
}

static void auth_server_answer(void *self, struct query *query)
{
    struct server_query *sq = self;
    struct auth_server *a = sq->server;

    sq->ms += query->ms;
    server_query_read(sq, query);
    if (sq->outcome == OUTCOME_SERVFAIL &&
        !sq->again) { /* perhaps temporary, while a zone is loaded: the second SERVFAIL counts */
        sq->again = true;
        transport_query(a->delegation->resolution->transport, a->peer,
                        &a->delegation->resolution->question[sq->question], 0, auth_server_answer, sq);
        return;
    }
    sq->ended = true;
    a->outstanding--;
    a->usable += outcome_usable(sq->outcome) || sq->outcome == OUTCOME_REFERRAL;
    if (sq->question == a->delegation->resolution->probe) {
        delegation_probe_answer(a->delegation, sq);
    }
    if (a->outstanding == 0) {
        delegation_consider_whole(a->delegation);
        delegation_consider_tcp(a->delegation);
    }
}
