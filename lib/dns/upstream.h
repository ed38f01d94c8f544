/*
 * One recursive resolver of the bulk questions and what carries packets to it: some UDP sockets, a TCP connection, its
 * window and bucket. Private to bulk.c and upstream.c. upstream.c sends, and finds whose answer a packet is; what is
 * asked where, and again, is decided in bulk.c.
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
    CHANNEL_QUESTIONS = 50000, /* then it is opened anew: a fresh port */
    CHANNEL_BURST = 32, /* one after another by the same socket: one system call sends them, one reads the answers */
    ID_BUCKETS = 1024,
};

struct bulk;
struct bulk_query {
    struct bulk *bulk;
    void *tag;
    unsigned first, tried; /* resolvers: where it began, how many were asked */
    unsigned sent;         /* to the one that is being asked */
    enum outcome outcome;
    uint8_t packet[WIRE_QUESTION_MAX];
    size_t len;
    struct bulk_query *next; /* free, or to be sent again, or ended and to be delivered */
    /* while it is outstanding */
    struct upstream *up;     /* NULL: it is not */
    struct channel *channel; /* NULL: by TCP */
    struct bulk_query *id_next, **id_link;
    struct bulk_query *later, *earlier; /* by sent_us */
    int64_t sent_us;
};

/* Which query has an id. */
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
    bool plain; /* it knows no EDNS */
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

/* One with room, the emptiest; one that has served long enough is opened anew once it is empty. NULL: none. */
struct channel *upstream_channel(struct upstream *up);
/* Outstanding from now on; the packet goes with upstream_flush, or when there are many. */
void upstream_send(struct upstream *up, struct channel *channel, struct bulk_query *q);
/* The same over TCP, for one whose answer was truncated. False: not outstanding, it cannot be reached. */
bool upstream_send_tcp(struct upstream *up, struct bulk_query *q);
void upstream_flush(struct upstream *up);
/* Not outstanding any more; its id is free. */
void upstream_detach(struct bulk_query *q);

/* --- in bulk.c: what upstream.c tells --- */

enum lost_how { LOST_SILENT, LOST_REFUSED };
void bulk_query_answered(struct bulk_query *q, const uint8_t *data, size_t len); /* it is still outstanding */
void bulk_query_lost(struct bulk_query *q, enum lost_how how);                   /* it is detached */

#endif
