/*
 * A sending domain of an account, its status, and the records that it needs.
 */
#ifndef MODEL_DOMAIN_H
#define MODEL_DOMAIN_H

#include "base/base.h"
#include "base/random.h"
#include "model/key.h"
#include "model/name.h"
#include "model/record.h"

enum status { STATUS_PENDING, STATUS_VERIFIED, STATUS_LOST, STATUS_COUNT }; /* zero: not authenticated */
const char *status_word(enum status s);
bool status_parse(const char *word, enum status *out);

enum domain_sort {
    SORT_NAME,
    SORT_STATUS,
    SORT_ADDED,
    SORT_CHECKED,
    SORT_COUNT
}; /* what a list of domains is ordered by; equal ones by name */

/* What the DNS must hold, and so all that is needed to make a domain's records again. */
struct domain {
    struct uuid id;
    struct uuid account_id;
    struct name name;
    enum status status;
    int64_t created_at;  /* ms UTC */
    int64_t verified_at; /* 0: never */
    int64_t checked_at;  /* 0: never */
    struct uuid last_check_id;
    int records_ok;    /* of the last check, optional ones too; for the overview */
    int records_total; /* then, and of a domain that was never checked: now */
    char selector[SELECTOR_SIZE];
    const char *public_b64; /* of the selector's key */
    char selector_ed25519[SELECTOR_SIZE];
    const char *public_ed25519;    /* NULL: the domain has no second key */
    const char *return_path_label; /* as they were when the domain was added: what the customer published stays right */
    const char *return_path_target;
};

/* Whether that record is one of the domain's, and how many it has. */
bool domain_has(const struct domain *domain, enum record_kind kind);
int domain_records(const struct domain *domain);

/* Fills out[RECORD_COUNT] in the order of enum record_kind; strings live in pool. What the domain does not have has no
 * host (NULL). */
struct pool;
void records_of(struct pool *pool, const struct domain *domain, struct record out[RECORD_COUNT]);

#endif
