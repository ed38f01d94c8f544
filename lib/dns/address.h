/*
 * Addresses as the DNS layer handles them, and which of them it may ask. Private to lib/dns.
 */
#ifndef DNS_ADDRESS_H
#define DNS_ADDRESS_H

#include "base/base.h"
#include "domain/observation.h"

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
bool address_equal(const struct address *a, const struct address *b);
/* False when the kernel has no way there (no IPv6 on this machine); sends nothing. */
bool address_has_route(const struct address *address);

#endif
