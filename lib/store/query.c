/*
 * Running statements: binds arguments, returns cells, and retries after a conflict or a lost connection. Knows
 * statements by their enum only and no table; the typed functions interpret rows.
 */
#include "base/base.h"

#include "store/query.h"

#include "base/log.h"
#include "store/connection.h"

enum { CONFLICTS_MAX = 5 };

struct arg arg_int(int64_t i)
{
    return (struct arg){.kind = ARG_IS_INT, .i = i};
}

struct arg arg_int_or_null(int64_t i)
{
    return (struct arg){.kind = i ? ARG_IS_INT : ARG_IS_NULL, .i = i};
}

struct arg arg_text(const char *s)
{
    return (struct arg){.kind = s ? ARG_IS_TEXT : ARG_IS_NULL, .data = s, .len = s ? strlen(s) : 0};
}

struct arg arg_bytes(const void *data, size_t len)
{
    return (struct arg){.kind = ARG_IS_BYTES, .data = data, .len = len};
}

struct arg arg_uuid(const struct uuid *id)
{
    return arg_bytes(id->byte, sizeof(id->byte));
}

struct arg arg_uuid_or_null(const struct uuid *id)
{
    return uuid_is_nil(*id) ? (struct arg){.kind = ARG_IS_NULL} : arg_uuid(id);
}

struct uuid cell_uuid(const struct cell *cell)
{
    struct uuid id = {{0}};
    if (!cell->null && cell->len == sizeof(id.byte))
        memcpy(id.byte, cell->s, sizeof(id.byte));
    return id;
}

int store_outward(int rc, struct err *err)
{
    if (rc > STORE_LOST || rc < STORE_NO_TABLE)
        return rc;
    int outward = rc == STORE_LOST || rc == STORE_CONFLICT || rc == STORE_NO_TABLE ? ERR_UNAVAILABLE : ERR_FAULT;
    if (err)
        err->code = outward;
    return outward;
}

static int stmt_error(struct store *store, MYSQL_STMT *stmt, enum statement which, struct err *err)
{
    char message[256]; /* a copy: dropping a lost connection frees the statement */
    snprintf(message, sizeof(message), "%s", mysql_stmt_error(stmt));
    return connection_error(store, mysql_stmt_errno(stmt), message, statement_text[which].name, err);
}

static int bind_arguments(MYSQL_STMT *stmt, const struct arg *args, size_t count,
                          MYSQL_BIND bind[STATEMENT_PARAMETERS_MAX], unsigned long length[STATEMENT_PARAMETERS_MAX])
{
    memset(bind, 0, sizeof(MYSQL_BIND) * STATEMENT_PARAMETERS_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct arg *arg = &args[i];
        length[i] = arg->len;
        bind[i].length = &length[i];
        bind[i].buffer_length = arg->len;
        switch (arg->kind) {
        case ARG_IS_NULL:
            bind[i].buffer_type = MYSQL_TYPE_NULL;
            break;
        case ARG_IS_INT:
            bind[i].buffer_type = MYSQL_TYPE_LONGLONG;
            bind[i].buffer = (void *)(uintptr_t)&arg->i; /* the client only reads it */
            break;
        case ARG_IS_BYTES:
            bind[i].buffer_type = MYSQL_TYPE_BLOB;
            bind[i].buffer = (void *)(uintptr_t)arg->data;
            break;
        case ARG_IS_TEXT:
            bind[i].buffer_type = MYSQL_TYPE_STRING;
            bind[i].buffer = (void *)(uintptr_t)arg->data;
            break;
        }
    }
    return mysql_stmt_bind_param(stmt, bind);
}

/* The buffers of one row's columns. */
struct landing {
    MYSQL_BIND bind[STATEMENT_COLUMNS_MAX];
    int64_t number[STATEMENT_COLUMNS_MAX];
    unsigned long length[STATEMENT_COLUMNS_MAX];
    db_bool null[STATEMENT_COLUMNS_MAX];
};

