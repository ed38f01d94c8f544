/*
 * The questions of the sweep run: see bulk.h. Decides when a question may be sent, to which resolver, when it counts as
 * lost, and which outcome an answer has. Knows no domains and no verdicts; upstream.c has the sockets.
 */
#include "base/base.h"

#include "dns/bulk.h"

#include <errno.h>

#include "base/clock.h"
#include "base/pool.h"
#include "dns/address.h"
#include "dns/upstream.h"

enum {
    TRY_US = 1500000,
    TRIES = 5, /* 7.5 s in all: a resolver with an empty cache and a slow zone needs some. Under window and bucket */
    TRIES_DEAD = 2,  /* while no question at all is answered */
    DEAD_AFTER = 32, /* questions lost in a row */
    DEAD_US = 10000000,
};

struct queue {
    struct bulk_query *first, **last;
};

struct bulk {
    struct bulk_carrier carrier;
    bulk_done *done;
    void *self;
    struct upstream *up;
    unsigned up_count;
    struct bulk_query *queries, *free;
    struct queue again, ended;
    struct bulk_query *oldest, *newest; /* outstanding, by when they were sent */
    size_t in_flight;                   /* with those ended and not delivered yet */
    struct pool *pool;                  /* of one answer */
    int64_t now_us;                     /* as of this round of bulk_run */
    int local_errno;                    /* descriptors or memory ran out */
    struct bulk_figures figures;
};

struct bulk_carrier *bulk_carrier(struct bulk *bulk)
{
    return &bulk->carrier;
}

static void queue_init(struct queue *queue)
{
    *queue = (struct queue){.last = &queue->first};
}

static void queue_put(struct queue *queue, struct bulk_query *q)
{
    q->next = NULL;
    *queue->last = q;
    queue->last = &q->next;
}

static struct bulk_query *queue_take(struct queue *queue)
{
    struct bulk_query *q = queue->first;

    if (q && !(queue->first = q->next)) {
        queue->last = &queue->first;
    }
    return q;
}

/* --- by time sent: all have the same timeout --- */

static void clock_start(struct bulk_query *q)
{
    struct bulk *bulk = q->bulk;

    q->sent_us = bulk->now_us;
    q->later = NULL;
    q->earlier = bulk->newest;
    *(bulk->newest ? &bulk->newest->later : &bulk->oldest) = q;
    bulk->newest = q;
}

static void clock_stop(struct bulk_query *q)
{
    struct bulk *bulk = q->bulk;

    *(q->earlier ? &q->earlier->later : &bulk->oldest) = q->later;
    *(q->later ? &q->later->earlier : &bulk->newest) = q->earlier;
}

/* --- room --- */

/* Sockets due for reopening have room once they are empty; if none could be opened, none has. */
static bool upstream_has_room(struct upstream *up)
{
    up->window.full |= up->in_flight >= up->window.size;
    return up->in_flight < up->window.size && bucket_has(&up->bucket) && (up->in_flight == 0 || upstream_channel(up));
}

/* The first in order that is not known to be dead; the first of all if all are. */
static unsigned upstream_first(const struct bulk *bulk)
{
    for (unsigned i = 0; i < bulk->up_count; i++) {
        if (bulk->up[i].dead_until_us <= bulk->now_us) {
            return i;
        }
    }
    return 0;
}

bool bulk_has_room(struct bulk *bulk)
{
    struct upstream *up;

    bulk->now_us = clock_mono_us();
    up = &bulk->up[upstream_first(bulk)];
    bucket_fill(&up->bucket, bulk->now_us);
    return bulk->free && !bulk->again.first && upstream_has_room(up);
}

/* --- questions --- */

static void query_end(struct bulk_query *q, enum outcome outcome)
{
    q->outcome = outcome;
    queue_put(&q->bulk->ended, q);
}

static unsigned query_resolver(const struct bulk_query *q)
{
    return (q->first + q->tried) % q->bulk->up_count;
}

