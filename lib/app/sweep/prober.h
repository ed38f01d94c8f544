/*
 * Inside the prober, all in the caller's thread: the questions (prober.c) and the resolver's health
 * (resolver_health.c).
 */
#ifndef APP_SWEEP_PROBER_H
#define APP_SWEEP_PROBER_H

#include "app/sweep/sweep_parts.h"
#include "dns/bulk.h"

enum {
    OUTAGE_FAILURES = 64, /* in a row, then the resolver itself is asked */
    HEALTH_PAUSE_FIRST_MS = 500,
    HEALTH_PAUSE_MAX_MS = 15000,
};

struct prober {
    struct sweep *sweep;
    struct bulk *bulk;
    struct page *page;        /* whose rows are being begun */
    struct row_queue queries; /* to be asked before rows of pages: the next record, or the same once more */
    struct row_queue retry;   /* failed, and nothing was answered since: is it the resolver? */
    unsigned failures_in_row, first_looks;
    bool answered;                                                              /* something usable, ever */
    enum { HEALTH_NONE, HEALTH_ROOT, HEALTH_TARGET_DUE, HEALTH_TARGET } health; /* the question that is under way */
    int64_t health_at_us;                                                       /* the next one, while it is down */
    int health_pause_ms;
};

/* The resolver answers by now; whether it did when these failed nobody knows: each is asked once more. */
void prober_retry_once(struct prober *p);
/* It does not: all of them are asked again when it does. */
void prober_retry_all(struct prober *p);

/* Asks about the resolver's health if that is due. */
void resolver_health_check(struct prober *p);
/* The tag of its questions, and what an answer to one of them means. */
extern void *const resolver_health_tag;
void resolver_health_answered(struct prober *p, enum outcome outcome);

#endif
