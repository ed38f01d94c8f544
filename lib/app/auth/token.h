/*
 * Inside the use cases: what the database stores of a token (base/random.h), so that a stolen copy of the database
 * opens nothing.
 */
#ifndef APP_AUTH_TOKEN_H
#define APP_AUTH_TOKEN_H

#include "store/store.h"

/* SHA-256 of the token: its 256 random bits need no slower hash. False for a text that is no token: it opens nothing.
 */
bool token_digest(const char *token, uint8_t out[TOKEN_HASH_SIZE]);

#endif
