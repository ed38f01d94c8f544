/*
 * Writes a check to the database, in one short transaction. The new status is derived here, from the row as it stands
 * under its lock (model/check.h has the rules), because two checks may run at once.
 */
#include "base/base.h"

#include "model/check.h"
#include "store/checks.h"
#include "store/event.h"
#include "store/query.h"
#include "store/result_codec.h"

enum { PRUNE_DEEP_ONE_IN = 16 };

struct checking {
    const struct uuid *account_id;
    const struct store_check *check;
    struct check_info *info;
    const struct store_actor *actor;
    struct result result[RECORD_COUNT]; /* of the records that the domain has */
    size_t count;
    struct uuid checked_event, changed_event;
    enum store_check_written written;
};

static bool changes_status(const struct checking *checking)
{
    return checking->info->status_after != checking->info->status_before;
}

/* Updates the domain's row, only for the check that began last, whichever ends last. */
static int apply(struct store *store, struct checking *checking, struct err *err)
{
    const struct check_info *info = checking->info;
    char verdicts[RECORD_COUNT + 1] = ""; /* verdict_letter decodes them; the sweep compares with them */
    for (size_t i = 0; i < checking->count; i++)
        verdicts[i] = *verdict_word(checking->result[i].verdict);
    bool becomes_verified = info->status_after == STATUS_VERIFIED && changes_status(checking);
    return query_once(store, NULL,
                      QUERY(DOMAIN_CHECKED, arg_text(status_word(info->status_after)),
                            arg_int_or_null(becomes_verified ? info->at : 0), arg_int(info->at), arg_uuid(&info->id),
                            arg_int(check_records_ok(checking->check->result)), arg_int((int64_t)checking->count),
                            arg_text(verdicts), arg_uuid(checking->account_id), arg_uuid(&checking->check->domain->id)),
                      NULL, NULL, err);
}

static int move_count(struct store *store, const struct checking *checking, struct err *err)
{
    struct arg more[STATUS_COUNT];
    for (int status = 0; status < STATUS_COUNT; status++)
        more[status] = arg_int((checking->info->status_after == (enum status)status) -
                               (checking->info->status_before == (enum status)status));
    return query_once(store, NULL,
                      QUERY(DOMAIN_COUNT_MOVE, more[STATUS_PENDING], more[STATUS_VERIFIED], more[STATUS_LOST],
                            arg_uuid(checking->account_id)),
                      NULL, NULL, err);
}

static int insert_check(struct store *store, const struct checking *checking, struct err *err)
{
    const struct store_check *check = checking->check;
    const struct check_info *info = checking->info;
    struct arg who = arg_uuid(checking->account_id), id = arg_uuid(&info->id);
    struct pool *pool = pool_new();
    int rc =
        query_once(store, NULL,
                   QUERY(CHECK_INSERT, id, who, arg_uuid(&check->domain->id), arg_text(trigger_word(info->trigger)),
                         arg_int(info->at), arg_int(info->ms), arg_text(status_word(info->status_before)),
                         arg_text(status_word(info->status_after)), arg_uuid_or_null(&checking->actor->user_id),
                         arg_int(check->changed || changes_status(checking)),
                         arg_text(results_text(pool, checking->result, checking->count)),
                         arg_text(result_details_text(pool, checking->result, checking->count))),
                   NULL, NULL, err);
    if (rc == 0)
        rc =
            query_once(store, NULL, QUERY(OBSERVATION_INSERT, id, who, arg_text(check->observations)), NULL, NULL, err);
    pool_free(&pool);
    return rc;
}

/*
 * Each check moves one out of the CHECKS_KEPT newest, which is deleted unless its result changed; reads a few more in
 * case an older version kept them. The number of changes is checked only now and then: that takes longer, and a few too
 * many do no harm.
 */
static int prune(struct store *store, const struct checking *checking, struct err *err)
{
    struct arg who = arg_uuid(checking->account_id), which = arg_uuid(&checking->check->domain->id);
    struct pool *pool = pool_new();
    struct rows rows;
    int limit = random_below(PRUNE_DEEP_ONE_IN) == 0 ? CHANGES_KEPT + 2 * PRUNE_DEEP_ONE_IN : CHECKS_KEPT + 10;
    int rc = query_once(store, pool, QUERY(CHECK_NEWEST, who, which, arg_int(limit)), &rows, NULL, err);
    for (size_t i = CHECKS_KEPT; rc == 0 && i < rows.count; i++) {
        const struct cell *row = rows_row(&rows, i);
        struct uuid id = cell_uuid(CELL(row, CHECK_NEWEST, ID));
        if (CELL(row, CHECK_NEWEST, CHANGED)->i && i < CHANGES_KEPT)
            continue;
        rc = query_once(store, NULL, QUERY(CHECK_DELETE, who, arg_uuid(&id)), NULL, NULL, err);
    }
    pool_free(&pool);
    return rc;
}

