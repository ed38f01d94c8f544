/*
 * The algorithms of DKIM keys and the size of a selector. Keys are made and verified in mailauth/dkim_key.h.
 */
#ifndef MODEL_KEY_H
#define MODEL_KEY_H

#include "base/base.h"

enum dkim_algorithm { DKIM_RSA, DKIM_ED25519, DKIM_ALGORITHM_COUNT }; /* index of arrays, no state: zero is RSA */
/* "rsa" and "ed25519": the k= of the record (RFC 6376 3.6.1, RFC 8463 4) and the word in the database. */
const char *dkim_algorithm_word(enum dkim_algorithm algorithm);
bool dkim_algorithm_parse(const char *word, enum dkim_algorithm *out);

enum { SELECTOR_SIZE = 11 }; /* "vm", 8 characters of a-z2-7, NUL */

#endif
