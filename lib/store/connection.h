/*
 * Inside the store: the one connection, its prepared statements, and the meaning of the server's error numbers. The
 * only header that includes mysql.h; compiles against MariaDB Connector/C and MySQL's own client.
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
    MYSQL_STMT *stmt; /* NULL: not prepared on this connection */
    unsigned columns;
    bool is_int[STATEMENT_COLUMNS_MAX];
};

struct store {
    struct store_login login;
    MYSQL *mysql; /* NULL: not connected */
    struct prepared prepared[SQL_COUNT];
    bool any_schema;     /* migrating: does not test the schema's version */
    bool in_transaction; /* a lost connection ends the transaction: no reconnect */
    int64_t round_trips;
    char room[STATEMENT_COLUMNS_MAX][CELL_ROOM]; /* buffer for the text of a row */
};

/* Connects if there is no connection, and tests the schema's version; a failure is ERR_UNAVAILABLE (or STORE_LOST
 * inside a transaction), ERR_CONFIG for the password file. */
int connection_open(struct store *store, struct err *err);
/* ERR_UNAVAILABLE unless the schema has this program's version (migrate.c). */
int schema_check(struct store *store, struct err *err);
/* Drops the connection with all its prepared statements. */
void connection_drop(struct store *store);
/* The statement, prepared on this connection. */
int connection_prepare(struct store *store, enum statement which, struct prepared **out, struct err *err);

/* Maps an error of the server or client to STORE_* or ERR_*, sets err and drops a lost connection. where: for the
 * log. */
int connection_error(struct store *store, unsigned number, const char *message, const char *where, struct err *err);

#endif
