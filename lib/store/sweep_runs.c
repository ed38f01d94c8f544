/*
 * Sweep runs as rows: the run, which process has leased which of its batches until when, and the counts. Leases are
 * rows, so they hold across machines and Galera nodes. Does not check domains.
 */
#include "base/base.h"

#include "store/sweep_runs.h"

#include "store/query.h"

enum {
    BATCH_DOMAINS = 4096, /* domains in a batch, at most: each batch costs two commits, which on a busy disk take longer
                             than its questions */
    BATCHES_MIN = 16,     /* so that several processes find work in a small run too */
    BATCHES_MAX = 16384,
};
#define RUNS_KEPT_MS ((int64_t)90 * 24 * 3600 * 1000)

static void run_of_row(const struct cell *row, struct store_sweep_run *run)
{
    *run = (struct store_sweep_run){.id = cell_uuid(CELL(row, SWEEP_RUN, ID)),
                                    .batch_count = (int)CELL(row, SWEEP_RUN, BATCH_COUNT)->i,
                                    .begun_at = CELL(row, SWEEP_RUN, BEGUN_AT)->i,
                                    .finished = !CELL(row, SWEEP_RUN, FINISHED_AT)->null};
}

static int run_find(struct store *store, int64_t due_at, struct store_sweep_run *run, bool *found, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = due_at ? query_again(store, pool, QUERY(SWEEP_RUN_DUE, arg_int(due_at)), &rows, NULL, err)
                    : query_again(store, pool, QUERY_NO_ARGS(SWEEP_RUN_SHARED), &rows, NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (*found)
        run_of_row(rows_row(&rows, 0), run);
    pool_free(&pool);
    return rc;
}

static int batches_for(struct store *store, int *count, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY_NO_ARGS(SWEEP_UNVERIFIED), &rows, NULL, err);
    int64_t domains = rc == 0 && rows.count ? CELL(rows_row(&rows, 0), SWEEP_UNVERIFIED, DOMAINS)->i : 0;
    for (*count = BATCHES_MIN; *count < BATCHES_MAX && domains / *count > BATCH_DOMAINS;)
        *count *= 2;
    pool_free(&pool);
    return rc;
}

struct making {
    struct store_sweep_run *run;
    int64_t due_at;
    bool exists;
};

static int make_work(struct store *store, void *arg, struct err *err)
{
    struct making *making = arg;
    const struct store_sweep_run *run = making->run;
    struct arg id = arg_uuid(&run->id);
    int rc = query_once(
        store, NULL,
        QUERY(SWEEP_RUN_INSERT, id, arg_int_or_null(making->due_at), arg_int(run->begun_at), arg_int(run->batch_count)),
        NULL, NULL, err);
    making->exists = rc == STORE_DUPLICATE;
    if (making->exists)
        return 1;
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(SWEEP_BATCH_FIRST, id), NULL, NULL, err);
    for (int n = 1; rc == 0 && n < run->batch_count; n *= 2)
        rc = query_once(store, NULL, QUERY(SWEEP_BATCH_DOUBLE, arg_int(n), id), NULL, NULL, err);
    return rc;
}

/* Runs work that detects itself, when it is repeated after a lost COMMIT, that it was done: it has no event. */
static int run_repeatable(struct store *store, transaction_work *work, void *arg, struct err *err)
{
    struct uuid no_account = {{0}}, no_event = uuid_new();
    return transaction_run(store, work, arg, no_account, &no_event, err);
}

int store_sweep_run_open(struct store *store, int64_t due_at, int64_t now, struct store_sweep_run *run, struct err *err)
{
    struct making making = {.run = run, .due_at = due_at};
    bool found = false;
    int rc = run_find(store, due_at, run, &found, err);
    if (rc != 0 || found)
        return store_outward(rc, err);
    *run = (struct store_sweep_run){.id = uuid_new(), .begun_at = now};
    rc = batches_for(store, &run->batch_count, err);
    if (rc == 0)
        rc = run_repeatable(store, make_work, &making, err);
    if (rc == 0 && making.exists && due_at) /* another process made it, or this one's own COMMIT was done */
        rc = run_find(store, due_at, run, &found, err);
    return store_outward(rc, err);
}

