/* Inside the store: writes that several transactions about logins share. */
#ifndef STORE_LOGIN_PARTS_H
#define STORE_LOGIN_PARTS_H

#include "model/login_link.h"
#include "store/query.h"

/*
 * In a transaction: sets a new password and ends what depended on the old one: sessions except the one with the token
 * hash keep_token (NULL: all), links for a password reset, logins that are pending MFA. *found false: no such user.
 */
int user_password_write(struct store *store, const struct uuid *account_id, const struct uuid *user_id,
                        const char *hash, const uint8_t *keep_token, bool *found, struct err *err);

/* In a transaction or alone: queues one mail with a link. invitation_id NULL: none. */
int login_mail_write(struct store *store, enum login_mail_kind kind, const char *email, const char *language,
                     const struct uuid *invitation_id, int64_t now, struct err *err);

#endif
