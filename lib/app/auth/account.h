/*
 * Accounts, users and the database, as the operator administers them. Works with WORKER_OWNER.
 */
#ifndef APP_AUTH_ACCOUNT_H
#define APP_AUTH_ACCOUNT_H

#include "app/app.h"
#include "model/user.h"

/* name: 1-200 bytes of UTF-8 without control characters, else ERR_MALFORMED. */
int account_add(struct worker *worker, const char *name, struct uuid *id, struct err *err);

enum user_add_result {
    USER_NO_ACCOUNT,
    USER_EXISTS, /* a user of some account has that address */
    USER_BAD_EMAIL,
    USER_BAD_PASSWORD, /* under 8 or over 1024 bytes */
    USER_ADDED
};
int user_add(struct worker *worker, struct uuid account_id, const char *email, const char *password, enum role role,
             enum user_add_result *result, struct err *err);

/* As profile_password_change without the old password: all sessions of the user end. *good false: the new password is
 * too short or too long. */
int user_set_password(struct worker *worker, const struct actor *actor, struct uuid user_id, const char *password,
                      bool *good, struct err *err);

/* Brings the database to this program's version; safe to repeat and to run twice at once. from, to: versions. */
int schema_migrate(struct worker *worker, int *from, int *to, struct err *err);

#endif
