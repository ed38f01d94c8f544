/*
 * Checking a domain: load it, ask DNS with no transaction open, evaluate, write once, and return the domain as it is
 * afterwards. mailauth/ evaluates verdicts, model/check.h has the status rules, dns/ asks.
 */
#include "base/base.h"

#include <pthread.h>
#include <time.h>

#include "app/check/check_write.h"
#include "app/check/observations_codec.h"
#include "app/domain/domain.h"
#include "app/worker.h"
#include "base/clock.h"
#include "mailauth/evaluation.h"
#include "model/check.h"
#include "store/checks.h"
#include "store/domains.h"

/* A share link has a limit of its own: its checks do not use up the account's. */
static int limit_check(struct worker *worker, const struct actor *actor, const struct uuid *id, enum trigger trigger,
                       struct limited *out, struct err *err)
{
    int rc = trigger == TRIGGER_SHARE ? worker_limit(worker, LIMIT_CHECK, id->byte, sizeof(id->byte), out, err)
                                      : worker_limit_account(worker, LIMIT_CHECK, actor, out, err);
    if (rc == 0 && !out->yes)
        rc = worker_limit_addr(worker, LIMIT_CHECK_FROM, actor->addr, out, err);
    return rc;
}

static bool says_the_same(const struct domain_detail *before, const struct result *result)
{
    return before->checked && check_same(before->result, result);
}

/* A nightly check with the result of the last one, or without DNS answers: it is not worth rows and a line of
 * history. */
static bool nothing_new(const struct domain_detail *before, const struct result *result)
{
    enum status status = before->domain.status;
    return before->checked && (says_the_same(before, result) || check_incomplete(result)) &&
           status_after(status, TRIGGER_NIGHTLY, check_summary(result)) == status;
}

static int check_ask(struct worker *worker, struct pool *pool, const struct domain_detail *before,
                     struct observations *observations, struct result *result, struct err *err)
{
    const struct domain *domain = &before->domain;
    const struct name_rules *names = worker_app(worker)->names;
    struct question *question;
    size_t count;
    check_questions_after(pool, names, domain, &before->result[RECORD_DMARC], &question, &count);
    int rc = dns_observe(worker_dns(worker), pool, domain->name.ascii, question, count, observations, err);
    if (rc == 0 && worker_stopped(worker)) /* the remaining questions were not asked: no verdict */
        rc = err_set(err, ERR_UNAVAILABLE, "the check was stopped");
    if (rc == 0)
        check_evaluate(pool, names, domain, observations, clock_wall_ms(), result);
    return rc;
}

/*
 * Forty checks that end at one deadline would all write at once, and every page would wait for the database behind
 * them. So at most WRITERS write at a time. A thread that has waited WRITE_WAIT_MS proceeds anyway: a database that
 * hangs must not serialize the checks.
 */
enum { WRITERS = 3, WRITE_WAIT_MS = 250 };
static struct {
    pthread_mutex_t lock;
    pthread_cond_t left;
    int writing;
} writers = {.lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER};

static void writer_enter(void)
{
    struct timespec until; /* monotonic: a wall clock that is set back would prolong the wait */
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)WRITE_WAIT_MS * 1000 * 1000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&writers.lock);
    for (int rc = 0; writers.writing >= WRITERS && rc == 0;)
        rc = pthread_cond_clockwait(&writers.left, &writers.lock, CLOCK_MONOTONIC, &until);
    writers.writing++;
    pthread_mutex_unlock(&writers.lock);
}

static void writer_leave(void)
{
    pthread_mutex_lock(&writers.lock);
    writers.writing--;
    pthread_cond_signal(&writers.left);
    pthread_mutex_unlock(&writers.lock);
}

/* --- the domain after its check --- */

