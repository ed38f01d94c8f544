/*
 * Packets to one resolver and back. Allocates no memory for any of them. Ignores a packet that matches no query.
 */
#include "base/base.h"

#include <errno.h>

#include "base/random.h"
#include "dns/upstream.h"

enum { SOCKET_BUFFER = 1024 * 1024 };

/* --- ids --- */

static struct bulk_query **bucket_of(struct id_table *ids, uint16_t id)
{
    return &ids->bucket[id % ID_BUCKETS];
}

static struct bulk_query *query_by_id(struct id_table *ids, uint16_t id)
{
    struct bulk_query *q = *bucket_of(ids, id);

    while (q && wire_id(q->packet) != id) {
        q = q->id_next;
    }
    return q;
}

static uint16_t random_id(struct bulk_carrier *c)
{
    if (c->ids_left == 0) {
        random_bytes(c->id, sizeof(c->id));
        c->ids_left = ARRAY_LEN(c->id);
    }
    return c->id[--c->ids_left];
}

/* A random id that nothing else in the table has. */
static void give_id(struct bulk_carrier *c, struct id_table *ids, struct bulk_query *q)
{
    struct bulk_query **bucket;
    uint16_t id;

    do {
        id = random_id(c);
    } while (query_by_id(ids, id));
    q->packet[0] = (uint8_t)(id >> 8);
    q->packet[1] = (uint8_t)id;
    bucket = bucket_of(ids, id);
    q->id_next = *bucket;
    q->id_link = bucket;
    if (q->id_next) {
        q->id_next->id_link = &q->id_next;
    }
    *bucket = q;
}

static void give_back_id(struct bulk_query *q)
{
    *q->id_link = q->id_next;
    if (q->id_next) {
        q->id_next->id_link = q->id_link;
    }
}

/* --- receiving --- */

/* A bare header with an error gets the question that it lacks. */
static void take_message(struct id_table *ids, const uint8_t *data, size_t len)
{
    uint8_t completed[WIRE_QUESTION_MAX];
    struct bulk_query *q = len >= WIRE_HEADER ? query_by_id(ids, wire_id(data)) : NULL;

    if (q && wire_bare_error(data, len)) {
        len = wire_complete(q->packet, q->len, data, completed);
        data = completed;
    }
    if (q && wire_echoes(q->packet, q->len, data, len)) {
        bulk_query_answered(q, data, len);
    }
}

static void channel_packet(void *self, const uint8_t *data, size_t len)
{
    struct channel *channel = self;

    take_message(&channel->ids, data, len);
}

static void lose_all(struct id_table *ids, enum lost_how how)
{
    for (size_t i = 0; i < ID_BUCKETS; i++) {
        struct bulk_query *q;

        while ((q = ids->bucket[i])) {
            upstream_detach(q);
            bulk_query_lost(q, how);
        }
    }
}

static void channel_refused(void *self)
{
    struct channel *channel = self;

    lose_all(&channel->ids, LOST_REFUSED);
}

static void tcp_message(void *self, struct tcp *tcp, const uint8_t *data, size_t len)
{
    struct upstream *up = self;

    (void)tcp;
    take_message(&up->tcp_ids, data, len);
}

static void tcp_closed(void *self, struct tcp *tcp, enum tcp_end end)
{
    struct upstream *up = self;

    (void)tcp;
    lose_all(&up->tcp_ids, end == TCP_REFUSED ? LOST_REFUSED : LOST_SILENT);
}

/* --- sending --- */

static bool channel_open(struct channel *channel)
{
    if (!udp_open(&channel->udp, &channel->of->address, SOCKET_BUFFER)) {
        bulk_carrier(channel->of->bulk)->open_errno = errno;
        return false;
    }
    channel->asked = random_below(CHANNEL_QUESTIONS / 2); /* so that they are not all reopened at the same time */
    return true;
}

static bool channel_has_room(const struct channel *channel)
{
    return channel->udp.watch.fd >= 0 && channel->asked < CHANNEL_QUESTIONS && channel->in_flight < CHANNEL_IN_FLIGHT;
}

static struct channel *emptiest_channel(struct upstream *up)
{
    struct channel *best = NULL;

