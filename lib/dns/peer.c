/*
 * Packets to one server, and matching what arrives with its query. A datagram that matches none is ignored, except for
 * a note that something arrived.
 */
#include "base/base.h"

#include <errno.h>

#include "dns/peer.h"

enum { HUNG_UP_MAX = 1, TCP_IN_FLIGHT = 64 /* on one connection */ };

/* --- the list --- */

void peer_add(struct peer *peer, struct exchange *x)
{
    x->next = peer->in_flight;
    x->link = &peer->in_flight;
    if (x->next) {
        x->next->link = &x->next;
    }
    peer->in_flight = x;
}

void peer_remove(struct exchange *x)
{
    if (!x->link) {
        return;
    }
    *x->link = x->next;
    if (x->next) {
        x->next->link = x->link;
    }
    x->next = NULL;
    x->link = NULL;
}

static struct exchange *exchange_by_id(const struct peer *peer, uint16_t id)
{
    for (struct exchange *x = peer->in_flight; x; x = x->next) {
        if (wire_id(x->packet) == id) {
            return x;
        }
    }
    return NULL;
}

bool peer_uses_id(const struct peer *peer, uint16_t id)
{
    return exchange_by_id(peer, id) != NULL;
}

/* --- receiving --- */

static bool read_answer(struct carrier *c, struct exchange *x, const uint8_t *data, size_t len)
{
    c->bytes += len;
    return c->bytes <= TRANSPORT_BYTES_MAX && wire_read(c->pool, data, len, &x->query.reply, NULL) == 0;
}

/* A packet too short for an id may belong to any query: noted for all. */
static void note_runt(struct peer *peer)
{
    for (struct exchange *x = peer->in_flight; x; x = x->next) {
        x->garbage = true;
    }
}

struct message {
    const uint8_t *data;
    size_t len;
    uint8_t completed[WIRE_QUESTION_MAX];
};

/*
 * The exchange that m answers, or NULL; notes a packet that has only the id of one. Some servers send FORMERR, NOTIMP
 * or REFUSED as a bare header: the question is filled in as asked. Only an error can be accepted in this way, so the
 * worst effect of a forged one is "unknown".
 */
static struct exchange *exchange_of(struct peer *peer, struct message *m)
{
    struct exchange *x;

    if (m->len < WIRE_HEADER) {
        note_runt(peer);
        return NULL;
    }
    x = exchange_by_id(peer, wire_id(m->data));
    if (x && wire_bare_error(m->data, m->len)) {
        m->len = wire_complete(x->packet, x->packet_len, m->data, m->completed);
        m->data = m->completed;
    }
    if (x && !wire_echoes(x->packet, x->packet_len, m->data, m->len)) {
        x->garbage = true;
        return NULL;
    }
    return x;
}

static void peer_packet(void *self, const uint8_t *data, size_t len)
{
    struct peer *peer = self;
    struct carrier *c = transport_carrier(peer->transport);
    struct message m = {.data = data, .len = len};
    struct exchange *x = exchange_of(peer, &m);

    if (!x) {
        return;
    }
    if (wire_truncated(m.data)) {
        if (x->state == EXCHANGE_UDP) {
            exchange_answered(x, ANSWER_TRUNCATED);
        }
    } else if (read_answer(c, x, m.data, m.len)) {
        exchange_answered(x, ANSWER_READ);
    } else {
        x->garbage = true;
        if (c->bytes > TRANSPORT_BYTES_MAX) {
            exchange_answered(x, ANSWER_NONE);
        }
    }
}

static void peer_refused(void *self)
{
    struct peer *peer = self;
    struct exchange *x = peer->in_flight;

    while (x) {
        struct exchange *next = x->next;

        if (x->state == EXCHANGE_UDP) {
            exchange_unreachable(x);
        }
        x = next;
    }
}

/* A connection that delivers answers is alive: restarts the timeout of its queries. */
static void give_more_time(struct peer *peer, const struct tcp *tcp)
{
    for (struct exchange *x = peer->in_flight; x; x = x->next) {
        if (x->state == EXCHANGE_TCP_DUE || (x->state == EXCHANGE_TCP && x->tcp == tcp)) {
            exchange_wait_for_tcp(x);
        }
    }
}

static void peer_message(void *self, struct tcp *tcp, const uint8_t *data, size_t len)
{
    struct peer *peer = self;
    struct message m = {.data = data, .len = len};
    struct exchange *x = exchange_of(peer, &m);
    bool read;

    if (!x) {
        return;
    }
    tcp->answered++;
    read = !wire_truncated(m.data) && read_answer(transport_carrier(peer->transport), x, m.data, m.len);
    exchange_answered(x, read ? ANSWER_READ : ANSWER_NONE);
    give_more_time(peer, tcp);
    peer_feed_tcp(peer);
}

