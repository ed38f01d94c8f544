/*
 * Inside the use cases: what a worker holds, and the rate limits. Pages and commands see struct worker as opaque.
 */
#ifndef APP_WORKER_H
#define APP_WORKER_H

#include "app/app.h"
#include "dns/dns.h"
#include "store/store.h"

/* The worker's store; NULL and err set when its password file can't be read. The connection is made by the first query.
 */
struct store *worker_store(struct worker *worker, struct err *err);
struct dns *worker_dns(struct worker *worker);

/* The worker is to end once *stop is true: a check under way ends at once, with ERR_UNAVAILABLE and nothing written. */
void worker_stop_on(struct worker *worker, const atomic_bool *stop);
/* The worker's checks keep to the pace; it outlives the worker. */
void worker_keep_pace(struct worker *worker, struct pace *pace);
bool worker_stopped(const struct worker *worker);

/* The same person for the store's audit trail; borrows. */
struct store_actor worker_actor(const struct actor *actor);

/* Takes one from the allowance of kind ("login", "add", "check") for subject. An empty subject has no limit. */
int worker_limit(struct worker *worker, const char *kind, const char *subject, size_t len,
                 const struct conf_limit *limit, struct limited *out, struct err *err);
/* As worker_limit for a client's address; IPv6 counts by /64, which is what one client has (RFC 6177). */
int worker_limit_addr(struct worker *worker, const char *kind, const char *addr, const struct conf_limit *limit,
                      struct limited *out, struct err *err);

#endif
