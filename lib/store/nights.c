/*
 * The night as the database knows it: which pass it is, who holds which of its batches until when, what was counted. A
 * batch is a range of domain.sweep_hash. Leases are rows, so they hold across machines and Galera nodes. Knows nothing
 * of what is done with a domain.
 */
#include "base/base.h"

#include "store/query.h"

enum {
    BATCH_DOMAINS = 4096, /* wanted in a batch, at most: each costs two commits, which on a busy disk take longer than
                             its questions */
    BATCHES_MIN = 16,     /* so that several processes find work in a small pass too */
    BATCHES_MAX = 16384,
};
#define NIGHTS_KEPT_MS ((int64_t)90 * 24 * 3600 * 1000)

static void night_of_row(const struct rows *rows, struct store_night *night)
{
    night->id = cell_uuid(rows_at(rows, 0, 0));
    night->batch_count = (int)rows_at(rows, 0, 1)->i;
    night->begun_at = rows_at(rows, 0, 2)->i;
    night->finished = !rows_at(rows, 0, 3)->null;
}

static int night_find(struct store *store, int64_t due_at, struct store_night *night, bool *found, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = due_at ? query_again(store, pool, QUERY(SWEEP_NIGHT_OF, arg_int(due_at)), &rows, NULL, err)
                    : query_again(store, pool, QUERY_NO_ARGS(SWEEP_NIGHT_SHARED), &rows, NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (*found)
        night_of_row(&rows, night);
    pool_free(&pool);
    return rc;
}

static int batches_for(struct store *store, int *count, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY_NO_ARGS(SWEEP_WAITING), &rows, NULL, err);
    *count = BATCHES_MIN;
    while (rc == 0 && rows.count && *count < BATCHES_MAX && rows_at(&rows, 0, 0)->i / *count > BATCH_DOMAINS)
        *count *= 2;
    pool_free(&pool);
    return rc;
}

struct making {
    struct store_night *night;
    int64_t due_at;
    bool exists;
};

static int make_work(struct store *store, void *arg, struct err *err)
{
    struct making *making = arg;
    const struct store_night *night = making->night;
    struct arg id = arg_uuid(&night->id);
    int rc = query_once(store, NULL,
                        QUERY(SWEEP_NIGHT_INSERT, id, arg_int_or_null(making->due_at), arg_int(night->begun_at),
                              arg_int(night->batch_count)),
                        NULL, NULL, err);
    making->exists = rc == STORE_DUPLICATE;
    if (making->exists)
        return 1;
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(SWEEP_BATCH_FIRST, id), NULL, NULL, err);
    for (int n = 1; rc == 0 && n < night->batch_count; n *= 2)
        rc = query_once(store, NULL, QUERY(SWEEP_BATCH_DOUBLE, arg_int(n), id), NULL, NULL, err);
    return rc;
}

/* Runs work that finds by itself, when it is repeated after a lost COMMIT, that it was done: no event names it. */
static int run_repeatable(struct store *store, transaction_work *work, void *arg, struct err *err)
{
    struct uuid nobody = {{0}}, nothing = uuid_new();
    return transaction_run(store, work, arg, nobody, &nothing, err);
}

int store_night_open(struct store *store, int64_t due_at, int64_t now, struct store_night *night, struct err *err)
{
    struct making making = {.night = night, .due_at = due_at};
    bool found = false;
    int rc = night_find(store, due_at, night, &found, err);
    if (rc != 0 || found)
        return store_outward(rc, err);
    *night = (struct store_night){.id = uuid_new(), .begun_at = now};
    rc = batches_for(store, &night->batch_count, err);
    if (rc == 0)
        rc = run_repeatable(store, make_work, &making, err);
    if (rc == 0 && making.exists && due_at) /* another was faster, or this one's own COMMIT had been done */
        rc = night_find(store, due_at, night, &found, err);
    return store_outward(rc, err);
}

