/*
 * Links by mail, and what their holders do with them: choose a new password, or join an account with a first one. A
 * used link opens nothing any more; an answer does not reveal why a link fails to open.
 */
#ifndef APP_AUTH_LOGIN_LINK_H
#define APP_AUTH_LOGIN_LINK_H

#include "app/app.h"
#include "model/login_link.h"

/* Any text is allowed as token. *out NULL: it opens nothing (any more). */
int login_link_open(struct worker *worker, struct pool *pool, const char *token, struct login_link **out,
                    struct err *err);

struct login_link_use {
    enum login_link_result what;
    bool invitation;             /* the link is an invitation's */
    char token[TOKEN_TEXT_SIZE]; /* with LINK_USED: a session of the invited user; "" after a password reset, which
                                    needs the ordinary login */
};
/* All sessions of a user end with the new password. */
int login_link_use(struct worker *worker, struct pool *pool, const char *token, const char *password,
                   const struct visitor *from, struct login_link_use *out, struct err *err);

#endif
