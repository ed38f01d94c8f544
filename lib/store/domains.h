/*
 * Rows of domains: the overview's pages, one domain with all that its page shows, adding, deleting. The rules of
 * store.h hold.
 */
#ifndef STORE_DOMAINS_H
#define STORE_DOMAINS_H

#include "base/base.h"
#include "model/dns_residue.h"
#include "model/domain_detail.h"
#include "store/store.h"

/*
 * A page of an account's domains, as model/domain.h says. filter->search: in lower case; ignores filter->after and
 * after_at: `after` is the place after which the page begins. One round trip; a second for a page without rows, and for
 * the end of the domains that were checked by SORT_CHECKED descending.
 */
int store_domain_page(struct store *store, struct pool *pool, struct uuid account_id,
                      const struct domain_filter *filter, const struct domain_place *after, struct domain_list *out,
                      struct err *err);

/* *out in pool; NULL: the account has no such domain. events: how many of the newest to read; 0: neither events nor
 * the link. One round trip, one more with events, and one more for a second key. */
int store_domain_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id, int events,
                     struct domain_detail **out, struct err *err);
int store_domain_id(struct store *store, struct uuid account_id, const char *ascii, bool *found, struct uuid *id,
                    struct err *err);

struct store_new_domain {
    const struct domain *domain; /* id, name, created_at, selectors, public keys and return path are read */
    const char *private_pem;
    const char *private_ed25519; /* where the domain has a second key */
};
/* Domain, keys, count and audit event in one transaction. *added: ADDED, EXISTS, NO_ACCOUNT or SELECTOR_TAKEN (this
 * name had that selector before: use another). */
int store_domain_add(struct store *store, struct uuid account_id, const struct store_new_domain *wanted,
                     const struct store_actor *actor, enum store_added *added, struct err *err);
/* Deletes everything of the domain in one transaction; its selectors are kept as tombstones, and so is the audit
 * trail. */
int store_domain_delete(struct store *store, struct uuid account_id, struct uuid id, const struct store_actor *actor,
                        int64_t now, bool *found, struct err *err);

/* The name of a deleted domain (NULL: none has that id) and its records that may be left in DNS; all zero where the
 * event does not have them. Strings in pool. */
int store_dns_residue(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id, const char **name,
                      struct dns_residue *out, struct err *err);

#endif
