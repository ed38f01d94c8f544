#include "base/base.h"

/*
 * Checking a domain: load, ask DNS with no transaction open, judge, write once. And one pass over all domains that wait. What a
 * verdict is stands in domain/, how DNS is asked in dns/.
 */

#include "app/check_json.h"
#include "app/domains.h"
#include "app/explain.h"
#include "app/stored.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"

enum { SWEEP_BATCH = 100 };

/* Those with the link have an allowance of their own: they can't use up the account's. */
static int limit_check(struct app *app, const struct actor *actor, const struct uuid *id, enum trigger trigger, struct limited *out, struct err *err)
{
    const struct conf_limit *limit = &app_shared(app)->conf->limit_check;
    const struct uuid *whose = trigger == TRIGGER_SHARE ? id : &actor->account_id;
    if (!*actor->addr)
        return 0;
    int rc = worker_limit(app, "check of", (const char *)whose->byte, sizeof(whose->byte), limit, out, err);
    if (rc == 0 && !out->yes)
        rc = worker_limit_addr(app, "check from", actor->addr, limit, out, err);
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

/* A nightly check that says what the last one said: not worth rows and a line of history. */
static bool nothing_new(const struct domain_detail *before, const struct result *result)
{
    if (!says_the_same(before, result))
        return false;
    enum verdict verdict[RECORD_COUNT];
    bool required[RECORD_COUNT];
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        verdict[i] = result[i].verdict;
        required[i] = result[i].required;
    }
    return status_after(before->domain.status, TRIGGER_NIGHTLY, verdict, required, RECORD_COUNT) == before->domain.status;
}

static int ask(struct app *app, struct pool *pool, const struct domain_detail *before, struct observations *seen, struct result *result,
               struct err *err)
{
    const struct domain *domain = &before->domain;
    const struct name_rules *names = app_shared(app)->names;
    struct question *question;
    size_t count;
    check_questions_after(pool, names, domain, &before->result[RECORD_DMARC], &question, &count);
    int rc = dns_observe(worker_dns(app), pool, domain->name.ascii, question, count, seen, err);
    if (rc == 0)
        check_verdicts(pool, names, domain, seen, clock_wall_ms(), result);
    return rc;
}

static int write_check(struct app *app, struct pool *pool, const struct actor *actor, const struct domain_detail *detail,
                       const struct observations *seen, struct domain_check *out, struct err *err)
{
    struct store *store = worker_store(app, err);
    const struct store_actor by = {.user_id = actor->user_id, .addr = actor->addr};
    struct store_check check = {.id = out->info.id,
                                .domain_id = detail->domain.id,
                                .trigger = out->info.trigger,
                                .at = out->info.at,
                                .ms = out->info.ms,
                                .changed = !says_the_same(detail, out->result),
                                .observations = observations_json(pool, seen)};
    for (size_t i = 0; i < RECORD_COUNT; i++)
        check.result[i] = (struct store_result){.kind = out->result[i].kind,
                                                .required = out->result[i].required,
                                                .verdict = out->result[i].verdict,
                                                .findings = finding_words(pool, out->result[i].findings),
                                                .details = result_details_json(pool, &out->result[i])};
    return store_check_write(store, actor->account_id, &check, &by, &out->found, &out->info.status_before, &out->info.status_after, err);
}

int domain_check(struct app *app, struct pool *pool, const struct actor *actor, struct uuid id, enum trigger trigger, struct domain_check *out,
                 struct err *err)
{
    struct store *store = worker_store(app, err);
    struct store_detail *row;
    struct observations seen = {0};
    *out = (struct domain_check){.info = {.trigger = trigger, .at = clock_wall_ms()}};
    if (!store)
        return err->code;
    int rc = store_domain_get(store, pool, actor->account_id, id, 0, &row, err);
    if (rc != 0 || !row)
        return rc;
    out->found = true;
    rc = limit_check(app, actor, &id, trigger, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    struct domain_detail *before = stored_detail(pool, row);
    rc = ask(app, pool, before, &seen, out->result, err);
    if (rc != 0)
        return rc;
    out->info.id = uuid_new();
    out->info.ms = seen.ms;
    out->info.status_before = out->info.status_after = before->domain.status;
    if (trigger == TRIGGER_NIGHTLY && nothing_new(before, out->result))
        return store_domain_looked_at(store, actor->account_id, id, out->info.at, err);
    return write_check(app, pool, actor, before, &seen, out, err);
}

/* --- the pass over all that wait --- */

static void count_one(const struct domain_check *check, struct sweep_counts *counts)
{
    bool bad = false, unknown = false;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        if (!check->result[i].required)
            continue;
        bad |= check->result[i].verdict == VERDICT_MISSING || check->result[i].verdict == VERDICT_WRONG;
        unknown |= check->result[i].verdict == VERDICT_UNKNOWN;
    }
    counts->looked_at++;
    if (check->info.status_after == STATUS_VERIFIED)
        counts->verified++;
    else if (unknown && !bad)
        counts->unknown++;
    else
        counts->pending++;
}

/* One domain's fault must not keep the night from the others; a database that is gone ends it. */
static int sweep_one(struct app *app, struct pool *pool, const struct store_due *due, struct sweep_counts *counts, struct err *err)
{
    const struct actor night = {.account_id = due->account_id, .role = ROLE_ADMIN, .addr = ""};
    struct domain_check check;
    int rc = domain_check(app, pool, &night, due->id, TRIGGER_NIGHTLY, &check, err);
    if (rc == 0 && check.found)
        count_one(&check, counts);
    if (rc != ERR_FAULT)
        return rc;
    char text[UUID_TEXT_SIZE];
    const char *id = text;
    uuid_format(due->id, text);
    log_event(LOG_ERROR, "sweep_domain_failed", LOG_S("domain", id), LOG_S("error", err->text));
    return 0;
}

static int sweep_status(struct app *app, enum status status, bool (*stop)(void *), void *stop_arg, struct sweep_counts *counts, struct err *err)
{
    struct store *store = worker_store(app, err);
    struct pool *batch = pool_new(), *pool = pool_new();
    struct store_due *due = NULL;
    struct uuid after = {{0}};
    size_t count = 1;
    int rc = store ? 0 : err->code;
    while (rc == 0 && count > 0 && !stop(stop_arg)) {
        pool_clear(batch);
        rc = store_domain_due(store, batch, status, after, SWEEP_BATCH, &due, &count, err);
        for (size_t i = 0; rc == 0 && i < count && !stop(stop_arg); i++) {
            after = due[i].id;
            rc = sweep_one(app, pool, &due[i], counts, err);
            pool_clear(pool);
        }
    }
    pool_free(&batch);
    pool_free(&pool);
    return rc;
}

static bool never(void *arg)
{
    (void)arg;
    return false;
}

int sweep_all(struct app *app, bool (*stop)(void *), void *stop_arg, struct sweep_counts *out, struct err *err)
{
    *out = (struct sweep_counts){0};
    int rc = sweep_status(app, STATUS_PENDING, stop ? stop : never, stop_arg, out, err);
    if (rc == 0)
        rc = sweep_status(app, STATUS_LOST, stop ? stop : never, stop_arg, out, err);
    return rc;
}
