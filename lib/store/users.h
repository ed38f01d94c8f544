/*
 * Users and how they log in, as rows: passwords, sessions, roles, invitations, links by mail, the second factor. As
 * store.h says of all that is in the store; passwords, tokens and codes come in as hashes.
 */
#ifndef STORE_USERS_H
#define STORE_USERS_H

#include "model/event.h"
#include "model/user.h"
#include "store/store.h"

/* *hash in pool; NULL: the account has no such user. */
int store_user_password(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id,
                        const char **hash, struct err *err);
/*
 * A new password, in one transaction with its event (action); all links for a new one end, logins that wait for a code,
 * and all sessions but the one with the token hash `stays` (NULL: all). *found false: there is no such user.
 */
int store_user_password_change(struct store *store, struct uuid account_id, struct uuid user_id, const char *hash,
                               const uint8_t *stays, const struct store_actor *actor, enum audit_action action,
                               int64_t now, bool *found, struct err *err);

struct store_own_session {
    struct uuid id; /* the first half of the token's hash */
    int64_t created_at, seen_at;
    const char *browser, *os;
};
/* In no order. */
int store_session_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id, int64_t now,
                       struct store_own_session **out, size_t *count, struct err *err);
/* *found false: this user has no such session (any more). */
int store_session_end(struct store *store, struct uuid account_id, struct uuid user_id, struct uuid id, bool *found,
                      struct err *err);
int store_session_end_others(struct store *store, struct uuid account_id, struct uuid user_id,
                             const uint8_t stays[TOKEN_HASH_SIZE], struct err *err);

/* --- links by mail --- */
enum store_login_mail_kind { LOGIN_MAIL_PASSWORD, LOGIN_MAIL_INVITE };
struct store_login_mail {
    struct uuid id;
    enum store_login_mail_kind kind;
    const char *email, *language; /* language: of the page that asked; the user's own setting goes before it */
    int64_t created_at;
    int tries;                                      /* that failed */
    struct uuid account_id, user_id, invitation_id; /* all nil: there is nobody to write to (any more) */
    int64_t expires_at;                             /* the invitation's */
    const char *account_name;                       /* of an invitation, else NULL */
    struct uuid owner;                              /* of this claim */
};
/* One for whoever has that address, which is not looked up here: the same work for one that nobody has. */
int store_login_mail_add(struct store *store, const char *email, const char *language, int64_t now, struct err *err);
/* As store_outbox_claim and its companions. */
int store_login_mail_claim(struct store *store, struct pool *pool, int lease_ms, struct store_login_mail **out,
                           struct err *err);
int store_login_mail_done(struct store *store, const struct store_login_mail *mail, struct err *err);
int store_login_mail_postpone(struct store *store, const struct store_login_mail *mail, int64_t pause_ms,
                              struct err *err);
/* A link more for the mail's user or invitation; those sent before stay good. */
int store_login_link_add(struct store *store, const struct store_login_mail *mail, const uint8_t hash[TOKEN_HASH_SIZE],
                         int64_t expires_at, struct err *err);

struct store_login_link {
    struct uuid account_id;
    struct uuid user_id;       /* nil: it is an invitation's */
    struct uuid invitation_id; /* nil: it is a user's */
    const char *account_name, *email;
    enum role role; /* of an invitation */
};
/* By its token alone; *out NULL: it opens nothing (any more). */
int store_login_link_open(struct store *store, struct pool *pool, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                          struct store_login_link **out, struct err *err);
/*
 * Uses a link, in one transaction: the user gets the new password (as store_user_password_change), or user_id is made,
 * with the invitation's address and role, and the invitation goes. *used: DONE, GONE (the link opens nothing any more)
 * or TAKEN (somebody has that address).
 */
