/*
 * The second factor: codes that a user's device makes of a secret and the time (TOTP, RFC 6238, by liboath: SHA-1, 6
 * digits, 30 s, one step either way), and recovery codes in their place. No code is accepted twice. Users with TOTP
 * confirmed must enter a code after their password.
 */
#ifndef APP_AUTH_MFA_H
#define APP_AUTH_MFA_H

#include "app/auth/profile.h"
#include "model/mfa.h"

/* 80 random bits as "abcd-efgh-ijkl-mnop", base32 in lower case. */
enum { RECOVERY_CODES = 10, RECOVERY_CODE_SIZE = 20 };

/* The user's second factor as a page shows it. */
struct mfa {
    enum totp_state state;
    int recovery_codes_left; /* when confirmed */
    /* when started: */
    const char *secret;  /* base32 (RFC 4648 6) in groups of four */
    const char *uri;     /* the otpauth: URI that apps read */
    const char *qr_path; /* the URI as a QR code: the d of an SVG path in a square of qr_size, quiet zone included */
    int qr_size;         /* modules */
};
int mfa_get(struct worker *worker, struct pool *pool, const struct actor *actor, const char *email, struct mfa *out,
            struct err *err);
/* Makes a new secret to be confirmed; does nothing where a secret is confirmed already. */
int mfa_start(struct worker *worker, const struct actor *actor, struct err *err);

enum mfa_result {
    MFA_NOT_PENDING, /* no secret to confirm; no such login, or it has expired */
    MFA_CODE_WRONG,
    MFA_LIMITED,
    MFA_ACCEPTED
};
struct mfa_confirm {
    enum mfa_result what;
    struct limited limited;                        /* with MFA_LIMITED */
    char code[RECOVERY_CODES][RECOVERY_CODE_SIZE]; /* with MFA_ACCEPTED; they can not be shown again */
};
int mfa_confirm(struct worker *worker, const struct actor *actor, const char *code, struct mfa_confirm *out,
                struct err *err);
/* Removes the second factor; needs the password: OLD_WRONG, LIMITED or ACCEPTED. */
int mfa_disable(struct worker *worker, struct pool *pool, const struct actor *actor, const char *password,
                struct profile_password *out, struct err *err);
/* For the operator: removes the second factor of a user who has lost device and recovery codes. */
int mfa_remove(struct worker *worker, const struct actor *actor, struct uuid user_id, struct err *err);

/* --- at the login: token is that of struct login with mfa_required --- */
struct mfa_login {
    enum mfa_result what;
    struct limited limited;      /* with MFA_LIMITED */
    char token[TOKEN_TEXT_SIZE]; /* with MFA_ACCEPTED: the session's */
};
/* code NULL: only tells whether the login is pending a code (MFA_CODE_WRONG) or not (MFA_NOT_PENDING). */
int mfa_login(struct worker *worker, const char *token, const char *code, const struct visitor *from,
              struct mfa_login *out, struct err *err);

#endif
