/*
 * Inside the sweep: what its threads share. One asks (sweep.c: the caller's thread), one feeds (sweep_feed.c: batches
 * and pages from the database, leases, what is done), some check (sweep.c). Everything here is under the lock unless it
 * says otherwise.
 */
#ifndef APP_SWEEP_SWEEP_PARTS_H
#define APP_SWEEP_SWEEP_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/sweep/sweep.h"
#include "store/store.h"

enum {
    PAGE_ROWS = 512,    /* domains read at once */
    PAGES_READY = 6,    /* read and not begun */
    CHECKERS = 12,      /* threads of full checks */
    FIRST_LOOKS = 256,  /* full checks of domains that never had one */
    WANTING_MAX = 1024, /* rows that wait for a full check: no new questions until there are fewer */
};

struct batch;
struct page;

struct row {
    struct store_waiting domain;
    struct page *page;
    enum record_kind asks; /* RECORD_DKIM first */
    enum outcome outcome;  /* of the question that failed */
    bool asked_again;      /* it had failed when nothing was answered */
    struct row *next;      /* in one of the queues */
};

struct row_queue {
    struct row *first, *last;
    size_t count;
};

/* Rows that were read together; freed when the last of them has ended. */
struct page {
    struct batch *batch;
    struct pool *pool;
    struct row *row;
    size_t count, begun, ended; /* begun: the asking thread's alone */
    struct page *next;          /* ready */
    struct page *older, *newer; /* all there are */
};

struct batch {
    struct store_batch lease;
    struct sweep_counts counts;
    size_t pages; /* not ended */
    bool read;    /* all pages were read */
    bool lost;    /* another has the lease now: its counts count */
    struct batch *next;
};

struct sweep {
    const struct app *app;
    struct store_night night;
    int64_t began_us;
    struct pace *pace;         /* of the full checks' questions; threads see to themselves */
    atomic_bool stop;          /* everybody ends */
    atomic_bool dns_down;      /* nothing new is read and checked */
    atomic_bool database_down; /* the feeder waits for it */

    pthread_mutex_t lock;
    pthread_cond_t feeder_wakes, checker_wakes;
    struct page *ready, **ready_tail;
    size_t ready_count;
    struct page *pages;       /* all that are not ended, the newest first */
    struct batch *batches;    /* leased by this process */
    struct row_queue wanting; /* full checks */
    struct sweep_counts counts;
    int batches_left; /* of the pass, as last seen */
    bool closing;     /* after stop: no thread counts in a batch any more */
    bool complete;    /* no batch of the pass is left */
};

/* Starts where threads start; ends when stop is set or the pass is complete. */
void *sweep_feeder(void *sweep);

#endif
