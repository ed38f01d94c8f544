/*
 * One connection to MariaDB or MySQL: opening, dropping, and the meaning of its errors. The client's automatic
 * reconnect is off: it would lose prepared statements and the transaction. Knows no table.
 */
#include "base/base.h"

#include "store/connection.h"

#include <errmsg.h>
#include <mysqld_error.h>

#include "base/conf.h"

enum { CONNECT_S = 2, READ_S = 5, WRITE_S = 5, LONG_READ_S = 3600 };

/* Numbers that only one of the two servers' headers defines. */
enum {
    NR_CONNECTION_KILLED = 1927, /* MariaDB */
    NR_STATEMENT_TIMEOUT = 1969, /* MariaDB */
    NR_QUERY_TIMEOUT = 3024,     /* MySQL */
    NR_CLIENT_IDLE = 4031,       /* MySQL: disconnected for inactivity */
    NR_CHECK_FAILED = 4025,      /* MariaDB */
    NR_CHECK_VIOLATED = 3819,    /* MySQL */
    NR_LOST_EXTENDED = 2055,     /* client: lost, with the system's error */
    NR_NEW_METADATA = 2057,      /* client: the statement's columns changed */
    NR_NOT_READY = 1047,         /* Galera: node is not part of the cluster's majority */
};

int store_library_init(struct err *err)
{
    if (mysql_library_init(0, NULL, NULL) != 0)
        return err_set(err, ERR_FAULT, "the database client library does not start");
    return 0;
}

void store_library_cleanup(void)
{
    mysql_library_end();
}

struct store *store_new(const struct store_login *login)
{
    struct store *store = mem_alloc(sizeof(*store));
    memset(store, 0, sizeof(*store));
    store->login = *login;
    return store;
}

void store_free(struct store **store)
{
    if (!*store)
        return;
    connection_drop(*store);
    mysql_thread_end();
    free(*store);
    *store = NULL;
}

int64_t store_round_trips(const struct store *store)
{
    return store->round_trips;
}

void connection_drop(struct store *store)
{
    for (size_t i = 0; i < SQL_COUNT; i++) {
        if (store->prepared[i].stmt)
            mysql_stmt_close(store->prepared[i].stmt);
        store->prepared[i].stmt = NULL;
    }
    if (store->mysql)
        mysql_close(store->mysql);
    store->mysql = NULL;
}

/* The connection is lost: the statement may or may not have been executed; a fresh connection is worth one try. */
static bool means_lost(unsigned number)
{
    switch (number) {
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_UNKNOWN_HOST:
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
    case CR_SSL_CONNECTION_ERROR:
    case CR_MALFORMED_PACKET:
    case NR_LOST_EXTENDED:
    case NR_NEW_METADATA:
    case NR_CONNECTION_KILLED:
    case NR_CLIENT_IDLE:
    case NR_NOT_READY:
    case ER_SERVER_SHUTDOWN:
    case ER_NORMAL_SHUTDOWN:
    case ER_QUERY_INTERRUPTED:
    case ER_NEED_REPREPARE:
    case ER_UNKNOWN_STMT_HANDLER:
        return true;
    default:
        return false;
    }
}

/* The database is reachable and cannot serve now. */
static bool means_unavailable(unsigned number)
{
    switch (number) {
    case ER_CON_COUNT_ERROR:
    case ER_TOO_MANY_USER_CONNECTIONS:
    case ER_USER_LIMIT_REACHED:
    case ER_OUT_OF_RESOURCES:
    case ER_DISK_FULL:
    case ER_RECORD_FILE_FULL:
    case ER_OPTION_PREVENTS_STATEMENT: /* read only */
    case NR_STATEMENT_TIMEOUT:
    case NR_QUERY_TIMEOUT:
        return true;
    default:
        return false;
    }
}

int connection_error(struct store *store, unsigned number, const char *message, const char *where, struct err *err)
{
    int rc = ERR_FAULT;
    if (means_lost(number)) {
        rc = STORE_LOST;
        connection_drop(store);
    } else if (number == ER_LOCK_DEADLOCK || number == ER_LOCK_WAIT_TIMEOUT) {
        rc = STORE_CONFLICT;
    } else if (number == ER_DUP_ENTRY) {
        rc = STORE_DUPLICATE;
    } else if (number == ER_NO_REFERENCED_ROW_2) {
        rc = STORE_NO_PARENT;
    } else if (number == ER_NO_SUCH_TABLE) {
        rc = STORE_NO_TABLE;
    } else if (means_unavailable(number)) {
        rc = ERR_UNAVAILABLE;
    }
    /* The message of a failed CHECK would bring the row's values, and so a key, into the log. */
    return err_set(err, rc, "database: %s: error %u: %s", where, number,
                   number == NR_CHECK_FAILED || number == NR_CHECK_VIOLATED ? "a CHECK constraint failed" : message);
}

