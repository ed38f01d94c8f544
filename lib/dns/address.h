/*
 * Addresses as the DNS layer handles them, and which of them it may ask. Private to lib/dns.
 */
#ifndef DNS_ADDRESS_H
#define DNS_ADDRESS_H

#include <sys/socket.h>

#include "base/base.h"
#include "base/conf.h"
#include "base/pool.h"
#include "model/observation.h"

enum { ADDRESS_TEXT_SIZE = 46 };

struct address {
    int family; /* AF_INET, AF_INET6 */
    uint8_t byte[16];
    uint16_t port; /* host order; UDP and TCP */
    char text[ADDRESS_TEXT_SIZE];
};

/* IPv4 or IPv6 text without brackets; false if it is neither. */
bool address_parse(const char *text, uint16_t port, struct address *out);
/* The address that an A or AAAA record holds; false for any other record. */
bool address_of_rr(const struct answer_rr *rr, uint16_t port, struct address *out);
/* What connect takes; the length of what is used of out. */
socklen_t address_to_sockaddr(const struct address *address, struct sockaddr_storage *out);
bool address_equal(const struct address *a, const struct address *b);
/* False when the kernel has no way there (no IPv6 on this machine); sends nothing. */
bool address_has_route(const struct address *address);

/*
 * The platform's own: those of this machine's interfaces at this moment, and the resolvers of the settings. Somebody
 * else's DNS must not make us ask them as name servers, however global they are. What stands before a NAT is not known
 * here. The kernel did not tell (no descriptors left, a sandbox without netlink): any address may be one of them, and
 * is taken for one. That is logged as own_addresses_unknown.
 */
struct own_addresses {
    struct address *address;
    size_t count;
    bool unknown;
};
void own_addresses_read(struct pool *pool, const struct conf *conf, struct own_addresses *out);
bool own_addresses_hold(const struct own_addresses *own, const struct address *address);

#endif
