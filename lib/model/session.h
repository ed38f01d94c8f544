/*
 * A browser's session: its user, and the list of a user's own sessions. Tokens are not here: only their hashes leave
 * the use cases.
 */
#ifndef MODEL_SESSION_H
#define MODEL_SESSION_H

#include "base/base.h"
#include "base/random.h"
#include "base/text.h"
#include "model/user.h"

struct browser {
    const char *name; /* "Firefox", "Chrome", ...; "" where it is not known */
    const char *os;   /* "Windows", "iPhone", ...; "" likewise */
};

/* The session of a request, with what every page needs of its user and account. */
struct session {
    struct uuid account_id;
    const char *account_name;
    struct uuid user_id;
    const char *email;
    enum role role;
    bool has_language;
    enum lang language; /* the user's own setting, when has_language */
    int64_t seen_at;    /* ms UTC, to some minutes */
    /* of this request, set by app/auth/session.h: */
    bool prolonged;             /* the session was extended, and the cookie must be too */
    char csrf[TOKEN_TEXT_SIZE]; /* derived from the session's token, different for each request; not stored */
};

/* One of a user's own sessions, for the list of sessions. */
struct session_entry {
    struct uuid id;              /* the first half of the token's hash */
    int64_t created_at, seen_at; /* ms UTC; seen_at: to some minutes */
    struct browser browser;
    bool current; /* the session of this request */
};

#endif
