/*
 * The database as typed functions; the only user of mysql.h. A store is one connection: made at the first use, made
 * again after a loss, used by one thread. SQL stands in sql/ and comes in as a generated table of prepared statements.
 *
 * Functions on customer data take account_id first and see nothing of any other account; a group of tables has a header
 * of its own: domains.h, checks.h, shares.h, keys.h, users.h. All return 0, ERR_UNAVAILABLE
 * (the database is gone or overloaded; reads and whole transactions were tried once more on a fresh connection before)
 * or ERR_FAULT. A transaction that lost the answer to its COMMIT is looked up by an id that the program made, and
 * accepted or repeated: after 0 it is done, after an error it is not. The one exception: when the database stays away
 * during that look, the error says "unknown". Times are ms since 1970 UTC; words (status, trigger, …) are the enums of
 * model/domain.h. Strings that come out live in pool.
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

/* 0 if the database answers and its schema has this program's version. */
int store_ping(struct store *store, struct err *err);
/* The SQL with which the mail server's user sees whether it may read its views; for its own lookups, not run here. */
const char *store_mail_views(void);
/* *readable: whether this connection's user could read private keys, which the web's and the sweep's must not. */
int store_private_keys_readable(struct store *store, bool *readable, struct err *err);
/* *out: what sql/grants.sql gives the program's user and this connection's has not: "INSERT night, UPDATE user.role,
 * ..."; "" for nothing. */
enum store_program { STORE_WEB, STORE_SWEEP };
int store_rights_missing(struct store *store, struct pool *pool, enum store_program program, const char **out,
                         struct err *err);
/* Brings the schema to this program's version. *from, *to: versions. Waits up to 60 s for another that is at it. */
int store_migrate(struct store *store, int *from, int *to, struct err *err);

/* What became of a row that was to be added. */
enum store_added { STORE_NOT_ADDED, STORE_ADDED, STORE_EXISTS, STORE_NO_ACCOUNT, STORE_SELECTOR_TAKEN };

enum { TOKEN_HASH_SIZE = 32 }; /* SHA-256 of a token (base/random.h) */

/* Who does it, for the audit trail. */
struct store_actor {
    struct uuid user_id; /* nil: nobody */
    const char *email;   /* the user's, kept with the event for when the user is gone; NULL with no user */
    const char *addr;
};
/* --- the night (nights.c): one pass over all that wait, shared by any number of processes --- */
struct store_night {
    struct uuid id;
    int64_t begun_at;
    bool finished;
    int batch_count; /* a power of two */
};
/*
 * The night that is due at due_at (ms UTC): made if there is none yet; of two that make it at once, one is. due_at 0: a
 * pass that somebody asks for now; one that another process is at just now is shared, else a new one is made.
 */
int store_night_open(struct store *store, int64_t due_at, int64_t now, struct store_night *night, struct err *err);

struct store_batch {
    int number;
    struct uuid owner;
    bool again; /* somebody began it before and did not finish */
};
/* Leases a batch for lease_ms by the database's clock. *found false: none is free now. */
int store_batch_claim(struct store *store, struct uuid night, int lease_ms, struct store_batch *batch, bool *found,
                      struct err *err);
/* *held false: the lease ran out and another has it, or it is done. */
int store_batch_renew(struct store *store, struct uuid night, const struct store_batch *batch, int lease_ms, bool *held,
                      struct err *err);
int store_batch_give_back(struct store *store, struct uuid night, const struct store_batch *batch, struct err *err);
int store_batches_left(struct store *store, struct uuid night, int *left, struct err *err);

struct store_night_counts {
    int64_t looked_at, verified, pending, unknown;
    int64_t finding[FINDING_COUNT];
};
/* The batch is done and its counts are added to the night's, in one transaction; nothing happens when another has the
 * lease. */
int store_batch_done(struct store *store, struct uuid night, const struct store_batch *batch,
                     const struct store_night_counts *counts, int64_t now, struct err *err);
/* After the last batch. Also clears away what nights of long ago left. */
int store_night_finish(struct store *store, struct uuid night, int64_t now, struct err *err);
int store_night_counts(struct store *store, struct uuid night, struct store_night_counts *out, struct err *err);

struct store_last_night {
    int64_t begun_at, finished_at; /* 0: there was none yet */
    struct store_night_counts counts;
};
int store_night_last(struct store *store, struct store_last_night *out, struct err *err);

/* A domain that waits, as the cheap question needs it; strings in pool. */
struct store_waiting {
    struct uuid account_id, id;
    const char *name, *selector, *return_path_label;
    const char *selector_ed25519; /* NULL: it has no second key */
    const char *verdicts;         /* the last check's, for verdict_letter; NULL: never checked */
    uint32_t hash;
};
/* The next of that status in that batch, after (hash, id) *after; NULL: from its beginning. *count 0: there are no
 * more. */
int store_waiting_page(struct store *store, struct pool *pool, const struct store_night *night, int number,
                       enum status status, const struct store_waiting *after, int limit, struct store_waiting **out,
                       size_t *count, struct err *err);
/* How many domains of that batch became verified since then. */
int store_verified_since(struct store *store, const struct store_night *night, int number, int64_t since,
                         int64_t *count, struct err *err);

#endif
