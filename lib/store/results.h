/*
 * Inside the store: a check's results as one column of its row, a line each: record, required or advised, verdict, and
 * findings where there are any.
 */
#ifndef STORE_RESULTS_H
#define STORE_RESULTS_H

#include "store/store.h"

const char *results_text(struct pool *pool, const struct store_result *result, size_t count);
/* A record of another version is left out; what else does not read is ERR_FAULT. Findings in pool. */
int results_parse(struct pool *pool, const char *text, struct store_result result[RECORD_COUNT], size_t *count,
                  struct err *err);

#endif
