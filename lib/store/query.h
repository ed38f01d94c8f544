/*
 * Inside the store: runs a named statement with arguments and returns its rows as cells; transactions that are retried.
 * Typed functions are built on these; nothing outside lib/store includes this.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "base/base.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/random.h"
#include "store/statements.h"
#include "store/store.h"

/*
 * Outcomes beside ERR_*; these never leave the store. LOST: the connection is lost, the outcome of the statement is
 * unknown. CONFLICT: deadlock or lock wait timeout, the transaction was or must be rolled back. DUPLICATE: a unique key
 * exists. NO_PARENT: a foreign key has no parent row. NO_TABLE: the table does not exist, or this user may not see it.
 */
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

/* One value of a row. Text and bytes are followed by a NUL. */
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

/* One attempt on the current connection; connects if there is none. pool may be NULL when no rows are wanted; rows
 * and affected may be NULL. */
int query_once(struct store *store, struct pool *pool, enum statement which, const struct arg *args, size_t count,
               struct rows *rows, int64_t *affected, struct err *err);
#define QUERY_ARGS(...) (const struct arg[]){__VA_ARGS__}, ARRAY_LEN(((const struct arg[]){__VA_ARGS__}))

/*
 * A statement with its arguments: query_once(store, pool, QUERY(SHARE_REPLACE, who, which), NULL, NULL, err). Does not
 * compile with a wrong number of arguments. QUERY_ARGS is for a statement that is chosen at run time; query_once counts
 * its arguments.
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

/* As query_once, with one retry on a fresh connection after a loss and up to 5 after conflicts: for reads and for
 * writes that may be done twice. */
int query_again(struct store *store, struct pool *pool, enum statement which, const struct arg *args, size_t count,
                struct rows *rows, int64_t *affected, struct err *err);

/* A statement without parameters and without prepared form (DDL, settings). sql comes from sql/. */
int query_text(struct store *store, const char *sql, struct err *err);

/*
 * Runs work between START TRANSACTION and COMMIT and repeats it after conflicts and a lost connection, so each run must
 * start from its arguments. work returns 0 to commit; > 0 to roll back without an error; an error rolls back. After a
 * lost COMMIT the event *event_id tells whether it was done.
 */
typedef int transaction_work(struct store *store, void *arg, struct err *err);
int transaction_run(struct store *store, transaction_work *work, void *arg, struct uuid account_id,
                    const struct uuid *event_id, struct err *err);

/* Maps the codes of this header to ERR_UNAVAILABLE and ERR_FAULT. */
int store_outward(int rc, struct err *err);

#endif
