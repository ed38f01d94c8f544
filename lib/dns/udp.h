/*
 * One UDP socket, connected to one address: the kernel gives it a random source port and accepts packets from that
 * address and port alone. Sends and receives many packets at a time. Private to lib/dns; knows nothing of their
 * content.
 */
#ifndef DNS_UDP_H
#define DNS_UDP_H

#include "dns/address.h"
#include "dns/loop.h"

enum {
    UDP_AT_ONCE = 64,
    UDP_PACKET_MAX = 4096 /* a longer packet is truncated: three times the advertised size (EDNS) */
};

/* Buffers for the packets of one system call; one for all sockets of a thread. Caller frees. */
struct udp_room;
struct udp_room *udp_room_new(unsigned packets); /* at most UDP_AT_ONCE */
void udp_room_free(struct udp_room **room);

struct udp {
    struct watch watch; /* fd -1: not open */
    struct loop *loop;
    struct udp_room *room;
    void *self;
    void (*packet)(void *self, const uint8_t *data, size_t len); /* may close the socket */
    /* The network reported the port or host as unreachable (ICMP), for any of the packets before. */
    void (*refused)(void *self);
};

/* loop, room, self and the functions are set by the caller. receive_buffer: bytes, 0: the kernel's default. False: no
 * descriptors or memory, or no route; errno set. */
bool udp_open(struct udp *udp, const struct address *to, int receive_buffer);
void udp_close(struct udp *udp); /* harmless where it is not open */

struct udp_out {
    const uint8_t *data;
    size_t len;
};
/* How many of them were sent, from the first; fewer than count: the kernel's buffer is full, or refused was called.
 * A packet that the kernel drops counts as sent and lost. At most UDP_AT_ONCE. */
unsigned udp_send(struct udp *udp, const struct udp_out *out, unsigned count);

#endif
