/*
 * DKIM keys of a domain, as values: algorithm, state, selector. Keys are made and verified in mailauth/dkim_key.h.
 */
#ifndef MODEL_KEY_H
#define MODEL_KEY_H

#include "base/base.h"
#include "base/random.h"
#include "model/record.h"

enum dkim_algorithm { DKIM_RSA, DKIM_ED25519, DKIM_ALGORITHM_COUNT }; /* index of arrays, no state: zero is RSA */
/* "rsa" and "ed25519": the k= of the record (RFC 6376 3.6.1, RFC 8463 4) and the word in the database. */
const char *dkim_algorithm_word(enum dkim_algorithm algorithm);
bool dkim_algorithm_parse(const char *word, enum dkim_algorithm *out);

enum { SELECTOR_SIZE = 11 }; /* "vm", 8 characters of a-z2-7, NUL */

enum key_state {
    KEY_STATE_NONE, /* signs nothing */
    KEY_NEW,        /* shown to be published; signs nothing yet */
    KEY_ACTIVE,
    KEY_RETIRED, /* does not sign any more; its record must stay in DNS for a while */
    KEY_STATE_COUNT
};
const char *key_state_word(enum key_state state); /* "new", "active", "retired": the words in the database */
bool key_state_parse(const char *word, enum key_state *out);

struct domain_key {
    struct uuid id;
    enum dkim_algorithm algorithm;
    enum key_state state;
    char selector[SELECTOR_SIZE];
    const char *public_b64;
    int64_t state_at; /* since when it has this state, ms UTC; 0: since its domain was added */
    /* filled by app/domain/keys: */
    struct record record; /* that the owner publishes for it */
    int64_t removable_at; /* RETIRED: when its record may be removed from DNS, ms UTC */
};
/* Keys that change over together: at most one of each algorithm, the RSA key first. */
struct key_set {
    struct domain_key key[DKIM_ALGORITHM_COUNT];
    size_t count;
};

#endif
