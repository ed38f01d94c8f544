/*
 * One recursive resolver of the bulk questions and its sockets: some UDP sockets, a TCP connection, its window and
 * bucket. Private to bulk.c and upstream.c. upstream.c sends, and finds the query of a packet; bulk.c decides on
 * resolvers and retransmission.
 */
#ifndef DNS_UPSTREAM_H
#define DNS_UPSTREAM_H

#include "dns/tcp.h"
#include "dns/udp.h"
#include "dns/window.h"
#include "dns/wire.h"
#include "model/observation.h"

enum {
    CHANNELS = 8,              /* of a resolver: a source port each, and a socket buffer each */
    CHANNEL_IN_FLIGHT = 512,   /* answers to so many fit in one socket's buffer as kernels size it (212992 bytes) */
    CHANNEL_QUESTIONS = 50000, /* then it is reopened: a fresh port */
    CHANNEL_BURST = 32, /* consecutive packets of one socket: one system call sends them, one reads the answers */
    ID_BUCKETS = 1024,
};

struct bulk;
struct bulk_query {
    struct bulk *bulk;
    void *tag;
    unsigned first, tried; /* resolvers: the first, and how many were asked */
    unsigned sent;         /* packets sent to the current one */
    enum outcome outcome;
    uint8_t packet[WIRE_QUESTION_MAX];
    size_t len;
    struct bulk_query *next; /* in the list of free, retransmitted or ended queries */
    /* while it is outstanding */
    struct upstream *up;     /* NULL: it is not */
    struct channel *channel; /* NULL: by TCP */
    struct bulk_query *id_next, **id_link;
    struct bulk_query *later, *earlier; /* by sent_us */
    int64_t sent_us;
};

/* Finds a query by its id. */
struct id_table {
    struct bulk_query *bucket[ID_BUCKETS];
};

struct channel {
    struct udp udp;
    struct upstream *of;
    struct id_table ids;
    unsigned in_flight, asked;
    struct bulk_query *out[UDP_AT_ONCE]; /* to be sent with the next call */
    unsigned out_count;
};

struct upstream {
    struct bulk *bulk;
    struct address address;
    struct channel channel[CHANNELS];
    struct channel *current; /* of the burst */
    unsigned burst;          /* left of it */
    struct tcp tcp;
    struct id_table tcp_ids;
    bool plain; /* the resolver does not support EDNS */
    unsigned in_flight, lost_in_row;
    int64_t dead_until_us, answered_us;
    struct window window;
    struct bucket bucket;
};

/* Shared by all resolvers of a bulk. */
struct bulk_carrier {
    struct loop loop;
    struct udp_room *room;
    uint16_t id[256]; /* random, used from the end */
    unsigned ids_left;
    int open_errno; /* why no socket could be opened */
};
struct bulk_carrier *bulk_carrier(struct bulk *bulk);

void upstream_init(struct upstream *up, struct bulk *bulk, const struct address *address);
void upstream_close(struct upstream *up);

/* The emptiest one with room; reopens one that has served long enough once it is empty. NULL: none. */
struct channel *upstream_channel(struct upstream *up);
/* q is outstanding from now on; the packet is sent by upstream_flush, or when there are many. */
void upstream_send(struct upstream *up, struct channel *channel, struct bulk_query *q);
/* The same over TCP, after a truncated answer. False: unreachable, and q is not outstanding. */
bool upstream_send_tcp(struct upstream *up, struct bulk_query *q);
void upstream_flush(struct upstream *up);
/* q is not outstanding any more; its id is free. */
void upstream_detach(struct bulk_query *q);

/* --- in bulk.c: called by upstream.c --- */

enum lost_how { LOST_SILENT, LOST_REFUSED };
void bulk_query_answered(struct bulk_query *q, const uint8_t *data, size_t len); /* it is still outstanding */
void bulk_query_lost(struct bulk_query *q, enum lost_how how);                   /* it is detached */

#endif
