/*
 * Senders, as rows, with their secrets, bounces and test mails; and credentials for SMTP AUTH. The rules of store.h
 * hold; secrets go in and never come out.
 */
#ifndef STORE_SENDERS_H
#define STORE_SENDERS_H

#include "model/sender.h"
#include "store/store.h"

/* At most limit senders whose address sorts after `after` ("": from the first), by address. */
int store_sender_page(struct store *store, struct pool *pool, struct uuid account_id, const char *after, int limit,
                      struct sender **out, size_t *count, struct err *err);
/* *out NULL: the account has no such sender. */
int store_sender_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                     struct sender **out, struct err *err);

/* The sender's secret after a change: the same, none, or the one given. */
struct store_secret {
    enum { SECRET_KEEP, SECRET_REMOVE, SECRET_SET } what;
    const char *text; /* with SECRET_SET */
};
/* Sender, secret and audit event in one transaction. *added: ADDED, EXISTS or NO_ACCOUNT. */
int store_sender_add(struct store *store, struct uuid account_id, const struct sender *sender,
                     const struct store_secret *secret, const struct store_actor *actor, enum store_added *added,
                     struct err *err);
/* Changes all but id, address and created_at. */
int store_sender_change(struct store *store, struct uuid account_id, const struct sender *sender,
                        const struct store_secret *secret, const struct store_actor *actor, int64_t now, bool *found,
                        struct err *err);
int store_sender_delete(struct store *store, struct uuid account_id, struct uuid id, const struct store_actor *actor,
                        int64_t now, bool *found, struct err *err);

/* The newest bounces of the sender's mail, newest first. */
int store_sender_bounces(struct store *store, struct pool *pool, struct uuid account_id, const struct sender *sender,
                         int limit, struct bounce **out, size_t *count, struct err *err);

/* A test mail, and the credential (hash: crypt(3), $6$) by which it is submitted until expires_at. Deletes older
 * test mails of the sender. */
int store_test_mail_add(struct store *store, struct uuid account_id, const struct test_mail *test, const char *login,
                        const char *hash, int64_t expires_at, struct err *err);
/* The sender's last test mail (*found false: none) and the newest attempts to deliver it, newest first. */
int store_test_mail_last(struct store *store, struct pool *pool, struct uuid account_id, struct uuid sender_id,
                         bool *found, struct test_mail *test, struct delivery_attempt **out, size_t *count,
                         struct err *err);

/* A credential for the account's software. *added: ADDED, EXISTS (that login is taken) or NO_ACCOUNT. */
int store_credential_add(struct store *store, struct uuid account_id, const char *login, const char *hash, int64_t now,
                         enum store_added *added, struct err *err);

#endif
