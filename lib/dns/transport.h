/*
 * Packets to servers and back, by c-ares: many questions in flight to many addresses, one deadline for all. Private to
 * lib/dns. One transport is one flight of one thread; its sockets, and so its source ports, are used for nothing else.
 */
#ifndef DNS_TRANSPORT_H
#define DNS_TRANSPORT_H

#include <stdatomic.h>

#include "base/base.h"
#include "base/err.h"
#include "base/pool.h"
#include "dns/address.h"
#include "dns/wire.h"

enum ask_end {
    ASK_WAITING,
    ASK_ANSWERED,    /* reply is set */
    ASK_TIMEOUT,     /* no answer after the last retransmission */
    ASK_UNREACHABLE, /* the network or the host refused; at once */
    ASK_MALFORMED,   /* something came that does not parse, and nothing better within the time; or the flight's share of
                        bytes is used up */
    ASK_DEADLINE,    /* still waiting when the flight's time was up, or not asked any more */
};

struct transport;
struct peer; /* one address, over UDP with TCP on truncation, or TCP only */

struct ask {
    struct question question;
    enum ask_end end;
    struct reply reply; /* strings in the transport's pool */
    int ms;
};
/* Called from transport_run, never from inside transport_ask; may ask more. */
typedef void ask_done(void *self, struct ask *ask);

/* Bytes of answers read in one flight: an ordinary one takes a tenth. Servers that swell theirs cannot fill our memory.
 */
enum { TRANSPORT_BYTES_MAX = 1024 * 1024 };

struct peer_timing {
    int timeout_ms; /* of the first try; doubles with each */
    int tries;
};

/* deadline_us: on clock_mono_us. pool outlives the transport. */
struct transport *transport_new(struct pool *pool, int64_t deadline_us);
void transport_free(struct transport **transport);

/* The deadline comes at once when *stop (may be NULL) becomes true; within a tick. */
void transport_stop_on(struct transport *transport, const atomic_bool *stop);

/* Lives as long as the transport. NULL: no memory or descriptors for a channel; transport_run then returns the error.
 */
struct peer *transport_peer(struct transport *transport, const struct address *address, struct peer_timing timing,
                            bool tcp);

/*
 * question is borrowed for the flight. flags: enum wire_flag. done is called exactly once, unless transport_forgo came
 * between. peer may be NULL: ASK_UNREACHABLE. The result lives in the pool.
 */
struct ask *transport_ask(struct transport *transport, struct peer *peer, const struct question *question,
                          unsigned flags, ask_done *done, void *self);

/*
 * From now on the questions to peer go when pace has a place for them, and the deadline moves along: each has as long
 * as it had without. Repeated packets have no place of their own. NULL: at once.
 */
struct pace;
void transport_pace(struct peer *peer, struct pace *pace);

/* The answer is no longer needed: the flight does not wait for it. */
void transport_forgo(struct transport *transport, struct ask *ask);

/* Called about every TRANSPORT_TICK_MS while questions are in flight. */
enum { TRANSPORT_TICK_MS = 20 };
void transport_on_tick(struct transport *transport, void (*tick)(void *self), void *self);

/* Until nothing that is needed is in flight any more; at the deadline the rest ends as ASK_DEADLINE. ERR_UNAVAILABLE:
 * descriptors or memory ran out. */
int transport_run(struct transport *transport, struct err *err);

#endif
