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
#include "model/browser.h"
#include "model/check.h"
#include "model/domain.h"
#include "model/finding.h"
#include "model/sender.h"
#include "model/user.h"

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

/* --- accounts, users, sessions --- */

int store_account_add(struct store *store, struct uuid account_id, const char *name, int64_t now, struct err *err);
/* email in small letters; hash: crypto_pwhash_str. *added: ADDED, EXISTS or NO_ACCOUNT. */
int store_user_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *email,
                   const char *hash, enum role role, int64_t now, enum store_added *added, struct err *err);

struct store_user {
    struct uuid account_id, user_id;
    const char *password_hash;
    bool wants_code; /* he has a second factor */
};
/* *out NULL: nobody has this address. */
int store_user_by_email(struct store *store, struct pool *pool, const char *email, struct store_user **out,
                        struct err *err);

enum { TOKEN_HASH_SIZE = 32 };
struct store_session {
    struct uuid account_id, user_id;
    const char *account_name, *email;
    const char *language; /* NULL: not chosen */
    enum role role;
    int64_t seen_at;
};
/* verified: the password_hash that a password was right for, NULL if none was asked. *added false: he has another by
 * now, or is gone. */
int store_session_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *verified,
                      const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, int64_t expires_at,
                      const struct browser *browser, bool *added, struct err *err);
/* *out NULL: no such session, or it has expired. One round trip. */
int store_session_open(struct store *store, struct pool *pool, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                       struct store_session **out, struct err *err);
/* Moves a session's end on; nothing happens when another did so since seen_before. */
int store_session_seen(struct store *store, struct uuid account_id, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                       int64_t expires_at, int64_t seen_before, struct err *err);
int store_session_delete(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], struct err *err);
/* Deletes some of the sessions and links by mail that have expired and of the limits that have run out. */
int store_clean(struct store *store, int64_t now, struct err *err);

/* --- rate limits --- */
enum { LIMIT_SUBJECT_SIZE = 16 };
/*
 * Takes one of `count` in `seconds` for subject (a hash of what is limited). *wait_ms: 0 if there was room, else when
 * to try again. Holds across processes. A burst of count is allowed, then one every seconds/count (GCRA).
 */
int store_limit(struct store *store, const uint8_t subject[LIMIT_SUBJECT_SIZE], int count, int seconds, int64_t now,
                int64_t *wait_ms, struct err *err);

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

/* --- senders --- */
/* At most limit senders whose address comes after `after` ("": from the first), in the order of addresses. */
int store_sender_page(struct store *store, struct pool *pool, struct uuid account_id, const char *after, int limit,
                      struct sender **out, size_t *count, struct err *err);
/* *out NULL: the account has no such sender. */
int store_sender_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                     struct sender **out, struct err *err);

/* What is kept as the sender's secret after a change: the same, none, or the one given. */
struct store_secret {
    enum { SECRET_STAYS, SECRET_GOES, SECRET_IS } what;
    const char *text; /* with SECRET_IS */
};
/* Sender, secret and audit event in one transaction. *added: ADDED, EXISTS or NO_ACCOUNT. */
int store_sender_add(struct store *store, struct uuid account_id, const struct sender *sender,
                     const struct store_secret *secret, const struct store_actor *actor, enum store_added *added,
                     struct err *err);
/* All but id, address and created_at. */
int store_sender_change(struct store *store, struct uuid account_id, const struct sender *sender,
                        const struct store_secret *secret, const struct store_actor *actor, int64_t now, bool *found,
                        struct err *err);
int store_sender_delete(struct store *store, struct uuid account_id, struct uuid id, const struct store_actor *actor,
                        int64_t now, bool *found, struct err *err);

struct store_bounce {
    const char *recipient, *status_code, *reason; /* others' text, printable ASCII */
    int64_t at;
};
/* The newest of what came back, newest first. */
int store_sender_bounces(struct store *store, struct pool *pool, struct uuid account_id, const struct sender *sender,
                         int limit, struct store_bounce **out, size_t *count, struct err *err);

/* One test mail, and the login (hash: crypt(3), $6$) by which it is submitted until expires_at. Older ones of the
 * sender go. */
struct store_test_mail {
    struct uuid id, sender_id;
    const char *recipient;
    int64_t at;
};
int store_test_mail_add(struct store *store, struct uuid account_id, const struct store_test_mail *test,
                        const char *login, const char *hash, int64_t expires_at, struct err *err);
struct store_attempt {
    enum mail_route route;
    const char *outcome; /* "delivered", "deferred", "failed" */
    const char *host, *answer;
    const char *signed_as; /* the domain; "" without a signature */
    const char *selectors; /* with : between */
    int64_t at;
};
/* The sender's last test mail (*found false: none) and the newest attempts to deliver it, newest first. */
int store_test_mail_last(struct store *store, struct pool *pool, struct uuid account_id, struct uuid sender_id,
                         bool *found, struct store_test_mail *test, struct store_attempt **out, size_t *count,
                         struct err *err);

/* A login for the account's software. *added: ADDED, EXISTS (that login is taken) or NO_ACCOUNT. */
int store_credential_add(struct store *store, struct uuid account_id, const char *login, const char *hash, int64_t now,
                         enum store_added *added, struct err *err);

/* --- people are told --- */
enum store_notice_kind { NOTICE_VERIFIED, NOTICE_WAITING_3, NOTICE_WAITING_14, NOTICE_COUNT };
const char *store_notice_word(enum store_notice_kind kind); /* "verified", "waiting_3", "waiting_14" */
struct store_notice {
    struct uuid account_id, domain_id;
    enum store_notice_kind kind;
    int64_t since; /* the moment of what is told: the domain's verified_at or created_at */
};
/*
 * Of all accounts: domains about which that was not told yet and whose moment is from..to, ordered by (since, id); one
 * at `from` itself only if its id is greater than after. VERIFIED: by a nightly check. *count 0: there are no more.
 */
int store_notices_due(struct store *store, struct pool *pool, enum store_notice_kind kind, int64_t from, int64_t to,
                      struct uuid after, int limit, struct store_notice **out, size_t *count, struct err *err);
/* The notice, and a mail for each admin who wants them, in one transaction. *mails: how many; 0 also when it was told
 * already or the domain is gone. */
int store_notice_add(struct store *store, const struct store_notice *notice, int64_t now, int64_t *mails,
                     struct err *err);

struct store_mail {
    struct store_notice notice;
    struct uuid user_id;
    int64_t created_at;
    int tries;            /* that failed */
    const char *email;    /* as stored */
    const char *language; /* NULL: not chosen */
    bool wanted;          /* the user still wants such mails */
    struct uuid owner;    /* of this claim */
};
/* A mail that is due, for lease_ms nobody else's; *out NULL: none is due. */
int store_outbox_claim(struct store *store, struct pool *pool, int lease_ms, struct store_mail **out, struct err *err);
/* It goes from the outbox, or is due again after pause_ms; nothing happens where another has claimed it since. */
int store_outbox_done(struct store *store, const struct store_mail *mail, struct err *err);
int store_outbox_postpone(struct store *store, const struct store_mail *mail, int64_t pause_ms, struct err *err);

/* *language in pool, NULL where the user has chosen none. */
int store_user_settings(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id,
                        const char **language, bool *notify, struct err *err);
int store_user_settings_change(struct store *store, struct uuid account_id, struct uuid user_id, const char *language,
                               bool notify, struct err *err);

#endif
