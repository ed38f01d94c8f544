/*
 * Inside the use cases: e-mail addresses of users, as typed and as stored. An address is unique on the platform: a user
 * logs in with it.
 */
#ifndef APP_AUTH_EMAIL_ADDRESS_H
#define APP_AUTH_EMAIL_ADDRESS_H

#include "base/base.h"

enum { EMAIL_SIZE = 255 }; /* bytes with the NUL (RFC 5321 4.5.3.1.3) */

/* Whether a new user may have that address: it has the form of one. Does not test whether mail arrives there. */
bool email_is_valid(const char *typed);
/* As stored and compared: ASCII letters in lower case, and valid UTF-8 whatever was typed. A longer address is
 * truncated and so matches no user's. */
void email_normalize(const char *typed, char out[EMAIL_SIZE]);

#endif