/* The events that this check has written, before the earlier ones. */
static void add_events(struct pool *pool, const struct actor *actor, const struct check_info *info,
                       struct domain_detail *detail)
{
    struct event *event = pool_array(pool, 2 + detail->event_count, sizeof(*event));
    const char *user = actor->email ? actor->email : "";
    size_t count = 0;
    if (info->status_after != info->status_before)
        event[count++] = (struct event){.at = info->at,
                                        .action = audit_action_of_status(info->status_after),
                                        .user = user,
                                        .trigger = info->trigger};
    event[count++] = (struct event){.at = info->at, .action = ACTION_CHECKED, .user = user, .trigger = info->trigger};
    memcpy(event + count, detail->event, detail->event_count * sizeof(*event));
    count += detail->event_count;
    detail->event = event;
    detail->event_count = count < EVENTS_SHOWN ? count : EVENTS_SHOWN;
}

/* The domain as a page would read it now. */
static struct domain_detail *detail_after(struct pool *pool, const struct domain_detail *before,
                                          const struct actor *actor, const struct domain_check *check)
{
    struct domain_detail *after = pool_alloc(pool, sizeof(*after));
    struct domain *domain = &after->domain;
    const struct check_info *info = &check->info;
    *after = *before;
    if (info->status_after == STATUS_VERIFIED && info->status_before != STATUS_VERIFIED)
        domain->verified_at = info->at;
    domain->status = info->status_after;
    domain->checked_at = info->at;
    domain->last_check_id = info->id;
    domain->records_ok = check_records_ok(check->result);
    domain->records_total = domain_records(domain);
    after->checked = true;
    after->last = *info;
    memcpy(after->result, check->result, sizeof(after->result));
    if (before->event)
        add_events(pool, actor, info, after);
    return after;
}

int check_write(struct worker *worker, struct pool *pool, const struct actor *actor, const struct domain_detail *before,
                const struct observations *observations, struct domain_check *out, struct err *err)
{
    struct store *store = worker_store(worker);
    const struct store_actor by = worker_actor(actor);
    const struct store_check check = {.domain = &before->domain,
                                      .result = out->result,
                                      .changed = !says_the_same(before, out->result),
                                      .observations = observations_json(pool, observations)};
    enum store_check_written written;
    writer_enter();
    int rc = store_check_write(store, actor->account_id, &check, &out->info, &by, &written, err);
    writer_leave();
    if (rc != 0)
        return rc;
    out->found = written != STORE_CHECK_NO_DOMAIN;
    if (written == STORE_CHECK_APPLIED && out->info.status_before == before->domain.status) {
        out->detail = detail_after(pool, before, actor, out);
        return 0;
    }
    /* Another check was applied in between: its effect on the domain must be read. */
    return store_domain_get(store, pool, actor->account_id, before->domain.id, before->event ? EVENTS_SHOWN : 0,
                            &out->detail, err);
}

int domain_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                 enum trigger trigger, struct domain_check *out, struct err *err)
{
    struct store *store = worker_store(worker);
    int events = trigger == TRIGGER_MANUAL ? EVENTS_SHOWN : 0; /* the domain's page shows them after the check */
    struct domain_detail *before = NULL;
    struct observations observations = {0};
    *out = (struct domain_check){.info = {.trigger = trigger, .at = clock_wall_ms()}};
    int rc = actor_require(actor, ROLE_VIEWER, "check a domain", err);
    if (rc == 0)
        rc = store_domain_get(store, pool, actor->account_id, id, events, &before, err);
    if (rc != 0 || !before)
        return rc;
    out->found = true;
    out->detail = before;
    rc = limit_check(worker, actor, &id, trigger, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    if (trigger == TRIGGER_NIGHTLY && before->domain.status == STATUS_VERIFIED) { /* verified by another check since */
        out->info.status_before = out->info.status_after = STATUS_VERIFIED;
        return 0;
    }
    rc = check_ask(worker, pool, before, &observations, out->result, err);
    if (rc != 0)
        return rc;
    out->info.id = uuid_new();
    out->info.ms = observations.ms;
    out->info.status_before = out->info.status_after = before->domain.status;
    if (trigger == TRIGGER_NIGHTLY && nothing_new(before, out->result))
        return 0;
    return check_write(worker, pool, actor, before, &observations, out, err);
}
