/* Inside the store: what several transactions about logins write alike. */
#ifndef STORE_LOGIN_PARTS_H
#define STORE_LOGIN_PARTS_H

#include "store/query.h"
#include "store/users.h"

/*
 * A new password, and the end of all that hung on the old one: sessions but the one that stays (NULL: all), links by
 * mail, logins that wait for a code. *found false: no such user.
 */
int user_password_write(struct store *store, const struct uuid *account_id, const struct uuid *user_id,
                        const char *hash, const uint8_t *stays, bool *found, struct err *err);

/* One mail with a link to come. invitation_id NULL: none. */
int login_mail_write(struct store *store, enum store_login_mail_kind kind, const char *email, const char *language,
                     const struct uuid *invitation_id, int64_t now, struct err *err);

#endif
