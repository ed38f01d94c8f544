/*
 * The words of the DKIM algorithms, as records and the database write them.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/key.h"

LOOKUP_DEFINE(dkim_algorithm, enum dkim_algorithm, {DKIM_RSA, "rsa"}, {DKIM_ED25519, "ed25519"})
