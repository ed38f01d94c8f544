/*
 * Packets to servers and back: many outstanding queries to many addresses, one deadline for all. Private to lib/dns.
 * One transport is one resolution of one thread; its sockets, and so its source ports, are used for nothing else.
 *
 * A query goes by UDP, is sent again when its time is over (each time twice as long), and goes over to TCP when the
 * answer says that it is truncated (TC). What arrives and is no answer to it is ignored, and waiting goes on.
 */
#ifndef DNS_TRANSPORT_H
#define DNS_TRANSPORT_H

#include <stdatomic.h>

#include "base/base.h"
#include "base/err.h"
#include "base/pool.h"
#include "dns/address.h"
#include "dns/query.h"

struct transport;
struct peer; /* one address, over UDP with TCP on truncation, or TCP only */

/* deadline_us: on clock_mono_us. pool outlives the transport. */
struct transport *transport_new(struct pool *pool, int64_t deadline_us);
void transport_free(struct transport **transport); /* closes all its sockets */

/* The deadline comes at once when *stop (may be NULL) becomes true; within a tick. */
void transport_stop_on(struct transport *transport, const atomic_bool *stop);

/* Lives as long as the transport. Its sockets are opened when they are needed. */
struct peer *transport_peer(struct transport *transport, const struct address *address, struct peer_timing timing,
                            bool tcp);

/*
 * question is borrowed for the resolution. flags: enum wire_flag. done is called exactly once, unless transport_forgo
 * came between. peer may be NULL: QUERY_UNREACHABLE. The result lives in the pool.
 */
struct query *transport_query(struct transport *transport, struct peer *peer, const struct question *question,
                              unsigned flags, query_done *done, void *self);

/*
 * From now on the queries to peer go when pace has a place for them, and the deadline moves along: each has as long
 * as it had without. Repeated packets have no place of their own. NULL: at once.
 */
struct pace;
void transport_pace(struct peer *peer, struct pace *pace);

/* The answer is no longer needed: it is not asked for again, and nobody waits for it. A server that nothing else is
 * asked of has its sockets closed. */
void transport_forgo(struct transport *transport, struct query *query);

/* Called about every TRANSPORT_TICK_MS while queries are outstanding. */
enum { TRANSPORT_TICK_MS = 20 };
void transport_on_tick(struct transport *transport, void (*tick)(void *self), void *self);

/* Until nothing is outstanding any more; at the deadline the rest ends as QUERY_DEADLINE. ERR_UNAVAILABLE: descriptors
 * or memory ran out. */
int transport_run(struct transport *transport, struct err *err);

#endif
