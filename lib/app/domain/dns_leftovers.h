/*
 * What a deleted domain leaves in its owner's DNS: which records to take away, and whether they are gone. Known from
 * the audit trail, which outlives the domain; nothing is kept of what DNS says.
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
    const char *where; /* PRESENT: the name servers that still have it, with commas between; in pool */
};
struct dns_leftovers {
    struct name name;
    bool added_again; /* the account has it once more: the return path is wanted then, and is not among the records */
    struct dns_leftover *record;
    size_t count;
};
/* *out NULL: the account never had such a domain, or has it still. */
int dns_leftovers_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
                      struct dns_leftovers **out, struct err *err);
/* The same, and DNS is asked now: every server of the zone. limited->yes: nothing was asked. */
int dns_leftovers_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                        struct dns_leftovers **out, struct limited *limited, struct err *err);

#endif
