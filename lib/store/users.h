/*
 * Users, as rows: look-up at login, passwords and settings. The rules of store.h hold; passwords come in and go out as
 * hashes.
 */
#ifndef STORE_USERS_H
#define STORE_USERS_H

#include "model/event.h"
#include "model/user.h"
#include "store/store.h"

/* email in lower case; hash: crypto_pwhash_str. *added: ADDED, EXISTS or NO_ACCOUNT. */
int store_user_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *email,
                   const char *hash, enum role role, int64_t now, enum store_added *added, struct err *err);

/* The data of a user that a login needs. */
struct store_login_user {
    struct uuid account_id, user_id;
    const char *password_hash;
    bool mfa_required; /* the user has a confirmed second factor */
};
/* *out NULL: no user has this address. */
int store_user_by_email(struct store *store, struct pool *pool, const char *email, struct store_login_user **out,
                        struct err *err);

/* *hash in pool; NULL: the account has no such user. */
int store_user_password(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id,
                        const char **hash, struct err *err);
/*
 * Sets a new password, in one transaction with its event (action). Ends what depended on the old one: links for a
 * password reset, logins that are pending MFA, and all sessions except the one with the token hash keep_token (NULL:
 * all). *found false: there is no such user.
 */
int store_user_password_change(struct store *store, struct uuid account_id, struct uuid user_id, const char *hash,
                               const uint8_t *keep_token, const struct store_actor *actor, enum audit_action action,
                               int64_t now, bool *found, struct err *err);

/* All zero where the account has no such user. */
int store_user_settings(struct store *store, struct uuid account_id, struct uuid user_id, struct user_settings *out,
                        struct err *err);
int store_user_settings_change(struct store *store, struct uuid account_id, struct uuid user_id,
                               const struct user_settings *settings, struct err *err);

#endif
