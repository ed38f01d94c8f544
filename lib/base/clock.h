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

/*
 * The process's zone, from the configuration: name as in tzdata, "Europe/Amsterdam". ERR_CONFIG if the system has no
 * such zone. Until it is called the zone is UTC. Call before threads: it sets TZ, which glibc reads for the whole
 * process.
 */
struct err;
int clock_zone_check(const char *name, struct err *err); /* only whether there is such a zone; changes nothing */
int clock_zone_set(const char *name, struct err *err);

struct clock_local {
    int year, month, day; /* 2026, 1-12, 1-31 */
    int hour, minute, second;
    int offset_s; /* seconds east of UTC at that moment */
};
void clock_local(int64_t wall_ms, struct clock_local *out);
/*
 * The first moment (ms UTC) after wall_ms at which the local clock shows minute_of_day (0..1439). Where the clock skips
 * that minute (summer time begins) it is the moment of the skip; where it comes twice (summer time ends), the first.
 */
int64_t clock_next_daily(int64_t wall_ms, int minute_of_day);
/* The last such moment that is not after wall_ms: once each local day. */
int64_t clock_last_daily(int64_t wall_ms, int minute_of_day);

#endif
