/*
 * Rows of the DKIM keys of a domain. The rules of store.h hold.
 */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include "base/base.h"
#include "model/key.h"
#include "store/store.h"

/* The keys of a domain, newest first, in pool; what the row does not hold is unset. */
int store_key_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                   struct domain_key **out, size_t *count, struct err *err);
/*
 * New keys that sign nothing yet, since now; private_pem: of each. *added: ADDED, EXISTS (others wait already),
 * SELECTOR_TAKEN, NO_ACCOUNT (no such domain).
 */
int store_key_add(struct store *store, struct uuid account_id, struct uuid domain_id, const struct key_set *keys,
                  const char *const *private_pem, const struct store_actor *actor, int64_t now, enum store_added *added,
                  struct err *err);
/* The new keys sign from now on, those before them retire and lose their private halves. *done false: one of them is
 * not there, or not new. */
int store_key_activate(struct store *store, struct uuid account_id, struct uuid domain_id, const struct key_set *keys,
                       const struct store_actor *actor, int64_t now, bool *done, struct err *err);
/* New or retired keys go, their selectors stay as tombstones. *found false: one of them is not there, or signs. */
int store_key_drop(struct store *store, struct uuid account_id, struct uuid domain_id, const struct key_set *keys,
                   const struct store_actor *actor, int64_t now, bool *found, struct err *err);

#endif
