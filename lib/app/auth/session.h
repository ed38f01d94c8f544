/*
 * Logging in, being logged in, logging out. Tokens are 256 random bits, stored as SHA-256; passwords are Argon2id
 * (libsodium, 19 MiB, 2 passes), with a cap on how many are computed at once.
 */
#ifndef APP_AUTH_SESSION_H
#define APP_AUTH_SESSION_H

#include "app/app.h"
#include "model/user.h"

struct identity {
    struct uuid account_id;
    const char *account_name;
    struct uuid user_id;
    const char *email;
    enum role role;
    bool has_language;
    enum lang language; /* the user's own setting, when has_language */
    bool prolonged;     /* the session's end moved on just now, and so should its cookie's: every few minutes of use */
    char csrf[TOKEN_TEXT_SIZE]; /* derived from the session's token, another at each request; nothing to store */
};

struct login {
    bool ok;
    struct limited limited;
    bool wants_code; /* the password was right, and a second factor is wanted: app/auth/second_factor.h; not ok yet */
    char token[TOKEN_TEXT_SIZE]; /* for the cookie: of the session when ok, of the login when wants_code */
};
/* The same answer and the same work for an unknown address and a wrong password. */
int session_login(struct worker *worker, struct pool *pool, const char *email, const char *password,
                  const struct visitor *from, struct login *out, struct err *err);

/* A session of a user who has shown who he is; its token goes into the cookie. */
int session_begin(struct worker *worker, struct uuid account_id, struct uuid user_id, const struct visitor *from,
                  char token[TOKEN_TEXT_SIZE], struct err *err);

/*
 * With auth = remote_user: a session of the user whose address the web server says (in whatever letters), and who that
 * is. *out is NULL if nobody has it. remote_user must be the web server's own word, never a header of the client.
 */
int session_remote(struct worker *worker, struct pool *pool, const char *remote_user, const struct visitor *from,
                   char token[TOKEN_TEXT_SIZE], struct identity **out, struct err *err);
/* Whether the session is still that of who the web server says. */
bool session_is_of(const struct identity *who, const char *remote_user);

/* One database round trip. *out is NULL if token is no session (any text is allowed). */
int session_open(struct worker *worker, struct pool *pool, const char *token, struct identity **out, struct err *err);
int session_logout(struct worker *worker, const char *token, struct err *err);

/* True if given is a CSRF token of that session token; constant time. Any text is allowed. */
bool session_csrf_valid(const char *token, const char *given);
/*
 * A CSRF token that belongs to any cookie token (also the one of the login page). Another one at each call, and each is
 * good as long as the cookie's: so what compressed answers weigh tells nothing about it (BREACH).
 */
void session_csrf(const char *token, char out[TOKEN_TEXT_SIZE]);

#endif