static int set_options(MYSQL *mysql, const struct store_login *login)
{
    unsigned connect_s = CONNECT_S, write_s = WRITE_S, read_s = login->long_running ? LONG_READ_S : READ_S, no = 0;
    return mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s) ||
           mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &read_s) ||
           mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &write_s) ||
           mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &no) ||
           mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4") ||
           mysql_options(mysql, MYSQL_INIT_COMMAND, statement_text[SQL_CONNECTION_ISOLATION].sql) ||
           mysql_options(mysql, MYSQL_INIT_COMMAND, statement_text[SQL_CONNECTION_SETTINGS].sql);
}

static int connect_with(struct store *store, const char *password, struct err *err)
{
    const struct store_login *login = &store->login;
    MYSQL *mysql = mysql_init(NULL);
    if (!mysql)
        return err_set(err, ERR_FAULT, "database: no memory for a connection");
    if (set_options(mysql, login)) {
        mysql_close(mysql);
        return err_set(err, ERR_FAULT, "database: the client library refuses an option");
    }
    store->round_trips++;
    if (!mysql_real_connect(mysql, login->socket ? NULL : login->host, login->user, password, login->schema,
                            login->socket ? 0 : (unsigned)login->port, login->socket, CLIENT_FOUND_ROWS)) {
        err_set(err, ERR_UNAVAILABLE, "database: can't connect as %s: error %u: %s", login->user, mysql_errno(mysql),
                mysql_error(mysql));
        mysql_close(mysql);
        return ERR_UNAVAILABLE;
    }
    store->mysql = mysql;
    return 0;
}

int connection_open(struct store *store, struct err *err)
{
    if (store->mysql)
        return 0;
    if (store->in_transaction)
        return err_set(err, STORE_LOST, "database: the connection was lost in a transaction");
    const struct store_login *login = &store->login;
    char *password = login->password ? mem_strdup(login->password) : conf_read_secret(login->password_file, err);
    if (!password)
        return err->code;
    int rc = connect_with(store, password, err);
    explicit_bzero(password, strlen(password));
    free(password);
    if (rc == 0 && !store->any_schema) {
        rc = schema_check(store, err);
        if (rc != 0)
            connection_drop(store); /* the next statement tests the schema again */
    }
    return rc;
}

static bool is_integer(enum enum_field_types type)
{
    switch (type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_NEWDECIMAL: /* SUM() of integers */
        return true;
    default:
        return false;
    }
}

int connection_prepare(struct store *store, enum statement which, struct prepared **out, struct err *err)
{
    struct prepared *prepared = &store->prepared[which];
    const char *sql = statement_text[which].sql;
    *out = prepared;
    if (prepared->stmt)
        return 0;
    MYSQL_STMT *stmt = mysql_stmt_init(store->mysql);
    if (!stmt)
        return err_set(err, ERR_FAULT, "database: no memory for a statement");
    store->round_trips++;
    if (mysql_stmt_prepare(stmt, sql, strlen(sql))) {
        unsigned number = mysql_stmt_errno(stmt);
        char message[256];
        snprintf(message, sizeof(message), "%s", mysql_stmt_error(stmt));
        mysql_stmt_close(stmt);
        return connection_error(store, number, message, statement_text[which].name, err);
    }
    prepared->stmt = stmt;
    prepared->columns = 0;
    MYSQL_RES *meta = mysql_stmt_result_metadata(stmt);
    if (!meta)
        return 0;
    unsigned columns = mysql_num_fields(meta);
    if (columns > STATEMENT_COLUMNS_MAX) {
        mysql_free_result(meta);
        return err_set(err, ERR_FAULT, "database: %s has %u columns", statement_text[which].name, columns);
    }
    for (unsigned i = 0; i < columns; i++)
        prepared->is_int[i] = is_integer(mysql_fetch_field_direct(meta, i)->type);
    prepared->columns = columns;
    mysql_free_result(meta);
    return 0;
}
