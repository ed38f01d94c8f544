/*
 * One flight: all questions to the resolver and the search for the zone begin at once, the transport runs until nothing
 * is in flight or the time is up, and what came is gathered as observations. Judges nothing.
 */
#include "base/base.h"

#include "base/clock.h"
#include "dns/flight.h"

/* A fiftieth of the deadline is kept for gathering and for the scheduler of a busy machine: nobody waits longer than
 * dns_deadline_ms. */
enum { MARGIN_PART = 50 };

struct dns {
    const struct conf *conf;
    const atomic_bool *stop; /* NULL: none */
    struct pace *pace;       /* NULL: none */
    int64_t resolver_dead_until_us[CONF_RESOLVERS_MAX];
};

struct dns *dns_new(const struct conf *conf)
{
    struct dns *dns = mem_alloc(sizeof(*dns));

    *dns = (struct dns){.conf = conf};
    return dns;
}

void dns_stop_on(struct dns *dns, const atomic_bool *stop)
{
    dns->stop = stop;
}

void dns_keep_pace(struct dns *dns, struct pace *pace)
{
    dns->pace = pace;
}

void dns_free(struct dns **dns)
{
    free(*dns);
    *dns = NULL;
}

/* --- gathering --- */

static void observation_fill(struct observation *o, const struct reply *reply)
{
    o->aa = reply->aa;
    o->ad = reply->ad;
    o->rr = reply->rr;
    o->rr_count = reply->rr_count;
    if (o->outcome == OUTCOME_NODATA || o->outcome == OUTCOME_NXDOMAIN) {
        o->negative_ttl = reply->negative_ttl;
    }
}

static void observe_recursive(const struct lookup *l, size_t question, int server, struct observation *o)
{
    *o = (struct observation){
        .question = question, .server = server, .outcome = OUTCOME_DEADLINE, .rcode = l->rcode, .ms = l->ms};
    if (l->ended) {
        o->outcome = l->outcome;
        observation_fill(o, &l->reply);
    }
}

/* What the chain's end adds to an answer. NODATA there leaves the chain itself as the data. */
static void slot_join_follow(struct pool *pool, struct slot *slot)
{
    const struct follow *w = slot->follow;

    if (w == NULL) {
        slot->outcome = OUTCOME_REFERRAL;
    } else if (!w->ended) {
        slot->outcome = OUTCOME_DEADLINE;
    } else {
        slot->outcome = w->outcome == OUTCOME_NODATA ? OUTCOME_DATA : w->outcome;
        reply_append(pool, &slot->reply, &w->reply);
    }
}

/* A referral that was followed is told by the child's servers; every other slot is an observation. */
static bool slot_counts(const struct slot *slot)
{
    return slot->asked && slot->question != slot->authority->cut->flight->probe &&
           !(slot->outcome == OUTCOME_REFERRAL && slot->child != NULL && cut_has_servers(slot->child));
}

/* A server is listed if it said something or was barred; the second look over TCP only if it brought anything. */
static bool authority_listed(const struct flight *f, const struct authority *a)
{
    if (a->entry.barred) {
        return a->cut->kind != CUT_PROBED;
    }
    if (a->tcp && a->usable == 0) {
        return false;
    }
    for (size_t i = 0; i < f->question_count; i++) {
        if (slot_counts(&a->slot[i])) {
            return true;
        }
    }
    return false;
}

static void gather_authority(struct flight *f, struct authority *a, struct observations *out)
{
    int server = (int)out->server_count++;

    out->servers[server] = a->entry;
    for (size_t i = 0; i < f->question_count; i++) {
        struct slot *slot = &a->slot[i];
        struct observation *o = &out->observed[out->observed_count];

        if (!slot_counts(slot)) {
            continue;
        }
        if (slot->away) {
            slot_join_follow(f->pool, slot);
        }
        *o = (struct observation){
            .question = i, .server = server, .outcome = slot->outcome, .rcode = slot->rcode, .ms = slot->ms};
        observation_fill(o, &slot->reply);
        out->observed_count++;
    }
}

static void gather_recursive(struct flight *f, struct observations *out)
{
    int server[CONF_RESOLVERS_MAX] = {0};
    size_t resolvers = f->conf->dns_resolver_count > 0 ? f->conf->dns_resolver_count : 1;

    for (size_t r = 0; r < resolvers; r++) {
        if (f->resolver.used[r]) {
            const struct conf_resolver *conf = &f->conf->dns_resolvers[r];

            server[r] = (int)out->server_count;
            out->servers[out->server_count++] = (struct server){
                .name = "", .addr = pool_strdup(f->pool, conf->addr), .port = conf->port, .recursive = true};
        }
    }
    for (size_t i = 0; i < out->question_count; i++) {
        observe_recursive(f->recursive[i], i, server[f->recursive[i]->by], &out->observed[out->observed_count++]);
    }
}

