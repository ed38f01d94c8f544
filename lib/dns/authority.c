/*
 * A zone's own servers: their names to addresses, the addresses to at most DNS_SERVERS_MAX servers, and to each of them
 * every question that lies in the zone, without RD. Referrals down begin a zone of their own. Addresses come out of DNS
 * and pass the filter of address.c first. Knows no verdicts; what a server says is believed about its zone only.
 */
#include "base/base.h"

#include "base/clock.h"
#include "dns/flight.h"
#include "domain/name.h"

/* Two retransmissions, then given up after 2.5 s: a dead server must not use up the whole deadline. */
static const struct peer_timing udp_timing = {.timeout_ms = 350, .tries = 3, .tcp_ms = 1500};
static const struct peer_timing tcp_timing = {.tcp_ms = 1500};

static void cut_consider_tcp(struct cut *cut);
static void cut_enlist(struct cut *cut);
static query_done authority_answer;

static bool cut_wants(const struct cut *cut, size_t question)
{
    const struct flight *f = cut->flight;

    if (cut->kind == CUT_PROBED || question == f->probe) {
        return cut->kind == CUT_PROBED && question == f->probe;
    }
    return name_within(f->question[question].name, cut->zone);
}

static void authority_ask_due(struct authority *a)
{
    struct flight *f = a->cut->flight;

    for (size_t i = 0; i < f->question_count; i++) {
        struct slot *slot = &a->slot[i];

        if (!slot->asked && cut_wants(a->cut, i)) {
            slot->asked = true;
            a->outstanding++;
            transport_query(f->transport, a->peer, &f->question[i], 0, authority_answer, slot);
        }
    }
}

static struct authority *authority_new(struct cut *cut, const char *name, const struct address *address, bool tcp)
{
    struct flight *f = cut->flight;
    struct authority *a = pool_alloc(f->pool, sizeof(*a));

    a->cut = cut;
    a->address = *address;
    a->tcp = tcp;
    a->entry = (struct server){.name = name, .addr = pool_strdup(f->pool, address->text), .port = address->port};
    a->slot = pool_array(f->pool, f->question_count, sizeof(*a->slot));
    for (size_t i = 0; i < f->question_count; i++) {
        a->slot[i] = (struct slot){.authority = a, .question = i, .rcode = -1, .outcome = OUTCOME_DEADLINE};
    }
    *cut->last = a;
    cut->last = &a->next;
    return a;
}

/* --- from names to servers --- */

static bool cut_knows(const struct cut *cut, const struct address *address)
{
    for (const struct authority *a = cut->first; a != NULL; a = a->next) {
        if (address_equal(&a->address, address)) {
            return true;
        }
    }
    return false;
}

/* The address came out of DNS: does it lead inwards? */
static bool address_is_barred(struct flight *f, const struct address *address)
{
    if (f->conf->dns_allow_private) {
        return false;
    }
    if (!f->own_read) {
        own_addresses_read(f->pool, f->conf, &f->own);
        f->own_read = true;
    }
    return !dns_address_is_global(address->family, address->byte) || own_addresses_hold(&f->own, address);
}

static bool flight_knows(const struct flight *f, const struct address *address)
{
    for (const struct cut *cut = f->cuts; cut != NULL; cut = cut->next) {
        if (cut_knows(cut, address)) {
            return true;
        }
    }
    return false;
}

static void cut_add_server(struct cut *cut, const struct host *host, const struct address *address)
{
    struct flight *f = cut->flight;
    bool barred = address_is_barred(f, address);
    struct authority *a;

    if (cut_knows(cut, address) || (barred && cut->barred >= DNS_SERVERS_MAX) ||
        (!barred && !address_has_route(address))) {
        return;
    }
    if (!barred && !flight_knows(f, address)) {
        f->servers++;
        cut->places -= cut->places > 0;
    }
    a = authority_new(cut, host->name, address, false);
    a->entry.barred = barred;
    if (barred) {
        cut->barred++;
        return;
    }
    if (cut->enlisted++ == 0) {
        cut->asked_us = clock_mono_us();
    }
    a->peer = transport_peer(f->transport, address, udp_timing, false);
    transport_pace(a->peer, f->pace);
    authority_ask_due(a);
}

/*
 * How many addresses that nobody asks yet may be added to the zone's. The domain's zone begins with ZONE_SERVERS_FIRST,
 * so that something is left for delegations inside; the first of these gets half of what is left, and so on: a domain
 * with zones in zones does not make us ask dozens.
 */