/*
 * Its queries move to another connection. A server may close at any time (RFC 7766 6.2.3); after a close that follows
 * an answer each connection carries one question, after a close without one the query is sent once more.
 */
static void peer_hung_up(void *self, struct tcp *tcp, enum tcp_end end)
{
    struct peer *peer = self;
    struct exchange *x = peer->in_flight;

    while (x) {
        struct exchange *next = x->next;

        if (x->state == EXCHANGE_TCP && x->tcp == tcp) {
            peer->one_a_connection = peer->one_a_connection || tcp->answered > 0;
            x->hung_up += tcp->answered == 0;
            x->state = EXCHANGE_TCP_DUE;
            x->tcp = NULL;
            if (end == TCP_REFUSED || x->hung_up > HUNG_UP_MAX) {
                exchange_unreachable(x);
            }
        } else if (x->state == EXCHANGE_TCP_DUE && end == TCP_REFUSED) {
            exchange_unreachable(x);
        }
        x = next;
    }
    peer_feed_tcp(peer);
}

/* --- sending --- */

static void note_local_trouble(struct peer *peer)
{
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        transport_carrier(peer->transport)->local_errno = errno;
    }
}

bool peer_send_udp(struct peer *peer, struct exchange *x)
{
    struct udp_out out = {.data = x->packet, .len = x->packet_len};

    if (peer->udp.watch.fd < 0 && !udp_open(&peer->udp, &peer->address, 0)) {
        note_local_trouble(peer);
        return false;
    }
    x->state = EXCHANGE_UDP;
    (void)udp_send(&peer->udp, &out, 1); /* a packet that was not sent is lost: the next try follows */
    return true;
}

static size_t connection_load(const struct peer *peer, const struct tcp *tcp)
{
    size_t load = 0;

    for (const struct exchange *x = peer->in_flight; x; x = x->next) {
        load += x->state == EXCHANGE_TCP && x->tcp == tcp;
    }
    return load;
}

/* An open connection with room, or a new one; NULL: all are full, or (failed) none can be opened. */
static struct tcp *connection_with_room(struct peer *peer, bool *failed)
{
    size_t most = peer->one_a_connection ? PEER_TCP_MAX : 1;
    size_t room = peer->one_a_connection ? 1 : TCP_IN_FLIGHT;

    *failed = false;
    for (size_t i = 0; i < most; i++) {
        struct tcp *tcp = &peer->tcp[i];

        if (tcp->watch.fd >= 0 && peer->one_a_connection && tcp->answered > 0 && connection_load(peer, tcp) == 0) {
            tcp_close(tcp); /* used */
        }
        if (tcp->watch.fd < 0) {
            *failed = !tcp_open(tcp, &peer->address);
            return *failed ? NULL : tcp;
        }
        if (connection_load(peer, tcp) < room) {
            return tcp;
        }
    }
    return NULL;
}

bool peer_send_tcp(struct peer *peer, struct exchange *x)
{
    bool failed;
    struct tcp *tcp = connection_with_room(peer, &failed);

    if (failed) {
        note_local_trouble(peer);
        return false;
    }
    x->state = EXCHANGE_TCP_DUE;
    if (tcp) {
        x->state = EXCHANGE_TCP;
        x->tcp = tcp;
        tcp_send(tcp, x->packet, x->packet_len);
    }
    return true;
}

void peer_feed_tcp(struct peer *peer)
{
    struct exchange *x = peer->in_flight;

    while (x) {
        struct exchange *next = x->next;

        if (x->state == EXCHANGE_TCP_DUE && !peer_send_tcp(peer, x)) {
            exchange_unreachable(x);
        }
        x = next;
    }
}

void peer_init(struct peer *peer, struct carrier *carrier)
{
    peer->udp = (struct udp){.watch.fd = -1,
                             .loop = &carrier->loop,
                             .room = carrier->room,
                             .self = peer,
                             .packet = peer_packet,
                             .refused = peer_refused};
    for (size_t i = 0; i < PEER_TCP_MAX; i++) {
        peer->tcp[i] = (struct tcp){
            .watch.fd = -1, .loop = &carrier->loop, .self = peer, .message = peer_message, .closed = peer_hung_up};
    }
}

void peer_close(struct peer *peer)
{
    udp_close(&peer->udp);
    for (size_t i = 0; i < PEER_TCP_MAX; i++) {
        tcp_close(&peer->tcp[i]);
    }
}
