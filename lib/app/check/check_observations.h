/*
 * The observations of a check, kept as they were seen: which server answered what, for users and for support. Evaluates
 * nothing.
 */
#ifndef APP_CHECK_CHECK_OBSERVATIONS_H
#define APP_CHECK_CHECK_OBSERVATIONS_H

#include "app/domain/domain.h"

struct check_observations {
    int64_t at;                       /* when the check began */
    struct observations observations; /* TXT data and addresses as printable text, truncated at 512 bytes */
};
/* check_id nil: none. *out is NULL if the account's domain has no such check (any more). Strings in pool. */
int check_observations_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                           struct uuid check_id, struct check_observations **out, struct err *err);

#endif
