/*
 * Waiting for sockets, by epoll: which of many descriptors can be read or written. Private to lib/dns. One thread;
 * knows no packets and no time.
 */
#ifndef DNS_LOOP_H
#define DNS_LOOP_H

#include "base/base.h"

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

/* Member of the struct that owns the descriptor; must not move while it is watched. */
struct watch {
    int fd; /* -1: nothing is watched */
    /* events: LOOP_READ, LOOP_WRITE. Errors and hang-ups count as both: the next call on the socket returns them.
     * May close this descriptor and any other. */
    void (*ready)(struct watch *watch, unsigned events);
};

struct loop {
    int fd; /* -1: not open */
};

/* False: no descriptors or memory, errno set. */
bool loop_open(struct loop *loop);
void loop_close(struct loop *loop);

/* Takes over fd; on failure (errno set) it is closed and watch->fd is -1. */
bool loop_add(struct loop *loop, struct watch *watch, int fd, unsigned events);
void loop_change(struct loop *loop, struct watch *watch, unsigned events);
/* Closes the descriptor. Harmless where nothing is watched. */
void loop_remove(struct watch *watch);

/* Waits at most most_us microseconds (rounded up to a millisecond) and calls ready for every descriptor that is. */
void loop_wait(struct loop *loop, int64_t most_us);

#endif
