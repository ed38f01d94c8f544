/*
 * Many domains added at once, out of a pasted list: each name with its own result.
 */
#ifndef APP_DOMAIN_DOMAIN_BULK_H
#define APP_DOMAIN_DOMAIN_BULK_H

#include "app/domain/domain.h"

enum { BULK_MAX = 100 }; /* names a time */

struct bulk_name {
    const char *typed; /* points into the input */
    size_t len;
    bool later;            /* not looked at: time or allowance ran out before */
    struct domain_add add; /* unless later */
};
struct bulk {
    size_t listed; /* how many names the list has; over BULK_MAX nothing was done and count is 0 */
    struct bulk_name *name;
    size_t count, added;
    struct limited limited; /* the allowance of additions ran out: when the later ones may be tried */
};
/*
 * Adds the names one after the other, as domain_add does, for about BULK_SECONDS at most: a key takes a tenth of a
 * second. A fault ends it with an error; what was added before stays, and is found as such when the list is given
 * again.
 */
enum { BULK_SECONDS = 12 };
int domain_add_bulk(struct worker *worker, struct pool *pool, const struct actor *actor, const char *input, size_t len,
                    struct bulk *out, struct err *err);

#endif
