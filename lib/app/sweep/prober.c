/*
 * The prober: asks the cheap questions in the caller's thread, thousands at once, and compares each answer with the
 * last check's verdicts: no change, or a full check. A question without a usable answer waits in the retry queue until
 * resolver_health.c knows whether the resolver is down or the domain's own servers are. Knows no SQL and no DNS
 * packets.
 */
#include "base/base.h"

#include "app/sweep/prober.h"

#include "app/sweep/sweep.h"
#include "base/clock.h"
#include "model/check.h"

enum { RUN_MS = 10 };

/* --- evaluating an answer --- */

static finding_set prober_finding_of(enum outcome outcome)
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

/* The last check's verdict of that record as a letter; 0: never checked. */
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

static void denied(struct prober *p, struct row *row, enum outcome outcome)
{
    char last = last_verdict(row, row->asks);
    bool first_look = !last && p->first_looks < FIRST_LOOKS;
    if ((last && last != 'm') || first_look) {
        p->first_looks += first_look;
        sweep_want_full_check(p->sweep, row);
    } else {
        sweep_row_end(p->sweep, row, ROW_PENDING, prober_finding_of(outcome));
    }
}

/* A record exists at the name: the full check evaluates it. Skipped if the last check said ok and another required
 * record may still be missing. */
static void present(struct prober *p, struct row *row)
{
    if (last_verdict(row, row->asks) == 'o' && asks_next(row))
        sweep_row_push(&p->queries, row);
    else
        sweep_want_full_check(p->sweep, row);
}

/* --- the retry queue --- */

/* Another question was answered since: the resolver was not at fault. */
static void retry_give_up(struct prober *p)
{
    struct row *row;
    while ((row = sweep_row_pop(&p->retry)))
        sweep_row_end(p->sweep, row, ROW_UNKNOWN, prober_finding_of(row->outcome));
}

void prober_retry_once(struct prober *p)
{
    struct row_queue retry = p->retry;
    struct row *row;
    p->retry = (struct row_queue){0};
    while ((row = sweep_row_pop(&retry))) {
        if (row->asked_again) {
            sweep_row_end(p->sweep, row, ROW_UNKNOWN, prober_finding_of(row->outcome));
        } else {
            row->asked_again = true;
            sweep_row_push(&p->queries, row);
        }
    }
}

void prober_retry_all(struct prober *p)
{
    struct row *row;
    while ((row = sweep_row_pop(&p->retry)))
        sweep_row_push(&p->queries, row);
}

static void on_done(void *self, void *tag, enum outcome outcome)
{
    struct prober *p = self;
    struct row *row = tag;
    if (tag == resolver_health_tag) {
        resolver_health_answered(p, outcome);
        return;
    }
    if (!outcome_usable(outcome)) {
        row->outcome = outcome;
        p->failures_in_row++;
        sweep_row_push(p->sweep->dns_down ? &p->queries : &p->retry, row);
        return;
    }
    p->answered = true;
    p->failures_in_row = 0;
    retry_give_up(p);
    if (outcome == OUTCOME_DATA)
        present(p, row);
    else
        denied(p, row, outcome);
}

/* --- asking --- */

static struct row *next_row(struct prober *p)
{
    struct sweep *sweep = p->sweep;
    struct row *row = sweep_row_pop(&p->queries);
    if (row)
        return row;
    if (!p->page) {
        pthread_mutex_lock(&sweep->lock);
        p->page = sweep->ready;
        if (p->page) {
            sweep->ready = p->page->next;
            if (!sweep->ready)
                sweep->ready_tail = &sweep->ready;
            sweep->ready_count--;
            pthread_cond_signal(&sweep->producer_wakes);
        }
        pthread_mutex_unlock(&sweep->lock);
        if (!p->page)
            return NULL;
    }
    row = &p->page->row[p->page->begun++];
    if (p->page->begun == p->page->count)
        p->page = NULL; /* freed with its last row */
    return row;
}

static void ask_row(struct prober *p, struct row *row)
{
    const struct store_sweep_domain *domain = &row->domain;
    char name[512]; /* both parts are at most 253 */
    if (row->asks == RECORD_RETURN_PATH)
        snprintf(name, sizeof(name), "%s.%s", domain->return_path_label, domain->name);
    else
        snprintf(name, sizeof(name), "%s._domainkey.%s",
                 row->asks == RECORD_DKIM ? domain->selector : domain->selector_ed25519, domain->name);
    bulk_ask(p->bulk, name, row->asks == RECORD_RETURN_PATH ? RR_CNAME : RR_TXT, row);
}

static void ask_more(struct prober *p)
{
    struct row *row;
    pthread_mutex_lock(&p->sweep->lock);
    bool full = p->sweep->full_checks.count >= FULL_CHECKS_MAX;
    pthread_mutex_unlock(&p->sweep->lock);
    while (!full && !p->sweep->dns_down && p->health == HEALTH_NONE && p->failures_in_row < OUTAGE_FAILURES &&
           bulk_has_room(p->bulk) && (row = next_row(p)))
        ask_row(p, row);
}

static void prober_tell(struct prober *p, const struct sweep_watch *watch, int64_t *reported_us)
{
    struct sweep *sweep = p->sweep;
    int64_t now = clock_mono_us();
    if (!watch->report || now - *reported_us < (int64_t)watch->every_ms * 1000)
        return;
    *reported_us = now;
    struct bulk_figures figures = bulk_figures(p->bulk);
    pthread_mutex_lock(&sweep->lock);
    struct sweep_progress progress = {.counts = sweep->counts,
                                      .questions = figures.asked,
                                      .lost = figures.lost,
                                      .part = 1 - (double)sweep->batches_left / sweep->run.batch_count,
                                      .elapsed_ms = (now - sweep->began_us) / 1000,
                                      .state = sweep->dns_down        ? SWEEP_DNS_DOWN
                                               : sweep->database_down ? SWEEP_DATABASE_DOWN
                                                                      : SWEEP_RUNNING};
    pthread_mutex_unlock(&sweep->lock);
    watch->report(watch->self, &progress);
}

static bool is_over(struct sweep *sweep)
{
    pthread_mutex_lock(&sweep->lock);
    bool over = sweep->complete || sweep->broken_off;
    pthread_mutex_unlock(&sweep->lock);
    return over;
}

static int ask_all(struct prober *p, const struct sweep_watch *watch, struct err *err)
{
    int64_t reported_us = clock_mono_us();
    int rc = 0;
    while (rc == 0 && !is_over(p->sweep) && !watch->stop(watch->self)) {
        resolver_health_check(p);
        ask_more(p);
        rc = bulk_run(p->bulk, RUN_MS, err);
        prober_tell(p, watch, &reported_us);
    }
    return rc;
}

int sweep_probe(struct sweep *sweep, const struct sweep_watch *watch, struct err *err)
{
    struct prober p = {.sweep = sweep, .health_pause_ms = HEALTH_PAUSE_FIRST_MS};
    p.bulk = bulk_new(sweep->app->conf, on_done, &p, err);
    if (!p.bulk)
        return err->code;
    int rc = ask_all(&p, watch, err);
    bulk_free(&p.bulk);
    return rc;
}
