/*
 * The sweep's way to the database, one thread: claims batches, reads their pages ahead of the questions, keeps the
 * leases, writes what is done. A database that goes away is waited for. Knows no DNS.
 */
#include "base/base.h"

#include "app/sweep/sweep_parts.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"

enum { LEASE_MS = 15000, RENEW_US = 4000000, PAUSE_MS = 100, DATABASE_PAUSE_MS = 500 };

struct feeder {
    struct sweep *sweep;
    struct worker *worker;
    struct store *store;
    struct err err;
    int64_t renewed_us, asked_us;
    /* the batch that is being read */
    struct batch *reading;
    enum status status;
    bool begun; /* a page of that status was read */
    struct store_waiting after;
};

static void pause_ms(struct sweep *sweep, int ms)
{
    struct timespec until; /* not by the wall's clock: set back, it would make this long */
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&sweep->lock);
    if (!sweep->stop)
        pthread_cond_clockwait(&sweep->feeder_wakes, &sweep->lock, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&sweep->lock);
}

/* Logs a change only: a minute without the database is two lines. */
static bool database_answers(struct feeder *f, int rc)
{
    bool down = rc != 0;
    if (down != atomic_exchange(&f->sweep->database_down, down))
        log_event(down ? LOG_ERROR : LOG_INFO, down ? "sweep_database_gone" : "sweep_database_back",
                  LOG_S("error", down ? f->err.text : NULL));
    return !down;
}

/* --- reading --- */

static int claim(struct feeder *f)
{
    struct store_batch lease;
    bool found;
    int rc = store_batch_claim(f->store, f->sweep->night.id, LEASE_MS, &lease, &found, &f->err);
    if (rc != 0 || !found)
        return rc;
    struct batch *batch = mem_alloc(sizeof(*batch));
    *batch = (struct batch){.lease = lease};
    if (lease.again) {
        rc = store_verified_since(f->store, &f->sweep->night, lease.number, f->sweep->night.begun_at,
                                  &batch->counts.verified, &f->err);
        batch->counts.looked_at = batch->counts.verified;
    }
    if (rc != 0) { /* its lease runs out by itself */
        free(batch);
        return rc;
    }
    f->reading = batch;
    f->status = STATUS_PENDING;
    f->begun = false;
    pthread_mutex_lock(&f->sweep->lock);
    batch->next = f->sweep->batches;
    f->sweep->batches = batch;
    pthread_mutex_unlock(&f->sweep->lock);
    return 0;
}

static void hand_over(struct feeder *f, struct page *page, bool last)
{
    struct sweep *sweep = f->sweep;
    pthread_mutex_lock(&sweep->lock);
    if (page) {
        f->reading->pages++;
        page->older = sweep->pages;
        if (page->older)
            page->older->newer = page;
        sweep->pages = page;
        *sweep->ready_tail = page;
        sweep->ready_tail = &page->next;
        sweep->ready_count++;
    }
    f->reading->read = last;
    pthread_mutex_unlock(&sweep->lock);
    if (last)
        f->reading = NULL;
}

static int read_page(struct feeder *f)
{
    struct pool *pool = pool_new();
    struct store_waiting *row;
    size_t count;
    int rc = store_waiting_page(f->store, pool, &f->sweep->night, f->reading->lease.number, f->status,
                                f->begun ? &f->after : NULL, PAGE_ROWS, &row, &count, &f->err);
    struct page *page = NULL;
    if (rc == 0 && count > 0) {
        page = pool_alloc(pool, sizeof(*page));
        *page = (struct page){
            .batch = f->reading, .pool = pool, .count = count, .row = pool_array(pool, count, sizeof(*page->row))};
        for (size_t i = 0; i < count; i++)
            page->row[i] = (struct row){.domain = row[i], .page = page};
        f->after = row[count - 1];
        f->begun = true;
    } else {
        pool_free(&pool);
    }
    if (rc != 0)
        return rc;
    bool status_done = count < PAGE_ROWS, last = status_done && f->status == STATUS_LOST;
    hand_over(f, page, last);
    if (status_done) {
        f->status = STATUS_LOST;
        f->begun = false;
    }
    return 0;
}

/* --- leases and what is done --- */

static int renew(struct feeder *f)
{
    int rc = 0;
    if (clock_mono_us() - f->renewed_us < RENEW_US)
        return 0;
    /* The list is changed by this thread only. */
    for (struct batch *batch = f->sweep->batches; rc == 0 && batch; batch = batch->next) {
        bool held = true;
        if (!batch->lost)
            rc = store_batch_renew(f->store, f->sweep->night.id, &batch->lease, LEASE_MS, &held, &f->err);
        if (rc == 0 && !held) {
            batch->lost = true;
            log_event(LOG_WARN, "sweep_lease_lost", LOG_I("batch", batch->lease.number));
        }
    }
    if (rc == 0)
        f->renewed_us = clock_mono_us();
    return rc;
}

