/*
 * Time: wall-clock as milliseconds since 1970 UTC (what the database and JSON
 * hold), and a monotonic clock for durations and deadlines.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

int64_t clock_wall_ms(void); /* ms since the epoch, UTC */
int64_t clock_mono_us(void); /* microseconds, only differences mean anything */

enum { CLOCK_ISO_SIZE = 21 };
/* "2026-11-23T09:00:00Z" (RFC 3339, seconds). */
void clock_iso(int64_t wall_ms, char out[CLOCK_ISO_SIZE]);

/* A zone of the system's tz database. Thread-safe without setenv; loaded once at start (e.g. by conf). */
struct clock_zone;
/* NULL and err if there is no such zone. name as in tzdata: "Europe/Amsterdam". Caller frees. */
struct err;
struct clock_zone *clock_zone_new(const char *name, struct err *err);
void clock_zone_free(struct clock_zone **zone);

struct clock_local {
    int year, month, day; /* 2026, 1-12, 1-31 */
    int hour, minute, second;
    int offset_s; /* seconds east of UTC at that moment */
};
void clock_local(const struct clock_zone *zone, int64_t wall_ms, struct clock_local *out);
/* The first moment after wall_ms at which the local time is minute_of_day (0..1439); where the clock skips it, the moment of the skip. ms UTC. */
int64_t clock_next_daily(const struct clock_zone *zone, int64_t wall_ms, int minute_of_day);

#endif
