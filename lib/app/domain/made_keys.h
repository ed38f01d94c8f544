/*
 * Inside the use cases: new DKIM keys for a domain, not yet stored in the database.
 */
#ifndef APP_DOMAIN_MADE_KEYS_H
#define APP_DOMAIN_MADE_KEYS_H

#include "base/base.h"
#include "base/err.h"
#include "mailauth/dkim_key.h"

/* The keys that a domain signs with: an RSA key, and an Ed25519 key if the platform uses them. */
struct made_keys {
    struct dkim_key *key[DKIM_ALGORITHM_COUNT]; /* NULL: none of that kind */
};
/* Verifies each: an unusable key must never reach the mail server. After an error there is nothing to free. */
int keys_make(bool ed25519, struct made_keys *out, struct err *err); /* keys_free */
void keys_free(struct made_keys *keys);

#endif
