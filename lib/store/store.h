/*
 * The database as typed functions; the only user of mysql.h. A store is one connection: made at the first use, made
 * again after a loss, used by one thread. The SQL is in sql/ and becomes a generated table of prepared statements.
 *
 * Functions on customer data take account_id first and see nothing of any other account; each group of tables has its
 * own header: domains.h, checks.h, shares.h, keys.h, users.h. All return 0, ERR_UNAVAILABLE (the database is
 * unreachable or overloaded, also after a retry of reads and whole transactions on a fresh connection) or ERR_FAULT. A
 * transaction that lost the answer to its COMMIT is looked up by an id that the program made, and accepted or repeated:
 * after 0 it is done, after an error it is not. One exception: if the database is unreachable during that look-up, the
 * error says "unknown". Times are ms since 1970 UTC; words (status, trigger, …) are the enums of model/. Strings that
 * come out live in pool.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/base.h"
#include "base/err.h"
#include "base/pool.h"
#include "model/check.h"
#include "model/domain.h"
#include "model/finding.h"

/* How to reach the database; borrowed strings that outlive the store. */
struct store_login {
    const char *socket; /* NULL: host and port */
    const char *host;
    int port;
    const char *schema;
    const char *user;
    const char *password;      /* or: */
    const char *password_file; /* its first line, read at each connect; both NULL: an empty password */
    bool long_running;         /* DDL may take long: no read timeout of 5 s */
};

int store_library_init(struct err *err); /* once, before threads */
void store_library_cleanup(void);

struct store;
struct store *store_new(const struct store_login *login); /* does not connect yet; caller frees */
void store_free(struct store **store);                    /* by the thread that used it */

/* Round trips to the database since store_new; for tests and benches. */
int64_t store_round_trips(const struct store *store);

/* 0 if the database answers and its schema has this program's version. Each new connection tests that: with another
 * schema every statement is refused with ERR_UNAVAILABLE and a text that says so. */
int store_ping(struct store *store, struct err *err);
/* The SQL by which the mail server's user tests that it may read its views; run by Exim, not here. */
const char *store_mail_views(void);
/* *readable: whether this connection's user can read private keys, which the users of web and sweep must not. */
int store_private_keys_readable(struct store *store, bool *readable, struct err *err);
/* *out: the rights that sql/grants.sql gives the program's user and this connection's user lacks: "INSERT sweep_run,
 * UPDATE user.role, ..."; "" for none. */
enum store_program { STORE_WEB = 1, STORE_SWEEP };
int store_rights_missing(struct store *store, struct pool *pool, enum store_program program, const char **out,
                         struct err *err);
/* Brings the schema to this program's version. *from, *to: versions. Waits up to 60 s for another process that is
 * migrating. */
int store_migrate(struct store *store, int *from, int *to, struct err *err);

/* The outcome of adding a row. */
enum store_added { STORE_NOT_ADDED, STORE_ADDED, STORE_EXISTS, STORE_NO_ACCOUNT, STORE_SELECTOR_TAKEN };

enum { TOKEN_HASH_SIZE = 32 }; /* SHA-256 of a token (base/random.h) */

/* Who acts, for the audit trail. */
struct store_actor {
    struct uuid user_id; /* nil: no user */
    const char *email;   /* the user's, kept with the event in case the user is removed; NULL with no user */
    const char *addr;
};
#endif
