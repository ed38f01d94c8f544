/*
 * Asking DNS: many outstanding questions, one deadline, no cache of its own. The only user of ldns (wire format).
 * Servers' answers become struct observations; nothing is evaluated here.
 *
 * All input from the network is hostile: ids and ports are random, the question is matched, owners are followed from
 * the question through CNAMEs, sizes and chains are bounded, and addresses from DNS are not asked when they are
 * loopback, private, link-local, multicast or otherwise not global, or the platform's own, unless the configuration
 * allows it.
 */
#ifndef DNS_DNS_H
#define DNS_DNS_H

#include <stdatomic.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/pool.h"
#include "model/observation.h"

enum {
    DNS_SERVERS_MAX = 8
}; /* authoritative addresses asked in one check, including those of delegations inside the zone */

struct dns; /* one for each thread: configuration and state that is reused between checks */

struct dns *dns_new(const struct conf *conf); /* conf is borrowed and outlives it; caller frees */
void dns_free(struct dns **dns);
/* Once *stop is true, resolutions of dns end as at their deadline; stop must outlive dns. */
void dns_stop_on(struct dns *dns, const atomic_bool *stop);
/* Questions to name servers keep to the pace, and a check may take longer accordingly. pace must outlive dns; any
 * number of them share it. */
struct pace;
void dns_keep_pace(struct dns *dns, struct pace *pace);

/*
 * One resolution: finds the zone that holds domain through the recursive resolvers, asks each of its authoritative
 * addresses (RD=0, at most DNS_SERVERS_MAX) every question that lies in the zone, and the recursive resolver every
 * question, all at once; returns when all have ended or dns_deadline_ms has passed. Follows CNAMEs that leave the zone
 * through the resolver, and referrals (a delegated _domainkey) to the child's servers. Everything in *out lives in
 * pool. A DNS failure is an outcome, not an error: the only errors are local (no socket, no memory): ERR_FAULT,
 * ERR_UNAVAILABLE.
 */
int dns_observe(struct dns *dns, struct pool *pool, const char *domain, const struct question *questions, size_t count,
                struct observations *out, struct err *err);

/* One question to the recursive resolvers, in order until one gives a usable answer; for doctor. out->server is not
 * set. */
int dns_ask(struct dns *dns, struct pool *pool, const struct question *question, struct observation *out,
            struct err *err);

/* True for an address from DNS that may be asked: globally reachable unicast (IANA special-purpose registries).
 * family AF_INET or AF_INET6. */
bool dns_address_is_global(int family, const void *addr);

#endif