static size_t cut_room(struct cut *cut)
{
    size_t asked = cut->flight->servers;
    size_t left = asked < DNS_SERVERS_MAX ? DNS_SERVERS_MAX - asked : 0;

    switch (cut->kind) {
    case CUT_PROBED:
        return cut->enlisted < PROBE_SERVERS ? PROBE_SERVERS - cut->enlisted : 0;
    case CUT_ZONE:
        if (!cut->whole && cut->enlisted + left > ZONE_SERVERS_FIRST) {
            left = cut->enlisted < ZONE_SERVERS_FIRST ? ZONE_SERVERS_FIRST - cut->enlisted : 0;
        }
        return left;
    case CUT_INSIDE:
        if (!cut->placed) {
            cut->placed = true;
            cut->places = left > 1 ? left / 2 : left;
        }
        return cut->places < left ? cut->places : left;
    }
    return 0;
}

/* Each name gets its share of the places at once; what is left over goes round when all addresses are known. */
static void cut_enlist(struct cut *cut)
{
    size_t share = (cut_room(cut) + cut->enlisted) / cut->host_count;
    size_t rounds = cut->waiting == 0 ? HOST_ADDRESSES_MAX : (share > 0 ? share : 1);

    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < cut->host_count; i++) {
            struct host *host = &cut->host[i];
            const struct address *next = &host->address[host->taken];

            if (host->waiting > 0 || host->taken > round || host->taken >= host->count) {
                continue;
            }
            if (cut->enlisted < DNS_SERVERS_MAX &&
                (cut_room(cut) > 0 || flight_knows(cut->flight, next) || address_is_barred(cut->flight, next))) {
                cut_add_server(cut, host, next);
                host->taken++;
            }
        }
    }
}

static bool flight_has_delegation(const struct flight *f)
{
    for (const struct cut *cut = f->cuts; cut != NULL; cut = cut->next) {
        if (cut->kind == CUT_INSIDE) {
            return true;
        }
    }
    return false;
}

/* Nothing inside is delegated, as one whole set of answers tells, or as far as anybody can tell by now: the rest of the
 * servers may be asked. */
static void cut_consider_whole(struct cut *cut)
{
    struct flight *f = cut->flight;
    bool answered = false, silent = true;

    if (cut->kind != CUT_ZONE || cut->whole || flight_has_delegation(f)) {
        return;
    }
    for (const struct authority *a = cut->first; a != NULL; a = a->next) {
        answered = answered || (a->outstanding == 0 && a->usable > 0);
        silent = silent && a->outstanding == 0;
    }
    if (answered ||
        (cut->enlisted > 0 && (silent || clock_mono_us() - cut->asked_us > (int64_t)ZONE_FIRST_MS * 1000))) {
        cut->whole = true;
        cut_enlist(cut);
    }
}

static void host_address(void *self, struct lookup *l)
{
    struct host *host = self;
    struct cut *cut = host->cut;

    for (size_t i = 0; lookup_has_data(l) && i < l->reply.rr_count && host->count < HOST_ADDRESSES_MAX; i++) {
        struct address address;

        if (address_of_rr(&l->reply.rr[i], (uint16_t)cut->flight->conf->dns_authoritative_port, &address)) {
            host->address[host->count++] = address;
        }
    }
    if (--host->waiting == 0) {
        cut->waiting--;
        cut_enlist(cut);
        cut_consider_tcp(cut);
    }
}

struct cut *cut_new(struct flight *f, const char *zone, const char *const *ns, size_t ns_count, unsigned depth,
                    enum cut_kind kind)
{
    struct cut *cut;

    if (f->cut_count >= CUTS_MAX || depth > CUT_DEPTH_MAX || ns_count == 0) {
        return NULL;
    }
    cut = pool_alloc(f->pool, sizeof(*cut));
    *cut = (struct cut){.flight = f, .zone = zone, .depth = depth, .kind = kind};
    cut->last = &cut->first;
    cut->host_count = ns_count < NAME_SERVERS_MAX ? ns_count : NAME_SERVERS_MAX;
    cut->waiting = cut->host_count;
    cut->host = pool_array(f->pool, cut->host_count, sizeof(*cut->host));
    *f->cuts_tail = cut;
    f->cuts_tail = &cut->next;
    f->cut_count++;
    for (size_t i = 0; i < cut->host_count; i++) {
        cut->host[i] = (struct host){.cut = cut, .name = pool_strdup(f->pool, ns[i]), .waiting = 2};
        cut->host[i].lookup[0] = resolver_ask(&f->resolver, ns[i], RR_A, host_address, &cut->host[i]);
        cut->host[i].lookup[1] = resolver_ask(&f->resolver, ns[i], RR_AAAA, host_address, &cut->host[i]);
    }
    return cut;
}

bool cut_has_servers(const struct cut *cut)
{
    return cut->enlisted > 0;
}

/* A name server's name in a zone that is dead keeps a resolver busy for long, and would hold up every check of this
 * domain. */
static void cut_give_up_hosts(struct cut *cut)
{
    for (size_t i = 0; i < cut->host_count; i++) {
        if (cut->host[i].waiting > 0) {
            lookup_forgo(cut->host[i].lookup[0]);
            lookup_forgo(cut->host[i].lookup[1]);
            cut->host[i].waiting = 0;
        }
    }
    cut->waiting = 0;
    cut_enlist(cut);
    cut_consider_tcp(cut);
}

