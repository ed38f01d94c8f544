/*
 * Which addresses that come out of DNS may be asked: globally reachable unicast and nothing else, after the IANA IPv4
 * and IPv6 Special-Purpose Address Registries (RFC 6890) and the multicast ranges. An IPv6 form that carries an IPv4
 * address (mapped, 6to4, NAT64, Teredo) would lead around the IPv4 table, so all of them are refused. And which of them
 * are the platform's own. Knows nothing of questions.
 */
#include "base/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "dns/address.h"
#include "dns/dns.h"

struct block {
    uint8_t prefix[16];
    unsigned bits;
};

/* All of the IPv4 registry that is not globally reachable, and everything that is not unicast. */
static const struct block barred4[] = {
    {{0}, 8},             /* this network, RFC 791 */
    {{10}, 8},            /* private, RFC 1918 */
    {{100, 64}, 10},      /* shared address space, RFC 6598 */
    {{127}, 8},           /* loopback, RFC 1122 */
    {{169, 254}, 16},     /* link-local and cloud metadata, RFC 3927 */
    {{172, 16}, 12},      /* private */
    {{192, 0, 0}, 24},    /* IETF protocol assignments, RFC 6890; its few reachable addresses are no name servers */
    {{192, 0, 2}, 24},    /* documentation, RFC 5737 */
    {{192, 31, 196}, 24}, /* AS112, RFC 7535: reachable, but authoritative for no customer's domain */
    {{192, 52, 193}, 24}, /* AMT, RFC 7450 */
    {{192, 88, 99}, 24},  /* 6to4 relay anycast, RFC 7526 */
    {{192, 168}, 16},     /* private */
    {{192, 175, 48}, 24}, /* AS112, RFC 7534 */
    {{198, 18}, 15},      /* benchmarking, RFC 2544 */
    {{198, 51, 100}, 24}, /* documentation */
    {{203, 0, 113}, 24},  /* documentation */
    {{224}, 4},           /* multicast, RFC 5771 */
    {{240}, 4},           /* reserved and limited broadcast, RFC 1112, RFC 8190 */
};

/* Parts of 2000::/3 that are not to be asked; all outside 2000::/3 is refused as a whole (RFC 4291 2.4). */
static const struct block barred6[] = {
    {{0x20, 0x01, 0x00}, 23},             /* IETF protocol assignments with Teredo, ORCHID, benchmarking, RFC 2928 */
    {{0x20, 0x01, 0x0d, 0xb8}, 32},       /* documentation, RFC 3849 */
    {{0x20, 0x02}, 16},                   /* 6to4, RFC 3056: holds an IPv4 address */
    {{0x26, 0x20, 0x00, 0x4f, 0x80}, 48}, /* AS112, RFC 7534 */
    {{0x3f, 0xff, 0x00}, 20},             /* documentation, RFC 9637 */
};

static bool block_holds(const struct block *block, const uint8_t *byte)
{
    unsigned whole = block->bits / 8;
    unsigned rest = block->bits % 8;

    if (memcmp(block->prefix, byte, whole) != 0) {
        return false;
    }
    return rest == 0 || (block->prefix[whole] >> (8 - rest)) == (byte[whole] >> (8 - rest));
}

static bool in_blocks(const struct block *block, size_t count, const uint8_t *byte)
{
    for (size_t i = 0; i < count; i++) {
        if (block_holds(&block[i], byte)) {
            return true;
        }
    }
    return false;
}

bool dns_address_is_global(int family, const void *addr)
{
    const uint8_t *byte = addr;

    if (family == AF_INET) {
        return !in_blocks(barred4, ARRAY_LEN(barred4), byte);
    }
    if (family == AF_INET6) {
        return (byte[0] & 0xe0) == 0x20 && !in_blocks(barred6, ARRAY_LEN(barred6), byte);
    }
    return false;
}

