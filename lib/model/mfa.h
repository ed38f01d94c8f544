/*
 * A user's second factor: a TOTP secret (RFC 6238) that was started or confirmed, and how many recovery codes are left.
 */
#ifndef MODEL_MFA_H
#define MODEL_MFA_H

#include "base/base.h"

enum { TOTP_SECRET_SIZE = 20 }; /* bytes: as long as SHA-1's output (RFC 4226 4, R6) */

enum totp_state {
    TOTP_OFF,
    TOTP_STARTED,  /* there is a secret that no code has confirmed yet */
    TOTP_CONFIRMED /* a login needs a code */
};
struct totp {
    enum totp_state state;
    uint8_t secret[TOTP_SECRET_SIZE]; /* unless OFF; whoever reads it wipes it */
    int recovery_codes_left;
};

#endif
