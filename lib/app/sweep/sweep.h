/*
 * A sweep run: one pass over all pending and lost domains, at any size. Works with the sweep's database user.
 *
 * Two steps a domain. A cheap question through the resolver (the DKIM name; the return path where that is there),
 * thousands in flight in one thread; and the full check of *Check status*, by a few threads, where the records seem to
 * be there or the last check's verdicts would change. A domain about which there is nothing new costs one question and
 * no write. Domains that were never checked get a full check too, at most FIRST_LOOKS of them a run and process: a
 * million imported domains must not cost a million checks in their first run.
 *
 * Any number of processes share a run by its batches. Killed at any moment it loses nothing: what was not done is done
 * by who comes next.
 */
#ifndef APP_SWEEP_SWEEP_H
#define APP_SWEEP_SWEEP_H

#include "app/app.h"
#include "model/sweep.h"

enum sweep_kind {
    SWEEP_NOW,     /* a run now; shared with one that another process is at, if there is one */
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
    bool (*stop)(void *self); /* asked every few ms: true ends it, to be gone on with by whoever comes next */
    void (*tell)(void *self, const struct sweep_progress *progress); /* may be NULL */
    int every_ms;
    void *self;
};

struct sweep_end {
    bool complete;              /* the run, by whichever process */
    bool was_complete;          /* already when this one came */
    struct sweep_counts counts; /* of the whole run when complete, else of this process */
    int64_t failed;             /* full checks of this process that failed by anything but DNS; the run stays open */
};

/*
 * Trouble in DNS and a database that goes away are waited for; only at the beginning a database that is not there is
 * ERR_UNAVAILABLE.
 */
int sweep_run(const struct app *app, enum sweep_kind kind, const struct sweep_watch *watch, struct sweep_end *out,
              struct err *err);

int sweep_run_last(struct worker *worker, struct sweep_last *out, struct err *err);

#endif
