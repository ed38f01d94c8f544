/*
 * Rows of rate limits: one moment a subject, by the Generic Cell Rate Algorithm (ITU-T I.371).
 */
#include "base/base.h"

#include "store/query.h"
#include "store/rate_limits.h"

/* When the subject's allowance is exhausted, ms UTC; *known false: there is no row. */
static int read_full_at(struct store *store, struct arg subject, bool *known, int64_t *full_at, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(LIMIT_FULL_AT, subject), &rows, NULL, err);
    *known = rc == 0 && rows.count > 0;
    if (*known)
        *full_at = CELL(rows_row(&rows, 0), LIMIT_FULL_AT, FULL_AT)->i;
    pool_free(&pool);
    return rc;
}

/* Whole ms suffice: a step under 1 ms would be over 1000 a second. */
int store_limit(struct store *store, const uint8_t subject[LIMIT_SUBJECT_SIZE], int count, int seconds, int64_t now,
                int64_t *wait_ms, struct err *err)
{
    int64_t period = (int64_t)seconds * 1000, step = period / count, affected = 0, full_at = 0;
    struct arg who = arg_bytes(subject, LIMIT_SUBJECT_SIZE);
    *wait_ms = 0;
    for (int attempt = 0; attempt < 2; attempt++) {
        bool known;
        int rc = query_again(
            store, NULL,
            QUERY(LIMIT_TAKE, arg_int(now), arg_int(step), who, arg_int(now), arg_int(step), arg_int(now + period)),
            NULL, &affected, err);
        if (rc != 0 || affected > 0)
            return store_outward(rc, err);
        rc = read_full_at(store, who, &known, &full_at, err);
        int64_t wait = known ? full_at + step - now - period : 0;
        if (rc != 0 || wait > 0) {
            *wait_ms = rc == 0 ? wait : 0;
            return store_outward(rc, err);
        }
        if (!known)
            rc = query_again(store, NULL, QUERY(LIMIT_FIRST, who, arg_int(now + step)), NULL, NULL, err);
        if (!known && rc != STORE_DUPLICATE) /* another process wrote the row first: try again */
            return store_outward(rc, err);
    }
    *wait_ms = step;
    return 0;
}
