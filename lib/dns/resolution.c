/*
 * One resolution: starts all questions to the resolver and the search for the zone, runs the transport until nothing is
 * outstanding or the time is up, and gathers the results as observations. Evaluates nothing.
 */
#include "base/base.h"

#include "base/clock.h"
#include "dns/resolution.h"

/* A fiftieth of the deadline is reserved for gathering and for the scheduler of a busy machine: callers never wait
 * longer than dns_deadline_ms. */
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

/* Adds the end of the chain to an answer. With NODATA at the end, the chain itself is the data. */
static void server_query_join_cname(struct pool *pool, struct server_query *sq)
{
    const struct cname_lookup *w = sq->cname;

    if (!w) {
        sq->outcome = OUTCOME_REFERRAL;
    } else if (!w->ended) {
        sq->outcome = OUTCOME_DEADLINE;
    } else {
        sq->outcome = w->outcome == OUTCOME_NODATA ? OUTCOME_DATA : w->outcome;
        reply_append(pool, &sq->reply, &w->reply);
    }
}

/* A referral that was followed is represented by the child's servers; every other sq is an observation. */
static bool server_query_counts(const struct server_query *sq)
{
    return sq->asked && sq->question != sq->server->delegation->resolution->probe &&
           !(sq->outcome == OUTCOME_REFERRAL && sq->child && delegation_has_servers(sq->child));
}

/* A server is listed if it answered or was barred; its second query over TCP only if that had a result. */
static bool auth_server_listed(const struct resolution *res, const struct auth_server *a)
{
    if (a->entry.barred) {
        return a->delegation->kind != DELEGATION_PROBED;
    }
    if (a->tcp && a->usable == 0) {
        return false;
    }
    for (size_t i = 0; i < res->question_count; i++) {
        if (server_query_counts(&a->query[i])) {
            return true;
        }
    }
    return false;
}

static void gather_auth_server(struct resolution *res, struct auth_server *a, struct observations *out)
{
    int server = (int)out->server_count++;

    out->servers[server] = a->entry;
    for (size_t i = 0; i < res->question_count; i++) {
        struct server_query *sq = &a->query[i];
        struct observation *o = &out->observed[out->observed_count];

        if (!server_query_counts(sq)) {
            continue;
        }
        if (sq->away) {
            server_query_join_cname(res->pool, sq);
        }
        *o = (struct observation){
            .question = i, .server = server, .outcome = sq->outcome, .rcode = sq->rcode, .ms = sq->ms};
        observation_fill(o, &sq->reply);
        out->observed_count++;
    }
}

static void gather_recursive(struct resolution *res, struct observations *out)
{
    int server[CONF_RESOLVERS_MAX] = {0};
    size_t resolvers = res->conf->dns_resolver_count > 0 ? res->conf->dns_resolver_count : 1;

    for (size_t r = 0; r < resolvers; r++) {
        if (res->resolver.used[r]) {
            const struct conf_resolver *conf = &res->conf->dns_resolvers[r];

            server[r] = (int)out->server_count;
            out->servers[out->server_count++] = (struct server){
                .name = "", .addr = pool_strdup(res->pool, conf->addr), .port = conf->port, .recursive = true};
        }
    }
    for (size_t i = 0; i < out->question_count; i++) {
        observe_recursive(res->recursive[i], i, server[res->recursive[i]->by], &out->observed[out->observed_count++]);
    }
}

static void resolution_gather(struct resolution *res, struct observations *out)
{
    size_t servers = CONF_RESOLVERS_MAX;

    for (const struct delegation *delegation = res->delegations; delegation; delegation = delegation->next) {
        servers += delegation->enlisted + delegation->barred + 1;
    }
    *out = (struct observations){.zone_state = res->zone_state,
                                 .zone_outcome = res->zone_outcome,
                                 .zone = res->zone,
                                 .questions = res->question,
                                 .question_count = res->question_count - 1};
    out->servers = pool_array(res->pool, servers, sizeof(*out->servers));
    out->observed = pool_array(res->pool, servers * res->question_count, sizeof(*out->observed));
    for (struct delegation *delegation = res->delegations; delegation; delegation = delegation->next) {
        for (struct auth_server *a = delegation->first; a; a = a->next) {
            if (auth_server_listed(res, a)) {
                gather_auth_server(res, a, out);
            }
        }
    }
    gather_recursive(res, out);
    out->ms = (int)((clock_mono_us() - res->start_us + 999) / 1000);
}

/* --- the resolution --- */

static void recursive_answer(void *self, struct lookup *lookup)
{
    (void)self;
    (void)lookup; /* gathered at the end */
}

static void resolution_tick(void *self)
{
    zone_search_tick(self);
    delegations_tick(self);
}

static void resolution_start(struct resolution *res, const struct question *questions, size_t count)
{
    res->question = pool_array(res->pool, count + 1, sizeof(*res->question));
    res->recursive = pool_array(res->pool, count + 1, sizeof(struct lookup *));
    for (size_t i = 0; i < count; i++) {
        res->question[i] =
            (struct question){.name = pool_strdup(res->pool, questions[i].name), .type = questions[i].type};
    }
    res->probe = count;
    res->question[count] = (struct question){.name = res->domain, .type = RR_NS};
    res->question_count = count + 1;
    zone_search_start(res); /* first: everything else about the zone depends on it */
    for (size_t i = 0; i < count; i++) {
        res->recursive[i] =
            resolver_ask(&res->resolver, res->question[i].name, res->question[i].type, recursive_answer, NULL);
    }
}

int dns_observe(struct dns *dns, struct pool *pool, const char *domain, const struct question *questions, size_t count,
                struct observations *out, struct err *err)
{
    struct resolution *res = pool_alloc(pool, sizeof(*res));
    int rc;

    *res = (struct resolution){.conf = dns->conf,
                               .pool = pool,
                               .domain = pool_strdup(pool, domain),
                               .pace = dns->pace,
                               .start_us = clock_mono_us()};
    res->zone_state = ZONE_UNKNOWN;
    res->zone_outcome = OUTCOME_DEADLINE;
    res->zone = "";
    res->delegations_tail = &res->delegations;
    res->transport = transport_new(pool, res->start_us + (int64_t)dns->conf->dns_deadline_ms * 1000 *
                                                             (MARGIN_PART - 1) / MARGIN_PART);
    transport_stop_on(res->transport, dns->stop);
    resolver_init(&res->resolver, dns->conf, pool, res->transport, dns->resolver_dead_until_us);
    transport_on_tick(res->transport, resolution_tick, res);
    resolution_start(res, questions, count);
    rc = transport_run(res->transport, err);
    if (rc == 0) {
        resolution_gather(res, out);
    }
    transport_free(&res->transport);
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