static void address_fill(struct address *out, int family, const void *byte, uint16_t port)
{
    *out = (struct address){.family = family, .port = port};
    memcpy(out->byte, byte, family == AF_INET ? 4 : 16);
    inet_ntop(family, out->byte, out->text, sizeof(out->text));
}

bool address_parse(const char *text, uint16_t port, struct address *out)
{
    uint8_t byte[16];

    if (inet_pton(AF_INET, text, byte) == 1) {
        address_fill(out, AF_INET, byte, port);
        return true;
    }
    if (inet_pton(AF_INET6, text, byte) == 1) {
        address_fill(out, AF_INET6, byte, port);
        return true;
    }
    return false;
}

bool address_of_rr(const struct answer_rr *rr, uint16_t port, struct address *out)
{
    if (rr->type == RR_A && rr->data_len == 4) {
        address_fill(out, AF_INET, rr->data, port);
        return true;
    }
    if (rr->type == RR_AAAA && rr->data_len == 16) {
        address_fill(out, AF_INET6, rr->data, port);
        return true;
    }
    return false;
}

bool address_equal(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

socklen_t address_to_sockaddr(const struct address *address, struct sockaddr_storage *out)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(address->port)};

    if (address->family == AF_INET) {
        memcpy(&in.sin_addr, address->byte, sizeof(in.sin_addr));
        memcpy(out, &in, sizeof(in));
        return sizeof(in);
    }
    memcpy(&in6.sin6_addr, address->byte, sizeof(in6.sin6_addr));
    memcpy(out, &in6, sizeof(in6));
    return sizeof(in6);
}

bool address_has_route(const struct address *address)
{
    struct sockaddr_storage storage;
    socklen_t len = address_to_sockaddr(address, &storage);
    bool routed;
    int fd;

    fd = socket(address->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno != EAFNOSUPPORT; /* the transport reports a lack of descriptors */
    }
    routed = connect(fd, (struct sockaddr *)&storage, len) == 0;
    close(fd);
    return routed;
}

/* --- the platform's own --- */

static bool address_of_interface(const struct ifaddrs *interface, struct address *out)
{
    if (interface->ifa_addr && interface->ifa_addr->sa_family == AF_INET) {
        address_fill(out, AF_INET, &((const struct sockaddr_in *)(const void *)interface->ifa_addr)->sin_addr, 0);
        return true;
    }
    if (interface->ifa_addr && interface->ifa_addr->sa_family == AF_INET6) {
        address_fill(out, AF_INET6, &((const struct sockaddr_in6 *)(const void *)interface->ifa_addr)->sin6_addr, 0);
        return true;
    }
    return false;
}

void own_addresses_read(struct pool *pool, const struct conf *conf, struct own_addresses *out)
{
    struct ifaddrs *interfaces = NULL;
    size_t room = conf->dns_resolver_count;
    bool unknown = getifaddrs(&interfaces) != 0;

    if (unknown) {
        interfaces = NULL;
        log_event(LOG_ERROR, "own_addresses_unknown", LOG_S("error", strerror(errno)));
    }
    for (const struct ifaddrs *i = interfaces; i; i = i->ifa_next) {
        room++;
    }
    *out = (struct own_addresses){.address = pool_array(pool, room + 1, sizeof(*out->address)), .unknown = unknown};
    for (const struct ifaddrs *i = interfaces; i; i = i->ifa_next) {
        out->count += address_of_interface(i, &out->address[out->count]);
    }
    for (size_t i = 0; i < conf->dns_resolver_count; i++) {
        out->count +=
            address_parse(conf->dns_resolvers[i].addr, conf->dns_resolvers[i].port, &out->address[out->count]);
    }
    freeifaddrs(interfaces);
}

bool own_addresses_hold(const struct own_addresses *own, const struct address *address)
{
    if (own->unknown) {
        return true;
    }
    for (size_t i = 0; i < own->count; i++) {
        if (address_equal(&own->address[i], address)) {
            return true;
        }
    }
    return false;
}
