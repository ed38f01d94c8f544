/*
 * The queries of one resolution: ids, retransmission, fallback to TCP, places in the pace, and the deadline. peer.c
 * carries the packets. Knows no zones and no verdicts.
 */
#include "base/base.h"

#include "dns/transport.h"

#include <errno.h>

#include "base/clock.h"
#include "base/random.h"
#include "dns/pace.h"
#include "dns/peer.h"

enum { PACKETS_A_READ = 16 };

struct transport {
    struct carrier carrier;
    struct pool *pool;
    int64_t deadline_us, allowed_us; /* allowed: from the beginning to the deadline */
    const atomic_bool *stop;
    struct peer *peers;
    struct timers timers;
    size_t in_flight; /* queries that are needed and have not ended */
    struct exchange *ended, **ended_tail;
    bool over; /* the deadline has passed */
    void (*tick)(void *self);
    void *tick_self;
};

struct carrier *transport_carrier(struct transport *transport)
{
    return &transport->carrier;
}

static void exchange_start(struct exchange *x);

/* --- how queries end --- */

static void exchange_end(struct exchange *x, enum query_end end)
{
    struct transport *t = x->transport;

    timers_clear(&t->timers, &x->timer);
    peer_remove(x);
    x->state = EXCHANGE_ENDED;
    x->query.end = x->garbage && end != QUERY_ANSWERED ? QUERY_MALFORMED : end;
    x->query.ms = (int)((clock_mono_us() - x->asked_us + 999) / 1000);
    if (x->forgone) {
        return;
    }
    t->in_flight--;
    x->next = NULL;
    *t->ended_tail = x;
    t->ended_tail = &x->next;
}

void exchange_unreachable(struct exchange *x)
{
    exchange_end(x, QUERY_UNREACHABLE);
}

void exchange_wait_for_tcp(struct exchange *x)
{
    timers_set(&x->transport->timers, &x->timer, clock_mono_us() + (int64_t)x->peer->timing.tcp_ms * 1000);
}

static void exchange_over_tcp(struct exchange *x)
{
    exchange_wait_for_tcp(x);
    if (!peer_send_tcp(x->peer, x)) {
        exchange_unreachable(x);
    }
}

void exchange_answered(struct exchange *x, enum answer answer)
{
    switch (answer) {
    case ANSWER_TRUNCATED:
        exchange_over_tcp(x);
        break;
    case ANSWER_NONE:
        x->garbage = true;
        exchange_end(x, QUERY_MALFORMED);
        break;
    case ANSWER_READ:
        /* FORMERR without OPT is from a server without EDNS: repeats the query without it (RFC 6891 7). */
        if (x->query.reply.rcode == WIRE_FORMERR && !x->query.reply.opt && !(x->flags & WIRE_PLAIN)) {
            x->flags |= WIRE_PLAIN;
            timers_clear(&x->transport->timers, &x->timer);
            peer_remove(x);
            exchange_start(x);
            break;
        }
        exchange_end(x, QUERY_ANSWERED);
        break;
    }
}

/* --- how they start, and are retransmitted --- */

static void exchange_send_udp(struct exchange *x)
{
    int64_t wait_us = ((int64_t)x->peer->timing.timeout_ms * 1000) << x->tries;

    x->tries++;
    timers_set(&x->transport->timers, &x->timer, clock_mono_us() + wait_us);
    if (!peer_send_udp(x->peer, x)) {
        exchange_unreachable(x);
    }
}

/* Gives the query a random id that is unused at this server, and sends the packet. */
static void exchange_send(struct exchange *x)
{
    struct peer *peer = x->peer;
    uint16_t id;

    do {
        random_bytes(&id, sizeof(id));
    } while (peer_uses_id(peer, id));
    x->tries = 0;
    if (wire_ask(x->question, id, x->flags, x->packet, &x->packet_len, NULL) != 0) {
        exchange_end(x, QUERY_MALFORMED);
        return;
    }
    peer_add(peer, x);
    if (peer->tcp_only) {
        exchange_over_tcp(x);
    } else {
        exchange_send_udp(x);
    }
}

/* At once, or when there is a place for it; extends the deadline. */
static void exchange_start(struct exchange *x)
{
    struct transport *t = x->transport;
    int64_t now = clock_mono_us();
    int64_t at = x->peer->pace ? pace_reserve(x->peer->pace, &x->peer->address, now) : now;

    if (at <= now) {
        exchange_send(x);
        return;
    }
    x->state = EXCHANGE_HELD;
    timers_set(&t->timers, &x->timer, at);
    if (t->deadline_us < at + t->allowed_us) {
        t->deadline_us = at + t->allowed_us;
    }
}

static void exchange_time(struct exchange *x)
{
    switch (x->state) {
    case EXCHANGE_HELD:
        if (!(x->flags & WIRE_PLAIN)) {
            x->asked_us = clock_mono_us();
        }
        exchange_send(x);
        break;
    case EXCHANGE_UDP:
        if (x->tries < x->peer->timing.tries) {
            exchange_send_udp(x);
            break;
        }
        exchange_end(x, QUERY_TIMEOUT);
        break;
    default:
        exchange_end(x, QUERY_TIMEOUT);
        break;
    }
}

