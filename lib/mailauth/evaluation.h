/*
 * From observations to verdicts: all records of one check (docs/design.md, section 6). Pure. RFC 6376 (DKIM), RFC 8301,
 * RFC 7489 and RFC 9989 (DMARC), RFC 1034 3.6.2 (CNAME). Any thread.
 */
#ifndef MAILAUTH_EVALUATION_H
#define MAILAUTH_EVALUATION_H

#include "base/base.h"
#include "base/pool.h"
#include "mailauth/check_names.h"
#include "mailauth/name.h"
#include "model/check.h"
#include "model/domain.h"
#include "model/observation.h"

/*
 * Evaluates all records of domain; out[RECORD_COUNT] in the order of enum record_kind, unknown and not required for
 * those that it does not have. now: ms UTC, for old_until. Strings of out in pool or borrowed from domain and
 * observations.
 */
void check_evaluate(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                    const struct observations *observations, int64_t now, struct result out[RECORD_COUNT]);

#endif
