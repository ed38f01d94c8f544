/*
 * Brings the schema to the program's version, and tests that version. Migrations come from sql/migrations; one process
 * at a time runs them, the others wait and then find nothing to do. Knows no other table than schema_migration.
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/connection.h"
#include "store/query.h"

/* *version 0: no schema at all. half_done: number of interrupted migrations. */
static int schema_version(struct store *store, int *version, int *half_done, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    *version = *half_done = 0;
    int rc = query_once(store, pool, QUERY_NO_ARGS(SCHEMA_VERSION), &rows, NULL, err);
    if (rc == 0 && rows.count) {
        const struct cell *row = rows_row(&rows, 0);
        *version = (int)CELL(row, SCHEMA_VERSION, VERSION)->i;
        *half_done = (int)CELL(row, SCHEMA_VERSION, HALF_DONE)->i;
    }
    pool_free(&pool);
    return rc == STORE_NO_TABLE ? 0 : rc;
}

int schema_check(struct store *store, struct err *err)
{
    int version, half_done;
    int rc = schema_version(store, &version, &half_done, err);
    if (rc != 0)
        return rc;
    if (version > SCHEMA_VERSION)
        return err_set(err, ERR_UNAVAILABLE, "schema %d, this program needs %d: the program is too old", version,
                       SCHEMA_VERSION);
    if (half_done || version < SCHEMA_VERSION)
        return err_set(err, ERR_UNAVAILABLE, "schema %d%s, this program needs %d: run volmacht migrate", version,
                       half_done ? " (half done)" : "", SCHEMA_VERSION);
    return 0;
}

/* Tries once more after a lost connection; opening the new one tests the schema already. */
int store_ping(struct store *store, struct err *err)
{
    int rc = connection_open(store, err);
    if (rc == 0)
        rc = schema_check(store, err);
    if (rc == STORE_LOST)
        rc = connection_open(store, err);
    return store_outward(rc, err);
}

static int lock(struct store *store, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool, QUERY_NO_ARGS(MIGRATION_LOCK), &rows, NULL, err);
    if (rc == 0 && (rows.count != 1 || CELL(rows_row(&rows, 0), MIGRATION_LOCK, TAKEN)->i != 1))
        rc = err_set(err, ERR_UNAVAILABLE, "another migrate has been running for a minute: try again later");
    pool_free(&pool);
    return rc;
}

static int is_done(struct store *store, int version, bool *done, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool, QUERY(MIGRATION_DONE, arg_int(version)), &rows, NULL, err);
    *done = rc == 0 && rows.count > 0;
    pool_free(&pool);
    return rc;
}

/* Marked before and after: an interrupted migration has no done_at and is run again, so its statements must be
 * repeatable. */
static int migrate_one(struct store *store, const struct migration *one, struct err *err)
{
    int rc = query_once(store, NULL,
                        QUERY(MIGRATION_BEGIN, arg_int(one->version), arg_text(one->name), arg_int(clock_wall_ms())),
                        NULL, NULL, err);
    for (const char *const *sql = one->sql; rc == 0 && *sql; sql++)
        rc = query_text(store, *sql, err);
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(MIGRATION_END, arg_int(clock_wall_ms()), arg_int(one->version)), NULL, NULL,
                        err);
    if (rc != 0)
        err_prefix(err, "migration %s", one->name);
    else
        log_event(LOG_INFO, "migrated", LOG_S("migration", one->name));
    return rc;
}

static int migrate_all(struct store *store, int *from, int *to, struct err *err)
{
    int half_done;
    int rc = query_text(store, statement_text[SQL_MIGRATION_TABLE].sql, err);
    if (rc == 0)
        rc = schema_version(store, from, &half_done, err);
    if (rc == 0 && *from > SCHEMA_VERSION)
        rc = err_set(err, ERR_FAULT, "schema %d, this program needs %d: the program is too old", *from, SCHEMA_VERSION);
    for (size_t i = 0; rc == 0 && i < MIGRATION_COUNT; i++) {
        bool done;
        rc = is_done(store, migration[i].version, &done, err);
        if (rc == 0 && !done)
            rc = migrate_one(store, &migration[i], err);
    }
    *to = SCHEMA_VERSION;
    return rc;
}

int store_migrate(struct store *store, int *from, int *to, struct err *err)
{
    store->any_schema = true;
    int rc = lock(store, err);
    if (rc != 0)
        return store_outward(rc, err);
    rc = migrate_all(store, from, to, err);
    struct err ignored;
    query_once(store, NULL, QUERY_NO_ARGS(MIGRATION_UNLOCK), NULL, NULL,
               &ignored); /* the end of the connection releases it too */
    return store_outward(rc, err);
}
