/*
 * Reads back the observations of a check. observations_codec.h defines their JSON; pages decide how to show them.
 */
#include "base/base.h"

#include "app/check/check_observations.h"

#include "app/check/observations_codec.h"
#include "app/worker.h"
#include "store/checks.h"

int check_observations_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                           struct uuid check_id, struct check_observations **out, struct err *err)
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
    observations_parse(pool, json, &(*out)->observations);
    return 0;
}
