/*
 * A sweep run: one pass over all pending and lost domains, at any size. Works with the sweep's database user.
 *
 * Two steps for each domain. First a cheap question through the resolver (the DKIM name; the return path where that
 * exists), thousands in parallel in one thread; then, where the records seem to exist or the last check's verdicts
 * would change, the full check of *Check status*, by a few threads. A domain without a change costs one question and no
 * write. Domains that were never checked get a full check too, at most FIRST_LOOKS of them for each run and process: a
 * million imported domains must not cost a million checks in their first run.
 *
 * Any number of processes share a run by its batches. A process killed at any moment loses nothing: the next one does
 * the unfinished batches.
 */
#ifndef APP_SWEEP_SWEEP_H
#define APP_SWEEP_SWEEP_H

#include "app/app.h"
#include "model/sweep.h"

enum sweep_kind {
    SWEEP_NOW,     /* a run now; joins one that another process is working on */
    SWEEP_NIGHTLY, /* the run of the last sweep_at, unless it is complete */
};

struct sweep_progress {
    struct sweep_counts counts; /* of this process */
    int64_t questions, lost;    /* cheap ones */
    double part;                /* of the whole run, 0..1 */
    int64_t elapsed_ms;
    enum { SWEEP_RUNNING, SWEEP_DNS_DOWN, SWEEP_DATABASE_DOWN } state;
};

/* How the caller watches and ends a run; both are called from the thread that called sweep_run. */
struct sweep_watch {
    bool (*stop)(void *self); /* called every few ms: true ends the run, to be continued by another process or start */
    void (*report)(void *self, const struct sweep_progress *progress); /* may be NULL */
    int every_ms;
    void *self;
};

struct sweep_end {
    bool complete;              /* the run, by whichever process */
    bool was_complete;          /* complete already when this process opened it */
    struct sweep_counts counts; /* of the whole run when complete, else of this process */
    int64_t failed; /* full checks of this process that failed for a reason other than DNS; the run stays open */
};

/*
 * Waits for DNS and database outages; ERR_UNAVAILABLE only if the database is unreachable at the start.
 */
int sweep_run(const struct app *app, enum sweep_kind kind, const struct sweep_watch *watch, struct sweep_end *out,
              struct err *err);

int sweep_run_last(struct worker *worker, struct sweep_last *out, struct err *err);

#endif