static void prepare_landing(struct store *store, const struct prepared *prepared, struct landing *landing)
{
    memset(landing, 0, sizeof(*landing));
    for (unsigned i = 0; i < prepared->columns; i++) {
        MYSQL_BIND *bind = &landing->bind[i];
        bind->is_null = &landing->null[i];
        bind->length = &landing->length[i];
        if (prepared->is_int[i]) {
            bind->buffer_type = MYSQL_TYPE_LONGLONG;
            bind->buffer = &landing->number[i];
            bind->buffer_length = sizeof(landing->number[i]);
        } else {
            bind->buffer_type = MYSQL_TYPE_STRING;
            bind->buffer = store->room[i];
            bind->buffer_length = CELL_ROOM;
        }
    }
}

/* Text that does not fit its buffer is fetched again, whole, into the pool. */
static int take_cell(struct store *store, struct pool *pool, const struct prepared *prepared, struct landing *landing,
                     unsigned i, struct cell *cell)
{
    cell->s = "";
    cell->null = landing->null[i];
    if (cell->null)
        return 0;
    if (prepared->is_int[i]) {
        cell->i = landing->number[i];
        return 0;
    }
    cell->len = landing->length[i];
    if (cell->len <= CELL_ROOM) {
        cell->s = pool_memdup(pool, store->room[i], cell->len);
        return 0;
    }
    char *whole = pool_alloc(pool, cell->len + 1);
    MYSQL_BIND bind = {
        .buffer_type = MYSQL_TYPE_STRING, .buffer = whole, .buffer_length = cell->len, .length = &landing->length[i]};
    cell->s = whole;
    return mysql_stmt_fetch_column(prepared->stmt, &bind, i, 0);
}

static int take_rows(struct store *store, struct pool *pool, struct prepared *prepared, struct rows *rows)
{
    struct landing landing;
    prepare_landing(store, prepared, &landing);
    if (mysql_stmt_bind_result(prepared->stmt, landing.bind) || mysql_stmt_store_result(prepared->stmt))
        return -1;
    size_t count = (size_t)mysql_stmt_num_rows(prepared->stmt);
    struct cell *cells = pool_array(pool, count * prepared->columns, sizeof(*cells));
    *rows = (struct rows){.columns = prepared->columns, .cell = cells};
    while (rows->count < count) {
        int rc = mysql_stmt_fetch(prepared->stmt);
        if (rc == MYSQL_NO_DATA)
            break;
        if (rc != 0 && rc != MYSQL_DATA_TRUNCATED)
            return -1;
        for (unsigned i = 0; i < prepared->columns; i++)
            if (take_cell(store, pool, prepared, &landing, i, &cells[rows->count * prepared->columns + i]))
                return -1;
        rows->count++;
    }
    return 0;
}

int query_once(struct store *store, struct pool *pool, enum statement which, const struct arg *args, size_t count,
               struct rows *rows, int64_t *affected, struct err *err)
{
    struct prepared *prepared;
    MYSQL_BIND bind[STATEMENT_PARAMETERS_MAX];
    unsigned long length[STATEMENT_PARAMETERS_MAX];
    if (count != statement_text[which].parameters || count > STATEMENT_PARAMETERS_MAX)
        return err_set(err, ERR_FAULT, "database: %s has %u parameters, %zu given", statement_text[which].name,
                       statement_text[which].parameters, count);
    int rc = connection_open(store, err);
    if (rc == 0)
        rc = connection_prepare(store, which, &prepared, err);
    if (rc != 0)
        return rc;
    MYSQL_STMT *stmt = prepared->stmt;
    store->round_trips++;
    if ((count > 0 && bind_arguments(stmt, args, count, bind, length)) || mysql_stmt_execute(stmt))
        return stmt_error(store, stmt, which, err);
    if (prepared->columns > 0) {
        struct rows ignored;
        struct pool *own = pool ? NULL : pool_new();
        if (take_rows(store, pool ? pool : own, prepared, rows ? rows : &ignored))
            rc = stmt_error(store, stmt, which, err);
        pool_free(&own);
        if (store->prepared[which].stmt) /* NULL after a lost connection */
            mysql_stmt_free_result(stmt);
    } else if (affected) {
        *affected = (int64_t)mysql_stmt_affected_rows(stmt);
    }
    return rc;
}

