/*
 * The DKIM keys of a domain, and replacing one without a moment in which mail leaves unsigned: a new key is shown to publish, signing changes
 * over only when DNS has it, and the old record stays in DNS until mail that it signed has been read.
 */
#ifndef APP_KEYS_H
#define APP_KEYS_H

#include "app/app.h"

enum key_state { KEY_NEW, KEY_ACTIVE, KEY_RETIRED, KEY_STATE_COUNT };

struct domain_key {
    struct uuid id;
    enum key_state state;
    char selector[SELECTOR_SIZE];
    struct record record; /* what the owner publishes for it */
    int64_t state_at;     /* since when it is in this state; 0: since it was made */
    int64_t removable_at; /* KEY_RETIRED: from then on its record may be removed from DNS */
    const char *public_b64;
};
struct domain_keys {
    struct domain domain;
    struct domain_key *key; /* new, active, retired; the newest first */
    size_t count;
};
/* *out NULL: the account has no such domain. */
int domain_keys_get(struct app *app, struct pool *pool, struct uuid account_id, struct uuid id, struct domain_keys **out, struct err *err);

struct key_add {
    enum { KEY_ADDED, KEY_EXISTS /* there is a new one already */, KEY_NO_DOMAIN } what;
    struct limited limited; /* when yes, nothing else is set */
};
int domain_key_add(struct app *app, struct pool *pool, const struct actor *actor, struct uuid id, struct key_add *out, struct err *err);

struct key_check {
    bool found;             /* there is a new key */
    bool changed;           /* it is in DNS: it signs from now on, and the old one no more */
    struct limited limited; /* when yes, nothing else is set */
    struct result result;   /* of the new key's record */
};
/* Asks DNS for the new key's record now. The change is one transaction: each mail is signed by the one or by the other. */
int domain_key_check(struct app *app, struct pool *pool, const struct actor *actor, struct uuid id, struct key_check *out, struct err *err);

/* Takes a new or retired key away; its selector is not given out again. *found false: no such key, or it signs. */
int domain_key_drop(struct app *app, const struct actor *actor, struct uuid id, struct uuid key_id, bool *found, struct err *err);

#endif
