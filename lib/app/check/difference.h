/*
 * Which characters differ between an expected and a found value: runs of equal, missing and extra characters, for
 * display. Both texts may come from strangers; sizes are bounded.
 */
#ifndef APP_CHECK_DIFFERENCE_H
#define APP_CHECK_DIFFERENCE_H

#include "base/base.h"
#include "base/pool.h"

enum run_kind {
    RUN_EQUAL,
    RUN_MISSING, /* expected, not found */
    RUN_EXTRA,   /* found, not expected */
    RUN_SKIPPED, /* the rest of the run before it, which is too long to show; text is NULL */
};

struct run {
    enum run_kind kind;
    const char *text; /* UTF-8 */
};

enum { RUNS_MAX = 48, DIFFERENCE_BYTES_MAX = 2048 /* of each text: a longer one is no near miss */ };

struct difference {
    bool near; /* more than half of the expected text was found: a typing mistake. Only then are there runs */
    struct run run[RUNS_MAX];
    size_t count;
};

/* expected, found: UTF-8; spaces are left out of the comparison. Runs' texts in pool. Equal texts are not near: there
 * is nothing to show. */
void difference_of(struct pool *pool, const char *expected, const char *found, struct difference *out);

#endif