static void pause_with_jitter(int attempt)
{
    long ms = 1 + (long)random_below((uint32_t)(8 << attempt));
    nanosleep(&(struct timespec){.tv_sec = 0, .tv_nsec = ms * 1000000}, NULL);
}

int query_again(struct store *store, struct pool *pool, enum statement which, const struct arg *args, size_t count,
                struct rows *rows, int64_t *affected, struct err *err)
{
    bool lost_before = false;
    int conflicts = 0;
    for (;;) {
        int rc = query_once(store, pool, which, args, count, rows, affected, err);
        if (rc == STORE_LOST && !lost_before)
            lost_before = true;
        else if (rc == STORE_CONFLICT && conflicts < CONFLICTS_MAX)
            pause_with_jitter(conflicts++);
        else
            return rc;
    }
}

int query_text(struct store *store, const char *sql, struct err *err)
{
    int rc = connection_open(store, err);
    if (rc != 0)
        return rc;
    store->round_trips++;
    if (mysql_real_query(store->mysql, sql, strlen(sql))) {
        char message[256];
        snprintf(message, sizeof(message), "%s", mysql_error(store->mysql));
        return connection_error(store, mysql_errno(store->mysql), message, "statement", err);
    }
    MYSQL_RES *result = mysql_store_result(store->mysql);
    if (result)
        mysql_free_result(result);
    return 0;
}

static void roll_back(struct store *store)
{
    if (!store->mysql)
        return;
    store->round_trips++;
    if (mysql_rollback(store->mysql))
        connection_drop(store);
}

/* One attempt. *committing: the connection was lost, if it was, at COMMIT. */
static int transaction_once(struct store *store, transaction_work *work, void *arg, bool *committing, struct err *err)
{
    *committing = false;
    int rc = query_text(store, statement_text[SQL_TRANSACTION_BEGIN].sql, err);
    if (rc != 0)
        return rc;
    store->in_transaction = true;
    rc = work(store, arg, err);
    store->in_transaction = false;
    if (rc != 0) {
        roll_back(store);
        return rc;
    }
    *committing = true;
    store->round_trips++;
    if (mysql_commit(store->mysql)) {
        char message[256];
        snprintf(message, sizeof(message), "%s", mysql_error(store->mysql));
        rc = connection_error(store, mysql_errno(store->mysql), message, "COMMIT", err);
        roll_back(store);
    }
    return rc;
}

/*
 * COMMIT got no answer: the row with the program's own id tells whether it was done. The locking read waits for the old
 * connection's transaction if the server is still executing it.
 */
static int query_look_up(struct store *store, struct uuid account_id, const struct uuid *event_id, bool *done,
                         struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc =
        query_again(store, pool, QUERY(EVENT_PRESENT, arg_uuid(&account_id), arg_uuid(event_id)), &rows, NULL, err);
    if (rc == 0)
        *done = rows.count > 0;
    else
        err_prefix(err, "unknown whether the last COMMIT was done");
    log_event(LOG_WARN, "commit_looked_up", LOG_S("done", rc ? "unknown" : *done ? "yes" : "no"));
    pool_free(&pool);
    return rc;
}

int transaction_run(struct store *store, transaction_work *work, void *arg, struct uuid account_id,
                    const struct uuid *event_id, struct err *err)
{
    bool lost_before = false, committing, done = false;
    int conflicts = 0;
    for (;;) {
        int rc = transaction_once(store, work, arg, &committing, err);
        if (rc >= 0)
            return 0;
        if (rc == STORE_CONFLICT && conflicts < CONFLICTS_MAX) {
            pause_with_jitter(conflicts++);
            continue;
        }
        if (rc != STORE_LOST)
            return rc;
        if (committing) {
            int looked = query_look_up(store, account_id, event_id, &done, err);
            if (looked != 0 || done)
                return looked;
        }
        if (lost_before)
            return rc;
        lost_before = true;
    }
}

const char *store_mail_views(void)
{
    return statement_text[SQL_MAIL_VIEWS].sql;
}
