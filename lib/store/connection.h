/*
 * Inside the store: the one connection, its prepared statements, and what the server's error numbers mean. The only
 * header that includes mysql.h; compiles against MariaDB Connector/C and against MySQL's own client.
 */
#ifndef STORE_CONNECTION_H
#define STORE_CONNECTION_H

#include "base/base.h"

#include <mysql.h>

#include "store/statements.h"
#include "store/store.h"
#include "store/store_error.h"

#ifdef HAVE_MY_BOOL
typedef my_bool db_bool;
#else
typedef bool db_bool; /* MySQL 8 dropped my_bool */
#endif

enum { STATEMENT_COLUMNS_MAX = 32, STATEMENT_PARAMETERS_MAX = 16, CELL_ROOM = 512 };

struct prepared {
    MYSQL_STMT *stmt; /* NULL: not yet, or its connection is gone */
    unsigned columns;
    bool is_int[STATEMENT_COLUMNS_MAX];
};

struct store {
    struct store_login login;
    MYSQL *mysql; /* NULL: not connected */
    struct prepared prepared[SQL_COUNT];
    bool any_schema;     /* migrating: the schema's version is not looked at */
    bool in_transaction; /* a loss now is the transaction's matter: no silent new connection */
    int64_t round_trips;
    char room[STATEMENT_COLUMNS_MAX][CELL_ROOM]; /* where text of a row lands first */
};

/* Connects if there is no connection, and looks whether the schema is this program's; a failure is ERR_UNAVAILABLE (or
 * STORE_LOST inside a transaction), ERR_CONFIG for the password file. */
int connection_open(struct store *store, struct err *err);
/* ERR_UNAVAILABLE unless the schema has this program's version (migrate.c). */
int schema_check(struct store *store, struct err *err);
/* Drops the connection with all its prepared statements. */
void connection_drop(struct store *store);
/* The statement, prepared on this connection. */
int connection_prepare(struct store *store, enum statement which, struct prepared **out, struct err *err);

/* Sorts an error of the server or client into STORE_* or ERR_*, says it in err and drops a lost connection. where: for
 * the log. */
int connection_error(struct store *store, unsigned number, const char *message, const char *where, struct err *err);

#endif
