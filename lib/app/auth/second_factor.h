/*
 * The second factor: codes that a user's device makes of a secret and the time (TOTP, RFC 6238, by liboath: SHA-1, 6
 * digits, 30 s, one step either way), and recovery codes in their place. No code opens twice. Who has it is asked for
 * one after his password.
 */
#ifndef APP_AUTH_SECOND_FACTOR_H
#define APP_AUTH_SECOND_FACTOR_H

#include "app/auth/profile.h"

enum {
    RECOVERY_CODES = 10,
    RECOVERY_CODE_SIZE = 20
}; /* 80 random bits as "abcd-efgh-ijkl-mnop", base32 in small letters */

struct second_factor {
    bool on, started; /* started: a secret is there that no code has confirmed yet */
    int codes_left;   /* recovery codes, when on */
    const char *secret,
        *uri; /* when started: base32 (RFC 4648 6) in groups of four, and the otpauth: URI that apps read */
    const char
        *qr_path; /* the URI as a QR code: the d of an SVG path in a square of qr_size, its quiet zone included */
    int qr_size;
};
int second_factor_get(struct worker *worker, struct pool *pool, const struct actor *actor, const char *email,
                      struct second_factor *out, struct err *err);
/* A new secret to be confirmed; where it is on already nothing happens. */
int second_factor_start(struct worker *worker, const struct actor *actor, struct err *err);

struct second_factor_confirm {
    enum { FACTOR_CONFIRMED, FACTOR_WRONG_CODE, FACTOR_NOT_STARTED, FACTOR_LIMITED } what;
    struct limited limited;
    char code[RECOVERY_CODES][RECOVERY_CODE_SIZE]; /* with FACTOR_CONFIRMED; never to be seen again */
};
int second_factor_confirm(struct worker *worker, const struct actor *actor, const char *code,
                          struct second_factor_confirm *out, struct err *err);
/* Wants the password: PASSWORD_CHANGED, PASSWORD_OLD_WRONG or PASSWORD_LIMITED. */
int second_factor_off(struct worker *worker, struct pool *pool, const struct actor *actor, const char *password,
                      struct password_change *out, struct err *err);
/* For the operator, of a user who has lost device and codes. */
int second_factor_drop(struct worker *worker, const struct actor *actor, struct uuid user_id, struct err *err);

/* --- at the login: token is that of struct login with wants_code --- */
struct second_factor_login {
    enum { FACTOR_LOGGED_IN, FACTOR_WRONG, FACTOR_GONE /* too late, or no such login */, FACTOR_TOO_OFTEN } what;
    struct limited limited;
    char token[TOKEN_TEXT_SIZE]; /* the session's, with FACTOR_LOGGED_IN */
};
/* code NULL: only whether the login waits (FACTOR_WRONG) or not (FACTOR_GONE). */
int second_factor_login(struct worker *worker, const char *token, const char *code, const struct visitor *from,
                        struct second_factor_login *out, struct err *err);

#endif
