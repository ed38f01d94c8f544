/*
 * Logging in, being logged in, logging out. Tokens are 256 random bits, stored as SHA-256; passwords are Argon2id
 * (libsodium, 19 MiB, 2 passes), with a cap on how many are computed at once.
 */
#ifndef APP_AUTH_SESSION_H
#define APP_AUTH_SESSION_H

#include "app/app.h"
#include "model/session.h"

struct login {
    bool ok;
    struct limited limited;
    bool mfa_required;           /* the password was right, and a code is needed as well (app/auth/mfa.h); not ok yet */
    char token[TOKEN_TEXT_SIZE]; /* for the cookie: of the session when ok, of the login when mfa_required */
};
/* The same answer and the same work for an unknown address and a wrong password. */
int session_login(struct worker *worker, struct pool *pool, const char *email, const char *password,
                  const struct visitor *from, struct login *out, struct err *err);

/* A session of a user who was authenticated; its token goes into the cookie. */
int session_begin(struct worker *worker, struct uuid account_id, struct uuid user_id, const struct visitor *from,
                  char token[TOKEN_TEXT_SIZE], struct err *err);

/*
 * With auth = remote_user: a session of the user whose address the web server names (case-insensitively). *out is NULL
 * if no user has it. remote_user must be set by the web server itself, never by a header of the client.
 */
int session_remote(struct worker *worker, struct pool *pool, const char *remote_user, const struct visitor *from,
                   char token[TOKEN_TEXT_SIZE], struct session **out, struct err *err);
/* Whether the session is that of the user whom the web server names. */
bool session_is_of(const struct session *session, const char *remote_user);

/* One database round trip, a second every few minutes of use to extend the session. *out is NULL if token is no
 * session (any text is allowed). */
int session_open(struct worker *worker, struct pool *pool, const char *token, struct session **out, struct err *err);
int session_logout(struct worker *worker, const char *token, struct err *err);

/* True if given is a CSRF token of that session token; constant time. Any text is allowed. */
bool session_csrf_valid(const char *token, const char *given);
/*
 * A CSRF token for any cookie token (also the one of the login page). Each call gives another one, valid as long as the
 * cookie's token, so that the sizes of compressed responses reveal nothing of it (BREACH).
 */
void session_csrf(const char *token, char out[TOKEN_TEXT_SIZE]);

#endif
