/*
 * The second factor, as rows: TOTP secrets, recovery codes, and logins that are pending a code. The rules of store.h
 * hold; codes and tokens come in as hashes.
 */
#ifndef STORE_MFA_H
#define STORE_MFA_H

#include "model/mfa.h"
#include "store/store.h"
#include "store/users.h"

int store_totp_get(struct store *store, struct uuid account_id, struct uuid user_id, struct totp *out, struct err *err);
/* Stores a new secret, not confirmed yet, in place of another such. Does not replace a confirmed one. */
int store_totp_start(struct store *store, struct uuid account_id, struct uuid user_id,
                     const uint8_t secret[TOTP_SECRET_SIZE], int64_t now, struct err *err);
struct store_totp_confirmation {
    int64_t step; /* the time step (RFC 6238 4.2) of the code that confirmed it, which is used up */
    uint8_t (*code_hash)[TOKEN_HASH_SIZE]; /* of the new recovery codes */
    size_t count;
};
/* Confirms the secret, with new recovery codes; or, with NULL, removes it. In one transaction with its event. *done
 * false: there was no secret in the required state. */
int store_totp_change(struct store *store, struct uuid account_id, struct uuid user_id,
                      const struct store_totp_confirmation *confirmation, const struct store_actor *actor, int64_t now,
                      bool *done, struct err *err);
/* *used false: the code of that time step, or a later one, was used already; or no secret is confirmed. */
int store_totp_use(struct store *store, struct uuid account_id, struct uuid user_id, int64_t step, bool *used,
                   struct err *err);
int store_recovery_use(struct store *store, struct uuid account_id, struct uuid user_id,
                       const uint8_t hash[TOKEN_HASH_SIZE], bool *used, struct err *err);

/* A login with the right password that is pending a code. *added false: the user has another password meanwhile, or
 * was removed. */
int store_mfa_pending_add(struct store *store, const struct store_login_user *user, const uint8_t hash[TOKEN_HASH_SIZE],
                          int64_t expires_at, bool *added, struct err *err);
int store_mfa_pending_open(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, bool *found,
                           struct uuid *account_id, struct uuid *user_id, struct err *err);
/* Deletes that one and the expired ones. */
int store_mfa_pending_delete(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, struct err *err);

#endif
