/*
 * A sweep run of this process: opens or joins it in the database, starts and ends its threads, logs its counts.
 * producer.c reads and writes, prober.c asks the cheap questions, checkers.c runs full checks.
 */
#include "base/base.h"

#include "app/sweep/sweep.h"

#include "app/sweep/sweep_parts.h"
#include "app/worker.h"
#include "base/clock.h"
#include "dns/pace.h"

/* The prober runs in the caller's thread; the others end when it does. */
static int threads_run(struct sweep *sweep, const struct sweep_watch *watch, struct err *err)
{
    pthread_t producer, check[CHECKERS];
    int checkers = 0;
    bool fed = pthread_create(&producer, NULL, sweep_produce, sweep) == 0;
    while (fed && checkers < CHECKERS && pthread_create(&check[checkers], NULL, sweep_check, sweep) == 0)
        checkers++;
    int rc = checkers == CHECKERS ? sweep_probe(sweep, watch, err)
                                  : err_set(err, ERR_FAULT, "the threads of the sweep can't be started");
    pthread_mutex_lock(&sweep->lock);
    sweep->stop = true;
    pthread_cond_broadcast(&sweep->checker_wakes);
    pthread_mutex_unlock(&sweep->lock);
    while (checkers > 0)
        pthread_join(check[--checkers], NULL);
    pthread_mutex_lock(&sweep->lock);
    sweep->closing = true; /* no thread counts in a batch after this */
    pthread_cond_broadcast(&sweep->producer_wakes);
    pthread_mutex_unlock(&sweep->lock);
    if (fed)
        pthread_join(producer, NULL);
    return rc;
}

static int go_through(struct sweep *sweep, struct store *store, const struct sweep_watch *watch, struct sweep_end *out,
                      struct err *err)
{
    int rc = threads_run(sweep, watch, err);
    while (sweep->pages) /* ended early */
        sweep_page_free(sweep, sweep->pages);
    out->complete = sweep->complete;
    out->failed = sweep->failed;
    out->counts = sweep->counts;
    return rc == 0 && sweep->complete ? store_sweep_run_counts(store, sweep->run.id, &out->counts, err) : rc;
}

int sweep_run(const struct app *app, enum sweep_kind kind, const struct sweep_watch *watch, struct sweep_end *out,
              struct err *err)
{
    struct worker *worker = worker_new(app, WORKER_SWEEP);
    struct store *store = worker_store(worker);
    struct sweep *sweep = mem_alloc(sizeof(*sweep));
    int64_t now = clock_wall_ms();
    memset(sweep, 0, sizeof(*sweep));
    *out = (struct sweep_end){0};
    sweep->app = app;
    sweep->began_us = clock_mono_us();
    sweep->pace = pace_new(app->conf->dns_per_server_qps);
    sweep->ready_tail = &sweep->ready;
    pthread_mutex_init(&sweep->lock, NULL);
    pthread_cond_init(&sweep->producer_wakes, NULL);
    pthread_cond_init(&sweep->checker_wakes, NULL);
    int rc = store_sweep_run_open(store, kind == SWEEP_NIGHTLY ? clock_last_daily(now, app->conf->sweep_at) : 0, now,
                                  &sweep->run, err);
    sweep->batches_left = sweep->run.batch_count;
    if (rc == 0 && sweep->run.finished) {
        *out = (struct sweep_end){.complete = true, .was_complete = true};
        rc = store_sweep_run_counts(store, sweep->run.id, &out->counts, err);
    } else if (rc == 0) {
        rc = go_through(sweep, store, watch, out, err);
    }
    pthread_cond_destroy(&sweep->checker_wakes);
    pthread_cond_destroy(&sweep->producer_wakes);
    pthread_mutex_destroy(&sweep->lock);
    pace_free(&sweep->pace);
    free(sweep);
    worker_free(&worker);
    return rc;
}

int sweep_run_last(struct worker *worker, struct sweep_last *out, struct err *err)
{
    return store_sweep_run_last(worker_store(worker), out, err);
}
