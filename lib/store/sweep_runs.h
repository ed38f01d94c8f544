/*
 * Sweep runs, their batches and the domains in them. A run is one pass over all pending and lost domains, shared by any
 * number of processes; a batch is a range of domain.sweep_hash, leased to one process at a time. The conventions are
 * those of store.h.
 */
#ifndef STORE_SWEEP_RUNS_H
#define STORE_SWEEP_RUNS_H

#include "model/sweep.h"
#include "store/store.h"

struct store_sweep_run {
    struct uuid id;
    int64_t begun_at;
    bool finished;
    int batch_count; /* a power of two */
};
/*
 * The run that is due at due_at (ms UTC): made if there is none yet; of two that make it at once, one is. due_at 0: a
 * run that somebody asks for now; one that another process is at just now is shared, else a new one is made.
 */
int store_sweep_run_open(struct store *store, int64_t due_at, int64_t now, struct store_sweep_run *run,
                         struct err *err);

struct store_sweep_batch {
    int number;
    struct uuid owner;
    bool again; /* somebody began it before and did not finish */
};
/* Leases a batch for lease_ms by the database's clock. *found false: none is free now. */
int store_sweep_batch_claim(struct store *store, struct uuid run, int lease_ms, struct store_sweep_batch *batch,
                            bool *found, struct err *err);
/* *held false: the lease ran out and another has it, or it is done. */
int store_sweep_batch_renew(struct store *store, struct uuid run, const struct store_sweep_batch *batch, int lease_ms,
                            bool *held, struct err *err);
int store_sweep_batch_give_back(struct store *store, struct uuid run, const struct store_sweep_batch *batch,
                                struct err *err);
int store_sweep_batches_left(struct store *store, struct uuid run, int *left, struct err *err);
/* The batch is done and its counts are added to the run's, in one transaction; nothing happens when another has the
 * lease. */
int store_sweep_batch_done(struct store *store, struct uuid run, const struct store_sweep_batch *batch,
                           const struct sweep_counts *counts, int64_t now, struct err *err);

/* After the last batch. Also deletes runs of long ago. */
int store_sweep_run_finish(struct store *store, struct uuid run, int64_t now, struct err *err);
int store_sweep_run_counts(struct store *store, struct uuid run, struct sweep_counts *out, struct err *err);
int store_sweep_run_last(struct store *store, struct sweep_last *out, struct err *err);

/* A pending or lost domain, as the cheap question needs it; strings in pool. */
struct store_sweep_domain {
    struct uuid account_id, id;
    const char *name, *selector, *return_path_label;
    const char *selector_ed25519; /* NULL: it has no second key */
    const char *verdicts;         /* the last check's, for verdict_letter; NULL: never checked */
    uint32_t hash;
};
/* The next of that status in that batch, after (hash, id) *after; NULL: from its beginning. *count 0: there are no
 * more. */
int store_sweep_page(struct store *store, struct pool *pool, const struct store_sweep_run *run, int number,
                     enum status status, const struct store_sweep_domain *after, int limit,
                     struct store_sweep_domain **out, size_t *count, struct err *err);
/* How many domains of that batch became verified since then. */
int store_sweep_verified_since(struct store *store, const struct store_sweep_run *run, int number, int64_t since,
                               int64_t *count, struct err *err);

#endif
