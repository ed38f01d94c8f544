/*
 * The rate limit of the sweep run: at most so many questions a second to one name server, by all threads that share the
 * pace. Bounded in memory: with more servers than it has room for, it drops those with the shortest wait.
 */
#ifndef DNS_PACE_H
#define DNS_PACE_H

#include <stdint.h>

struct address;
struct pace;

struct pace *pace_new(int per_second); /* caller frees, after the resolutions that use it */
void pace_free(struct pace **pace);

/* When the next question to that address may be sent: now_us or later, on clock_mono_us. Each call takes one place.
 * Any thread. */
int64_t pace_reserve(struct pace *pace, const struct address *address, int64_t now_us);

#endif
