"""lib/store against MySQL 8's own client, which Debian 12 does not have: every file compiles without a warning against the part of its API that we
use, declared here as MySQL's reference manual has it (bool for my_bool, no MariaDB extension). Nothing is linked or run.
"""

import glob
import os
import re
import subprocess

import pytest

MYSQL_H = """
#include <stdbool.h>
#include <stdint.h>
typedef struct MYSQL MYSQL;
typedef struct MYSQL_RES MYSQL_RES;
typedef struct MYSQL_STMT MYSQL_STMT;
typedef char **MYSQL_ROW;
enum enum_field_types { MYSQL_TYPE_DECIMAL, MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_LONG, MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE, MYSQL_TYPE_NULL,
    MYSQL_TYPE_TIMESTAMP, MYSQL_TYPE_LONGLONG, MYSQL_TYPE_INT24, MYSQL_TYPE_DATE, MYSQL_TYPE_TIME, MYSQL_TYPE_DATETIME, MYSQL_TYPE_YEAR,
    MYSQL_TYPE_NEWDATE, MYSQL_TYPE_VARCHAR, MYSQL_TYPE_BIT, MYSQL_TYPE_INVALID = 243, MYSQL_TYPE_BOOL = 244, MYSQL_TYPE_JSON = 245,
    MYSQL_TYPE_NEWDECIMAL = 246, MYSQL_TYPE_ENUM, MYSQL_TYPE_SET, MYSQL_TYPE_TINY_BLOB, MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB, MYSQL_TYPE_BLOB,
    MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_STRING, MYSQL_TYPE_GEOMETRY };
typedef struct MYSQL_FIELD { char *name, *org_name, *table; unsigned long length, max_length; unsigned flags, decimals, charsetnr; enum enum_field_types type; } MYSQL_FIELD;
typedef struct MYSQL_BIND { unsigned long *length; bool *is_null; void *buffer; bool *error; unsigned long buffer_length, offset, length_value;
    enum enum_field_types buffer_type; bool error_value, is_unsigned, long_data_used, is_null_value; void *extension; } MYSQL_BIND;
enum mysql_option { MYSQL_OPT_CONNECT_TIMEOUT, MYSQL_OPT_COMPRESS, MYSQL_OPT_NAMED_PIPE, MYSQL_INIT_COMMAND, MYSQL_SET_CHARSET_NAME, MYSQL_OPT_LOCAL_INFILE,
    MYSQL_OPT_READ_TIMEOUT, MYSQL_OPT_WRITE_TIMEOUT, MYSQL_OPT_SSL_MODE };
enum { MYSQL_NO_DATA = 100, MYSQL_DATA_TRUNCATED = 101, CLIENT_FOUND_ROWS = 2 };
int mysql_server_init(int argc, char **argv, char **groups);
void mysql_server_end(void);
#define mysql_library_init mysql_server_init
#define mysql_library_end mysql_server_end
void mysql_thread_end(void);
MYSQL *mysql_init(MYSQL *mysql);
int mysql_options(MYSQL *mysql, enum mysql_option option, const void *arg);
MYSQL *mysql_real_connect(MYSQL *mysql, const char *host, const char *user, const char *passwd, const char *db, unsigned port, const char *socket, unsigned long flags);
void mysql_close(MYSQL *mysql);
unsigned mysql_errno(MYSQL *mysql);
const char *mysql_error(MYSQL *mysql);
int mysql_real_query(MYSQL *mysql, const char *q, unsigned long length);
MYSQL_RES *mysql_store_result(MYSQL *mysql);
void mysql_free_result(MYSQL_RES *result);
unsigned mysql_num_fields(MYSQL_RES *res);
MYSQL_FIELD *mysql_fetch_field_direct(MYSQL_RES *res, unsigned n);
MYSQL_ROW mysql_fetch_row(MYSQL_RES *result);
bool mysql_commit(MYSQL *mysql);
bool mysql_rollback(MYSQL *mysql);
MYSQL_STMT *mysql_stmt_init(MYSQL *mysql);
int mysql_stmt_prepare(MYSQL_STMT *stmt, const char *query, unsigned long length);
int mysql_stmt_execute(MYSQL_STMT *stmt);
int mysql_stmt_fetch(MYSQL_STMT *stmt);
int mysql_stmt_fetch_column(MYSQL_STMT *stmt, MYSQL_BIND *bind, unsigned column, unsigned long offset);
int mysql_stmt_store_result(MYSQL_STMT *stmt);
bool mysql_stmt_bind_param(MYSQL_STMT *stmt, MYSQL_BIND *bind);
bool mysql_stmt_bind_result(MYSQL_STMT *stmt, MYSQL_BIND *bind);
bool mysql_stmt_close(MYSQL_STMT *stmt);
bool mysql_stmt_free_result(MYSQL_STMT *stmt);
MYSQL_RES *mysql_stmt_result_metadata(MYSQL_STMT *stmt);
unsigned mysql_stmt_errno(MYSQL_STMT *stmt);
const char *mysql_stmt_error(MYSQL_STMT *stmt);
uint64_t mysql_stmt_num_rows(MYSQL_STMT *stmt);
uint64_t mysql_stmt_affected_rows(MYSQL_STMT *stmt);
"""
# Error numbers of MySQL 8 under the names of its headers; those of MariaDB only are missing.
ERRMSG_H = "enum { CR_CONNECTION_ERROR = 2002, CR_CONN_HOST_ERROR = 2003, CR_UNKNOWN_HOST = 2005, CR_SERVER_GONE_ERROR = 2006, CR_SERVER_LOST = 2013, " \
           "CR_SSL_CONNECTION_ERROR = 2026, CR_MALFORMED_PACKET = 2027, CR_SERVER_LOST_EXTENDED = 2055, CR_NEW_STMT_METADATA = 2057 };\n"