/* An error of this machine rather than of the network. */
static bool is_local(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static void query_send(struct bulk_query *q)
{
    struct upstream *up = &q->bulk->up[query_resolver(q)];
    struct channel *channel = upstream_channel(up);

    if (!channel && up->in_flight > 0) {
        queue_put(&q->bulk->again, q);
        return;
    }
    q->sent++;
    if (!channel) {
        q->bulk->local_errno = is_local(q->bulk->carrier.open_errno) ? q->bulk->carrier.open_errno : 0;
        query_end(q, OUTCOME_TIMEOUT);
        return;
    }
    bucket_take(&up->bucket);
    clock_start(q);
    upstream_send(up, channel, q);
}

static void query_failed(struct bulk_query *q, enum outcome outcome)
{
    q->sent = 0;
    if (++q->tried < q->bulk->up_count) {
        query_send(q);
    } else {
        query_end(q, outcome);
    }
}

void bulk_query_lost(struct bulk_query *q, enum lost_how how)
{
    struct bulk *bulk = q->bulk;
    struct upstream *up = &bulk->up[query_resolver(q)];

    clock_stop(q);
    bulk->figures.lost += q->sent == 1;
    if (++up->lost_in_row >= DEAD_AFTER && bulk->now_us - up->answered_us > TRY_US) {
        up->dead_until_us = bulk->now_us + DEAD_US;
    }
    if (how == LOST_REFUSED || q->sent >= (up->dead_until_us ? TRIES_DEAD : TRIES)) {
        query_failed(q, OUTCOME_TIMEOUT);
    } else {
        queue_put(&bulk->again, q);
    }
}

/* Retransmissions precede new questions. */
static void send_again(struct bulk *bulk)
{
    while (bulk->again.first) {
        struct upstream *up = &bulk->up[query_resolver(bulk->again.first)];

        bucket_fill(&up->bucket, bulk->now_us);
        if (!upstream_has_room(up)) {
            return;
        }
        query_send(queue_take(&bulk->again));
    }
}

/* Most answers of a sweep run are short denials and need no parser: the resolver's header suffices. */
static bool header_denies(const uint8_t *data, enum outcome *outcome)
{
    unsigned answers = (unsigned)data[6] << 8 | data[7], rcode = data[3] & 15;

    *outcome = rcode == 0 ? OUTCOME_NODATA : OUTCOME_NXDOMAIN;
    return answers == 0 && (rcode == 0 || rcode == 3);
}

/* without_edns: the resolver does not understand EDNS (RFC 6891 7). */
static enum outcome bulk_outcome_of(struct bulk *bulk, const uint8_t *data, size_t len, bool *without_edns)
{
    enum outcome outcome;
    struct reply reply;

    if (header_denies(data, &outcome)) {
        return outcome;
    }
    outcome = OUTCOME_MALFORMED;
    if (wire_read(bulk->pool, data, len, &reply, NULL) == 0) {
        outcome = reply_outcome(&reply, NULL);
        *without_edns = reply.rcode == WIRE_FORMERR && !reply.opt;
    }
    pool_clear(bulk->pool);
    return outcome;
}

/* Truncated over UDP: repeats it over TCP, with the same timeout again. Over TCP the answer is used as it is. */
static void query_truncated(struct bulk_query *q, struct upstream *up, bool by_udp)
{
    if (by_udp && upstream_send_tcp(up, q)) {
        clock_start(q);
    } else {
        query_failed(q, OUTCOME_MALFORMED);
    }
}

void bulk_query_answered(struct bulk_query *q, const uint8_t *data, size_t len)
{
    struct bulk *bulk = q->bulk;
    struct upstream *up = q->up;
    bool by_udp = q->channel != NULL, without_edns = false;
    enum outcome outcome;

    upstream_detach(q);
    clock_stop(q);
    if (wire_truncated(data)) {
        query_truncated(q, up, by_udp);
        return;
    }
    outcome = bulk_outcome_of(bulk, data, len, &without_edns);
    window_answered(&up->window, q->sent > 1);
    up->lost_in_row = 0;
    up->dead_until_us = 0;
    up->answered_us = bulk->now_us;
    bulk->figures.answered++;
    if (without_edns && wire_strip_opt(q->packet, &q->len)) {
        up->plain = true;
        query_send(q);
    } else if (outcome_usable(outcome)) {
        query_end(q, outcome);
    } else {
        query_failed(q, outcome);
    }
}

void bulk_ask(struct bulk *bulk, const char *name, enum rr_type type, void *tag)
{
    struct bulk_query *q = bulk->free;
    struct question question = {.name = name, .type = type};

    bulk->free = q->next;
    bulk->in_flight++;
    bulk->figures.asked++;
    q->tag = tag;
    q->tried = q->sent = 0;
    q->first = upstream_first(bulk);
    if (wire_ask(&question, 0, WIRE_RD, q->packet, &q->len, NULL) != 0) {
        query_end(q, OUTCOME_MALFORMED);
    } else {
        query_send(q);
    }
}

size_t bulk_in_flight(const struct bulk *bulk)
{
    return bulk->in_flight;
}

/* --- the loop --- */

static void deliver(struct bulk *bulk)
{
    struct bulk_query *q;

    while ((q = queue_take(&bulk->ended))) {
        void *tag = q->tag;
        enum outcome outcome = q->outcome;

        q->next = bulk->free;
        bulk->free = q;
        bulk->in_flight--;
        bulk->done(bulk->self, tag, outcome);
    }
}

static void lose_silent(struct bulk *bulk)
{
    struct bulk_query *q;

    while ((q = bulk->oldest) && bulk->now_us - q->sent_us >= TRY_US) {
        upstream_detach(q);
        bulk_query_lost(q, LOST_SILENT);
    }
}

int bulk_run(struct bulk *bulk, int max_ms, struct err *err)
{
    for (unsigned u = 0; u < bulk->up_count; u++) {
        upstream_flush(&bulk->up[u]);
    }
    loop_wait(&bulk->carrier.loop, bulk->ended.first ? 0 : (int64_t)max_ms * 1000);
    bulk->now_us = clock_mono_us();
    lose_silent(bulk);
    for (unsigned u = 0; u < bulk->up_count; u++) {
        window_tick(&bulk->up[u].window, bulk->now_us);
    }
    send_again(bulk);
    deliver(bulk);
    if (bulk->local_errno != 0) {
        err_set(err, ERR_UNAVAILABLE, "DNS: no descriptors or memory for sockets (errno %d)", bulk->local_errno);
        bulk->local_errno = 0;
        return ERR_UNAVAILABLE;
    }
    return 0;
}

struct bulk_figures bulk_figures(const struct bulk *bulk)
{
    struct bulk_figures figures = bulk->figures;

    figures.window = (int)bulk->up[upstream_first(bulk)].window.size;
    return figures;
}

static void *zeroed(size_t count, size_t size)
{
    void *memory = mem_alloc(count * size);

    memset(memory, 0, count * size);
    return memory;
}

static void start_upstream(struct bulk *bulk, struct upstream *up, const struct conf *conf,
                           const struct conf_resolver *resolver)
{
    struct address address = {0};

    address_parse(resolver->addr, resolver->port, &address);
    upstream_init(up, bulk, &address);
    window_init(&up->window, BULK_IN_FLIGHT_MAX, TRY_US, bulk->now_us);
    bucket_init(&up->bucket, conf->dns_resolver_qps, bulk->now_us);
}

struct bulk *bulk_new(const struct conf *conf, bulk_done *done, void *self, struct err *err)
{
    struct bulk *bulk = zeroed(1, sizeof(*bulk));

    bulk->done = done;
    bulk->self = self;
    bulk->pool = pool_new();
    bulk->now_us = clock_mono_us();
    queue_init(&bulk->again);
    queue_init(&bulk->ended);
    bulk->queries = zeroed(BULK_IN_FLIGHT_MAX, sizeof(*bulk->queries));
    for (size_t i = 0; i < BULK_IN_FLIGHT_MAX; i++) {
        bulk->queries[i].bulk = bulk;
        bulk->queries[i].next = bulk->free;
        bulk->free = &bulk->queries[i];
    }
    bulk->carrier.room = udp_room_new(UDP_AT_ONCE);
    bulk->up_count = (unsigned)conf->dns_resolver_count;
    bulk->up = zeroed(bulk->up_count, sizeof(*bulk->up));
    for (unsigned u = 0; u < bulk->up_count; u++) {
        start_upstream(bulk, &bulk->up[u], conf, &conf->dns_resolvers[u]);
    }
    if (!loop_open(&bulk->carrier.loop) || bulk->up_count == 0 || !upstream_channel(&bulk->up[0])) {
        bulk_free(&bulk);
        err_set(err, ERR_UNAVAILABLE, "DNS: no resolver, or no descriptors for its sockets");
    }
    return bulk;
}

void bulk_free(struct bulk **bulk)
{
    if (!*bulk) {
        return;
    }
    for (unsigned u = 0; u < (*bulk)->up_count; u++) {
        upstream_close(&(*bulk)->up[u]);
    }
    loop_close(&(*bulk)->carrier.loop);
    udp_room_free(&(*bulk)->carrier.room);
    pool_free(&(*bulk)->pool);
    free((*bulk)->up);
    free((*bulk)->queries);
    free(*bulk);
    *bulk = NULL;
}
