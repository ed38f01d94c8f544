/*
 * The members of an account, as rows: users with their roles, and invitations. The rules of store.h hold.
 */
#ifndef STORE_MEMBERS_H
#define STORE_MEMBERS_H

#include "model/user.h"
#include "store/store.h"

/* In no order. */
int store_member_list(struct store *store, struct pool *pool, struct uuid account_id, struct member **out,
                      size_t *count, struct err *err);
int store_invitation_list(struct store *store, struct pool *pool, struct uuid account_id, struct invitation **out,
                          size_t *count, struct err *err);
/* *out NULL: the account has no such user. */
int store_member_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                     struct member **out, struct err *err);
/* By the address, in lower case. *found false: the account has no user with it. */
int store_member_find(struct store *store, struct uuid account_id, const char *email, bool *found, struct uuid *id,
                      struct err *err);

/* role NULL: removes the user, with all sessions. An account keeps at least one admin: LAST_ADMIN changes nothing. */
int store_member_change(struct store *store, struct uuid account_id, struct uuid id, const enum role *role,
                        const struct store_actor *actor, int64_t now, enum member_change *change, struct err *err);

/* An invitation with its mail; replaces an earlier one to the same address. *exists: a user of this account has that
 * address; nothing was done. */
int store_invitation_add(struct store *store, struct uuid account_id, const struct invitation *invitation,
                         const char *language, const struct store_actor *actor, bool *exists, struct err *err);
int store_invitation_withdraw(struct store *store, struct uuid account_id, struct uuid id,
                              const struct store_actor *actor, int64_t now, bool *found, struct err *err);

#endif