int store_batch_claim(struct store *store, struct uuid night, int lease_ms, struct store_batch *batch, bool *found,
                      struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows = {0};
    int64_t affected = 0;
    batch->owner = uuid_new();
    int rc =
        query_again(store, NULL, QUERY(SWEEP_BATCH_CLAIM, arg_uuid(&batch->owner), arg_int(lease_ms), arg_uuid(&night)),
                    NULL, &affected, err);
    if (rc == 0 && affected > 0)
        rc = query_again(store, pool, QUERY(SWEEP_BATCH_CLAIMED, arg_uuid(&batch->owner), arg_uuid(&night)), &rows,
                         NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (*found) {
        batch->number = (int)rows_at(&rows, 0, 0)->i;
        batch->again = rows_at(&rows, 0, 1)->i > 1;
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

int store_batch_renew(struct store *store, struct uuid night, const struct store_batch *batch, int lease_ms, bool *held,
                      struct err *err)
{
    int64_t affected = 0;
    int rc = query_again(
        store, NULL,
        QUERY(SWEEP_BATCH_RENEW, arg_int(lease_ms), arg_uuid(&night), arg_int(batch->number), arg_uuid(&batch->owner)),
        NULL, &affected, err);
    *held = affected > 0;
    return store_outward(rc, err);
}

int store_batch_give_back(struct store *store, struct uuid night, const struct store_batch *batch, struct err *err)
{
    return store_outward(
        query_again(store, NULL,
                    QUERY(SWEEP_BATCH_GIVE_BACK, arg_uuid(&night), arg_int(batch->number), arg_uuid(&batch->owner)),
                    NULL, NULL, err),
        err);
}

int store_batches_left(struct store *store, struct uuid night, int *left, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(SWEEP_BATCHES_LEFT, arg_uuid(&night)), &rows, NULL, err);
    *left = rc == 0 && rows.count ? (int)rows_at(&rows, 0, 0)->i : 0;
    pool_free(&pool);
    return store_outward(rc, err);
}

struct finishing {
    const struct uuid *night;
    const struct store_batch *batch;
    const struct store_night_counts *counts;
    int64_t now;
};

static int done_work(struct store *store, void *arg, struct err *err)
{
    const struct finishing *f = arg;
    const struct store_night_counts *n = f->counts;
    struct arg night = arg_uuid(f->night);
    int64_t affected = 0;
    int rc = query_once(
        store, NULL,
        QUERY(SWEEP_BATCH_DONE, arg_int(f->now), night, arg_int(f->batch->number), arg_uuid(&f->batch->owner)), NULL,
        &affected, err);
    if (rc == 0 && affected == 0)
        return 1;
    if (rc == 0)
        rc = query_once(store, NULL,
                        QUERY(SWEEP_NIGHT_ADD, arg_int(n->looked_at), arg_int(n->verified), arg_int(n->pending),
                              arg_int(n->unknown), night),
                        NULL, NULL, err);
    for (int i = 0; rc == 0 && i < FINDING_COUNT; i++)
        if (n->finding[i])
            rc = query_once(store, NULL,
                            QUERY(SWEEP_FINDING_ADD, night, arg_text(finding_word((enum finding)i)),
                                  arg_int(n->finding[i]), arg_int(n->finding[i])),
                            NULL, NULL, err);
    return rc;
}

int store_batch_done(struct store *store, struct uuid night, const struct store_batch *batch,
                     const struct store_night_counts *counts, int64_t now, struct err *err)
{
    struct finishing finishing = {.night = &night, .batch = batch, .counts = counts, .now = now};
    return store_outward(run_repeatable(store, done_work, &finishing, err), err);
}

static int clear_old(struct store *store, int64_t before, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(SWEEP_OLD, arg_int(before)), &rows, NULL, err);
    for (size_t i = 0; rc == 0 && i < rows.count; i++) {
        struct uuid id = cell_uuid(rows_at(&rows, i, 0));
        rc = query_again(store, NULL, QUERY(SWEEP_BATCH_CLEAN, arg_uuid(&id)), NULL, NULL, err);
        if (rc == 0)
            rc = query_again(store, NULL, QUERY(SWEEP_FINDING_CLEAN, arg_uuid(&id)), NULL, NULL, err);
        if (rc == 0)
            rc = query_again(store, NULL, QUERY(SWEEP_NIGHT_CLEAN, arg_uuid(&id)), NULL, NULL, err);
    }
    pool_free(&pool);
    return rc;
}

int store_night_finish(struct store *store, struct uuid night, int64_t now, struct err *err)
{
    int rc = query_again(store, NULL, QUERY(SWEEP_NIGHT_FINISH, arg_int(now), arg_uuid(&night)), NULL, NULL, err);
    if (rc == 0)
        rc = query_again(store, NULL, QUERY(SWEEP_BATCH_CLEAN, arg_uuid(&night)), NULL, NULL, err);
    if (rc == 0)
        rc = clear_old(store, now - NIGHTS_KEPT_MS, err);
    return store_outward(rc, err);
}

static int findings_read(struct store *store, const struct uuid *night, struct store_night_counts *out, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    enum finding finding;
    int rc = query_again(store, pool, QUERY(SWEEP_FINDINGS, arg_uuid(night)), &rows, NULL, err);
    for (size_t i = 0; rc == 0 && i < rows.count; i++)
        if (finding_parse(rows_at(&rows, i, 0)->s, &finding))
            out->finding[finding] = rows_at(&rows, i, 1)->i;
    pool_free(&pool);
    return rc;
}

static void counts_of_row(const struct rows *rows, size_t column, struct store_night_counts *out)
{
    out->looked_at = rows_at(rows, 0, column)->i;
    out->verified = rows_at(rows, 0, column + 1)->i;
    out->pending = rows_at(rows, 0, column + 2)->i;
    out->unknown = rows_at(rows, 0, column + 3)->i;
}

int store_night_counts(struct store *store, struct uuid night, struct store_night_counts *out, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    *out = (struct store_night_counts){0};
    int rc = query_again(store, pool, QUERY(SWEEP_NIGHT_COUNTS, arg_uuid(&night)), &rows, NULL, err);
    if (rc == 0 && rows.count) {
        counts_of_row(&rows, 0, out);
        rc = findings_read(store, &night, out, err);
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

int store_night_last(struct store *store, struct store_last_night *out, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    *out = (struct store_last_night){0};
    int rc = query_again(store, pool, QUERY_NO_ARGS(SWEEP_LAST), &rows, NULL, err);
    if (rc == 0 && rows.count) {
        struct uuid id = cell_uuid(rows_at(&rows, 0, 0));
        out->begun_at = rows_at(&rows, 0, 1)->i;
        out->finished_at = rows_at(&rows, 0, 2)->i;
        counts_of_row(&rows, 3, &out->counts);
        rc = findings_read(store, &id, &out->counts, err);
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

/* The batch's part of the 32 bits of sweep_hash. */
static void batch_range(const struct store_night *night, int number, int64_t *from, int64_t *to)
{
    int64_t width = ((int64_t)1 << 32) / night->batch_count;
    *from = number * width;
    *to = *from + width - 1;
}

int store_waiting_page(struct store *store, struct pool *pool, const struct store_night *night, int number,
                       enum status status, const struct store_waiting *after, int limit, struct store_waiting **out,
                       size_t *count, struct err *err)
{
    static const struct uuid first = {{0}};
    struct rows rows;
    int64_t from, to;
    *count = 0;
    batch_range(night, number, &from, &to);
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
        const struct cell *cell = rows_at(&rows, *count, 0);
        (*out)[*count] = (struct store_waiting){.account_id = cell_uuid(&cell[0]),
                                                .id = cell_uuid(&cell[1]),
                                                .name = cell[2].s,
                                                .selector = cell[3].s,
                                                .return_path_label = cell[4].s,
                                                .verdicts = cell[5].null ? NULL : cell[5].s,
                                                .hash = (uint32_t)cell[6].i,
                                                .selector_ed25519 = cell[7].null ? NULL : cell[7].s};
    }
    return 0;
}

int store_verified_since(struct store *store, const struct store_night *night, int number, int64_t since,
                         int64_t *count, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int64_t from, to;
    batch_range(night, number, &from, &to);
    int rc = query_again(store, pool, QUERY(SWEEP_VERIFIED_SINCE, arg_int(from), arg_int(to), arg_int(since)), &rows,
                         NULL, err);
    *count = rc == 0 && rows.count ? rows_at(&rows, 0, 0)->i : 0;
    pool_free(&pool);
    return store_outward(rc, err);
}
