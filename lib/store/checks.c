/*
 * What a check leaves in the database, in one short transaction; and the audit trail's lines. The status is evaluated
 * here by the row as it stands under its lock (the rules themselves are domain/'s), because two checks may run at once.
 */
#include "base/base.h"

#include "model/check.h"
#include "store/event.h"
#include "store/query.h"
#include "store/results.h"

enum { PRUNE_DEEP_ONE_IN = 16 };

int event_write(struct store *store, const struct event_row *event, struct err *err)
{
    static const struct uuid no_domain;
    return query_once(store, NULL,
                      QUERY(EVENT_INSERT, arg_uuid(event->id), arg_uuid(event->account_id),
                            arg_uuid(event->domain_id ? event->domain_id : &no_domain), arg_text(event->domain_name),
                            arg_uuid_or_null(&event->actor->user_id), arg_text(event->actor->email),
                            arg_text(event->actor->addr), arg_text(event->action), arg_text(event->trigger),
                            arg_text(event->detail ? event->detail : ""), arg_int(event->at)),
                      NULL, NULL, err);
}

struct checking {
    const struct uuid *account_id;
    const struct store_check *check;
    const struct store_actor *actor;
    struct uuid checked_event, changed_event;
    bool found;
    enum status before, after;
};

/* The domain's row: only by the check that began last, whichever ends last. */
static int apply(struct store *store, struct checking *checking, struct err *err)
{
    const struct store_check *check = checking->check;
    int ok = 0;
    char verdicts[RECORD_COUNT + 1] = ""; /* the what the night compares with: verdict_letter reads them */
    for (size_t i = 0; i < check->result_count; i++) {
        ok += check->result[i].verdict == VERDICT_OK;
        verdicts[i] = *verdict_word(check->result[i].verdict);
    }
    bool becomes_verified = checking->after == STATUS_VERIFIED && checking->before != STATUS_VERIFIED;
    return query_once(store, NULL,
                      QUERY(DOMAIN_CHECKED, arg_text(status_word(checking->after)),
                            arg_int_or_null(becomes_verified ? check->at : 0), arg_int(check->at), arg_uuid(&check->id),
                            arg_int(ok), arg_int((int64_t)check->result_count), arg_text(verdicts),
                            arg_uuid(checking->account_id), arg_uuid(&check->domain_id)),
                      NULL, NULL, err);
}

static int move_count(struct store *store, const struct checking *checking, struct err *err)
{
    struct arg more[STATUS_COUNT];
    for (int status = 0; status < STATUS_COUNT; status++)
        more[status] = arg_int((checking->after == (enum status)status) - (checking->before == (enum status)status));
    return query_once(store, NULL,
                      QUERY(DOMAIN_COUNT_MOVE, more[STATUS_PENDING], more[STATUS_VERIFIED], more[STATUS_LOST],
                            arg_uuid(checking->account_id)),
                      NULL, NULL, err);
}

static int insert_check(struct store *store, const struct checking *checking, struct err *err)
{
    const struct store_check *check = checking->check;
    struct arg who = arg_uuid(checking->account_id), id = arg_uuid(&check->id);
    struct pool *pool = pool_new();
    int rc =
        query_once(store, NULL,
                   QUERY(CHECK_INSERT, id, who, arg_uuid(&check->domain_id), arg_text(trigger_word(check->trigger)),
                         arg_int(check->at), arg_int(check->ms), arg_text(status_word(checking->before)),
                         arg_text(status_word(checking->after)), arg_uuid_or_null(&checking->actor->user_id),
                         arg_int(check->changed || checking->after != checking->before),
                         arg_text(results_text(pool, check->result, check->result_count)), arg_text(check->details)),
                   NULL, NULL, err);
    if (rc == 0)
        rc =
            query_once(store, NULL, QUERY(OBSERVATION_INSERT, id, who, arg_text(check->observations)), NULL, NULL, err);
    pool_free(&pool);
    return rc;
}

/*
 * One more each time, so one moves out of the CHECKS_KEPT newest and goes unless it said something new; a few more are
 * looked at should an older version have kept them. How many changes there are is looked at now and then: that takes
 * longer, and a few too many do no harm.
 */
static int prune(struct store *store, const struct checking *checking, struct err *err)
{
    struct arg who = arg_uuid(checking->account_id), which = arg_uuid(&checking->check->domain_id);
    struct pool *pool = pool_new();
    struct rows rows;
    int limit = random_below(PRUNE_DEEP_ONE_IN) == 0 ? CHANGES_KEPT + 2 * PRUNE_DEEP_ONE_IN : CHECKS_KEPT + 10;
    int rc = query_once(store, pool, QUERY(CHECK_NEWEST, who, which, arg_int(limit)), &rows, NULL, err);
    for (size_t i = CHECKS_KEPT; rc == 0 && i < rows.count; i++) {
        struct uuid id = cell_uuid(rows_at(&rows, i, 0));
        if (rows_at(&rows, i, 2)->i && i < CHANGES_KEPT)
            continue;
        rc = query_once(store, NULL, QUERY(CHECK_DELETE, who, arg_uuid(&id)), NULL, NULL, err);
    }
    pool_free(&pool);
    return rc;
}

