/*
 * The threads of full checks: each takes a domain from the queue and checks it as *Check status* does. Knows nothing of
 * the cheap questions.
 */
#include "base/base.h"

#include "app/domain/domain.h"
#include "app/sweep/sweep_parts.h"
#include "app/worker.h"
#include "base/log.h"
#include "model/check.h"
#include "model/user.h"

enum { CHECKER_PAUSE_MS = 200 };

void sweep_want_full_check(struct sweep *sweep, struct row *row)
{
    pthread_mutex_lock(&sweep->lock);
    sweep_row_push(&sweep->full_checks, row);
    pthread_cond_signal(&sweep->checker_wakes);
    pthread_mutex_unlock(&sweep->lock);
}

static void pause_checker(void)
{
    nanosleep(&(struct timespec){.tv_nsec = CHECKER_PAUSE_MS * 1000000L}, NULL);
}

static enum row_outcome checkers_outcome_of(const struct domain_check *check, finding_set *findings)
{
    *findings = 0;
    for (size_t i = 0; i < RECORD_COUNT; i++)
        *findings |= check->result[i].findings;
    if (!check->found || check->info.status_before == STATUS_VERIFIED) /* deleted, or verified by another process */
        return ROW_GONE;
    if (check->info.status_after == STATUS_VERIFIED)
        return ROW_VERIFIED;
    return check_summary(check->result) == CHECK_INCONCLUSIVE ? ROW_UNKNOWN : ROW_PENDING;
}

/* Retries until the database accepts the result. A check that fails for a reason other than DNS or an unreachable
 * database leaves its batch, and so the run, unfinished; the other domains continue. */
static void check_row(struct sweep *sweep, struct worker *worker, struct pool *pool, struct row *row)
{
    const struct actor actor = {.account_id = row->domain.account_id, .role = ROLE_ADMIN, .addr = ""};
    while (!sweep->stop) {
        struct domain_check check = {0};
        struct err err = {0};
        finding_set findings = 0;
        pool_clear(pool);
        int rc = domain_check(worker, pool, &actor, row->domain.id, TRIGGER_NIGHTLY, &check, &err);
        enum row_outcome outcome = rc == 0 ? checkers_outcome_of(&check, &findings) : ROW_FAILED;
        if (rc == ERR_UNAVAILABLE || (outcome == ROW_UNKNOWN && sweep->dns_down)) {
            pause_checker();
            continue;
        }
        if (rc != 0) {
            char text[UUID_TEXT_SIZE];
            const char *id = text;
            uuid_format(row->domain.id, text);
            log_event(LOG_ERROR, "sweep_domain_failed", LOG_S("domain", id), LOG_S("error", err.text));
        }
        sweep_row_end(sweep, row, outcome, findings);
        return;
    }
}

void *sweep_check(void *arg)
{
    struct sweep *sweep = arg;
    struct worker *worker = worker_new(sweep->app, WORKER_SWEEP);
    struct pool *pool = pool_new();
    worker_stop_on(worker, &sweep->stop);
    worker_keep_pace(worker, sweep->pace);
    while (!sweep->stop) {
        pthread_mutex_lock(&sweep->lock);
        while (!sweep->full_checks.first && !sweep->stop)
            pthread_cond_wait(&sweep->checker_wakes, &sweep->lock);
        struct row *row = sweep->dns_down ? NULL : sweep_row_pop(&sweep->full_checks);
        pthread_mutex_unlock(&sweep->lock);
        if (row)
            check_row(sweep, worker, pool, row);
        else if (!sweep->stop)
            pause_checker();
    }
    pool_free(&pool);
    worker_free(&worker);
    return NULL;
}