    for (unsigned i = 0; i < CHANNELS; i++) {
        struct channel *channel = &up->channel[i];

        if (channel->asked >= CHANNEL_QUESTIONS && channel->in_flight == 0) {
            udp_close(&channel->udp);
        }
        if (channel->udp.watch.fd < 0 && !channel_open(channel)) {
            continue;
        }
        if (channel_has_room(channel) && (!best || channel->in_flight < best->in_flight)) {
            best = channel;
        }
    }
    return best;
}

struct channel *upstream_channel(struct upstream *up)
{
    if (up->burst == 0 || !up->current || !channel_has_room(up->current)) {
        up->current = emptiest_channel(up);
        up->burst = CHANNEL_BURST;
    }
    return up->current;
}

/* Packets that do not fit in the kernel's buffer are kept. If the resolver is unreachable, all of them have been
 * reported lost and removed by the time that udp_send returns. */
static void channel_flush(struct channel *channel)
{
    struct udp_out out[UDP_AT_ONCE];
    unsigned sent;

    if (channel->out_count == 0) {
        return;
    }
    for (unsigned i = 0; i < channel->out_count; i++) {
        out[i] = (struct udp_out){.data = channel->out[i]->packet, .len = channel->out[i]->len};
    }
    sent = udp_send(&channel->udp, out, channel->out_count);
    if (channel->out_count > sent) {
        channel->out_count -= sent;
        memmove(channel->out, channel->out + sent, channel->out_count * sizeof(struct bulk_query *));
    } else {
        channel->out_count = 0;
    }
}

void upstream_send(struct upstream *up, struct channel *channel, struct bulk_query *q)
{
    if (channel->out_count == UDP_AT_ONCE) {
        channel_flush(channel); /* before it is one of those that this can lose */
    }
    q->up = up;
    q->channel = channel;
    up->in_flight++;
    up->burst -= up->burst > 0;
    channel->in_flight++;
    channel->asked++;
    if (up->plain) {
        (void)wire_strip_opt(q->packet, &q->len);
    }
    give_id(bulk_carrier(up->bulk), &channel->ids, q);
    if (channel->out_count < UDP_AT_ONCE) {
        channel->out[channel->out_count++] = q;
    } /* else it is lost */
}

bool upstream_send_tcp(struct upstream *up, struct bulk_query *q)
{
    if (up->tcp.watch.fd < 0 && !tcp_open(&up->tcp, &up->address)) {
        return false;
    }
    q->up = up;
    q->channel = NULL;
    up->in_flight++;
    give_id(bulk_carrier(up->bulk), &up->tcp_ids, q);
    tcp_send(&up->tcp, q->packet, q->len);
    return true;
}

void upstream_flush(struct upstream *up)
{
    for (unsigned i = 0; i < CHANNELS; i++) {
        channel_flush(&up->channel[i]);
    }
}

static void forget_unsent(struct channel *channel, const struct bulk_query *q)
{
    for (unsigned i = 0; i < channel->out_count; i++) {
        if (channel->out[i] == q) {
            channel->out_count--;
            memmove(&channel->out[i], &channel->out[i + 1], (channel->out_count - i) * sizeof(struct bulk_query *));
            return;
        }
    }
}

void upstream_detach(struct bulk_query *q)
{
    give_back_id(q);
    q->up->in_flight--;
    if (q->channel) {
        q->channel->in_flight--;
        forget_unsent(q->channel, q);
    }
    q->up = NULL;
    q->channel = NULL;
}

void upstream_init(struct upstream *up, struct bulk *bulk, const struct address *address)
{
    struct bulk_carrier *c = bulk_carrier(bulk);

    up->bulk = bulk;
    up->address = *address;
    for (unsigned i = 0; i < CHANNELS; i++) {
        struct channel *channel = &up->channel[i];

        channel->of = up;
        channel->udp = (struct udp){.watch.fd = -1,
                                    .loop = &c->loop,
                                    .room = c->room,
                                    .self = channel,
                                    .packet = channel_packet,
                                    .refused = channel_refused};
    }
    up->tcp = (struct tcp){.watch.fd = -1, .loop = &c->loop, .self = up, .message = tcp_message, .closed = tcp_closed};
}

void upstream_close(struct upstream *up)
{
    for (unsigned i = 0; i < CHANNELS; i++) {
        udp_close(&up->channel[i].udp);
    }
    tcp_close(&up->tcp);
}
