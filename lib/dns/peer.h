/*
 * One server and its sockets: a UDP socket and a few TCP connections. Private to transport.c and peer.c. peer.c sends,
 * matches answers with outstanding queries, and reports them; transport.c decides on retransmission and timeouts.
 */
#ifndef DNS_PEER_H
#define DNS_PEER_H

#include "base/pool.h"
#include "dns/address.h"
#include "dns/query.h"
#include "dns/tcp.h"
#include "dns/timer.h"
#include "dns/udp.h"

enum { PEER_TCP_MAX = 4 /* connections to one server: one, or some where it closes after each answer */ };

enum exchange_state {
    EXCHANGE_ENDED,
    EXCHANGE_HELD,    /* waits for its place in the peer's pace */
    EXCHANGE_UDP,     /* outstanding */
    EXCHANGE_TCP_DUE, /* waits for a connection with room */
    EXCHANGE_TCP,     /* outstanding */
};

/* A query and its state. */
struct transport;

/* A query and how far it has come. */
struct exchange {
    struct query query; /* what the caller sees */
    struct timer timer;
    struct transport *transport;
    struct peer *peer; /* NULL: it ends at once */
    const struct question *question;
    unsigned flags;
    enum exchange_state state;
    uint8_t packet[WIRE_QUESTION_MAX];
    size_t packet_len;
    int64_t asked_us;
    int tries;        /* by UDP, of this packet */
    struct tcp *tcp;  /* EXCHANGE_TCP: which one */
    unsigned hung_up; /* connections that were closed before any answer came by them */
    bool garbage;     /* something came that was not an answer */
    bool forgone;     /* cancelled: the answer is not needed */
    query_done *done;
    void *self;
    struct exchange *next,
        **link; /* in the peer's list while outstanding, then in the transport's list of ended ones */
};

struct peer {
    struct transport *transport;
    struct address address;
    struct peer_timing timing;
    bool tcp_only;
    bool one_a_connection; /* it closes a TCP connection after the first answer */
    struct pace *pace;     /* NULL: none */
    struct udp udp;
    struct tcp tcp[PEER_TCP_MAX];
    struct exchange *in_flight;
    struct peer *next;
};

/* State that peers share with their transport. */
struct carrier {
    struct pool *pool;
    struct loop loop;
    struct udp_room *room;
    size_t bytes;    /* of answers, so far */
    int local_errno; /* descriptors or memory ran out */
};
struct carrier *transport_carrier(struct transport *transport);

void peer_init(struct peer *peer, struct carrier *carrier);
void peer_close(struct peer *peer); /* its sockets */

/* x is outstanding from now on; its packet has been built. */
void peer_add(struct peer *peer, struct exchange *x);
void peer_remove(struct exchange *x); /* harmless where it is in no list */
bool peer_uses_id(const struct peer *peer, uint16_t id);

/* Sends the packet. False: the peer is unreachable. */
bool peer_send_udp(struct peer *peer, struct exchange *x);
/* Sends by a connection with room, or waits for one. False: unreachable. */
bool peer_send_tcp(struct peer *peer, struct exchange *x);
/* A connection has room again. */
void peer_feed_tcp(struct peer *peer);

/* --- in transport.c: called by peer.c --- */

enum answer {
    ANSWER_NONE,      /* over TCP, where nothing better will come: truncated, or does not parse; or too many bytes */
    ANSWER_READ,      /* query.reply is set */
    ANSWER_TRUNCATED, /* over UDP */
};
void exchange_answered(struct exchange *x, enum answer answer);
void exchange_unreachable(struct exchange *x);
void exchange_wait_for_tcp(struct exchange *x); /* tcp_ms from now on */

#endif
