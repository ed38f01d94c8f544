/*
 * Sessions of logged-in users, as rows; and the deletion of expired rows. The rules of store.h hold; tokens come in as
 * hashes.
 */
#ifndef STORE_SESSIONS_H
#define STORE_SESSIONS_H

#include "model/session.h"
#include "store/store.h"

/*
 * A session of the user. verified: the password hash against which a password was verified, NULL if no password was
 * required. *added false: the user has another password meanwhile, or was removed.
 */
int store_session_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *verified,
                      const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, int64_t expires_at,
                      const struct browser *browser, bool *added, struct err *err);
/* *out NULL: no such session, or it has expired. One round trip. Leaves the fields of the request unset. */
int store_session_open(struct store *store, struct pool *pool, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                       struct session **out, struct err *err);
/* Extends a session; does nothing if another request did so since seen_before. */
int store_session_seen(struct store *store, struct uuid account_id, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                       int64_t expires_at, int64_t seen_before, struct err *err);
int store_session_delete(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], struct err *err);

/* The user's sessions, in no order; leaves `current` unset. */
int store_session_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id, int64_t now,
                       struct session_entry **out, size_t *count, struct err *err);
/* *found false: this user has no such session (any more). */
int store_session_end(struct store *store, struct uuid account_id, struct uuid user_id, struct uuid id, bool *found,
                      struct err *err);
/* Ends all of the user's sessions except the one with the token hash keep_token. */
int store_session_end_others(struct store *store, struct uuid account_id, struct uuid user_id,
                             const uint8_t keep_token[TOKEN_HASH_SIZE], struct err *err);

/* Deletes some of the expired sessions, links by mail and rate limits. */
int store_expired_delete(struct store *store, int64_t now, struct err *err);

#endif
