/*
 * Tests everything that an operator must configure, one after another: database, templates, resolvers, the platform's
 * own return-path target and sending addresses, the mail server. Each test reports what it found and, when that is
 * wrong, what to do.
 */
#ifndef APP_DOCTOR_DOCTOR_H
#define APP_DOCTOR_DOCTOR_H

#include "app/app.h"
#include "app/doctor/diagnosis.h"

/* Runs all tests; strings in pool. Fails only for local reasons (memory): everything else is a diagnosis. */
void doctor_examine(struct worker *worker, struct pool *pool, enum lang lang, struct diagnosis **out, size_t *count);

#endif
