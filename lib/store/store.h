/*
 * The database as typed functions; the only user of mysql.h. A store is one connection: made at the first use, made
 * again after a loss, used by one thread. SQL stands in sql/ and comes in as a generated table of prepared statements.
 *
 * Functions on customer data take account_id first and see nothing of any other account. All return 0, ERR_UNAVAILABLE
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

/* 0 if the database answers and its schema has this program's version. Every connection has looked at that when it was
 * made: on another schema no statement runs, each is ERR_UNAVAILABLE that says so. */
int store_ping(struct store *store, struct err *err);
/* The SQL with which the mail server's user sees whether it may read its views; for its own lookups, not run here. */
const char *store_mail_views(void);
/* *readable: whether this connection's user could read private keys, which the web's and the sweep's must not. */
int store_private_keys_readable(struct store *store, bool *readable, struct err *err);
/* *out: what sql/grants.sql gives the program's user and this connection's has not: "INSERT sweep_run, UPDATE
 * user.role,
 * ..."; "" for nothing. */
enum store_program { STORE_WEB, STORE_SWEEP };
int store_rights_missing(struct store *store, struct pool *pool, enum store_program program, const char **out,
                         struct err *err);
/* Brings the schema to this program's version. *from, *to: versions. Waits up to 60 s for another that is at it. */
int store_migrate(struct store *store, int *from, int *to, struct err *err);

/* --- accounts, users, sessions --- */
enum store_added { STORE_ADDED, STORE_EXISTS, STORE_NO_ACCOUNT, STORE_SELECTOR_TAKEN };

int store_account_add(struct store *store, struct uuid account_id, const char *name, int64_t now, struct err *err);
/* email in small letters; hash: crypto_pwhash_str. *added: ADDED, EXISTS or NO_ACCOUNT. */
int store_user_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *email,
                   const char *hash, enum role role, int64_t now, enum store_added *added, struct err *err);

struct store_user {
    struct uuid account_id, user_id;
    const char *password_hash;
    bool mfa_required; /* he has a second factor */
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
int store_expired_delete(struct store *store, int64_t now, struct err *err);

/* --- rate limits --- */
enum { LIMIT_SUBJECT_SIZE = 16 };
/*
 * Takes one of `count` in `seconds` for subject (a hash of what is limited). *wait_ms: 0 if there was room, else when
 * to try again. Holds across processes. A burst of count is allowed, then one every seconds/count (GCRA).
 */
int store_limit(struct store *store, const uint8_t subject[LIMIT_SUBJECT_SIZE], int count, int seconds, int64_t now,
                int64_t *wait_ms, struct err *err);

/* --- domains --- */
struct store_page {
    const char *search; /* NULL or "": all. Part of the name, as A-labels or as people write it, in small letters */
    bool has_status;
    enum status status;
    enum domain_sort sort;
    bool descending;
    const char *after;        /* ascii name of the last domain of the page before; "" for the first page */
    enum status after_status; /* with it, by SORT_STATUS: that domain's status */
    int64_t after_at;         /* by SORT_ADDED and SORT_CHECKED: its time, 0 for never */
    int limit;
};
struct store_page_rows {
    struct domain *domain; /* at most limit, sorted; never checked comes before all that were. Keys and return path are
                              not filled */
    size_t count;
    int64_t of_status[STATUS_COUNT];
};
/* One round trip; a page without rows costs a second, and so does the end of those that were checked by SORT_CHECKED
 * descending. */
int store_domain_page(struct store *store, struct pool *pool, struct uuid account_id, const struct store_page *page,
                      struct store_page_rows *out, struct err *err);

struct store_result {
    enum record_kind kind;
    bool required;
    enum verdict verdict;
    const char *findings; /* words with commas between */
};
struct store_check_info {
    struct uuid id;
    enum trigger trigger;
    int64_t at;
    int ms;
    enum status status_before, status_after;
};
struct store_share_state { /* of the link for the DNS person; 0: never */
    int64_t created_at;    /* 0: there is none */
    int64_t expires_at, revoked_at, opened_at, checked_at;
};
struct store_event {
    int64_t at;
    const char *action;
    const char *user; /* "" for none */
    bool has_trigger;
    enum trigger trigger;
};
struct store_detail {
    struct domain domain;
    bool checked;
    struct store_check_info last;
    struct store_result result[RECORD_COUNT];
    size_t result_count;
    const char *details; /* of the results, as store_check had them; "" without a check */
    struct store_event *event;
    size_t event_count;
    struct store_share_state share; /* only with events */
};
/* One round trip, one more with events, and one more for a second key. *out NULL: the account has no such domain.
 * events: how many of the newest are wanted, 0 none. */
int store_domain_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id, int events,
                     struct store_detail **out, struct err *err);
int store_domain_id(struct store *store, struct uuid account_id, const char *ascii, bool *found, struct uuid *id,
                    struct err *err);

/* Who does it, for the audit trail. */
struct store_actor {
    struct uuid user_id; /* nil: nobody */
    const char
        *email; /* the user's, kept with the event so that it is known when the user is gone; NULL with no user */
    const char *addr;
};
struct store_new_domain {
    const struct domain *domain; /* id, name, created_at, selectors, public keys and return path are read */
    const char *private_pem;
    const char *private_ed25519; /* where the domain has a second key */
};
/* Domain, keys, count and audit event in one transaction. *added: ADDED, EXISTS, NO_ACCOUNT or SELECTOR_TAKEN (this
 * name had it before: take another). */
int store_domain_add(struct store *store, struct uuid account_id, const struct store_new_domain *wanted,
                     const struct store_actor *actor, enum store_added *added, struct err *err);
