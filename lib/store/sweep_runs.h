/*
 * Sweep runs, their batches and the domains in them. A run is one pass over all pending and lost domains, shared by any
 * number of processes; a batch is a range of domain.sweep_hash, leased to one process at a time. The rules of store.h
 * hold.
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
 * Opens the run that is due at due_at (ms UTC); makes it if it does not exist: of two processes that make it at once,
 * one does. due_at 0: a run on request; joins one that another process is working on, else makes a new one.
 */
int store_sweep_run_open(struct store *store, int64_t due_at, int64_t now, struct store_sweep_run *run,
                         struct err *err);

struct store_sweep_batch {
    int number;
    struct uuid owner;
    bool again; /* another process began it and did not finish */
};
/* Leases a batch for lease_ms by the database's clock. *found false: none is free now. */
int store_sweep_batch_claim(struct store *store, struct uuid run, int lease_ms, struct store_sweep_batch *batch,
                            bool *found, struct err *err);
/* *held false: the lease expired and another process has it, or the batch is done. */
int store_sweep_batch_renew(struct store *store, struct uuid run, const struct store_sweep_batch *batch, int lease_ms,
                            bool *held, struct err *err);
int store_sweep_batch_give_back(struct store *store, struct uuid run, const struct store_sweep_batch *batch,
                                struct err *err);
int store_sweep_batches_left(struct store *store, struct uuid run, int *left, struct err *err);
/* Marks the batch done and adds its counts to the run's, in one transaction; does nothing if another process has the
 * lease. */
int store_sweep_batch_done(struct store *store, struct uuid run, const struct store_sweep_batch *batch,
                           const struct sweep_counts *counts, int64_t now, struct err *err);

/* After the last batch. Also deletes old runs. */
int store_sweep_run_finish(struct store *store, struct uuid run, int64_t now, struct err *err);
int store_sweep_run_counts(struct store *store, struct uuid run, struct sweep_counts *out, struct err *err);
int store_sweep_run_last(struct store *store, struct sweep_last *out, struct err *err);

/* A pending or lost domain, with the fields of the cheap question; strings in pool. */
struct store_sweep_domain {
    struct uuid account_id, id;
    const char *name, *selector, *return_path_label;
    const char *selector_ed25519; /* NULL: it has no second key */
    const char *verdicts;         /* the last check's, for verdict_letter; NULL: never checked */
    uint32_t hash;
};
/* The next domains of that status in that batch, after (hash, id) *after; NULL: from its beginning. *count 0: there
 * are no more. */
int store_sweep_page(struct store *store, struct pool *pool, const struct store_sweep_run *run, int number,
                     enum status status, const struct store_sweep_domain *after, int limit,
                     struct store_sweep_domain **out, size_t *count, struct err *err);
/* How many domains of that batch have become verified since then. */
int store_sweep_verified_since(struct store *store, const struct store_sweep_run *run, int number, int64_t since,
                               int64_t *count, struct err *err);

#endif