static struct store_night_counts stored_counts(const struct sweep_counts *counts)
{
    struct store_night_counts out = {.looked_at = counts->looked_at,
                                     .verified = counts->verified,
                                     .pending = counts->pending,
                                     .unknown = counts->unknown};
    memcpy(out.finding, counts->finding, sizeof(out.finding));
    return out;
}

static int finish_batches(struct feeder *f)
{
    struct sweep *sweep = f->sweep;
    for (struct batch **at = &sweep->batches; *at;) {
        struct batch *batch = *at;
        pthread_mutex_lock(&sweep->lock);
        bool over = batch->read && batch->pages == 0;
        pthread_mutex_unlock(&sweep->lock);
        if (!over) {
            at = &batch->next;
            continue;
        }
        struct store_night_counts counts = stored_counts(&batch->counts);
        int rc = batch->lost
                     ? 0
                     : store_batch_done(f->store, sweep->night.id, &batch->lease, &counts, clock_wall_ms(), &f->err);
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

/* Nothing could be claimed: either all is done, or others are at the rest. */
static int look_whether_complete(struct feeder *f)
{
    struct sweep *sweep = f->sweep;
    int left;
    int rc = store_batches_left(f->store, sweep->night.id, &left, &f->err);
    if (rc == 0 && left == 0)
        rc = store_night_finish(f->store, sweep->night.id, clock_wall_ms(), &f->err);
    if (rc != 0)
        return rc;
    pthread_mutex_lock(&sweep->lock);
    sweep->batches_left = left;
    sweep->complete = left == 0;
    pthread_mutex_unlock(&sweep->lock);
    return 0;
}

static int step(struct feeder *f, bool *idle)
{
    struct sweep *sweep = f->sweep;
    int rc = finish_batches(f);
    if (rc == 0)
        rc = renew(f);
    pthread_mutex_lock(&sweep->lock);
    bool wanted = sweep->ready_count < PAGES_READY && !sweep->dns_down;
    pthread_mutex_unlock(&sweep->lock);
    *idle = !wanted;
    if (rc != 0 || !wanted)
        return rc;
    if (!f->reading)
        rc = claim(f);
    if (rc == 0 && f->reading)
        return read_page(f);
    *idle = true;
    if (rc == 0 && !sweep->batches)
        rc = look_whether_complete(f);
    else if (rc == 0 && clock_mono_us() - f->asked_us > 1000000) { /* for the progress: others are at it too */
        f->asked_us = clock_mono_us();
        int left;
        rc = store_batches_left(f->store, sweep->night.id, &left, &f->err);
        pthread_mutex_lock(&sweep->lock);
        if (rc == 0)
            sweep->batches_left = left;
        pthread_mutex_unlock(&sweep->lock);
    }
    return rc;
}

static void give_back(struct feeder *f)
{
    struct sweep *sweep = f->sweep;
    int rc = 0;
    while (sweep->batches) {
        struct batch *batch = sweep->batches;
        sweep->batches = batch->next;
        if (rc == 0 && !batch->lost)
            rc = store_batch_give_back(f->store, sweep->night.id, &batch->lease, &f->err);
        free(batch);
    }
}

void *sweep_feeder(void *arg)
{
    struct sweep *sweep = arg;
    struct feeder f = {.sweep = sweep, .worker = worker_new(sweep->app, WORKER_SWEEP)};
    f.store = worker_store(f.worker);
    f.renewed_us = clock_mono_us();
    while (!sweep->stop && !sweep->complete) {
        bool idle = true;
        if (!database_answers(&f, step(&f, &idle)))
            pause_ms(sweep, DATABASE_PAUSE_MS);
        else if (idle)
            pause_ms(sweep, sweep->batches ? 10 : PAUSE_MS);
    }
    pthread_mutex_lock(&sweep->lock);
    while (!sweep->closing)
        pthread_cond_wait(&sweep->feeder_wakes, &sweep->lock);
    pthread_mutex_unlock(&sweep->lock);
    /* A database that is away must not hold up the end: the leases run out by themselves. */
    if (!sweep->database_down)
        give_back(&f);
    while (sweep->batches) {
        struct batch *batch = sweep->batches;
        sweep->batches = batch->next;
        free(batch);
    }
    worker_free(&f.worker);
    return NULL;
}
