/*
 * The DKIM keys of a domain, and their rotation without unsigned mail: new keys (an RSA key, and an Ed25519 key if
 * dkim_ed25519 is set) are shown for publication, they sign only once DNS has all of them, and the old records remain
 * in DNS until the mail in transit that they signed has been delivered.
 */
#ifndef APP_DOMAIN_KEYS_H
#define APP_DOMAIN_KEYS_H

#include "app/app.h"
#include "model/domain_detail.h"

struct domain_keys {
    struct domain domain;
    struct domain_key *key; /* new, active, retired; the newest first */
    size_t count;
};
/* *out NULL: the account has no such domain. */
int domain_keys_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
                    struct domain_keys **out, struct err *err);

struct key_add {
    enum { KEY_NO_DOMAIN, KEY_ADDED, KEY_EXISTS /* there are new ones already */ } what;
    struct limited limited; /* when yes, nothing else is set */
};
int domain_key_add(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                   struct key_add *out, struct err *err);

struct key_check {
    bool found;                         /* there is a new key */
    bool changed;                       /* all new keys are in DNS: they sign from now on, and the old ones no more */
    struct limited limited;             /* when yes, nothing else is set */
    struct result result[RECORD_COUNT]; /* of the new keys' records, and of the domain's others */
};
/*
 * Asks DNS for the domain's records with the new keys. The change is one transaction: each mail is signed by the old or
 * by the new key. The observations count as a check of the domain.
 */
int domain_key_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                     struct key_check *out, struct err *err);

/* Deletes a retired key, or all new ones if it is new; selectors are not reused. *found false: no such key, or it
 * signs. */
int domain_key_drop(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                    struct uuid key_id, bool *found, struct err *err);

#endif
