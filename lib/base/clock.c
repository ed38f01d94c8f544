/*
 * The two clocks and the one time zone of the process. Uses glibc for tzdata; handles a skipped or repeated minute
 * correctly.
 */
#include "base/base.h"

#include "base/clock.h"

#include <sys/stat.h>

#include "base/err.h"

/* The last result of clock_next_daily, kept for each thread: it is valid until its moment, and costs four mktime
 * calls. */
static _Thread_local struct {
    int64_t from, at; /* holds for from <= wall_ms < at; 0, 0: nothing remembered */
    int minute_of_day;
} next_daily;

int64_t clock_wall_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_mono_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* Whole seconds, rounded down also before 1970. */
static time_t seconds_of(int64_t wall_ms)
{
    return (time_t)((wall_ms - (wall_ms % 1000 + 1000) % 1000) / 1000);
}

void clock_iso(int64_t wall_ms, char out[CLOCK_ISO_SIZE])
{
    time_t t = seconds_of(wall_ms);
    struct tm tm;
    if (!gmtime_r(&t, &tm) || tm.tm_year < -1900 || tm.tm_year > 8099 ||
        !strftime(out, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm))
        snprintf(out, CLOCK_ISO_SIZE, "0000-00-00T00:00:00Z");
}

int clock_zone_check(const char *name, struct err *err)
{
    /* glibc silently takes UTC for an unknown zone: tests whether the file exists. */
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_+-";
    char path[300];
    struct stat st;
    int n = snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
    if (!*name || name[strspn(name, plain)] || n < 0 || (size_t)n >= sizeof(path) || stat(path, &st) ||
        !S_ISREG(st.st_mode))
        return err_set(err, ERR_CONFIG, "no time zone %s on this system (is the package tzdata installed?)", name);
    return 0;
}

int clock_zone_set(const char *name, struct err *err)
{
    if (clock_zone_check(name, err))
        return ERR_CONFIG;
    setenv("TZ", name, 1);
    tzset();
    next_daily.at = 0;
    return 0;
}

void clock_local(int64_t wall_ms, struct clock_local *out)
{
    time_t t = seconds_of(wall_ms);
    struct tm tm = {0};
    localtime_r(&t, &tm);
    *out = (struct clock_local){
        .year = tm.tm_year + 1900,
        .month = tm.tm_mon + 1,
        .day = tm.tm_mday,
        .hour = tm.tm_hour,
        .minute = tm.tm_min,
        .second = tm.tm_sec,
        .offset_s = (int)tm.tm_gmtoff,
    };
}

static long offset_at(time_t t)
{
    struct tm tm = {0};
    localtime_r(&t, &tm);
    return tm.tm_gmtoff;
}

/* The moment in (from, to] at which the offset from UTC changes; there is one. */
static time_t offset_change(time_t from, time_t to)
{
    long before = offset_at(from);
    while (to - from > 1) {
        time_t middle = from + (to - from) / 2;
        if (offset_at(middle) == before)
            from = middle;
        else
            to = middle;
    }
    return to;
}

/* The first moment of that day, days after t's local date, that shows the minute; the moment of the skip if none does.
 */
static time_t daily_moment(time_t t, int days, int minute_of_day)
{
    struct tm day = {0};
    localtime_r(&t, &day);
    struct tm wanted = {.tm_year = day.tm_year,
                        .tm_mon = day.tm_mon,
                        .tm_mday = day.tm_mday + days,
                        .tm_hour = minute_of_day / 60,
                        .tm_min = minute_of_day % 60};
    time_t earliest = 0;
    bool found = false;
    for (int dst = 1; dst >= 0; dst--) { /* both readings of a repeated minute; mktime normalises the wrong one away */
        struct tm tm = wanted;
        tm.tm_isdst = dst;
        time_t at = mktime(&tm);
        if (at != (time_t)-1 && tm.tm_hour == wanted.tm_hour && tm.tm_min == wanted.tm_min &&
            (!found || at < earliest)) {
            earliest = at;
            found = true;
        }
    }
    if (found)
        return earliest;
    struct tm tm = wanted;
    tm.tm_isdst = 0;
    time_t near = mktime(&tm);
    return offset_change(near - 4 * 3600, near + 4 * 3600);
}

int64_t clock_next_daily(int64_t wall_ms, int minute_of_day)
{
    time_t now = seconds_of(wall_ms);
    if (minute_of_day == next_daily.minute_of_day && wall_ms >= next_daily.from && wall_ms < next_daily.at)
        return next_daily.at;
    for (int days = 0;; days++) {
        int64_t at = (int64_t)daily_moment(now, days, minute_of_day) * 1000;
        if (at <= wall_ms)
            continue;
        next_daily.from = wall_ms;
        next_daily.at = at;
        next_daily.minute_of_day = minute_of_day;
        return at;
    }
}

int64_t clock_last_daily(int64_t wall_ms, int minute_of_day)
{
    /* Two of them are never further apart than a day and the hour that winter time adds. */
    int64_t last = 0;
    for (int64_t at = clock_next_daily(wall_ms - (int64_t)26 * 3600 * 1000, minute_of_day); at <= wall_ms;
         at = clock_next_daily(at, minute_of_day))
        last = at;
    return last;
}
