/*
 * The earliest of many times: a binary heap. Private to lib/dns. Reads no clock and starts nothing.
 */
#ifndef DNS_TIMER_H
#define DNS_TIMER_H

#include "base/base.h"

/* Member of the struct that waits; initially zeroed. */
struct timer {
    int64_t due_us;
    size_t place; /* in the heap, from 1; 0: not set */
};

struct timers {
    struct timer **heap; /* [0] is not used */
    size_t count, room;
};

void timers_free(struct timers *timers); /* drops the timers in it */
void timers_set(struct timers *timers, struct timer *timer, int64_t due_us);
void timers_clear(struct timers *timers, struct timer *timer); /* harmless where it is not set */
/* The earliest timer; NULL: none. */
struct timer *timers_first(const struct timers *timers);

#endif
