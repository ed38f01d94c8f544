/*
 * The pass over all that wait: asks the cheap questions in the caller's thread, decides what each answer means beside
 * the last check's verdicts, hands over to the threads of full checks, and notices when it is the resolver that is ill
 * and not the domains. Knows no SQL and no DNS packets; what is claimed and kept is sweep_feed.c's.
 */
#include "base/base.h"

#include "app/sweep/sweep.h"

#include "app/domain/domain.h"
#include "app/sweep/sweep_parts.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "dns/bulk.h"
#include "dns/pace.h"
#include "model/check.h"
#include "model/user.h"

enum {
    OUTAGE_FAILURES = 64, /* in a row, then the resolver itself is asked how it is */
    PROBE_PAUSE_FIRST_MS = 500,
    PROBE_PAUSE_MAX_MS = 15000,
    RUN_MS = 10,
    CHECKER_PAUSE_MS = 200,
};

/* The caller's thread. */
struct asker {
    struct sweep *sweep;
    struct bulk *bulk;
    struct page *page;         /* whose rows are being begun */
    struct row_queue again;    /* to be asked (once more) */
    struct row_queue suspects; /* failed, and nothing was answered since: the resolver's fault? */
    unsigned failures_in_row, first_looks;
    bool answered; /* something usable, ever */
    enum { PROBE_NONE, PROBE_ROOT, PROBE_TARGET_DUE, PROBE_TARGET } probe;
    int64_t probe_at_us;
    int probe_pause_ms;
};

static char probe_tag;

static void row_push(struct row_queue *queue, struct row *row)
{
    row->next = NULL;
    if (queue->last)
        queue->last->next = row;
    else
        queue->first = row;
    queue->last = row;
    queue->count++;
}

static struct row *row_pop(struct row_queue *queue)
{
    struct row *row = queue->first;
    if (!row)
        return NULL;
    queue->first = row->next;
    if (!queue->first)
        queue->last = NULL;
    queue->count--;
    return row;
}

/* --- how a domain ends --- */

enum row_end { ROW_PENDING, ROW_UNKNOWN, ROW_VERIFIED, ROW_GONE };

static void count_row(struct sweep_counts *counts, enum row_end end, finding_set findings)
{
    if (end == ROW_GONE)
        return;
    counts->looked_at++;
    counts->pending += end == ROW_PENDING;
    counts->unknown += end == ROW_UNKNOWN;
    counts->verified += end == ROW_VERIFIED;
    for (int i = 0; findings; i++, findings >>= 1)
        counts->finding[i] += findings & 1;
}

/* The page lives in its pool. */
static void page_drop(struct sweep *sweep, struct page *page)
{
    struct pool *pool = page->pool;
    if (page->newer)
        page->newer->older = page->older;
    else
        sweep->pages = page->older;
    if (page->older)
        page->older->newer = page->newer;
    pool_free(&pool);
}

static void row_ends(struct sweep *sweep, struct row *row, enum row_end end, finding_set findings)
{
    struct page *page = row->page;
    pthread_mutex_lock(&sweep->lock);
    count_row(&page->batch->counts, end, findings);
    count_row(&sweep->counts, end, findings);
    if (++page->ended == page->count) {
        if (--page->batch->pages == 0)
            pthread_cond_signal(&sweep->feeder_wakes);
        page_drop(sweep, page);
    }
    pthread_mutex_unlock(&sweep->lock);
}

static finding_set finding_of(enum outcome outcome)
{
    static const enum finding finding[] = {
        [OUTCOME_NXDOMAIN] = FINDING_NXDOMAIN, [OUTCOME_NODATA] = FINDING_NODATA,
        [OUTCOME_SERVFAIL] = FINDING_SERVFAIL, [OUTCOME_BOGUS] = FINDING_BOGUS,
        [OUTCOME_REFUSED] = FINDING_REFUSED,   [OUTCOME_LAME] = FINDING_LAME,
        [OUTCOME_REFERRAL] = FINDING_LAME,     [OUTCOME_TIMEOUT] = FINDING_TIMEOUT,
        [OUTCOME_MALFORMED] = FINDING_GARBLED, [OUTCOME_DEADLINE] = FINDING_TIMEOUT,
    };
    return outcome == OUTCOME_DATA ? 0 : FINDING_BIT(finding[outcome]);
}

