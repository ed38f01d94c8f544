/*
 * Checking a domain: load, ask DNS with no transaction open, judge, write once. What a verdict
 * is stands in domain/, how DNS is asked in dns/.
 */
#include "base/base.h"

#include <pthread.h>
#include <time.h>

#include "app/check/finding_text.h"
#include "app/check/observations_codec.h"
#include "app/check/result_codec.h"
#include "app/domain/domain.h"
#include "app/domain/stored.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "model/check.h"

/* Those with the link have an allowance of their own: they can't use up the account's. */
static int limit_check(struct worker *worker, const struct actor *actor, const struct uuid *id, enum trigger trigger,
                       struct limited *out, struct err *err)
{
    int rc = trigger == TRIGGER_SHARE ? worker_limit(worker, LIMIT_CHECK, id->byte, sizeof(id->byte), out, err)
                                      : worker_limit_account(worker, LIMIT_CHECK, actor, out, err);
    if (rc == 0 && !out->yes)
        rc = worker_limit_addr(worker, LIMIT_CHECK_FROM, actor->addr, out, err);
    return rc;
}

static const char *finding_words(struct pool *pool, finding_set set)
{
    struct buf words;
    enum finding finding[FINDING_COUNT];
    size_t count = findings_telling(set, finding);
    buf_init(&words, 512); /* the column's size; all words together are shorter */
    for (size_t i = 0; i < count; i++)
        buf_addf(&words, "%s%s", i ? "," : "", finding_word(finding[i]));
    const char *out = pool_memdup(pool, words.data, words.len);
    buf_free(&words);
    return out;
}

static bool says_the_same(const struct domain_detail *before, const struct result *result)
{
    if (!before->checked)
        return false;
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (before->result[i].verdict != result[i].verdict || before->result[i].findings != result[i].findings)
            return false;
    return true;
}

/* A nightly check that says what the last one said, or that DNS was in trouble: not worth rows and a line of history.
 */
static bool nothing_new(const struct domain_detail *before, const struct result *result)
{
    enum verdict verdict[RECORD_COUNT];
    bool required[RECORD_COUNT], same = says_the_same(before, result), trouble = false;
    if (!before->checked)
        return false;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        verdict[i] = result[i].verdict;
        required[i] = result[i].required;
        trouble |= required[i] && verdict[i] == VERDICT_UNKNOWN;
    }
    return (same || trouble) && status_after(before->domain.status, TRIGGER_NIGHTLY, verdict, required, RECORD_COUNT) ==
                                    before->domain.status;
}

static int ask(struct worker *worker, struct pool *pool, const struct domain_detail *before, struct observations *seen,
               struct result *result, struct err *err)
{
    const struct domain *domain = &before->domain;
    const struct name_rules *names = worker_app(worker)->names;
    struct question *question;
    size_t count;
    check_questions_after(pool, names, domain, &before->result[RECORD_DMARC], &question, &count);
    int rc = dns_observe(worker_dns(worker), pool, domain->name.ascii, question, count, seen, err);
    if (rc == 0 && worker_stopped(worker)) /* what is missing was not asked: no verdict */
        rc = err_set(err, ERR_UNAVAILABLE, "the check was stopped");
    if (rc == 0)
        check_verdicts(pool, names, domain, seen, clock_wall_ms(), result);
    return rc;
}

/*
 * Forty checks that end at one deadline would all write at once, and every page would wait for the database behind
 * them. So few write at a time; who has waited long goes ahead all the same, for a database that hangs must not hold up
 * one check after another.
 */
enum { WRITERS = 3, WRITE_WAIT_MS = 250 };
static struct {
    pthread_mutex_t lock;
    pthread_cond_t left;
    int writing;
} writers = {.lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER};

static void writer_enter(void)
{
    struct timespec until; /* not by the wall's clock: set back, it would make this long */
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

int check_write(struct worker *worker, struct pool *pool, const struct actor *actor, const struct domain_detail *before,
                const struct observations *seen, struct domain_check *out, struct err *err)
{
    struct store *store = worker_store(worker);
    const struct store_actor by = worker_actor(actor);
    struct store_check check = {.id = out->info.id,
                                .domain_id = before->domain.id,
                                .trigger = out->info.trigger,
                                .at = out->info.at,
                                .ms = out->info.ms,
                                .changed = !says_the_same(before, out->result),
                                .observations = observations_json(pool, seen)};
    struct result kept[RECORD_COUNT];
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (domain_has(&before->domain, out->result[i].kind)) {
            kept[check.result_count] = out->result[i];
            check.result[check.result_count++] =
                (struct store_result){.kind = out->result[i].kind,
                                      .required = out->result[i].required,
                                      .verdict = out->result[i].verdict,
                                      .findings = finding_words(pool, out->result[i].findings)};
        }
    check.details = result_details_text(pool, kept, check.result_count);
    writer_enter();
    int rc = store_check_write(store, actor->account_id, &check, &by, &out->found, &out->info.status_before,
                               &out->info.status_after, err);
    writer_leave();
    return rc;
}

int domain_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                 enum trigger trigger, struct domain_check *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct store_detail *row = NULL;
    struct observations seen = {0};
    *out = (struct domain_check){.info = {.trigger = trigger, .at = clock_wall_ms()}};
    int rc = actor_require(actor, ROLE_VIEWER, "check a domain", err);
    if (rc == 0)
        rc = store_domain_get(store, pool, actor->account_id, id, 0, &row, err);
    if (rc != 0 || !row)
        return rc;
    out->found = true;
    rc = limit_check(worker, actor, &id, trigger, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    struct domain_detail *before = stored_detail(pool, row);
    if (trigger == TRIGGER_NIGHTLY && before->domain.status == STATUS_VERIFIED) { /* somebody was first */
        out->info.status_before = out->info.status_after = STATUS_VERIFIED;
        return 0;
    }
    rc = ask(worker, pool, before, &seen, out->result, err);
    if (rc != 0)
        return rc;
    out->info.id = uuid_new();
    out->info.ms = seen.ms;
    out->info.status_before = out->info.status_after = before->domain.status;
    if (trigger == TRIGGER_NIGHTLY && nothing_new(before, out->result))
        return 0;
    return check_write(worker, pool, actor, before, &seen, out, err);
}