static int write_events(struct store *store, const struct checking *checking, const char *name, struct err *err)
{
    struct event_row event = {.id = &checking->checked_event,
                              .account_id = checking->account_id,
                              .domain_id = &checking->check->domain->id,
                              .domain_name = name,
                              .actor = checking->actor,
                              .action = ACTION_CHECKED,
                              .trigger = checking->info->trigger,
                              .at = checking->info->at};
    int rc = event_write(store, &event, err);
    if (rc != 0 || !changes_status(checking))
        return rc;
    event.id = &checking->changed_event;
    event.action = audit_action_of_status(checking->info->status_after);
    return event_write(store, &event, err);
}

/* Writes the rows of the check, of the domain if this check is the newest, and the events of both. */
static int write_rows(struct store *store, struct checking *checking, const char *name, bool newest, struct err *err)
{
    struct check_info *info = checking->info;
    info->status_after = newest
                             ? status_after(info->status_before, info->trigger, check_summary(checking->check->result))
                             : info->status_before;
    int rc = insert_check(store, checking, err);
    if (rc == 0 && newest)
        rc = apply(store, checking, err);
    if (rc == 0 && changes_status(checking))
        rc = move_count(store, checking, err);
    if (rc == 0)
        rc = write_events(store, checking, name, err);
    if (rc == 0)
        rc = prune(store, checking, err);
    checking->written = newest ? STORE_CHECK_APPLIED : STORE_CHECK_KEPT;
    return rc;
}

/* > 0: nothing was written; checking->written has the reason. */
static int check_work(struct store *store, void *arg, struct err *err)
{
    struct checking *checking = arg;
    struct check_info *info = checking->info;
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool,
                        QUERY(DOMAIN_LOCK, arg_uuid(checking->account_id), arg_uuid(&checking->check->domain->id)),
                        &rows, NULL, err);
    checking->written = STORE_CHECK_NO_DOMAIN;
    if (rc == 0 && rows.count > 0) {
        const struct cell *row = rows_row(&rows, 0);
        if (!status_parse(CELL(row, DOMAIN_LOCK, STATUS)->s, &info->status_before))
            rc = err_set(err, ERR_FAULT, "database: a domain has an unknown status");
        else if (info->trigger == TRIGGER_NIGHTLY && info->status_before == STATUS_VERIFIED)
            checking->written = STORE_CHECK_DROPPED; /* another check verified it; the sweep leaves it alone */
        else
            rc = write_rows(store, checking, CELL(row, DOMAIN_LOCK, NAME)->s,
                            info->at >= CELL(row, DOMAIN_LOCK, CHECKED_AT)->i, err);
        if (checking->written == STORE_CHECK_DROPPED)
            info->status_after = info->status_before;
    }
    pool_free(&pool);
    return rc ? rc : checking->written == STORE_CHECK_NO_DOMAIN || checking->written == STORE_CHECK_DROPPED;
}

int store_check_write(struct store *store, struct uuid account_id, const struct store_check *check,
                      struct check_info *info, const struct store_actor *actor, enum store_check_written *written,
                      struct err *err)
{
    struct checking checking = {.account_id = &account_id, .check = check, .info = info, .actor = actor};
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (domain_has(check->domain, check->result[i].kind))
            checking.result[checking.count++] = check->result[i];
    checking.checked_event = uuid_new(); /* in this order: ids sort the history */
    checking.changed_event = uuid_new();
    int rc = transaction_run(store, check_work, &checking, account_id, &checking.checked_event, err);
    *written = checking.written;
    return store_outward(rc, err);
}

/* --- reading back --- */

static int take_check(struct pool *pool, const struct cell *row, struct past_check *out, struct err *err)
{
    for (size_t kind = 0; kind < RECORD_COUNT; kind++)
        out->result[kind].kind = (enum record_kind)kind;
    out->info = (struct check_info){.id = cell_uuid(CELL(row, CHECK_PAGE, ID)),
                                    .at = CELL(row, CHECK_PAGE, AT)->i,
                                    .ms = (int)CELL(row, CHECK_PAGE, MS)->i};
    out->user = CELL(row, CHECK_PAGE, EMAIL)->s;
    if (!trigger_parse(CELL(row, CHECK_PAGE, TRIGGER)->s, &out->info.trigger) ||
        !status_parse(CELL(row, CHECK_PAGE, STATUS_BEFORE)->s, &out->info.status_before) ||
        !status_parse(CELL(row, CHECK_PAGE, STATUS_AFTER)->s, &out->info.status_after))
        return err_set(err, ERR_FAULT, "database: a check has an unknown word");
    return results_parse(pool, CELL(row, CHECK_PAGE, RESULTS)->s, out->result, out->known, err);
}

int store_check_history(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                        int64_t before, int limit, struct past_check **out, size_t *count, struct err *err)
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
        rc = take_check(pool, rows_row(&rows, i), &(*out)[(*count)++], err);
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
        *at = CELL(rows_row(&rows, 0), CHECK_OBSERVED, AT)->i;
        *observations = CELL(rows_row(&rows, 0), CHECK_OBSERVED, OBSERVATIONS)->s;
    }
    return store_outward(rc, err);
}
