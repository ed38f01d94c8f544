/*
 * A user's own password and sessions; all functions act on the actor's own user. token: of the session that makes the
 * request, which is kept.
 */
#ifndef APP_AUTH_PROFILE_H
#define APP_AUTH_PROFILE_H

#include "app/app.h"
#include "model/session.h"

struct profile_password {
    enum {
        PASSWORD_OLD_WRONG,
        PASSWORD_NEW_BAD, /* under 8 or over 1024 bytes */
        PASSWORD_LIMITED,
        PASSWORD_ACCEPTED /* the old one was right, and the change, if requested, is done */
    } what;
    struct limited limited; /* with PASSWORD_LIMITED */
};
/*
 * old must be right; tries are limited per user. Ends all other sessions, links for a password reset and logins that
 * are pending MFA.
 */
int profile_password_change(struct worker *worker, struct pool *pool, const struct actor *actor, const char *token,
                            const char *old, const char *new_one, struct profile_password *out, struct err *err);

/* Only tests whether old is right; shares its limit with the change. */
int profile_password_check(struct worker *worker, struct pool *pool, const struct actor *actor, const char *old,
                           struct profile_password *out, struct err *err);

/* The session that makes the request first, then by last use, newest first. */
int profile_session_list(struct worker *worker, struct pool *pool, const struct actor *actor, const char *token,
                         struct session_entry **out, size_t *count, struct err *err);
/* *found false: this user has no such session (any more). */
int profile_session_end(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err);
int profile_session_end_others(struct worker *worker, const struct actor *actor, const char *token, struct err *err);

#endif
