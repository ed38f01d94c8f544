/*
 * Inside the sweep: what its threads share. The producer reads batches and pages from the database, renews the leases
 * and writes finished batches (producer.c); the prober, in the caller's thread, asks the cheap questions (prober.c);
 * the checkers take domains from the queue of full checks (checkers.c). The lock protects everything here unless a
 * comment says otherwise.
 */
#ifndef APP_SWEEP_SWEEP_PARTS_H
#define APP_SWEEP_SWEEP_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/app.h"
#include "model/sweep.h"
#include "store/sweep_runs.h"

enum {
    PAGE_ROWS = 512,        /* domains read by one statement */
    PAGES_READY = 6,        /* read and not yet started */
    CHECKERS = 12,          /* threads of full checks */
    FIRST_LOOKS = 256,      /* full checks of domains that never had one */
    FULL_CHECKS_MAX = 1024, /* rows that wait for a full check: the prober pauses above this */
    FAILED_MAX = 100,       /* failed full checks after which the run is broken off */
};

struct batch;
struct page;

struct row {
    struct store_sweep_domain domain;
    struct page *page;
    enum record_kind asks; /* RECORD_DKIM first */
    enum outcome outcome;  /* of the question that failed */
    bool asked_again;      /* failed before, and is asked a second time */
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
    size_t count, begun, ended; /* begun: the prober's alone */
    struct page *next;          /* ready */
    struct page *older, *newer; /* all there are */
};

struct batch {
    struct store_sweep_batch lease;
    struct sweep_counts counts;
    size_t pages; /* not ended */
    bool read;    /* all pages were read */
    bool lost;    /* another process has the lease now and its counts apply */
    bool failed;  /* a full check in it failed: it is unfinished, and released at the end */
    struct batch *next;
};

struct sweep {
    const struct app *app;
    struct store_sweep_run run;
    int64_t began_us;
    struct pace *pace;         /* of the full checks' questions; thread-safe */
    atomic_bool stop;          /* all threads end */
    atomic_bool dns_down;      /* no new reads and checks */
    atomic_bool database_down; /* the producer waits for it */

    pthread_mutex_t lock;
    pthread_cond_t producer_wakes, checker_wakes;
    struct page *ready, **ready_tail;
    size_t ready_count;
    struct page *pages;    /* all that are not ended, the newest first */
    struct batch *batches; /* leased by this process */
    struct row_queue full_checks;
    struct sweep_counts counts;
    int64_t failed;   /* full checks */
    int batches_left; /* of the run, as last seen */
    bool closing;     /* after stop: no thread counts in a batch any more */
    bool complete;    /* no batch of the run is left */
    bool broken_off;  /* only batches with failed full checks are left, or too many checks failed */
};

/* The producer's thread; ends when stop is set or the run is over. */
void *sweep_produce(void *sweep);
/* The thread of one checker; ends when stop is set. */
void *sweep_check(void *sweep);
struct sweep_watch;
/* The prober; returns when the run is over or watch->stop says so. */
int sweep_probe(struct sweep *sweep, const struct sweep_watch *watch, struct err *err);

/* --- rows (rows.c) --- */
/* PENDING and UNKNOWN: no change. GONE: deleted, or verified by another process; not counted. FAILED: by the
 * database or the program, not by DNS. */
enum row_outcome { ROW_FAILED, ROW_PENDING, ROW_UNKNOWN, ROW_VERIFIED, ROW_GONE };

void sweep_row_push(struct row_queue *queue, struct row *row);
struct row *sweep_row_pop(struct row_queue *queue); /* NULL: it is empty */
/* Takes the lock. The row is gone after it. */
void sweep_row_end(struct sweep *sweep, struct row *row, enum row_outcome outcome, finding_set findings);
/* Frees a page whose rows have all ended, or will not be run. */
void sweep_page_free(struct sweep *sweep, struct page *page);
/* Hands a row to the checkers; takes the lock. */
void sweep_want_full_check(struct sweep *sweep, struct row *row);

#endif
