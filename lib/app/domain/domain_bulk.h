/*
 * Adds many domains from a pasted list: each name has its own result.
 */
#ifndef APP_DOMAIN_DOMAIN_BULK_H
#define APP_DOMAIN_DOMAIN_BULK_H

#include "app/domain/domain.h"

enum { BULK_MAX = 100 }; /* names in one request */

struct bulk_name {
    const char *typed; /* points into the input */
    size_t len;
    bool later;            /* not tried: time or allowance ran out before */
    struct domain_add add; /* unless later */
};
struct bulk {
    size_t listed; /* how many names the list has; with more than BULK_MAX nothing was done and count is 0 */
    struct bulk_name *name;
    size_t count, added;
    struct limited limited; /* the allowance of additions ran out: when the remaining ones may be tried */
};
/*
 * Adds the names one after the other, as domain_add does, for about BULK_SECONDS: a key takes a tenth of a second. A
 * fault ends it with an error; domains added before it remain, and are reported as EXISTS when the list is submitted
 * again.
 */
enum { BULK_SECONDS = 12 };
int domain_add_bulk(struct worker *worker, struct pool *pool, const struct actor *actor, const char *input, size_t len,
                    struct bulk *out, struct err *err);

#endif