enum store_link_used { STORE_LINK_DONE, STORE_LINK_GONE, STORE_LINK_TAKEN };
int store_login_link_use(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], const struct store_login_link *link,
                         struct uuid user_id, const char *password_hash, const char *addr, int64_t now,
                         enum store_link_used *used, struct err *err);

/* --- who uses an account --- */
struct store_person {
    struct uuid id;
    const char *email;
    enum role role;
    int64_t created_at, expires_at; /* expires_at: of an invitation, else 0 */
};
/* In no order. */
int store_user_list(struct store *store, struct pool *pool, struct uuid account_id, struct store_person **out,
                    size_t *count, struct err *err);
int store_invitation_list(struct store *store, struct pool *pool, struct uuid account_id, struct store_person **out,
                          size_t *count, struct err *err);
/* *out NULL: the account has no such user. */
int store_user_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                   struct store_person **out, struct err *err);
/* *found false: the account has no user with that address. */
int store_user_of_address(struct store *store, struct uuid account_id, const char *email, bool *found, struct uuid *id,
                          struct err *err);

enum store_user_change { STORE_USER_CHANGED, STORE_USER_GONE, STORE_USER_LAST_ADMIN };
/* role NULL: the user goes, with all sessions. An account keeps one admin: LAST_ADMIN changes nothing. */
int store_user_change(struct store *store, struct uuid account_id, struct uuid id, const enum role *role,
                      const struct store_actor *actor, int64_t now, enum store_user_change *change, struct err *err);

/* An invitation with its mail, in place of one to the same address. *exists: that address is a user of this account
 * already, nothing was done. */
int store_invitation_add(struct store *store, struct uuid account_id, const struct store_person *invited,
                         const char *language, const struct store_actor *actor, bool *exists, struct err *err);
int store_invitation_withdraw(struct store *store, struct uuid account_id, struct uuid id,
                              const struct store_actor *actor, int64_t now, bool *found, struct err *err);

/* --- the second factor --- */
enum { TOTP_SECRET_SIZE = 20 }; /* as long as SHA-1's output (RFC 4226 4, R6) */
struct store_totp {
    bool started, confirmed;
    uint8_t secret[TOTP_SECRET_SIZE]; /* when started */
    int codes_left;
};
int store_totp_get(struct store *store, struct uuid account_id, struct uuid user_id, struct store_totp *out,
                   struct err *err);
/* A new secret, not confirmed yet, in place of another that was not. One that is confirmed stays. */
int store_totp_start(struct store *store, struct uuid account_id, struct uuid user_id,
                     const uint8_t secret[TOTP_SECRET_SIZE], int64_t now, struct err *err);
struct store_totp_confirm {
    int64_t step; /* of the code that confirmed it: used up */
    uint8_t (*code_hash)[TOKEN_HASH_SIZE];
    size_t count;
};
/* Confirms it, with new recovery codes; or, with NULL, switches it off. In one transaction with its event. *done false:
 * there was nothing to do it to. */
int store_totp_change(struct store *store, struct uuid account_id, struct uuid user_id,
                      const struct store_totp_confirm *confirmed, const struct store_actor *actor, int64_t now,
                      bool *done, struct err *err);
/* *used false: that code, or a later one, was used already; or there is none. */
int store_totp_use(struct store *store, struct uuid account_id, struct uuid user_id, int64_t step, bool *used,
                   struct err *err);
int store_recovery_use(struct store *store, struct uuid account_id, struct uuid user_id,
                       const uint8_t hash[TOKEN_HASH_SIZE], bool *used, struct err *err);

/* Whose password was right and whose code is still wanted. *added false: he has another password by now, or is gone. */
int store_login_waiting_add(struct store *store, const struct store_user *user, const uint8_t hash[TOKEN_HASH_SIZE],
                            int64_t expires_at, bool *added, struct err *err);
int store_login_waiting_open(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, bool *found,
                             struct uuid *account_id, struct uuid *user_id, struct err *err);
int store_login_waiting_end(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, struct err *err);

#endif
