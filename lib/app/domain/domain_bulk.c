/*
 * Adding many domains: splits the list, keeps to the web server's timeout and to the allowance, and leaves each
 * addition to domain_add.
 */
#include "base/base.h"

#include "app/domain/domain_bulk.h"

#include "app/domain/name_list.h"
#include "base/clock.h"

static size_t names_in(const char *input, size_t len)
{
    const char *at = input, *piece;
    size_t piece_len, count = 0;
    while (name_list_next(&at, input + len, &piece, &piece_len))
        count++;
    return count;
}

int domain_add_bulk(struct worker *worker, struct pool *pool, const struct actor *actor, const char *input, size_t len,
                    struct bulk *out, struct err *err)
{
    int64_t until = clock_mono_us() + BULK_SECONDS * (int64_t)1000000;
    const char *at = input;
    *out = (struct bulk){.listed = names_in(input, len)};
    if (out->listed > BULK_MAX)
        return 0;
    out->name = pool_array(pool, out->listed, sizeof(*out->name));
    for (; out->count < out->listed; out->count++) {
        struct bulk_name *name = &out->name[out->count];
        *name = (struct bulk_name){0};
        if (!name_list_next(&at, input + len, &name->typed, &name->len))
            break;
        name->later = out->limited.yes || clock_mono_us() > until;
        if (name->later)
            continue;
        int rc = domain_add(worker, actor, name->typed, name->len, &name->add, err);
        if (rc != 0)
            return rc;
        name->later = name->add.limited.yes;
        if (name->later)
            out->limited = name->add.limited;
        else
            out->added += name->add.what == DOMAIN_ADDED;
    }
    return 0;
}
