/*
 * The records that a deleted domain leaves in its owner's DNS, and whether they are gone. The audit trail, which
 * outlives the domain, has the records; the answers of DNS are not stored.
 */
#ifndef APP_DOMAIN_DNS_LEFTOVERS_H
#define APP_DOMAIN_DNS_LEFTOVERS_H

#include "app/app.h"

struct dns_leftover {
    enum record_kind kind; /* RECORD_DKIM for every key */
    const char *host, *type;
    enum {
        LEFTOVER_NOT_ASKED,
        LEFTOVER_GONE,
        LEFTOVER_PRESENT,
        LEFTOVER_UNKNOWN /* DNS gave no usable answer */
    } state;
    const char *where; /* PRESENT: the name servers that still serve it, separated by commas; in pool */
};
struct dns_leftovers {
    struct name name;
    bool added_again; /* the account has the domain again: its return path is in use and not among the records */
    struct dns_leftover *record;
    size_t count;
};
/* *out NULL: the account never had such a domain, or still has it. */
int dns_leftovers_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
                      struct dns_leftovers **out, struct err *err);
/* As dns_leftovers_get, and asks every server of the zone. limited->yes: nothing was asked. */
int dns_leftovers_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                        struct dns_leftovers **out, struct limited *limited, struct err *err);

#endif
