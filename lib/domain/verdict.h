/*
 * From records to questions, and from observations to verdicts (design, section 6). Pure: everything here is tested
 * as values. RFC 6376 (DKIM), RFC 8301, RFC 7489 and RFC 9989 (DMARC), RFC 1034 3.6.2 (CNAME).
 */
#ifndef DOMAIN_VERDICT_H
#define DOMAIN_VERDICT_H

#include "base/base.h"
#include "base/pool.h"
#include "domain/domain.h"
#include "domain/finding.h"
#include "domain/observation.h"

enum { CHECK_QUESTIONS_MAX = 64 };

/*
 * All questions of one check: the records themselves and what explains a miss (the doubled name, the apex, other types
 * at the host, a random sibling for a wildcard, the DMARC tree). No duplicates; strings in pool.
 */
void check_questions(struct pool *pool, const struct name_rules *rules, const struct domain *domain, struct question **out, size_t *count);

/* The judgement of one record. */
struct result {
    enum record_kind kind;
    bool required;
    enum verdict verdict;
    finding_set findings; /* empty for a plain ok */
    /* Details for people; strings in pool, UTF-8 or ASCII, made printable; unset is NULL or 0 */
    const char **found; /* the values that DNS gave for the record, printable (buf_add_printable); "found" of the JSON */
    size_t found_count;
    const char *where; /* the name at which it was found instead (name_doubled, at_apex, policy_exists at the parent), or the CNAME's target */
    int servers_right; /* servers_disagree: "2 of 3 servers have it" */
    int servers_asked;
    int64_t old_until;               /* cached_old: ms UTC at which the resolver drops the old answer */
    int found_length, wanted_length; /* truncated: bytes */
};

/* Judges all records of domain; out[RECORD_COUNT] in the order of enum record_kind. now: ms UTC, for old_until. */
void check_verdicts(struct pool *pool, const struct name_rules *rules, const struct domain *domain, const struct observations *seen, int64_t now,
                    struct result out[RECORD_COUNT]);

#endif
