/*
 * The producer, one thread: the sweep's only access to the database beside its full checks. Claims batches, reads their
 * pages ahead of the questions, renews leases, writes finished batches. Waits for a database that is unreachable. Knows
 * no DNS.
 */
#include "base/base.h"

#include "app/sweep/sweep_parts.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"

enum { LEASE_MS = 15000, RENEW_US = 4000000, PAUSE_MS = 100, DATABASE_PAUSE_MS = 500 };

struct producer {
    struct sweep *sweep;
    struct worker *worker;
    struct store *store;
    struct err err;
    int64_t renewed_us, asked_us;
    /* the batch that is being read */
    struct batch *reading;
    enum status status;
    bool begun; /* a page of that status was read */
    struct store_sweep_domain after;
};

static void pause_ms(struct sweep *sweep, int ms)
{
    struct timespec until; /* monotonic: a wall clock that is set back would prolong the wait */
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&sweep->lock);
    if (!sweep->stop)
        pthread_cond_clockwait(&sweep->producer_wakes, &sweep->lock, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&sweep->lock);
}

/* Logs changes only: an outage of the database is two lines. */
static bool database_answers(struct producer *p, int rc)
{
    bool down = rc != 0;
    if (down != atomic_exchange(&p->sweep->database_down, down))
        log_event(down ? LOG_ERROR : LOG_INFO, down ? "sweep_database_gone" : "sweep_database_back",
                  LOG_S("error", down ? p->err.text : NULL));
    return !down;
}

/* --- reading --- */

static int claim(struct producer *p)
{
    struct store_sweep_batch lease;
    bool found;
    int rc = store_sweep_batch_claim(p->store, p->sweep->run.id, LEASE_MS, &lease, &found, &p->err);
    if (rc != 0 || !found)
        return rc;
    struct batch *batch = mem_alloc(sizeof(*batch));
    *batch = (struct batch){.lease = lease};
    if (lease.again) {
        rc = store_sweep_verified_since(p->store, &p->sweep->run, lease.number, p->sweep->run.begun_at,
                                        &batch->counts.verified, &p->err);
        batch->counts.looked_at = batch->counts.verified;
    }
    if (rc != 0) { /* its lease expires by itself */
        free(batch);
        return rc;
    }
    p->reading = batch;
    p->status = STATUS_PENDING;
    p->begun = false;
    pthread_mutex_lock(&p->sweep->lock);
    batch->next = p->sweep->batches;
    p->sweep->batches = batch;
    pthread_mutex_unlock(&p->sweep->lock);
    return 0;
}

static void hand_over(struct producer *p, struct page *page, bool last)
{
    struct sweep *sweep = p->sweep;
    pthread_mutex_lock(&sweep->lock);
    if (page) {
        p->reading->pages++;
        page->older = sweep->pages;
        if (page->older)
            page->older->newer = page;
        sweep->pages = page;
        *sweep->ready_tail = page;
        sweep->ready_tail = &page->next;
        sweep->ready_count++;
    }
    p->reading->read = last;
    pthread_mutex_unlock(&sweep->lock);
    if (last)
        p->reading = NULL;
}

static int read_page(struct producer *p)
{
    struct pool *pool = pool_new();
    struct store_sweep_domain *row;
    size_t count;
    int rc = store_sweep_page(p->store, pool, &p->sweep->run, p->reading->lease.number, p->status,
                              p->begun ? &p->after : NULL, PAGE_ROWS, &row, &count, &p->err);
    struct page *page = NULL;
    if (rc == 0 && count > 0) {
        page = pool_alloc(pool, sizeof(*page));
        *page = (struct page){
            .batch = p->reading, .pool = pool, .count = count, .row = pool_array(pool, count, sizeof(*page->row))};
        for (size_t i = 0; i < count; i++)
            page->row[i] = (struct row){.domain = row[i], .page = page};
        p->after = row[count - 1];
        p->begun = true;
    } else {
        pool_free(&pool);
    }
    if (rc != 0)
        return rc;
    bool status_done = count < PAGE_ROWS, last = status_done && p->status == STATUS_LOST;
    hand_over(p, page, last);
    if (status_done) {
        p->status = STATUS_LOST;
        p->begun = false;
    }
    return 0;
}

/* --- leases and finished batches --- */

static int renew(struct producer *p)
{
    int rc = 0;
    if (clock_mono_us() - p->renewed_us < RENEW_US)
        return 0;
    /* The list is changed by this thread only. */
    for (struct batch *batch = p->sweep->batches; rc == 0 && batch; batch = batch->next) {
        bool held = true;
        if (!batch->lost)
            rc = store_sweep_batch_renew(p->store, p->sweep->run.id, &batch->lease, LEASE_MS, &held, &p->err);
        if (rc == 0 && !held) {
            batch->lost = true;
            log_event(LOG_WARN, "sweep_lease_lost", LOG_I("batch", batch->lease.number));
        }
    }
    if (rc == 0)
        p->renewed_us = clock_mono_us();
    return rc;
}