static int write_events(struct store *store, const struct checking *checking, const char *name, struct err *err)
{
    const struct store_check *check = checking->check;
    struct event_row event = {.id = &checking->checked_event,
                              .account_id = checking->account_id,
                              .domain_id = &check->domain_id,
                              .domain_name = name,
                              .actor = checking->actor,
                              .action = "checked",
                              .trigger = trigger_word(check->trigger),
                              .at = check->at};
    int rc = event_write(store, &event, err);
    if (rc != 0 || checking->after == checking->before)
        return rc;
    event.id = &checking->changed_event;
    event.action = status_word(checking->after);
    return event_write(store, &event, err);
}

static enum status evaluate(const struct checking *checking)
{
    enum verdict verdict[RECORD_COUNT];
    bool required[RECORD_COUNT];
    for (size_t i = 0; i < checking->check->result_count; i++) {
        verdict[i] = checking->check->result[i].verdict;
        required[i] = checking->check->result[i].required;
    }
    return status_after(checking->before, checking->check->trigger, verdict, required, checking->check->result_count);
}

static int check_work(struct store *store, void *arg, struct err *err)
{
    struct checking *checking = arg;
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool,
                        QUERY(DOMAIN_LOCK, arg_uuid(checking->account_id), arg_uuid(&checking->check->domain_id)),
                        &rows, NULL, err);
    checking->found = rc == 0 && rows.count > 0;
    if (!checking->found) { /* deleted while DNS was asked */
        pool_free(&pool);
        return rc ? rc : 1;
    }
    bool newest = checking->check->at >= rows_at(&rows, 0, 2)->i;
    if (!status_parse(rows_at(&rows, 0, 1)->s, &checking->before))
        rc = err_set(err, ERR_FAULT, "database: a domain has an unknown status");
    if (rc == 0 && checking->check->trigger == TRIGGER_NIGHTLY && checking->before == STATUS_VERIFIED) {
        checking->after = STATUS_VERIFIED; /* somebody was first; the night does not touch it */
        pool_free(&pool);
        return 1;
    }
    checking->after = newest ? evaluate(checking) : checking->before;
    if (rc == 0)
        rc = insert_check(store, checking, err);
    if (rc == 0 && newest)
        rc = apply(store, checking, err);
    if (rc == 0 && checking->after != checking->before)
        rc = move_count(store, checking, err);
    if (rc == 0)
        rc = write_events(store, checking, rows_at(&rows, 0, 0)->s, err);
    if (rc == 0)
        rc = prune(store, checking, err);
    pool_free(&pool);
    return rc;
}

int store_check_write(struct store *store, struct uuid account_id, const struct store_check *check,
                      const struct store_actor *actor, bool *found, enum status *before, enum status *after,
                      struct err *err)
{
    struct checking checking = {.account_id = &account_id, .check = check, .actor = actor};
    checking.checked_event = uuid_new(); /* in this order: ids sort the history */
    checking.changed_event = uuid_new();
    int rc = transaction_run(store, check_work, &checking, account_id, &checking.checked_event, err);
    *found = checking.found;
    *before = checking.before;
    *after = checking.after;
    return store_outward(rc, err);
}

/* --- reading back --- */

enum { H_ID, H_TRIGGER, H_AT, H_MS, H_BEFORE, H_AFTER, H_USER, H_RESULTS };

static int take_checked(struct pool *pool, const struct cell *cell, struct store_checked *out, struct err *err)
{
    out->info = (struct store_check_info){.id = cell_uuid(&cell[H_ID]), .at = cell[H_AT].i, .ms = (int)cell[H_MS].i};
    out->user = cell[H_USER].s;
    if (!trigger_parse(cell[H_TRIGGER].s, &out->info.trigger) ||
        !status_parse(cell[H_BEFORE].s, &out->info.status_before) ||
        !status_parse(cell[H_AFTER].s, &out->info.status_after))
        return err_set(err, ERR_FAULT, "database: a check has an unknown word");
    return results_parse(pool, cell[H_RESULTS].s, out->result, &out->result_count, err);
}

int store_check_history(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                        int64_t before, int limit, struct store_checked **out, size_t *count, struct err *err)
{
    struct rows rows;
    *count = 0;
    int rc = query_again(
        store, pool, QUERY(CHECK_PAGE, arg_uuid(&account_id), arg_uuid(&domain_id), arg_int(before), arg_int(limit)),
        &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (size_t i = 0; rc == 0 && i < rows.count; i++)
        rc = take_checked(pool, rows_at(&rows, i, 0), &(*out)[(*count)++], err);
    return rc;
}

int store_check_observed(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                         struct uuid check_id, int64_t *at, const char **observations, struct err *err)
{
    struct rows rows;
    *observations = NULL;
    int rc = query_again(store, pool,
                         QUERY(CHECK_OBSERVED, arg_uuid(&account_id), arg_uuid(&domain_id), arg_uuid(&check_id)), &rows,
                         NULL, err);
    if (rc == 0 && rows.count > 0) {
        *at = rows_at(&rows, 0, 0)->i;
        *observations = rows_at(&rows, 0, 1)->s;
    }
    return store_outward(rc, err);
}
