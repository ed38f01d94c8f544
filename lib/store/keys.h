/*
 * Rows of the DKIM keys of a domain. The rules of store.h hold.
 */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include "base/base.h"
#include "model/key.h"
#include "store/store.h"

/* The keys of a domain, newest first, in pool; fields that the row does not hold are unset. */
int store_key_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                   struct domain_key **out, size_t *count, struct err *err);
/*
 * New keys that do not sign yet; private_pem: of each. *added: ADDED, EXISTS (there are new keys already),
 * SELECTOR_TAKEN, NO_ACCOUNT (no such domain).
 */
int store_key_add(struct store *store, struct uuid account_id, struct uuid domain_id, const struct key_set *keys,
                  const char *const *private_pem, const struct store_actor *actor, int64_t now, enum store_added *added,
                  struct err *err);
/* From now on the new keys sign; the active ones retire and their private keys are deleted. *done false: one of them
 * does not exist, or is not new. */
int store_key_activate(struct store *store, struct uuid account_id, struct uuid domain_id, const struct key_set *keys,
                       const struct store_actor *actor, int64_t now, bool *done, struct err *err);
/* Deletes new or retired keys; their selectors are kept as tombstones. *found false: one of them does not exist, or
 * signs. */
int store_key_drop(struct store *store, struct uuid account_id, struct uuid domain_id, const struct key_set *keys,
                   const struct store_actor *actor, int64_t now, bool *found, struct err *err);

#endif
