/*
 * Rows of checks: writing one with all that it changes, and reading back. The rules of store.h hold.
 */
#ifndef STORE_CHECKS_H
#define STORE_CHECKS_H

#include "base/base.h"
#include "model/check.h"
#include "store/store.h"

/* For each domain the last CHECKS_KEPT checks are kept, and of the earlier ones those whose result changed, up to
 * CHANGES_KEPT in all. */
enum { CHECKS_KEPT = 50, CHANGES_KEPT = 500 };

struct store_check {
    const struct domain *domain; /* id, and which records it has */
    const struct result *result; /* [RECORD_COUNT], by kind */
    bool changed;                /* its result differs from the check before it; a change of status counts anyway */
    const char *observations;    /* JSON */
};
enum store_check_written {
    STORE_CHECK_NO_DOMAIN, /* the domain was deleted while DNS was asked */
    STORE_CHECK_DROPPED,   /* nightly, and the domain is verified meanwhile: nothing was written */
    STORE_CHECK_KEPT,      /* it began before the check applied last: it changes neither status nor last check */
    STORE_CHECK_APPLIED    /* it is the domain's last check and determined its status */
};
/*
 * Derives the status from the row's current one, and writes domain, check, results, observations, events and counts in
 * one transaction. info: id, trigger, at and ms go in; status_before and status_after come out, unless NO_DOMAIN.
 */
int store_check_write(struct store *store, struct uuid account_id, const struct store_check *check,
                      struct check_info *info, const struct store_actor *actor, enum store_check_written *written,
                      struct err *err);

/* At most limit checks of a domain that began before `before` (ms UTC), newest first, in pool. */
int store_check_history(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                        int64_t before, int limit, struct past_check **out, size_t *count, struct err *err);
/* *observations NULL: the account's domain has no such check. */
int store_check_observed(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                         struct uuid check_id, int64_t *at, const char **observations, struct err *err);

#endif