/* --- full checks --- */

static void want_check(struct sweep *sweep, struct row *row)
{
    pthread_mutex_lock(&sweep->lock);
    row_push(&sweep->wanting, row);
    pthread_cond_signal(&sweep->checker_wakes);
    pthread_mutex_unlock(&sweep->lock);
}

static void pause_checker(void)
{
    nanosleep(&(struct timespec){.tv_nsec = CHECKER_PAUSE_MS * 1000000L}, NULL);
}

static enum row_end end_of_check(const struct domain_check *check, finding_set *findings)
{
    bool bad = false, unknown = false;
    *findings = 0;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        *findings |= check->result[i].findings;
        if (!check->result[i].required)
            continue;
        bad |= check->result[i].verdict == VERDICT_MISSING || check->result[i].verdict == VERDICT_WRONG;
        unknown |= check->result[i].verdict == VERDICT_UNKNOWN;
    }
    if (!check->found || check->info.status_before == STATUS_VERIFIED) /* deleted, or somebody was first */
        return ROW_GONE;
    if (check->info.status_after == STATUS_VERIFIED)
        return ROW_VERIFIED;
    return unknown && !bad ? ROW_UNKNOWN : ROW_PENDING;
}

/* Until the database has taken what was found. One domain's fault must not keep the night from the others. */
static void check_row(struct sweep *sweep, struct worker *worker, struct pool *pool, struct row *row)
{
    const struct actor night = {.account_id = row->domain.account_id, .role = ROLE_ADMIN, .addr = ""};
    while (!sweep->stop) {
        struct domain_check check = {0};
        struct err err = {0};
        finding_set findings = 0;
        pool_clear(pool);
        int rc = domain_check(worker, pool, &night, row->domain.id, TRIGGER_NIGHTLY, &check, &err);
        enum row_end end = rc == 0 ? end_of_check(&check, &findings) : ROW_UNKNOWN;
        if (rc == ERR_UNAVAILABLE || (end == ROW_UNKNOWN && sweep->dns_down)) {
            pause_checker();
            continue;
        }
        if (rc != 0) {
            char text[UUID_TEXT_SIZE];
            const char *id = text;
            uuid_format(row->domain.id, text);
            log_event(LOG_ERROR, "sweep_domain_failed", LOG_S("domain", id), LOG_S("error", err.text));
        }
        row_ends(sweep, row, end, findings);
        return;
    }
}

