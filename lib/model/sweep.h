/*
 * The counts of a sweep run, as the database stores them and command line and metrics show them.
 */
#ifndef MODEL_SWEEP_H
#define MODEL_SWEEP_H

#include "base/base.h"
#include "model/finding.h"

struct sweep_counts {
    int64_t looked_at, verified, pending, unknown; /* domains; verified: newly */
    int64_t finding[FINDING_COUNT];                /* number of domains with that finding */
};

/* The last complete nightly run. */
struct sweep_last {
    int64_t begun_at, finished_at; /* ms UTC; 0: there was none yet */
    struct sweep_counts counts;
};

#endif
