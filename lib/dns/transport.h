/*
 * Packets to servers and back: many outstanding queries to many addresses, one deadline for all. Private to lib/dns.
 * One transport is one resolution of one thread; its sockets, and so its source ports, are used for nothing else.
 *
 * A query is sent by UDP, retransmitted after its timeout (doubled each time), and repeated over TCP when the answer is
 * truncated (TC). A packet that does not answer it is ignored, and the query remains outstanding.
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

/* Ends as at the deadline, within a tick, when *stop (may be NULL) becomes true. */
void transport_stop_on(struct transport *transport, const atomic_bool *stop);

/* Lives as long as the transport. Opens its sockets when needed. */
struct peer *transport_peer(struct transport *transport, const struct address *address, struct peer_timing timing,
                            bool tcp);

/*
 * question is borrowed for the resolution. flags: enum wire_flag. done is called exactly once, unless transport_forgo
 * is called before. peer may be NULL: QUERY_UNREACHABLE. The result lives in the pool.
 */
struct query *transport_query(struct transport *transport, struct peer *peer, const struct question *question,
                              unsigned flags, query_done *done, void *self);

/*
 * From now on queries to peer are sent when pace has a place for them, and the deadline is extended: each has as much
 * time as without. Retransmissions take no place. NULL: at once.
 */
struct pace;
void transport_pace(struct peer *peer, struct pace *pace);

/* Cancels a query: it is not retransmitted or waited for. Closes the sockets of a server without other queries. */
void transport_forgo(struct transport *transport, struct query *query);

/* Called about every TRANSPORT_TICK_MS while queries are outstanding. */
enum { TRANSPORT_TICK_MS = 20 };
void transport_on_tick(struct transport *transport, void (*tick)(void *self), void *self);

/* Runs until nothing is outstanding; at the deadline the rest ends as QUERY_DEADLINE. ERR_UNAVAILABLE: descriptors
 * or memory ran out. */
int transport_run(struct transport *transport, struct err *err);

#endif
