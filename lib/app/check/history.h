/*
 * The checks of a domain that are kept, newest first: the last ones, and of the earlier ones only those whose result
 * differed from the check before.
 */
#ifndef APP_CHECK_HISTORY_H
#define APP_CHECK_HISTORY_H

#include "app/domain/domain.h"
#include "model/check.h"

enum { CHECKS_SHOWN = 25 };

struct history {
    struct domain_detail *detail;
    struct past_check *check; /* newest first; includes the one after the last shown, for comparison */
    size_t count, shown;      /* shown <= CHECKS_SHOWN, count is at most one more */
};
/* before: ms UTC, only checks that began before it; 0 for the newest. *out is NULL if the account has no such domain.
 */
int history_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid domain_id, int64_t before,
                struct history **out, struct err *err);

/* Whether a record's result differs from that in the check before. */
bool history_differs(const struct past_check *check, const struct past_check *earlier, enum record_kind kind);

#endif
