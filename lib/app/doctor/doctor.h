/*
 * Everything an operator must have right, tested one after another: database, templates, resolvers, the platform's own
 * return-path target and sending addresses, the mail server. Each test says what it found and, when that is not right,
 * what to do.
 */
#ifndef APP_DOCTOR_DOCTOR_H
#define APP_DOCTOR_DOCTOR_H

#include "app/app.h"
#include "app/doctor/diagnosis.h"

/* Runs all tests; strings in pool. Only what is local fails (memory): everything else is a diagnosis. */
void doctor_examine(struct worker *worker, struct pool *pool, enum lang lang, struct diagnosis **out, size_t *count);

#endif
