/*
 * Sessions of logged-in users, as rows; and what expires by itself. As store.h says of all that is in the store; tokens
 * come in as hashes.
 */
#ifndef STORE_SESSIONS_H
#define STORE_SESSIONS_H

#include "model/session.h"
#include "store/store.h"

/*
 * A session of the user. verified: the password hash against which a password was verified, NULL if none was asked.
 * *added false: the user has another password by now, or is gone.
 */
int store_session_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *verified,
                      const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, int64_t expires_at,
                      const struct browser *browser, bool *added, struct err *err);
/* *out NULL: no such session, or it has expired. One round trip. The fields of the request stay unset. */
int store_session_open(struct store *store, struct pool *pool, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                       struct session **out, struct err *err);
/* Moves a session's end on; nothing happens when another did so since seen_before. */
int store_session_seen(struct store *store, struct uuid account_id, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                       int64_t expires_at, int64_t seen_before, struct err *err);
int store_session_delete(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], struct err *err);

/* The user's sessions, in no order; `current` stays unset. */
int store_session_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id, int64_t now,
                       struct session_entry **out, size_t *count, struct err *err);
/* *found false: this user has no such session (any more). */
int store_session_end(struct store *store, struct uuid account_id, struct uuid user_id, struct uuid id, bool *found,
                      struct err *err);
/* All of the user's sessions but the one with the token hash keep_token. */
int store_session_end_others(struct store *store, struct uuid account_id, struct uuid user_id,
                             const uint8_t keep_token[TOKEN_HASH_SIZE], struct err *err);

/* Deletes some of the sessions and links by mail that have expired and of the rate limits that have run out. */
int store_expired_delete(struct store *store, int64_t now, struct err *err);

#endif