void cuts_tick(struct flight *f)
{
    for (struct cut *cut = f->cuts; cut != NULL; cut = cut->next) {
        cut_consider_whole(cut);
    }
    if (clock_mono_us() - f->start_us < (int64_t)f->conf->dns_deadline_ms * 1000 / 2) {
        return;
    }
    for (struct cut *cut = f->cuts; cut != NULL; cut = cut->next) {
        if (cut->waiting > 0 && cut->enlisted > 0) {
            cut_give_up_hosts(cut);
        }
    }
}

/* --- TCP as the second source --- */

/*
 * The only server that answers is asked once more over TCP, so that one forged UDP answer never suffices. At once where
 * there is one address only; else when all others have ended without anything usable.
 */
static void cut_consider_tcp(struct cut *cut)
{
    const struct authority *only = NULL;
    size_t candidates = 0;
    struct authority *a;

    if (cut->tcp || cut->kind == CUT_PROBED || cut->waiting > 0) {
        return;
    }
    for (a = cut->first; a != NULL; a = a->next) {
        if (!a->entry.barred && (cut->enlisted == 1 || a->usable > 0 || a->outstanding > 0)) {
            candidates++;
            only = a;
        }
    }
    if (candidates != 1) {
        return;
    }
    cut->tcp = true;
    a = authority_new(cut, only->entry.name, &only->address, true);
    a->peer = transport_peer(cut->flight->transport, &a->address, tcp_timing, true);
    transport_pace(a->peer, cut->flight->pace);
    authority_ask_due(a);
}

/* --- answers --- */

static struct cut *cut_refer(struct cut *parent, const struct reply *reply)
{
    struct flight *f = parent->flight;

    for (struct cut *cut = f->cuts; cut != NULL; cut = cut->next) {
        if (cut != parent && name_equal(cut->zone, reply->cut)) {
            return cut;
        }
    }
    return cut_new(f, reply->cut, reply->ns, reply->ns_count, parent->depth + 1,
                   parent->kind == CUT_PROBED ? CUT_ZONE : CUT_INSIDE);
}

/* The zone above was asked whether the domain is there at all. Whoever says yes is believed: the others may be late. */
static void cut_probe_answer(struct cut *cut, const struct slot *slot)
{
    struct flight *f = cut->flight;

    switch (slot->outcome) {
    case OUTCOME_REFERRAL:
        if (slot->child != NULL && cut->kind == CUT_PROBED) {
            f->zone_state = ZONE_FOUND;
            f->zone = slot->child->zone;
        }
        break;
    case OUTCOME_DATA:
    case OUTCOME_NODATA:
        f->zone_state = ZONE_FOUND;
        f->zone = cut->zone;
        cut->kind = CUT_ZONE;
        for (struct authority *a = cut->first; a != NULL; a = a->next) {
            if (!a->entry.barred) {
                authority_ask_due(a);
            }
        }
        cut_enlist(cut);
        break;
    case OUTCOME_NXDOMAIN:
        if (f->zone_state == ZONE_UNKNOWN) {
            f->zone_state = ZONE_ABSENT;
        }
        break;
    default:
        break;
    }
}

static void slot_read(struct slot *slot, struct query *query)
{
    struct cut *cut = slot->authority->cut;

    if (query->end != QUERY_ANSWERED) {
        slot->outcome = outcome_of_query(query->end);
        return;
    }
    slot->reply = query->reply;
    slot->rcode = query->reply.rcode;
    slot->away = reply_trim(&slot->reply, cut->zone);
    slot->outcome = reply_outcome(&slot->reply, cut->zone);
    if (slot->outcome == OUTCOME_REFERRAL) {
        slot->child = cut_refer(cut, &slot->reply);
    }
    slot->away = slot->away && slot->outcome == OUTCOME_DATA;
    if (slot->away) {
        slot->follow = follow_start(cut->flight, slot->reply.end, query->question.type);
    }
}

static void authority_answer(void *self, struct query *query)
{
    struct slot *slot = self;
    struct authority *a = slot->authority;

    slot->ms += query->ms;
    slot_read(slot, query);
    if (slot->outcome == OUTCOME_SERVFAIL &&
        !slot->again) { /* perhaps a passing fault, a zone being loaded: it counts the second time */
        slot->again = true;
        transport_query(a->cut->flight->transport, a->peer, &a->cut->flight->question[slot->question], 0,
                        authority_answer, slot);
        return;
    }
    slot->ended = true;
    a->outstanding--;
    a->usable += outcome_usable(slot->outcome) || slot->outcome == OUTCOME_REFERRAL;
    if (slot->question == a->cut->flight->probe) {
        cut_probe_answer(a->cut, slot);
    }
    if (a->outstanding == 0) {
        cut_consider_whole(a->cut);
        cut_consider_tcp(a->cut);
    }
}
