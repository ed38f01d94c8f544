/*
 * Rows of accounts. The use cases validate names.
 */
#include "base/base.h"

#include "store/accounts.h"
#include "store/query.h"

int store_account_add(struct store *store, struct uuid account_id, const char *name, int64_t now, struct err *err)
{
    int rc = query_again(store, NULL, QUERY(ACCOUNT_INSERT, arg_uuid(&account_id), arg_text(name), arg_int(now)), NULL,
                         NULL, err);
    /* The id is new: a duplicate means that the first of two attempts was done. */
    return rc == STORE_DUPLICATE ? 0 : store_outward(rc, err);
}
