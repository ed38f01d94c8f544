/*
 * The words of DKIM algorithms, as records and the database write them, and of the states of keys.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/key.h"

LOOKUP_DEFINE(dkim_algorithm, enum dkim_algorithm, {DKIM_RSA, "rsa"}, {DKIM_ED25519, "ed25519"})
LOOKUP_DEFINE(key_state, enum key_state, {KEY_NEW, "new"}, {KEY_ACTIVE, "active"}, {KEY_RETIRED, "retired"})
