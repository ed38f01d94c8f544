/*
 * Users and how they log in, as rows: passwords, sessions, roles, invitations, links by mail, the second factor. As store.h says of all that is
 * in the store; passwords, tokens and codes come in as hashes.
 */
#ifndef STORE_USERS_H
#define STORE_USERS_H

#include "store/store.h"

/* *hash in pool; NULL: the account has no such user. */
int store_user_password(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id, const char **hash, struct err *err);
/*
 * A new password, in one transaction with its event (action); all links for a new one end, and all sessions but the one with the token hash
 * `stays` (NULL: all). *found false: there is no such user.
 */
int store_user_password_change(struct store *store, struct uuid account_id, struct uuid user_id, const char *hash, const uint8_t *stays,
                               const struct store_actor *actor, const char *action, int64_t now, bool *found, struct err *err);

struct store_own_session {
    struct uuid id; /* the first half of the token's hash */
    int64_t created_at, seen_at;
    const char *browser, *os;
};
/* In no order. */
int store_session_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id, int64_t now,
                       struct store_own_session **out, size_t *count, struct err *err);
/* *found false: this user has no such session (any more). */
int store_session_end(struct store *store, struct uuid account_id, struct uuid user_id, struct uuid id, bool *found, struct err *err);
int store_session_end_others(struct store *store, struct uuid account_id, struct uuid user_id, const uint8_t stays[TOKEN_HASH_SIZE], struct err *err);

#endif
