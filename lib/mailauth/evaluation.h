/*
 * From records to questions, and from observations to verdicts (design, section 6). Pure: everything here is tested
 * as values. RFC 6376 (DKIM), RFC 8301, RFC 7489 and RFC 9989 (DMARC), RFC 1034 3.6.2 (CNAME).
 */
#ifndef MAILAUTH_EVALUATION_H
#define MAILAUTH_EVALUATION_H

#include "base/base.h"
#include "base/pool.h"
#include "mailauth/dns_provider.h"
#include "mailauth/name.h"
#include "model/check.h"
#include "model/domain.h"
#include "model/finding.h"
#include "model/observation.h"

enum { CHECK_QUESTIONS_MAX = 64 };

/*
 * All questions of one check: the records themselves and what explains a miss (the doubled name, the apex, other types
 * at the host, a random sibling for a wildcard, the DMARC tree). No duplicates; strings in pool.
 */
void check_questions(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                     struct question **out, size_t *count);
/* The same, and whether those accept that the last check's DMARC policy sends them its reports (RFC 9990 4). last: its
 * result, or NULL. */
void check_questions_after(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                           const struct result *last, struct question **out, size_t *count);

/*
 * Judges all records of domain; out[RECORD_COUNT] in the order of enum record_kind, unknown and not required for what
 * it does not have. now: ms UTC, for old_until.
 */
void check_evaluate(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                    const struct observations *observations, int64_t now, struct result out[RECORD_COUNT]);

#endif
