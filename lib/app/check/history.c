/*
 * The list of a domain's checks for its history. Which are kept is the store's business (CHECKS_KEPT), what they are
 * called the pages'.
 */
#include "base/base.h"

#include "app/check/history.h"

#include "app/domain/stored.h"
#include "app/worker.h"

static void take(const struct store_checked *row, struct checked *out)
{
    out->info = stored_check_info(&row->info);
    out->user = row->user;
    for (size_t i = 0; i < row->result_count; i++) {
        enum record_kind kind = row->result[i].kind;
        out->known[kind] = true;
        out->verdict[kind] = row->result[i].verdict;
        out->findings[kind] = stored_findings(row->result[i].findings);
    }
}

int history_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid domain_id, int64_t before,
                struct history **out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct domain_detail *detail;
    struct store_checked *rows;
    size_t count;
    *out = NULL;
    int rc = domain_get(worker, pool, account_id, domain_id, &detail, err);
    if (rc != 0 || !detail)
        return rc;
    rc = store_check_history(store, pool, account_id, domain_id, before > 0 ? before : INT64_MAX, CHECKS_SHOWN + 1,
                             &rows, &count, err);
    if (rc != 0)
        return rc;
    *out = pool_alloc(pool, sizeof(**out));
    (*out)->detail = detail;
    (*out)->check = pool_array(pool, count, sizeof(struct checked));
    (*out)->count = count;
    (*out)->shown = count < CHECKS_SHOWN ? count : CHECKS_SHOWN;
    for (size_t i = 0; i < count; i++)
        take(&rows[i], &(*out)->check[i]);
    return 0;
}

bool history_differs(const struct checked *check, const struct checked *earlier, enum record_kind kind)
{
    return check->known[kind] && earlier->known[kind] &&
           (check->verdict[kind] != earlier->verdict[kind] || check->findings[kind] != earlier->findings[kind]);
}
