/*
 * Asking the recursive resolvers, in their order: the next one when one is silent for a third of the deadline,
 * unreachable or refuses. Repeats after SERVFAIL with CD=1 (RFC 4035 3.2.2), which distinguishes bogus data from a
 * broken server. Knows nothing of zones.
 */
#include "base/base.h"

#include "base/clock.h"
#include "dns/resolver.h"

enum { LAST_TIMEOUT_MS = 400, LAST_TRIES = 5, DEAD_FOR_US = 10 * 1000 * 1000 };

static query_done lookup_answer;

void resolver_init(struct resolver *resolver, const struct conf *conf, struct pool *pool, struct transport *transport,
                   int64_t *dead_until_us)
{
    *resolver = (struct resolver){.conf = conf, .pool = pool, .transport = transport, .dead_until_us = dead_until_us};
}

/* A silent resolver would cost each question a third of the deadline again. Never skips the last one. */
static size_t first_alive(const struct resolver *r, int64_t now)
{
    size_t i = 0;

    while (i + 1 < r->conf->dns_resolver_count && r->dead_until_us[i] > now) {
        i++;
    }
    return i;
}

/* Two tries in a third of the deadline (t + 2t) while there is another resolver; the last one has all the time. */
static struct peer *resolver_peer(struct resolver *r, size_t i)
{
    struct peer_timing timing = {
        .timeout_ms = LAST_TIMEOUT_MS, .tries = LAST_TRIES, .tcp_ms = r->conf->dns_deadline_ms};
    struct address address;

    if (r->peer[i]) {
        return r->peer[i];
    }
    if (i + 1 < r->conf->dns_resolver_count) {
        timing.timeout_ms = r->conf->dns_deadline_ms / 9 + 1;
        timing.tries = 2;
        timing.tcp_ms = r->conf->dns_deadline_ms / 3 + 1;
    }
    if (address_parse(r->conf->dns_resolvers[i].addr, r->conf->dns_resolvers[i].port, &address)) {
        r->peer[i] = transport_peer(r->transport, &address, timing, false);
    }
    return r->peer[i];
}

static void lookup_send(struct lookup *l)
{
    struct resolver *r = l->resolver;
    unsigned flags = WIRE_RD | WIRE_AD | WIRE_DO | (l->stage == LOOKUP_UNCHECKED ? WIRE_CD : 0);

    r->used[l->by] = true;
    l->query = transport_query(r->transport, resolver_peer(r, l->by), &l->question, flags, lookup_answer, l);
}

struct lookup *resolver_ask(struct resolver *r, const char *name, enum rr_type type, lookup_done *done, void *self)
{
    struct lookup *l = pool_alloc(r->pool, sizeof(*l));

    l->resolver = r;
    l->question = (struct question){.name = pool_strdup(r->pool, name), .type = type};
    l->done = done;
    l->self = self;
    l->rcode = -1;
    l->start_us = clock_mono_us();
    l->by = l->tried = first_alive(r, l->start_us);
    lookup_send(l);
    return l;
}

enum outcome outcome_of_query(enum query_end end)
{
    switch (end) {
    case QUERY_MALFORMED:
        return OUTCOME_MALFORMED;
    case QUERY_DEADLINE:
        return OUTCOME_DEADLINE;
    default:
        return OUTCOME_TIMEOUT;
    }
}

static void lookup_end(struct lookup *l, enum outcome outcome, const struct reply *reply)
{
    l->ended = true;
    l->outcome = outcome;
    if (reply) {
        l->reply = *reply;
    }
    l->ms = (int)((clock_mono_us() - l->start_us + 999) / 1000);
    l->done(l->self, l);
}

/* The answer was not usable: asks the next resolver, or ends with this outcome. */
static void lookup_next(struct lookup *l, enum outcome outcome)
{
    if (outcome == OUTCOME_DEADLINE || ++l->tried >= l->resolver->conf->dns_resolver_count) {
        lookup_end(l, outcome, NULL);
        return;
    }
    l->by = (l->by + 1) % l->resolver->conf->dns_resolver_count;
    l->stage = LOOKUP_PLAIN;
    lookup_send(l);
}

/* CD=1 gave data: either validation failed, or the first SERVFAIL was temporary. Repeats the first question. */
static void lookup_after_servfail(struct lookup *l, enum outcome outcome, const struct reply *reply)
{
    switch (l->stage) {
    case LOOKUP_PLAIN:
        l->stage = LOOKUP_UNCHECKED;
        lookup_send(l);
        break;
    case LOOKUP_UNCHECKED:
        if (!outcome_usable(outcome)) {
            lookup_next(l, OUTCOME_SERVFAIL);
            break;
        }
        l->unchecked = *reply;
        l->stage = LOOKUP_CONFIRM;
        lookup_send(l);
        break;
    case LOOKUP_CONFIRM:
        lookup_end(l, OUTCOME_BOGUS, &l->unchecked);
        break;
    }
}

static void lookup_answer(void *self, struct query *query)
{
    struct lookup *l = self;
    enum outcome outcome;

    if (query->end != QUERY_ANSWERED) {
        outcome = outcome_of_query(query->end);
        l->rcode = -1;
        if (outcome == OUTCOME_TIMEOUT) {
            l->resolver->dead_until_us[l->by] = clock_mono_us() + DEAD_FOR_US;
        }
        lookup_next(l, l->stage == LOOKUP_PLAIN || outcome == OUTCOME_DEADLINE ? outcome : OUTCOME_SERVFAIL);
        return;
    }
    l->rcode = query->reply.rcode;
    outcome = reply_outcome(&query->reply, NULL);
    if (outcome == OUTCOME_SERVFAIL || l->stage == LOOKUP_UNCHECKED) {
        lookup_after_servfail(l, outcome, &query->reply);
    } else if (outcome_usable(outcome)) {
        lookup_end(l, outcome, &query->reply);
    } else {
        lookup_next(l, outcome);
    }
}

void lookup_forgo(struct lookup *l)
{
    if (!l->ended) {
        transport_forgo(l->resolver->transport, l->query);
    }
}

bool lookup_has_data(const struct lookup *l)
{
    return l->ended && (l->outcome == OUTCOME_DATA || l->outcome == OUTCOME_BOGUS) && l->reply.answered;
}
