/*
 * Rows of the share links for DNS persons, at most one for each domain. The rules of store.h hold.
 */
#ifndef STORE_SHARES_H
#define STORE_SHARES_H

#include "base/base.h"
#include "model/share.h"
#include "store/store.h"

struct store_new_share {
    struct uuid id;
    uint8_t token_hash[TOKEN_HASH_SIZE];
    int64_t expires_at;
};
/* Replaces the domain's link. *found false: the account has no such domain. */
int store_share_add(struct store *store, struct uuid account_id, struct uuid domain_id,
                    const struct store_new_share *wanted, const struct store_actor *actor, int64_t now, bool *found,
                    struct err *err);
/* Does nothing if there is no valid link. */
int store_share_revoke(struct store *store, struct uuid account_id, struct uuid domain_id,
                       const struct store_actor *actor, int64_t now, bool *found, struct err *err);
/* By its token alone; *found false: there is none, it has expired or was revoked. */
int store_share_open(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, bool *found,
                     struct share_link *out, struct err *err);
/* Records that the link was opened, or that a check was run by it. */
int store_share_used(struct store *store, struct uuid account_id, struct uuid id, bool checked, int64_t now,
                     struct err *err);

#endif
