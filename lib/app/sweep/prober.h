/*
 * Inside the prober, all in the caller's thread: the questions (prober.c) and the resolver's health
 * (resolver_health.c).
 */
#ifndef APP_SWEEP_PROBER_H
#define APP_SWEEP_PROBER_H

#include "app/sweep/sweep_parts.h"
#include "dns/bulk.h"

enum {
    OUTAGE_FAILURES = 64, /* failures in a row after which the resolver itself is tested */
    HEALTH_PAUSE_FIRST_MS = 500,
    HEALTH_PAUSE_MAX_MS = 15000,
};

struct prober {
    struct sweep *sweep;
    struct bulk *bulk;
    struct page *page;        /* the page whose rows are being started */
    struct row_queue queries; /* asked before rows of pages: the next record, or a repeated question */
    struct row_queue retry;   /* failed with no answer since: waiting for the resolver's health */
    unsigned failures_in_row, first_looks;
    bool answered;                                                              /* at least one usable answer so far */
    enum { HEALTH_NONE, HEALTH_ROOT, HEALTH_TARGET_DUE, HEALTH_TARGET } health; /* the question in progress */
    int64_t health_at_us; /* when the next is due while the resolver is down */
    int health_pause_ms;
};

/* The resolver answers now; the failed questions may have been its fault or not: asks each once more. */
void prober_retry_once(struct prober *p);
/* The resolver is down: all of them are asked again when it answers. */
void prober_retry_all(struct prober *p);

/* Tests the resolver's health if that is due. */
void resolver_health_check(struct prober *p);
/* The tag of the health questions, and the handler of their answers. */
extern void *const resolver_health_tag;
void resolver_health_answered(struct prober *p, enum outcome outcome);

#endif
