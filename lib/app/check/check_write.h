/*
 * Inside the use cases: writes the observations of a domain as a check of it.
 */
#ifndef APP_CHECK_CHECK_WRITE_H
#define APP_CHECK_CHECK_WRITE_H

#include "app/domain/domain.h"
#include "model/observation.h"

/*
 * before: the domain and its last check. Writes out->info (id, trigger, at, ms) and out->result; fills the statuses,
 * found and detail.
 */
int check_write(struct worker *worker, struct pool *pool, const struct actor *actor, const struct domain_detail *before,
                const struct observations *seen, struct domain_check *out, struct err *err);

#endif
