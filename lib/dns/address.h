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
/* The address in an A or AAAA record; false for any other record. */
bool address_of_rr(const struct answer_rr *rr, uint16_t port, struct address *out);
/* For connect(2); returns the length used of out. */
socklen_t address_to_sockaddr(const struct address *address, struct sockaddr_storage *out);
bool address_equal(const struct address *a, const struct address *b);
/* False if the kernel has no route to it (no IPv6 on this machine); sends nothing. */
bool address_has_route(const struct address *address);

/*
 * The platform's own addresses: those of this machine's interfaces at this moment, and the configured resolvers. A
 * foreign zone must not make the program ask them as name servers, even if they are global. An address before a NAT is
 * not known here. If the kernel gives no list (no descriptors left, a sandbox without netlink), every address counts as
 * one of them; logged as own_addresses_unknown.
 */
struct own_addresses {
    struct address *address;
    size_t count;
    bool unknown;
};
void own_addresses_read(struct pool *pool, const struct conf *conf, struct own_addresses *out);
bool own_addresses_hold(const struct own_addresses *own, const struct address *address);

#endif
