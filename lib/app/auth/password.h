/*
 * Inside the use cases: Argon2id by libsodium (RFC 9106), 19 MiB and 2 passes. The process computes at most
 * PASSWORDS_AT_ONCE at once, so that a burst of logins exhausts neither memory nor cores. Thread-safe.
 */
#ifndef APP_AUTH_PASSWORD_H
#define APP_AUTH_PASSWORD_H

#include "base/base.h"
#include "base/err.h"

enum { PASSWORDS_AT_ONCE = 2, PASSWORD_HASH_SIZE = 128, PASSWORD_MIN = 8, PASSWORD_MAX = 1024 /* bytes */ };

/* Whether it may become a user's password: neither too short nor too long. */
bool password_acceptable(const char *password);

int password_hash(const char *password, char out[PASSWORD_HASH_SIZE], struct err *err);
/* hash NULL: of an unknown user; does the same work and returns false. */
bool password_matches(const char *hash, const char *password);

#endif
