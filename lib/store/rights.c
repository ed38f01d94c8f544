/*
 * Compares the rights of the connection's own user with sql/grants.sql. Knows tables only by the names that the file
 * has.
 */
#include "base/base.h"

#include "base/buf.h"
#include "store/query.h"

enum { NAMED_MAX = 3, WORDS_MAX = 1024 };

int store_private_keys_readable(struct store *store, bool *readable, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY_NO_ARGS(PRIVATE_KEYS_READABLE), &rows, NULL, err);
    *readable = rc == 0 && rows.count == 1 && CELL(rows_row(&rows, 0), PRIVATE_KEYS_READABLE, READABLE)->i > 0;
    pool_free(&pool);
    return store_outward(rc, err);
}

static bool held(const struct rows *rows, const struct right *right)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct cell *row = rows_row(rows, i);
        const char *table = CELL(row, RIGHTS_HELD, HELD_TABLE)->s, *column = CELL(row, RIGHTS_HELD, HELD_COLUMN)->s,
                   *privilege = CELL(row, RIGHTS_HELD, PRIVILEGE_TYPE)->s;
        if (strcmp(privilege, right->privilege) == 0 && (!*table || strcmp(table, right->table) == 0) &&
            (!*column || strcmp(column, right->column) == 0))
            return true;
    }
    return false;
}

int store_rights_missing(struct store *store, struct pool *pool, enum store_program program, const char **out,
                         struct err *err)
{
    const struct right *right = program == STORE_SWEEP ? right_of_sweep : right_of_web;
    struct rows rows;
    int rc = query_again(store, pool, QUERY_NO_ARGS(RIGHTS_HELD), &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    struct buf words;
    buf_init(&words, WORDS_MAX);
    for (size_t missing = 0; right->table && missing <= NAMED_MAX; right++) {
        if (held(&rows, right))
            continue;
        if (missing++ == NAMED_MAX)
            buf_adds(&words, ", ...");
        else
            buf_addf(&words, "%s%s %s%s%s", missing > 1 ? ", " : "", right->privilege, right->table,
                     *right->column ? "." : "", right->column);
    }
    *out = pool_strdup(pool, words.data);
    buf_free(&words);
    return 0;
}
