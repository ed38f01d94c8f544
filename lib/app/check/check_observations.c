/*
 * Reading back who answered what. How it is kept as JSON is check_json's business, how it is shown the pages'.
 */
#include "base/base.h"

#include "app/check/check_observations.h"

#include "app/check/observations_codec.h"
#include "app/worker.h"

int answers_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                struct uuid check_id, struct answers **out, struct err *err)
{
    struct store *store = worker_store(worker);
    const char *json;
    int64_t at;
    *out = NULL;
    int rc = store_check_observed(store, pool, account_id, domain_id, check_id, &at, &json, err);
    if (rc != 0 || !json)
        return rc;
    *out = pool_alloc(pool, sizeof(**out));
    (*out)->at = at;
    observations_parse(pool, json, &(*out)->seen);
    return 0;
}
