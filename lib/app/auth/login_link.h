/*
 * A link that was mailed, and what its holder does with it: choose a new password, or join an account with a first one.
 * Used once it opens nothing any more; nobody learns why a link doesn't.
 */
#ifndef APP_AUTH_LOGIN_LINK_H
#define APP_AUTH_LOGIN_LINK_H

#include "app/app.h"

struct login_link {
    bool invited; /* to account_name; else it is for a new password */
    const char *account_name, *email;
};
/* Any text is allowed as token. *out NULL: it opens nothing (any more). */
int login_link_open(struct worker *worker, struct pool *pool, const char *token, struct login_link **out,
                    struct err *err);

struct login_link_use {
    enum {
        LINK_USED,
        LINK_GONE,
        LINK_BAD_PASSWORD /* as own_password_change */,
        LINK_ADDRESS_TAKEN /* by a user of whatever account */
    } what;
    bool invited;
    char token[TOKEN_TEXT_SIZE]; /* a session of who was invited, with LINK_USED; "" after a new password: that wants
                                    the ordinary login */
};
/* All sessions of a user end with his new password. */
int login_link_use(struct worker *worker, struct pool *pool, const char *token, const char *password,
                   const struct visitor *from, struct login_link_use *out, struct err *err);

#endif