MYSQLD_ERROR_H = "enum { ER_DISK_FULL = 1021, ER_CON_COUNT_ERROR = 1040, ER_OUT_OF_RESOURCES = 1041, ER_SERVER_SHUTDOWN = 1053, ER_DUP_ENTRY = 1062, " \
                 "ER_NORMAL_SHUTDOWN = 1077, ER_RECORD_FILE_FULL = 1114, ER_NO_SUCH_TABLE = 1146, ER_TOO_MANY_USER_CONNECTIONS = 1203, " \
                 "ER_LOCK_WAIT_TIMEOUT = 1205, ER_LOCK_DEADLOCK = 1213, ER_USER_LIMIT_REACHED = 1226, ER_UNKNOWN_STMT_HANDLER = 1243, " \
                 "ER_OPTION_PREVENTS_STATEMENT = 1290, ER_QUERY_INTERRUPTED = 1317, ER_NO_REFERENCED_ROW_2 = 1452, ER_NEED_REPREPARE = 1615, " \
                 "ER_QUERY_TIMEOUT = 3024, ER_CHECK_CONSTRAINT_VIOLATED = 3819, ER_CLIENT_INTERACTION_TIMEOUT = 4031 };\n"


@pytest.fixture(scope="module")
def include(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mysql8")
    for name, text in (("mysql.h", MYSQL_H), ("errmsg.h", ERRMSG_H), ("mysqld_error.h", MYSQLD_ERROR_H)):
        (folder / name).write_text("#pragma once\n" + text)
    with open(os.path.join(build, "config.h"), encoding="utf-8") as file:
        (folder / "config.h").write_text(re.sub(r"#define HAVE_MY_BOOL 1", "/* no my_bool */", file.read()))
    return folder


def test_the_store_compiles(source, build, include):
    files = glob.glob(os.path.join(source, "lib", "store", "*.c"))
    assert len(files) > 10
    done = subprocess.run(["gcc", "-fsyntax-only", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-DHAVE_CONFIG_H", f"-I{include}", f"-I{build}", f"-I{source}",
                           f"-I{source}/lib", f"-I{build}/lib", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