static void flight_gather(struct flight *f, struct observations *out)
{
    size_t servers = CONF_RESOLVERS_MAX;

    for (const struct cut *cut = f->cuts; cut != NULL; cut = cut->next) {
        servers += cut->enlisted + cut->barred + 1;
    }
    *out = (struct observations){.zone_state = f->zone_state,
                                 .zone_outcome = f->zone_outcome,
                                 .zone = f->zone,
                                 .questions = f->question,
                                 .question_count = f->question_count - 1};
    out->servers = pool_array(f->pool, servers, sizeof(*out->servers));
    out->observed = pool_array(f->pool, servers * f->question_count, sizeof(*out->observed));
    for (struct cut *cut = f->cuts; cut != NULL; cut = cut->next) {
        for (struct authority *a = cut->first; a != NULL; a = a->next) {
            if (authority_listed(f, a)) {
                gather_authority(f, a, out);
            }
        }
    }
    gather_recursive(f, out);
    out->ms = (int)((clock_mono_us() - f->start_us + 999) / 1000);
}

/* --- the flight --- */

static void recursive_answer(void *self, struct lookup *lookup)
{
    (void)self;
    (void)lookup; /* gathered at the end */
}

static void flight_tick(void *self)
{
    zone_search_tick(self);
    cuts_tick(self);
}

static void flight_start(struct flight *f, const struct question *questions, size_t count)
{
    f->question = pool_array(f->pool, count + 1, sizeof(*f->question));
    f->recursive = pool_array(f->pool, count + 1, sizeof(struct lookup *));
    for (size_t i = 0; i < count; i++) {
        f->question[i] = (struct question){.name = pool_strdup(f->pool, questions[i].name), .type = questions[i].type};
    }
    f->probe = count;
    f->question[count] = (struct question){.name = f->domain, .type = RR_NS};
    f->question_count = count + 1;
    zone_search_start(f); /* first: everything else about the zone waits for it */
    for (size_t i = 0; i < count; i++) {
        f->recursive[i] = resolver_ask(&f->resolver, f->question[i].name, f->question[i].type, recursive_answer, NULL);
    }
}

int dns_observe(struct dns *dns, struct pool *pool, const char *domain, const struct question *questions, size_t count,
                struct observations *out, struct err *err)
{
    struct flight *f = pool_alloc(pool, sizeof(*f));
    int rc;

    *f = (struct flight){.conf = dns->conf,
                         .pool = pool,
                         .domain = pool_strdup(pool, domain),
                         .pace = dns->pace,
                         .start_us = clock_mono_us()};
    f->zone_state = ZONE_UNKNOWN;
    f->zone_outcome = OUTCOME_DEADLINE;
    f->zone = "";
    f->cuts_tail = &f->cuts;
    f->transport =
        transport_new(pool, f->start_us + (int64_t)dns->conf->dns_deadline_ms * 1000 * (MARGIN_PART - 1) / MARGIN_PART);
    transport_stop_on(f->transport, dns->stop);
    resolver_init(&f->resolver, dns->conf, pool, f->transport, dns->resolver_dead_until_us);
    transport_on_tick(f->transport, flight_tick, f);
    flight_start(f, questions, count);
    rc = transport_run(f->transport, err);
    if (rc == 0) {
        flight_gather(f, out);
    }
    transport_free(&f->transport);
    return rc;
}

int dns_ask(struct dns *dns, struct pool *pool, const struct question *question, struct observation *out,
            struct err *err)
{
    int64_t start = clock_mono_us();
    struct transport *transport = transport_new(pool, start + (int64_t)dns->conf->dns_deadline_ms * 1000);
    struct resolver resolver;
    struct lookup *l;
    int rc;

    resolver_init(&resolver, dns->conf, pool, transport, dns->resolver_dead_until_us);
    l = resolver_ask(&resolver, question->name, question->type, recursive_answer, NULL);
    rc = transport_run(transport, err);
    if (rc == 0) {
        observe_recursive(l, 0, -1, out);
    }
    transport_free(&transport);
    return rc;
}
