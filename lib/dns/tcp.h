/*
 * One TCP connection to a name server: messages with their length before them (RFC 1035 4.2.2), several in progress at
 * once and answered in any order (RFC 7766 6.2.1). Private to lib/dns; knows nothing of their content.
 */
#ifndef DNS_TCP_H
#define DNS_TCP_H

#include "base/buf.h"
#include "dns/address.h"
#include "dns/loop.h"

enum tcp_end {
    TCP_REFUSED, /* never connected */
    TCP_CLOSED,  /* by the server, or the connection broke */
};

struct tcp {
    struct watch watch; /* fd -1: not open */
    struct loop *loop;
    void *self;
    /* A whole message. May close the connection. */
    void (*message)(void *self, struct tcp *tcp, const uint8_t *data, size_t len);
    /* The connection is closed already; unanswered messages will not be answered. May open it again. */
    void (*closed)(void *self, struct tcp *tcp, enum tcp_end end);
    size_t answered; /* counted by the owner, 0 when it is opened */
    /* internal */
    bool connected, writing;
    unsigned opened; /* how many times */
    struct buf out;  /* not written yet */
    size_t written;  /* of it */
    uint8_t *in;     /* TCP_IN_MAX bytes while it is open */
    size_t in_len;
};

/* loop, self and the functions are set by the caller. False: no descriptors or memory, or no route; errno set. */
bool tcp_open(struct tcp *tcp, const struct address *to);
void tcp_close(struct tcp *tcp); /* harmless where it is not open; closed is not called */
/* Copies the message. Never calls closed: the loop reports errors. */
void tcp_send(struct tcp *tcp, const uint8_t *message, size_t len);

#endif