int store_sweep_batch_claim(struct store *store, struct uuid run, int lease_ms, struct store_sweep_batch *batch,
                            bool *found, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows = {0};
    int64_t affected = 0;
    batch->owner = uuid_new();
    int rc =
        query_again(store, NULL, QUERY(SWEEP_BATCH_CLAIM, arg_uuid(&batch->owner), arg_int(lease_ms), arg_uuid(&run)),
                    NULL, &affected, err);
    if (rc == 0 && affected > 0)
        rc = query_again(store, pool, QUERY(SWEEP_BATCH_CLAIMED, arg_uuid(&batch->owner), arg_uuid(&run)), &rows, NULL,
                         err);
    *found = rc == 0 && rows.count > 0;
    if (*found) {
        const struct cell *row = rows_row(&rows, 0);
        batch->number = (int)CELL(row, SWEEP_BATCH_CLAIMED, NUMBER)->i;
        batch->again = CELL(row, SWEEP_BATCH_CLAIMED, CLAIMS)->i > 1;
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

int store_sweep_batch_renew(struct store *store, struct uuid run, const struct store_sweep_batch *batch, int lease_ms,
                            bool *held, struct err *err)
{
    int64_t affected = 0;
    int rc = query_again(
        store, NULL,
        QUERY(SWEEP_BATCH_RENEW, arg_int(lease_ms), arg_uuid(&run), arg_int(batch->number), arg_uuid(&batch->owner)),
        NULL, &affected, err);
    *held = affected > 0;
    return store_outward(rc, err);
}

int store_sweep_batch_give_back(struct store *store, struct uuid run, const struct store_sweep_batch *batch,
                                struct err *err)
{
    return store_outward(
        query_again(store, NULL,
                    QUERY(SWEEP_BATCH_GIVE_BACK, arg_uuid(&run), arg_int(batch->number), arg_uuid(&batch->owner)), NULL,
                    NULL, err),
        err);
}

int store_sweep_batches_left(struct store *store, struct uuid run, int *left, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(SWEEP_BATCHES_LEFT, arg_uuid(&run)), &rows, NULL, err);
    *left = rc == 0 && rows.count ? (int)CELL(rows_row(&rows, 0), SWEEP_BATCHES_LEFT, BATCHES)->i : 0;
    pool_free(&pool);
    return store_outward(rc, err);
}

struct finishing {
    const struct uuid *run;
    const struct store_sweep_batch *batch;
    const struct sweep_counts *counts;
    int64_t now;
};

static int done_work(struct store *store, void *arg, struct err *err)
{
    const struct finishing *f = arg;
    const struct sweep_counts *n = f->counts;
    struct arg run = arg_uuid(f->run);
    int64_t affected = 0;
    int rc =
        query_once(store, NULL,
                   QUERY(SWEEP_BATCH_DONE, arg_int(f->now), run, arg_int(f->batch->number), arg_uuid(&f->batch->owner)),
                   NULL, &affected, err);
    if (rc == 0 && affected == 0)
        return 1;
    if (rc == 0)
        rc = query_once(store, NULL,
                        QUERY(SWEEP_RUN_ADD, arg_int(n->looked_at), arg_int(n->verified), arg_int(n->pending),
                              arg_int(n->unknown), run),
                        NULL, NULL, err);
    for (int i = 0; rc == 0 && i < FINDING_COUNT; i++)
        if (n->finding[i])
            rc = query_once(store, NULL,
                            QUERY(SWEEP_FINDING_ADD, run, arg_text(finding_word((enum finding)i)),
                                  arg_int(n->finding[i]), arg_int(n->finding[i])),
                            NULL, NULL, err);
    return rc;
}

int store_sweep_batch_done(struct store *store, struct uuid run, const struct store_sweep_batch *batch,
                           const struct sweep_counts *counts, int64_t now, struct err *err)
{
    struct finishing finishing = {.run = &run, .batch = batch, .counts = counts, .now = now};
    return store_outward(run_repeatable(store, done_work, &finishing, err), err);
}

static int clear_old(struct store *store, int64_t before, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(SWEEP_RUN_OLD, arg_int(before)), &rows, NULL, err);
    for (size_t i = 0; rc == 0 && i < rows.count; i++) {
        struct uuid id = cell_uuid(CELL(rows_row(&rows, i), SWEEP_RUN_OLD, ID));
        rc = query_again(store, NULL, QUERY(SWEEP_BATCH_CLEAN, arg_uuid(&id)), NULL, NULL, err);
        if (rc == 0)
            rc = query_again(store, NULL, QUERY(SWEEP_FINDING_CLEAN, arg_uuid(&id)), NULL, NULL, err);
        if (rc == 0)
            rc = query_again(store, NULL, QUERY(SWEEP_RUN_CLEAN, arg_uuid(&id)), NULL, NULL, err);
    }
    pool_free(&pool);
    return rc;
}

int store_sweep_run_finish(struct store *store, struct uuid run, int64_t now, struct err *err)
{
    int rc = query_again(store, NULL, QUERY(SWEEP_RUN_FINISH, arg_int(now), arg_uuid(&run)), NULL, NULL, err);
    if (rc == 0)
        rc = query_again(store, NULL, QUERY(SWEEP_BATCH_CLEAN, arg_uuid(&run)), NULL, NULL, err);
    if (rc == 0)
        rc = clear_old(store, now - RUNS_KEPT_MS, err);
    return store_outward(rc, err);
}

static int findings_read(struct store *store, const struct uuid *run, struct sweep_counts *out, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    enum finding finding;
    int rc = query_again(store, pool, QUERY(SWEEP_FINDINGS, arg_uuid(run)), &rows, NULL, err);
    for (size_t i = 0; rc == 0 && i < rows.count; i++) {
        const struct cell *row = rows_row(&rows, i);
        if (finding_parse(CELL(row, SWEEP_FINDINGS, FINDING)->s, &finding))
            out->finding[finding] = CELL(row, SWEEP_FINDINGS, DOMAINS)->i;
    }
    pool_free(&pool);
    return rc;
}

