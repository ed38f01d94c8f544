/*
 * What a user does with his own login: a new password, and where he is logged in. Whose it is is the actor's matter:
 * nobody does it for another. token: of the session that asks, which stays.
 */
#ifndef APP_AUTH_PROFILE_H
#define APP_AUTH_PROFILE_H

#include "app/app.h"

struct password_change {
    enum {
        PASSWORD_CHANGED,
        PASSWORD_OLD_WRONG,
        PASSWORD_NEW_BAD /* under 8 or over 1024 bytes */,
        PASSWORD_LIMITED
    } what;
    struct limited limited; /* with PASSWORD_LIMITED */
};
/*
 * old must fit; how often that is tried is limited a user. All other sessions end, and so do links for a new password
 * that were mailed and logins that wait for a code after the old one.
 */
int own_password_change(struct worker *worker, struct pool *pool, const struct actor *actor, const char *token,
                        const char *old, const char *new_one, struct password_change *out, struct err *err);

/* Only whether old fits: PASSWORD_CHANGED (nothing is), PASSWORD_OLD_WRONG or PASSWORD_LIMITED; limited with the
 * change. */
int own_password_check(struct worker *worker, struct pool *pool, const struct actor *actor, const char *old,
                       struct password_change *out, struct err *err);

struct own_session {
    struct uuid id;
    int64_t since, seen_at;   /* ms UTC; seen_at: to some minutes */
    const char *browser, *os; /* "Firefox", "Windows"; "" if not known */
    bool this_one;
};
/* This one first, then the last seen first. */
int own_session_list(struct worker *worker, struct pool *pool, const struct actor *actor, const char *token,
                     struct own_session **out, size_t *count, struct err *err);
/* *found false: this user has no such session (any more). */
int own_session_end(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err);
int own_session_end_others(struct worker *worker, const struct actor *actor, const char *token, struct err *err);

#endif
