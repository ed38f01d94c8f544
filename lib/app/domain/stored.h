/* Inside the use cases: stored rows as the values that pages and commands show, and what several of them write. */
#ifndef APP_DOMAIN_STORED_H
#define APP_DOMAIN_STORED_H

#include "app/domain/domain.h"
#include "store/store.h"

/* Records made again from the row, results unknown where the last check has none; in pool. */
struct domain_detail *stored_detail(struct pool *pool, const struct store_detail *row);
struct check_info stored_check_info(const struct store_check_info *row);
/* The words of a result's findings as a set; words of another version are left out. */
finding_set stored_findings(const char *words);

/* What a domain signs with: an RSA key, and an Ed25519 key where the platform wants one. Each was verified: an unusable
 * key must never reach the mail server. */
struct made_keys {
    struct dkim_key *key[DKIM_ALGORITHM_COUNT]; /* NULL: none of that kind */
};
int keys_make(bool ed25519, struct made_keys *out, struct err *err); /* keys_free */
void keys_free(struct made_keys *keys);

/* Writes what was seen as a check of the domain, *before; out->info and out->result are filled but for the status. */
int check_write(struct worker *worker, struct pool *pool, const struct actor *actor, const struct domain_detail *before,
                const struct observations *observations, struct domain_check *out, struct err *err);

#endif