static void *checker(void *arg)
{
    struct sweep *sweep = arg;
    struct worker *worker = worker_new(sweep->app, WORKER_SWEEP);
    struct pool *pool = pool_new();
    worker_stop_on(worker, &sweep->stop);
    worker_keep_pace(worker, sweep->pace);
    while (!sweep->stop) {
        pthread_mutex_lock(&sweep->lock);
        while (!sweep->wanting.first && !sweep->stop)
            pthread_cond_wait(&sweep->checker_wakes, &sweep->lock);
        struct row *row = sweep->dns_down ? NULL : row_pop(&sweep->wanting);
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

/* --- what an answer means --- */

/* The letter of the last check's verdict of that record; 0: there was no check. */
static char last_verdict(const struct row *row, enum record_kind kind)
{
    return row->domain.verdicts ? verdict_letter(row->domain.verdicts, kind) : '\0';
}

/* The next record of the cheap question that the domain has; false after the last. */
static bool asks_next(struct row *row)
{
    if (row->asks == RECORD_RETURN_PATH)
        return false;
    row->asks = row->asks == RECORD_DKIM && row->domain.selector_ed25519 ? RECORD_DKIM_ED25519 : RECORD_RETURN_PATH;
    return true;
}

static void denied(struct asker *a, struct row *row, enum outcome outcome)
{
    char last = last_verdict(row, row->asks);
    bool first_look = !last && a->first_looks < FIRST_LOOKS;
    if ((last && last != 'm') || first_look) {
        a->first_looks += first_look;
        want_check(a->sweep, row);
    } else {
        row_ends(a->sweep, row, ROW_PENDING, finding_of(outcome));
    }
}

/* Something stands at a name: what it is, the full check sees; not if the last one said ok and another record may still
 * be missing. */
static void present(struct asker *a, struct row *row)
{
    if (last_verdict(row, row->asks) == 'o' && asks_next(row))
        row_push(&a->again, row);
    else
        want_check(a->sweep, row);
}

static void release_suspects(struct asker *a)
{
    struct row *row;
    while ((row = row_pop(&a->suspects)))
        row_ends(a->sweep, row, ROW_UNKNOWN, finding_of(row->outcome));
}

/* The resolver answers by now; whether it did when these failed nobody knows: each is asked once more. */
static void suspects_once_more(struct asker *a)
{
    struct row_queue suspects = a->suspects;
    struct row *row;
    a->suspects = (struct row_queue){0};
    while ((row = row_pop(&suspects))) {
        if (row->asked_again) {
            row_ends(a->sweep, row, ROW_UNKNOWN, finding_of(row->outcome));
        } else {
            row->asked_again = true;
            row_push(&a->again, row);
        }
    }
}

static void suspects_again(struct asker *a)
{
    struct row *row;
    while ((row = row_pop(&a->suspects)))
        row_push(&a->again, row);
}

static void probe_ended(struct asker *a, enum outcome outcome);

static void on_done(void *self, void *tag, enum outcome outcome)
{
    struct asker *a = self;
    struct row *row = tag;
    if (tag == &probe_tag) {
        probe_ended(a, outcome);
        return;
    }
    if (!outcome_usable(outcome)) {
        row->outcome = outcome;
        a->failures_in_row++;
        row_push(a->sweep->dns_down ? &a->again : &a->suspects, row);
        return;
    }
    a->answered = true;
    a->failures_in_row = 0;
    release_suspects(a);
    if (outcome == OUTCOME_DATA)
        present(a, row);
    else
        denied(a, row, outcome);
}

/* --- is it the resolver? --- */

/* First the root, which a resolver that is well knows; then the platform's own name. */
static void probe_root(struct asker *a)
{
    a->probe = PROBE_ROOT;
    bulk_ask(a->bulk, ".", RR_NS, &probe_tag);
}

static void probe_target(struct asker *a)
{
    a->probe = PROBE_TARGET;
    bulk_ask(a->bulk, a->sweep->app->conf->return_path_target, RR_A, &probe_tag);
}

static void probe_alive(struct asker *a)
{
    a->probe = PROBE_NONE;
    a->failures_in_row = 0;
    a->probe_pause_ms = PROBE_PAUSE_FIRST_MS;
    if (a->sweep->dns_down) {
        a->sweep->dns_down = false;
        log_event(LOG_WARN, "sweep_dns_back", LOG_I("again", a->again.count));
    }
    suspects_once_more(a);
}

static void probe_dead(struct asker *a)
{
    a->probe = PROBE_NONE;
    if (!a->sweep->dns_down) {
        a->sweep->dns_down = true;
        log_event(LOG_ERROR, "sweep_dns_down", LOG_I("failures", a->failures_in_row),
                  LOG_S("what", "no resolver answers usably; nothing is changed, waiting"));
    }
    suspects_again(a);
    a->probe_at_us = clock_mono_us() + (int64_t)a->probe_pause_ms * 1000;
    a->probe_pause_ms = a->probe_pause_ms * 2 < PROBE_PAUSE_MAX_MS ? a->probe_pause_ms * 2 : PROBE_PAUSE_MAX_MS;
}

static void probe_ended(struct asker *a, enum outcome outcome)
{
    /* One that refuses the root but answers for domains (a server that is asked in a resolver's place) is well. */
    if (outcome_usable(outcome) || (outcome == OUTCOME_REFUSED && a->answered))
        probe_alive(a);
    else if (a->probe == PROBE_ROOT && a->sweep->app->conf->return_path_target)
        a->probe = PROBE_TARGET_DUE;
    else
        probe_dead(a);
}

static bool suspicious(const struct asker *a)
{
    bool idle = bulk_in_flight(a->bulk) == 0 && !a->page && !a->again.count;
    return a->failures_in_row >= OUTAGE_FAILURES || (a->suspects.count && idle);
}

static void probe_if_due(struct asker *a)
{
    if (!bulk_has_room(a->bulk))
        return;
    if (a->probe == PROBE_TARGET_DUE)
        probe_target(a);
    else if (a->probe == PROBE_NONE && (a->sweep->dns_down ? clock_mono_us() >= a->probe_at_us : suspicious(a)))
        probe_root(a);
}

/* --- asking --- */

static struct row *next_row(struct asker *a)
{
    struct sweep *sweep = a->sweep;
    struct row *row = row_pop(&a->again);
    if (row)
        return row;
    if (!a->page) {
        pthread_mutex_lock(&sweep->lock);
        a->page = sweep->ready;
        if (a->page) {
            sweep->ready = a->page->next;
            if (!sweep->ready)
                sweep->ready_tail = &sweep->ready;
            sweep->ready_count--;
            pthread_cond_signal(&sweep->feeder_wakes);
        }
        pthread_mutex_unlock(&sweep->lock);
        if (!a->page)
            return NULL;
    }
    row = &a->page->row[a->page->begun++];
    if (a->page->begun == a->page->count)
        a->page = NULL; /* it ends with its last row */
    return row;
}

static void ask_row(struct asker *a, struct row *row)
{
    const struct store_waiting *domain = &row->domain;
    char name[512]; /* both parts are at most 253 */
    if (row->asks == RECORD_RETURN_PATH)
        snprintf(name, sizeof(name), "%s.%s", domain->return_path_label, domain->name);
    else
        snprintf(name, sizeof(name), "%s._domainkey.%s",
                 row->asks == RECORD_DKIM ? domain->selector : domain->selector_ed25519, domain->name);
    bulk_ask(a->bulk, name, row->asks == RECORD_RETURN_PATH ? RR_CNAME : RR_TXT, row);
}

static void ask_more(struct asker *a)
{
    struct row *row;
    pthread_mutex_lock(&a->sweep->lock);
    bool full = a->sweep->wanting.count >= WANTING_MAX;
    pthread_mutex_unlock(&a->sweep->lock);
    while (!full && !a->sweep->dns_down && a->probe == PROBE_NONE && a->failures_in_row < OUTAGE_FAILURES &&
           bulk_has_room(a->bulk) && (row = next_row(a)))
        ask_row(a, row);
}

static void tell(struct asker *a, const struct sweep_watch *watch, int64_t *told_us)
{
    struct sweep *sweep = a->sweep;
    int64_t now = clock_mono_us();
    if (!watch->tell || now - *told_us < (int64_t)watch->every_ms * 1000)
        return;
    *told_us = now;
    struct bulk_figures figures = bulk_figures(a->bulk);
    pthread_mutex_lock(&sweep->lock);
    struct sweep_progress progress = {.counts = sweep->counts,
                                      .questions = figures.asked,
                                      .lost = figures.lost,
                                      .part = 1 - (double)sweep->batches_left / sweep->night.batch_count,
                                      .elapsed_ms = (now - sweep->began_us) / 1000,
                                      .state = sweep->dns_down        ? SWEEP_DNS_DOWN
                                               : sweep->database_down ? SWEEP_DATABASE_DOWN
                                                                      : SWEEP_RUNNING};
    pthread_mutex_unlock(&sweep->lock);
    watch->tell(watch->self, &progress);
}

static bool is_complete(struct sweep *sweep)
{
    pthread_mutex_lock(&sweep->lock);
    bool complete = sweep->complete;
    pthread_mutex_unlock(&sweep->lock);
    return complete;
}

static int ask_all(struct asker *a, const struct sweep_watch *watch, struct err *err)
{
    int64_t told_us = clock_mono_us();
    int rc = 0;
    while (rc == 0 && !is_complete(a->sweep) && !watch->stop(watch->self)) {
        probe_if_due(a);
        ask_more(a);
        rc = bulk_run(a->bulk, RUN_MS, err);
        tell(a, watch, &told_us);
    }
    return rc;
}

/* --- the pass --- */

static int threads_run(struct sweep *sweep, struct asker *asker, const struct sweep_watch *watch, struct err *err)
{
    pthread_t feeder, check[CHECKERS];
    int checkers = 0;
    bool fed = pthread_create(&feeder, NULL, sweep_feeder, sweep) == 0;
    while (fed && checkers < CHECKERS && pthread_create(&check[checkers], NULL, checker, sweep) == 0)
        checkers++;
    int rc = checkers == CHECKERS ? ask_all(asker, watch, err)
                                  : err_set(err, ERR_FAULT, "the threads of the sweep can't be started");
    pthread_mutex_lock(&sweep->lock);
    sweep->stop = true;
    pthread_cond_broadcast(&sweep->checker_wakes);
    pthread_mutex_unlock(&sweep->lock);
    while (checkers > 0)
        pthread_join(check[--checkers], NULL);
    pthread_mutex_lock(&sweep->lock);
    sweep->closing = true; /* nobody counts in a batch any more */
    pthread_cond_broadcast(&sweep->feeder_wakes);
    pthread_mutex_unlock(&sweep->lock);
    if (fed)
        pthread_join(feeder, NULL);
    return rc;
}

static struct sweep_counts counts_of(const struct store_night_counts *stored)
{
    struct sweep_counts out = {.looked_at = stored->looked_at,
                               .verified = stored->verified,
                               .pending = stored->pending,
                               .unknown = stored->unknown};
    memcpy(out.finding, stored->finding, sizeof(out.finding));
    return out;
}

static int run_pass(struct sweep *sweep, struct store *store, const struct sweep_watch *watch, struct sweep_end *out,
                    struct err *err)
{
    struct asker asker = {.sweep = sweep, .probe_pause_ms = PROBE_PAUSE_FIRST_MS};
    struct store_night_counts counts;
    asker.bulk = bulk_new(sweep->app->conf, on_done, &asker, err);
    if (!asker.bulk)
        return err->code;
    int rc = threads_run(sweep, &asker, watch, err);
    bulk_free(&asker.bulk);
    while (sweep->pages) /* left early */
        page_drop(sweep, sweep->pages);
    out->complete = sweep->complete;
    out->counts = sweep->counts;
    if (rc == 0 && sweep->complete) {
        rc = store_night_counts(store, sweep->night.id, &counts, err);
        out->counts = counts_of(&counts);
    }
    return rc;
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
    pthread_cond_init(&sweep->feeder_wakes, NULL);
    pthread_cond_init(&sweep->checker_wakes, NULL);
    int rc = store_night_open(store, kind == SWEEP_NIGHT ? clock_last_daily(now, app->conf->sweep_at) : 0, now,
                              &sweep->night, err);
    sweep->batches_left = sweep->night.batch_count;
    if (rc == 0 && sweep->night.finished) {
        struct store_night_counts counts;
        rc = store_night_counts(store, sweep->night.id, &counts, err);
        *out = (struct sweep_end){.complete = true, .was_complete = true, .counts = counts_of(&counts)};
    } else if (rc == 0) {
        rc = run_pass(sweep, store, watch, out, err);
    }
    pthread_cond_destroy(&sweep->checker_wakes);
    pthread_cond_destroy(&sweep->feeder_wakes);
    pthread_mutex_destroy(&sweep->lock);
    pace_free(&sweep->pace);
    free(sweep);
    worker_free(&worker);
    return rc;
}

int sweep_last_night(struct worker *worker, struct sweep_last *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct store_last_night last;
    int rc = store_night_last(store, &last, err);
    *out = (struct sweep_last){
        .begun_at = last.begun_at, .finished_at = last.finished_at, .counts = counts_of(&last.counts)};
    return rc;
}
