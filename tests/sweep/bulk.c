/*
 * The DNS part of a sweep run alone: the names of a file (a line each, "NAME TYPE" as dnsperf has them; TXT and CNAME)
 * through lib/dns/bulk to one resolver, as fast as it answers. Prints a line of JSON: queries, their outcomes, the
 * window at the last query, the time taken, processor time and peak memory. For tests/sweep and
 * tests/bench/sweep.
 *
 *     bulk ADDR PORT FILE
 */
#include "base/base.h"

#include <inttypes.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "dns/bulk.h"

enum { RUN_MS = 10, LINE_MAX_BYTES = 512 };

struct count {
    int64_t outcome[OUTCOME_DEADLINE + 1];
};

static void on_done(void *self, void *tag, enum outcome outcome)
{
    struct count *count = self;

    (void)tag;
    count->outcome[outcome]++;
}

static bool next_name(FILE *file, char line[LINE_MAX_BYTES], enum rr_type *type)
{
    char *end;

    if (!fgets(line, LINE_MAX_BYTES, file)) {
        return false;
    }
    end = strpbrk(line, " \n");
    *type = end != NULL && strncmp(end, " CNAME", 6) == 0 ? RR_CNAME : RR_TXT;
    if (end) {
        *end = '\0';
    }
    return true;
}

static int64_t cpu_us(const struct rusage *use)
{
    return (use->ru_utime.tv_sec + use->ru_stime.tv_sec) * (int64_t)1000000 + use->ru_utime.tv_usec +
           use->ru_stime.tv_usec;
}

static long peak_kib(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[LINE_MAX_BYTES];
    long kib = 0;

    while (file && fgets(line, sizeof(line), file)) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kib = strtol(line + 6, NULL, 10);
        }
    }
    if (file) {
        fclose(file);
    }
    return kib;
}

static int ask_all(struct bulk *bulk, FILE *file, int *window, struct err *err)
{
    char line[LINE_MAX_BYTES];
    enum rr_type type;
    bool more = true;
    int rc = 0;

    while (rc == 0 && (more || bulk_in_flight(bulk) > 0)) {
        while (more && bulk_has_room(bulk)) {
            more = next_name(file, line, &type);
            if (more) {
                bulk_ask(bulk, line, type, NULL);
            } else {
                *window = bulk_figures(bulk).window;
            }
        }
        rc = bulk_run(bulk, RUN_MS, err);
    }
    return rc;
}

int main(int argc, char **argv)
{
    struct conf conf = {.dns_resolver_count = 1};
    struct count count = {{0}};
    struct err err = {0};
    int window = 0;
    struct bulk *bulk = NULL;
    FILE *file = argc == 4 ? fopen(argv[3], "r") : NULL;

    if (!file) {
        fprintf(stderr, "usage: bulk ADDR PORT FILE\n");
        return 2;
    }
    snprintf(conf.dns_resolvers[0].addr, sizeof(conf.dns_resolvers[0].addr), "%s", argv[1]);
    conf.dns_resolvers[0].port = (uint16_t)strtol(argv[2], NULL, 10);
    if (!(bulk = bulk_new(&conf, on_done, &count, &err))) {
        fprintf(stderr, "bulk: %s\n", err.text);
        return 1;
    }
    int64_t began = clock_mono_us();
    int rc = ask_all(bulk, file, &window, &err);
    int64_t took = clock_mono_us() - began;
    struct bulk_figures figures = bulk_figures(bulk);
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("{\"asked\":%" PRId64 ",\"data\":%" PRId64 ",\"nodata\":%" PRId64 ",\"nxdomain\":%" PRId64
           ",\"timeout\":%" PRId64 ",\"lost\":%" PRId64 ",\"window\":%d,\"us\":%" PRId64 ",\"cpu_us\":%" PRId64
           ",\"peak_kib\":%ld}\n",
           figures.asked, count.outcome[OUTCOME_DATA], count.outcome[OUTCOME_NODATA], count.outcome[OUTCOME_NXDOMAIN],
           count.outcome[OUTCOME_TIMEOUT], figures.lost, window, took, cpu_us(&use), peak_kib());
    if (rc != 0) {
        fprintf(stderr, "bulk: %s\n", err.text);
    }
    bulk_free(&bulk);
    fclose(file);
    return rc != 0;
}