struct query *transport_query(struct transport *t, struct peer *peer, const struct question *question, unsigned flags,
                              query_done *done, void *self)
{
    struct exchange *x = pool_alloc(t->pool, sizeof(*x));

    x->transport = t;
    x->peer = peer;
    x->question = question;
    x->query.question = *question;
    x->flags = flags;
    x->done = done;
    x->self = self;
    x->asked_us = clock_mono_us();
    t->in_flight++;
    if (t->over) {
        exchange_end(x, QUERY_DEADLINE);
    } else if (!peer || t->carrier.local_errno != 0) {
        exchange_end(x, QUERY_UNREACHABLE);
    } else {
        exchange_start(x);
    }
    return &x->query;
}

void transport_forgo(struct transport *t, struct query *query)
{
    struct exchange *x = (struct exchange *)query; /* its first member */
    struct peer *peer = x->peer;

    if (x->forgone) {
        return;
    }
    if (x->state == EXCHANGE_ENDED) {
        x->forgone = true; /* not delivered yet, or delivered before */
        return;
    }
    x->forgone = true;
    t->in_flight--;
    exchange_end(x, QUERY_DEADLINE);
    if (!peer->in_flight) {
        peer_close(peer);
    } else {
        peer_feed_tcp(peer);
    }
}

void transport_pace(struct peer *peer, struct pace *pace)
{
    peer->pace = pace;
}

struct peer *transport_peer(struct transport *t, const struct address *address, struct peer_timing timing, bool tcp)
{
    struct peer *peer = pool_alloc(t->pool, sizeof(*peer));

    peer->transport = t;
    peer->address = *address;
    peer->timing = timing;
    peer->tcp_only = tcp;
    peer->next = t->peers;
    t->peers = peer;
    peer_init(peer, &t->carrier);
    return peer;
}

/* --- the run --- */

static void transport_deliver(struct transport *t)
{
    while (t->ended) {
        struct exchange *x = t->ended;

        t->ended = x->next;
        if (!t->ended) {
            t->ended_tail = &t->ended;
        }
        x->next = NULL;
        if (!x->forgone) {
            x->done(x->self, &x->query);
        }
    }
}

static void transport_due(struct transport *t, int64_t now)
{
    struct timer *timer;

    while ((timer = timers_first(&t->timers)) && timer->due_us <= now) {
        struct exchange *x = (struct exchange *)(void *)((char *)timer - offsetof(struct exchange, timer));

        timers_clear(&t->timers, timer);
        exchange_time(x);
    }
}

/* Ends all queries: each that has not ended has its timer. */
static void transport_cancel(struct transport *t)
{
    struct timer *timer;

    t->over = true;
    while ((timer = timers_first(&t->timers))) {
        exchange_end((struct exchange *)(void *)((char *)timer - offsetof(struct exchange, timer)), QUERY_DEADLINE);
    }
    transport_deliver(t);
}

static int64_t first_of(const struct transport *t, int64_t tick_us)
{
    const struct timer *timer = timers_first(&t->timers);
    int64_t until = tick_us < t->deadline_us ? tick_us : t->deadline_us;

    return timer && timer->due_us < until ? timer->due_us : until;
}

int transport_run(struct transport *t, struct err *err)
{
    int64_t tick_us = clock_mono_us() + (int64_t)TRANSPORT_TICK_MS * 1000;

    transport_deliver(t);
    while (t->in_flight > 0) {
        int64_t now;

        loop_wait(&t->carrier.loop, first_of(t, tick_us) - clock_mono_us());
        transport_deliver(t);
        now = clock_mono_us();
        if (now >= t->deadline_us || (t->stop && *t->stop)) {
            transport_cancel(t);
            break;
        }
        transport_due(t, now);
        if (now >= tick_us) {
            tick_us = now + (int64_t)TRANSPORT_TICK_MS * 1000;
            if (t->tick) {
                t->tick(t->tick_self);
            }
        }
        transport_deliver(t);
    }
    if (t->carrier.local_errno != 0) {
        return err_set(err, ERR_UNAVAILABLE, "DNS: no descriptors or memory for sockets (errno %d)",
                       t->carrier.local_errno);
    }
    return 0;
}

void transport_stop_on(struct transport *t, const atomic_bool *stop)
{
    t->stop = stop;
}

void transport_on_tick(struct transport *t, void (*tick)(void *self), void *self)
{
    t->tick = tick;
    t->tick_self = self;
}

struct transport *transport_new(struct pool *pool, int64_t deadline_us)
{
    struct transport *t = pool_alloc(pool, sizeof(*t));

    t->pool = t->carrier.pool = pool;
    t->deadline_us = deadline_us;
    t->allowed_us = deadline_us - clock_mono_us();
    t->ended_tail = &t->ended;
    t->carrier.room = udp_room_new(PACKETS_A_READ);
    if (!loop_open(&t->carrier.loop)) {
        t->carrier.local_errno = errno;
    }
    return t;
}

void transport_free(struct transport **transport)
{
    struct transport *t = *transport;

    if (!t) {
        return;
    }
    for (struct peer *peer = t->peers; peer; peer = peer->next) {
        peer_close(peer);
    }
    loop_close(&t->carrier.loop);
    timers_free(&t->timers);
    udp_room_free(&t->carrier.room);
    *transport = NULL;
}
