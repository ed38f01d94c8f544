/*
 * Links by mail that lead to a password, as rows: the queued mails and the links that were sent. The rules of store.h
 * hold; tokens and passwords come in as hashes.
 */
#ifndef STORE_LOGIN_LINKS_H
#define STORE_LOGIN_LINKS_H

#include "model/login_link.h"
#include "store/store.h"

/* Queues a mail for a password reset. Does not look up the address: the work is the same whether or not a user has
 * it. */
int store_login_mail_add(struct store *store, const char *email, const char *language, int64_t now, struct err *err);
/* As store_outbox_claim, store_outbox_done and store_outbox_postpone. */
int store_login_mail_claim(struct store *store, struct pool *pool, int lease_ms, struct login_mail **out,
                           struct err *err);
int store_login_mail_done(struct store *store, const struct login_mail *mail, struct err *err);
int store_login_mail_postpone(struct store *store, const struct login_mail *mail, int64_t pause_ms, struct err *err);

/* Another link for the mail's user or invitation; earlier ones stay valid. */
int store_login_link_add(struct store *store, const struct login_mail *mail, const uint8_t hash[TOKEN_HASH_SIZE],
                         int64_t expires_at, struct err *err);
/* By its token alone; *out NULL: it opens nothing (any more). */
int store_login_link_open(struct store *store, struct pool *pool, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                          struct login_link **out, struct err *err);
/*
 * Uses a link, in one transaction: the user gets the new password (as store_user_password_change), or user_id is added
 * with the invitation's address and role and the invitation is deleted. *result: USED, GONE or ADDRESS_TAKEN.
 */
int store_login_link_use(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], const struct login_link *link,
                         struct uuid user_id, const char *password_hash, const char *addr, int64_t now,
                         enum login_link_result *result, struct err *err);

#endif
