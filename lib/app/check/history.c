/*
 * The list of a domain's checks for its history. The store decides which are kept (CHECKS_KEPT), the pages how they are
 * shown.
 */
#include "base/base.h"

#include "app/check/history.h"

#include "app/worker.h"
#include "store/checks.h"

int history_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid domain_id, int64_t before,
                struct history **out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct domain_detail *detail;
    struct past_check *check;
    size_t count;
    *out = NULL;
    int rc = domain_get(worker, pool, account_id, domain_id, &detail, err);
    if (rc != 0 || !detail)
        return rc;
    rc = store_check_history(store, pool, account_id, domain_id, before > 0 ? before : INT64_MAX, CHECKS_SHOWN + 1,
                             &check, &count, err);
    if (rc != 0)
        return rc;
    *out = pool_alloc(pool, sizeof(**out));
    **out = (struct history){
        .detail = detail, .check = check, .count = count, .shown = count < CHECKS_SHOWN ? count : CHECKS_SHOWN};
    return 0;
}

bool history_differs(const struct past_check *check, const struct past_check *earlier, enum record_kind kind)
{
    const struct result *one = &check->result[kind], *other = &earlier->result[kind];
    return check->known[kind] && earlier->known[kind] &&
           (one->verdict != other->verdict || one->findings != other->findings);
}
