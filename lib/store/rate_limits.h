/*
 * Rate limits, as rows: they hold across processes. The rules of store.h hold.
 */
#ifndef STORE_RATE_LIMITS_H
#define STORE_RATE_LIMITS_H

#include "store/store.h"

enum { LIMIT_SUBJECT_SIZE = 16 }; /* bytes */
/*
 * Takes one of `count` in `seconds` for subject (a hash of what is limited). *wait_ms: 0 if allowed, else ms until the
 * next is. Allows a burst of count, then one every seconds/count (GCRA, ITU-T I.371).
 */
int store_limit(struct store *store, const uint8_t subject[LIMIT_SUBJECT_SIZE], int count, int seconds, int64_t now,
                int64_t *wait_ms, struct err *err);

#endif