static bool batch_over(const struct batch *batch)
{
    return batch->read && batch->pages == 0;
}

static int finish_batches(struct producer *p)
{
    struct sweep *sweep = p->sweep;
    for (struct batch **at = &sweep->batches; *at;) {
        struct batch *batch = *at;
        pthread_mutex_lock(&sweep->lock);
        bool over = batch_over(batch);
        pthread_mutex_unlock(&sweep->lock);
        if (!over || (batch->failed && !batch->lost)) {
            at = &batch->next;
            continue;
        }
        int rc = batch->lost ? 0
                             : store_sweep_batch_done(p->store, sweep->run.id, &batch->lease, &batch->counts,
                                                      clock_wall_ms(), &p->err);
        if (rc != 0)
            return rc;
        pthread_mutex_lock(&sweep->lock);
        *at = batch->next;
        sweep->batches_left -= !batch->lost;
        pthread_mutex_unlock(&sweep->lock);
        free(batch);
    }
    return 0;
}

/* No batch could be claimed: either the run is complete, or other processes have the rest. */
static int look_whether_complete(struct producer *p)
{
    struct sweep *sweep = p->sweep;
    int left;
    int rc = store_sweep_batches_left(p->store, sweep->run.id, &left, &p->err);
    if (rc == 0 && left == 0)
        rc = store_sweep_run_finish(p->store, sweep->run.id, clock_wall_ms(), &p->err);
    if (rc != 0)
        return rc;
    pthread_mutex_lock(&sweep->lock);
    sweep->batches_left = left;
    sweep->complete = left == 0;
    pthread_mutex_unlock(&sweep->lock);
    return 0;
}

/* No batch could be claimed, and this process holds only batches with failed full checks: it ends and releases them.
 * The next start of the program tries them again. */
static void look_whether_broken_off(struct producer *p)
{
    struct sweep *sweep = p->sweep;
    pthread_mutex_lock(&sweep->lock);
    bool only_failed = sweep->batches != NULL;
    for (const struct batch *batch = sweep->batches; batch; batch = batch->next)
        only_failed = only_failed && batch_over(batch) && batch->failed;
    sweep->broken_off = only_failed;
    pthread_mutex_unlock(&sweep->lock);
}

static int step(struct producer *p, bool *idle)
{
    struct sweep *sweep = p->sweep;
    int rc = finish_batches(p);
    if (rc == 0)
        rc = renew(p);
    pthread_mutex_lock(&sweep->lock);
    bool wanted = sweep->ready_count < PAGES_READY && !sweep->dns_down;
    sweep->broken_off = sweep->failed >= FAILED_MAX;
    pthread_mutex_unlock(&sweep->lock);
    *idle = !wanted;
    if (rc != 0 || !wanted)
        return rc;
    if (!p->reading)
        rc = claim(p);
    if (rc == 0 && p->reading)
        return read_page(p);
    *idle = true;
    if (rc == 0)
        look_whether_broken_off(p);
    if (rc == 0 && !sweep->batches)
        rc = look_whether_complete(p);
    else if (rc == 0 && clock_mono_us() - p->asked_us > 1000000) { /* for the progress of a shared run */
        p->asked_us = clock_mono_us();
        int left;
        rc = store_sweep_batches_left(p->store, sweep->run.id, &left, &p->err);
        pthread_mutex_lock(&sweep->lock);
        if (rc == 0)
            sweep->batches_left = left;
        pthread_mutex_unlock(&sweep->lock);
    }
    return rc;
}

static void give_back(struct producer *p)
{
    struct sweep *sweep = p->sweep;
    int rc = 0;
    while (sweep->batches) {
        struct batch *batch = sweep->batches;
        sweep->batches = batch->next;
        if (rc == 0 && !batch->lost)
            rc = store_sweep_batch_give_back(p->store, sweep->run.id, &batch->lease, &p->err);
        free(batch);
    }
}

void *sweep_produce(void *arg)
{
    struct sweep *sweep = arg;
    struct producer p = {.sweep = sweep, .worker = worker_new(sweep->app, WORKER_SWEEP)};
    p.store = worker_store(p.worker);
    p.renewed_us = clock_mono_us();
    while (!sweep->stop && !sweep->complete && !sweep->broken_off) {
        bool idle = true;
        if (!database_answers(&p, step(&p, &idle)))
            pause_ms(sweep, DATABASE_PAUSE_MS);
        else if (idle)
            pause_ms(sweep, sweep->batches ? 10 : PAUSE_MS);
    }
    pthread_mutex_lock(&sweep->lock);
    while (!sweep->closing)
        pthread_cond_wait(&sweep->producer_wakes, &sweep->lock);
    pthread_mutex_unlock(&sweep->lock);
    /* An unreachable database must not delay the end: the leases expire by themselves. */
    if (!sweep->database_down)
        give_back(&p);
    while (sweep->batches) {
        struct batch *batch = sweep->batches;
        sweep->batches = batch->next;
        free(batch);
    }
    worker_free(&p.worker);
    return NULL;
}