/* Everything of the domain goes, in one transaction; its selectors stay as tombstones and the audit trail stays. */
int store_domain_delete(struct store *store, struct uuid account_id, struct uuid id, const struct store_actor *actor,
                        int64_t now, bool *found, struct err *err);

/* Of a deleted domain: its name, and the return path's label and target and its keys' selectors, with spaces between.
 * *name NULL: there is none. */
int store_domain_removed(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                         const char **name, const char **traces, struct err *err);

/* --- the link for the DNS person: one a domain --- */
struct store_new_share {
    struct uuid id;
    uint8_t token_hash[TOKEN_HASH_SIZE];
    int64_t expires_at;
};
/* In the place of the one there was. *found false: the account has no such domain. */
int store_share_add(struct store *store, struct uuid account_id, struct uuid domain_id,
                    const struct store_new_share *wanted, const struct store_actor *actor, int64_t now, bool *found,
                    struct err *err);
/* Where there is none, or none that still works, nothing happens. */
int store_share_revoke(struct store *store, struct uuid account_id, struct uuid domain_id,
                       const struct store_actor *actor, int64_t now, bool *found, struct err *err);
struct store_share {
    struct uuid account_id, id, domain_id;
    int64_t expires_at, opened_at;
};
/* By its token alone; *found false: there is none, it has expired or was revoked. */
int store_share_open(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, bool *found,
                     struct store_share *out, struct err *err);
/* It was opened, or a check was run by it. */
int store_share_used(struct store *store, struct uuid account_id, struct uuid id, bool checked, int64_t now,
                     struct err *err);

/* --- checks --- */
/* Of each domain the last CHECKS_KEPT stay, and of those before the ones that said something new, up to CHANGES_KEPT in
 * all. */
enum { CHECKS_KEPT = 50, CHANGES_KEPT = 500 };
struct store_check {
    struct uuid id;
    struct uuid domain_id;
    enum trigger trigger;
    int64_t at; /* when it began */
    int ms;
    bool changed; /* it says something else than the check before it; a change of status is one anyway */
    struct store_result result[RECORD_COUNT]; /* of the records that the domain has, in the order of their kinds */
    size_t result_count;
    const char *details;      /* of the results, for people: text that the store only keeps */
    const char *observations; /* JSON */
};
/*
 * Judges the status by the one that the row has now, and writes domain, check, results, observations, events and counts
 * in one transaction. A check that began before the one applied last is kept, but changes neither status nor last
 * check.
 */
int store_check_write(struct store *store, struct uuid account_id, const struct store_check *check,
                      const struct store_actor *actor, bool *found, enum status *before, enum status *after,
                      struct err *err);
struct store_checked {
    struct store_check_info info;
    const char *user; /* e-mail, "" for none */
    struct store_result result[RECORD_COUNT];
    size_t result_count;
};
/* At most limit checks of a domain that began before `before`, newest first. */
int store_check_history(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                        int64_t before, int limit, struct store_checked **out, size_t *count, struct err *err);
/* *observations NULL: the account's domain has no such check. */
int store_check_observed(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                         struct uuid check_id, int64_t *at, const char **observations, struct err *err);

/* --- keys --- */
struct store_key {
    struct uuid id;
    char selector[SELECTOR_SIZE];
    enum dkim_algorithm algorithm;
    const char *public_b64;
    const char *state; /* "new", "active", "retired" */
    int64_t state_at;  /* 0: since it was made with its domain */
};
/* The keys of a domain, newest first. */
int store_key_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                   struct store_key **out, size_t *count, struct err *err);
/* Those that change over together: at most one of each algorithm, an RSA key always. */
struct store_keys {
    struct store_key key[DKIM_ALGORITHM_COUNT]; /* the RSA key first */
    size_t count;
};
/*
 * New keys that sign nothing yet, since now; private_pem: of each. *added: ADDED, EXISTS (others wait already),
 * SELECTOR_TAKEN, NO_ACCOUNT (no such domain).
 */
int store_key_add(struct store *store, struct uuid account_id, struct uuid domain_id, const struct store_keys *keys,
                  const char *const *private_pem, const struct store_actor *actor, int64_t now, enum store_added *added,
                  struct err *err);
/* The new keys sign from now on, those before them retire and lose their private halves. *done false: one of them is
 * not there, or not new. */
int store_key_activate(struct store *store, struct uuid account_id, struct uuid domain_id,
                       const struct store_keys *keys, const struct store_actor *actor, int64_t now, bool *done,
                       struct err *err);
/* New or retired keys go, their selectors stay as tombstones. *found false: one of them is not there, or signs. */
int store_key_drop(struct store *store, struct uuid account_id, struct uuid domain_id, const struct store_keys *keys,
                   const struct store_actor *actor, int64_t now, bool *found, struct err *err);

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
enum notice_kind { NOTICE_VERIFIED, NOTICE_WAITING_3, NOTICE_WAITING_14, NOTICE_COUNT };
const char *notice_kind_word(enum notice_kind kind); /* "verified", "waiting_3", "waiting_14" */
struct store_notice {
    struct uuid account_id, domain_id;
    enum notice_kind kind;
    int64_t since; /* the moment of what is told: the domain's verified_at or created_at */
};
/*
 * Of all accounts: domains about which that was not told yet and whose moment is from..to, ordered by (since, id); one
 * at `from` itself only if its id is greater than after. VERIFIED: by a nightly check. *count 0: there are no more.
 */
int store_notices_due(struct store *store, struct pool *pool, enum notice_kind kind, int64_t from, int64_t to,
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
