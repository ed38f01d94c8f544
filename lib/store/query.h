/*
 * Inside the store: run a named statement with arguments, get its rows as cells; transactions that are retried. Typed
 * functions are built of these; nothing outside lib/store includes this.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "base/base.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/random.h"
#include "store/statements.h"
#include "store/store.h"
#include "store/store_error.h"

struct arg {
    enum { ARG_IS_NULL, ARG_IS_INT, ARG_IS_BYTES, ARG_IS_TEXT } kind;
    int64_t i;
    const void *data;
    size_t len;
};
struct arg arg_int(int64_t i);
struct arg arg_int_or_null(int64_t i); /* 0 is NULL */
struct arg arg_text(const char *s);    /* NULL is NULL */
struct arg arg_bytes(const void *data, size_t len);
struct arg arg_uuid(const struct uuid *id);         /* borrowed */
struct arg arg_uuid_or_null(const struct uuid *id); /* nil is NULL */

/* One value of a row. Text and bytes have a NUL behind them. */
struct cell {
    bool null;
    int64_t i;
    const char *s;
    size_t len;
};
struct rows {
    size_t count, columns;
    const struct cell *cell; /* count * columns */
};
static inline const struct cell *rows_at(const struct rows *rows, size_t row, size_t column)
{
    return &rows->cell[row * rows->columns + column];
}
/* The cells of one row, to be indexed by the columns' names: CELL(row, SHARE_BY_TOKEN, ACCOUNT_ID). */
static inline const struct cell *rows_row(const struct rows *rows, size_t row)
{
    return &rows->cell[row * rows->columns];
}
#define CELL(row, statement, column) (&(row)[COL_##statement##_##column])

struct uuid cell_uuid(const struct cell *cell); /* nil for NULL or a wrong length */

/* One attempt on the connection as it is; connects if there is none. pool may be NULL when no rows are wanted; rows and
 * affected may be NULL. */
int query_once(struct store *store, struct pool *pool, enum statement which, const struct arg *args, size_t count,
               struct rows *rows, int64_t *affected, struct err *err);
#define QUERY_ARGS(...) (const struct arg[]){__VA_ARGS__}, ARRAY_LEN(((const struct arg[]){__VA_ARGS__}))

/*
 * A statement with its arguments: query_once(store, pool, QUERY(SHARE_REPLACE, who, which), NULL, NULL, err). Does not
 * compile when the number of arguments is not the statement's. QUERY_ARGS is for a statement that is chosen at run
 * time; query_once counts those.
 */
#define QUERY(statement, ...)                                                                                          \
    SQL_##statement, (const struct arg[]){__VA_ARGS__},                                                                \
        ARRAY_LEN(((const struct arg[]){__VA_ARGS__})) +                                                               \
            0 * sizeof(char[ARRAY_LEN(((const struct arg[]){__VA_ARGS__})) == SQL_ARGS_##statement ? 1 : -1])
/* A statement without arguments. */
#define QUERY_NO_ARGS(statement) SQL_##statement, NULL, 0 * sizeof(char[SQL_ARGS_##statement == 0 ? 1 : -1])
/* One of two statements with the same arguments. */
#define QUERY_EITHER(which, first, second, ...)                                                                        \
    (which) ? SQL_##first : SQL_##second, (const struct arg[]){__VA_ARGS__},                                           \
        ARRAY_LEN(((const struct arg[]){__VA_ARGS__})) +                                                               \
            0 * sizeof(char[ARRAY_LEN(((const struct arg[]){__VA_ARGS__})) == SQL_ARGS_##first &&                      \
                                    SQL_ARGS_##first == SQL_ARGS_##second                                              \
                                ? 1                                                                                    \
                                : -1])

/* As query_once, once more on a fresh connection after a loss, up to 5 times after a conflict: for reads and for writes
 * that may be done twice. */
int query_again(struct store *store, struct pool *pool, enum statement which, const struct arg *args, size_t count,
                struct rows *rows, int64_t *affected, struct err *err);

/* A statement without parameters and prepared form (DDL, settings). sql comes from sql/. */
int query_text(struct store *store, const char *sql, struct err *err);

/*
 * Runs work between START TRANSACTION and COMMIT and repeats it after conflicts and a loss, so it must begin from its
 * arguments each time. work returns 0 to commit; > 0 to roll back and be done; an error rolls back. *done (the event's
 * presence) is asked after a lost COMMIT.
 */
typedef int transaction_work(struct store *store, void *arg, struct err *err);
int transaction_run(struct store *store, transaction_work *work, void *arg, struct uuid account_id,
                    const struct uuid *event_id, struct err *err);

/* Turns the codes of store_error.h into ERR_UNAVAILABLE and ERR_FAULT for the outside. */
int store_outward(int rc, struct err *err);

#endif