int store_sweep_run_counts(struct store *store, struct uuid run, struct sweep_counts *out, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    *out = (struct sweep_counts){0};
    int rc = query_again(store, pool, QUERY(SWEEP_RUN_COUNTS, arg_uuid(&run)), &rows, NULL, err);
    if (rc == 0 && rows.count) {
        const struct cell *row = rows_row(&rows, 0);
        *out = (struct sweep_counts){.looked_at = CELL(row, SWEEP_RUN_COUNTS, LOOKED_AT)->i,
                                     .verified = CELL(row, SWEEP_RUN_COUNTS, VERIFIED)->i,
                                     .pending = CELL(row, SWEEP_RUN_COUNTS, PENDING)->i,
                                     .unknown = CELL(row, SWEEP_RUN_COUNTS, UNKNOWN)->i};
        rc = findings_read(store, &run, out, err);
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

int store_sweep_run_last(struct store *store, struct sweep_last *out, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    *out = (struct sweep_last){0};
    int rc = query_again(store, pool, QUERY_NO_ARGS(SWEEP_RUN_LAST), &rows, NULL, err);
    if (rc == 0 && rows.count) {
        const struct cell *row = rows_row(&rows, 0);
        struct uuid id = cell_uuid(CELL(row, SWEEP_RUN_LAST, ID));
        *out = (struct sweep_last){.begun_at = CELL(row, SWEEP_RUN_LAST, BEGUN_AT)->i,
                                   .finished_at = CELL(row, SWEEP_RUN_LAST, FINISHED_AT)->i,
                                   .counts = {.looked_at = CELL(row, SWEEP_RUN_LAST, LOOKED_AT)->i,
                                              .verified = CELL(row, SWEEP_RUN_LAST, VERIFIED)->i,
                                              .pending = CELL(row, SWEEP_RUN_LAST, PENDING)->i,
                                              .unknown = CELL(row, SWEEP_RUN_LAST, UNKNOWN)->i}};
        rc = findings_read(store, &id, &out->counts, err);
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

/* The batch's part of the 32 bits of sweep_hash. */
static void batch_range(const struct store_sweep_run *run, int number, int64_t *from, int64_t *to)
{
    int64_t width = ((int64_t)1 << 32) / run->batch_count;
    *from = number * width;
    *to = *from + width - 1;
}

int store_sweep_page(struct store *store, struct pool *pool, const struct store_sweep_run *run, int number,
                     enum status status, const struct store_sweep_domain *after, int limit,
                     struct store_sweep_domain **out, size_t *count, struct err *err)
{
    static const struct uuid first = {{0}};
    struct rows rows;
    int64_t from, to;
    *count = 0;
    batch_range(run, number, &from, &to);
    if (after)
        from = after->hash;
    int rc = query_again(store, pool,
                         QUERY(SWEEP_PAGE, arg_text(status_word(status)), arg_int(from), arg_int(to),
                               arg_int(after ? from : from - 1), arg_uuid(after ? &after->id : &first), arg_int(limit)),
                         &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; *count < rows.count; ++*count) {
        const struct cell *row = rows_row(&rows, *count), *verdicts = CELL(row, SWEEP_PAGE, VERDICTS),
                          *ed25519 = CELL(row, SWEEP_PAGE, SELECTOR_ED25519);
        (*out)[*count] = (struct store_sweep_domain){.account_id = cell_uuid(CELL(row, SWEEP_PAGE, ACCOUNT_ID)),
                                                     .id = cell_uuid(CELL(row, SWEEP_PAGE, ID)),
                                                     .name = CELL(row, SWEEP_PAGE, NAME)->s,
                                                     .selector = CELL(row, SWEEP_PAGE, SELECTOR)->s,
                                                     .return_path_label = CELL(row, SWEEP_PAGE, RETURN_PATH_LABEL)->s,
                                                     .verdicts = verdicts->null ? NULL : verdicts->s,
                                                     .hash = (uint32_t)CELL(row, SWEEP_PAGE, SWEEP_HASH)->i,
                                                     .selector_ed25519 = ed25519->null ? NULL : ed25519->s};
    }
    return 0;
}

int store_sweep_verified_since(struct store *store, const struct store_sweep_run *run, int number, int64_t since,
                               int64_t *count, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int64_t from, to;
    batch_range(run, number, &from, &to);
    int rc = query_again(store, pool, QUERY(SWEEP_VERIFIED_SINCE, arg_int(from), arg_int(to), arg_int(since)), &rows,
                         NULL, err);
    *count = rc == 0 && rows.count ? CELL(rows_row(&rows, 0), SWEEP_VERIFIED_SINCE, DOMAINS)->i : 0;
    pool_free(&pool);
    return store_outward(rc, err);
}
