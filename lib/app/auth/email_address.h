/*
 * Inside the use cases: e-mail addresses of users, as typed and as kept. An address is unique on the platform: it is
 * what a user logs in with.
 */
#ifndef APP_AUTH_EMAIL_ADDRESS_H
#define APP_AUTH_EMAIL_ADDRESS_H

#include "base/base.h"

enum { EMAIL_SIZE = 255 };

/* Enough to be told from a typing mistake; whether mail arrives there is not asked. */
bool email_evaluate(const char *typed);
/* As stored and compared: ASCII letters small, and valid UTF-8 whatever was typed. Longer ones are cut and so match
 * nobody. */
void email_typed(const char *typed, char out[EMAIL_SIZE]);

#endif
