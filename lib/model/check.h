/*
 * A check of a domain: its trigger, the result for each record, and the resulting status of the domain.
 */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "base/base.h"
#include "model/dmarc.h"
#include "model/domain.h"
#include "model/fault.h"
#include "model/finding.h"
#include "model/record.h"

enum verdict { VERDICT_UNKNOWN, VERDICT_OK, VERDICT_MISSING, VERDICT_WRONG };
const char *verdict_word(enum verdict v);
bool verdict_parse(const char *word, enum verdict *out);

enum trigger { TRIGGER_NONE, TRIGGER_MANUAL, TRIGGER_NIGHTLY, TRIGGER_SHARE, TRIGGER_API, TRIGGER_CLI };
const char *trigger_word(enum trigger t);
bool trigger_parse(const char *word, enum trigger *out);

/* The evaluation of one record. */
struct result {
    enum record_kind kind;
    bool required;
    enum verdict verdict;
    finding_set findings; /* empty for a plain ok */
    /* Details for users; strings in pool, UTF-8 or ASCII, made printable; unset is NULL or 0 */
    const char *
        *found; /* the values that DNS gave for the record, printable (buf_add_printable); "found" of the JSON */
    size_t found_count;
    const char *where; /* the name at which it was found instead (name_doubled, at_apex, policy_exists at the parent),
                          or the CNAME's target */
    int servers_right; /* servers_disagree: "2 of 3 servers have it" */
    int servers_asked;
    int64_t old_until;                    /* cached_old: ms UTC at which the resolver drops the old answer */
    int found_length, expected_length;    /* truncated: bytes */
    enum fault fault;                     /* which reason of malformed, unusable or other_key */
    const char *offending_tag;            /* the tag that it is about, or NULL */
    const char *suggested;                /* dmarc, malformed or quoted: their own record put right, or NULL */
    const char *zone;                     /* the zone that holds the domain, NULL if unknown */
    const char *provider;                 /* id of the dns_provider of the zone, NULL if unknown */
    const struct effective_policy *dmarc; /* of the dmarc record; NULL for other records and without a usable answer */
};

enum { RESULT_FOUND_MAX = 8, RESULT_TEXT_MAX = 4096 }; /* of a result: values in found, bytes of each text */

/* The outcome of a check: its required records together. */
enum check_summary {
    CHECK_INCONCLUSIVE, /* none is missing or wrong, but DNS gave no usable answer for one; or no record was asked for
                         */
    CHECK_FAILED,       /* one is missing or wrong */
    CHECK_PASSED        /* all are right */
};
enum check_summary check_summary(const struct result result[RECORD_COUNT]);
/* Whether DNS gave no usable answer for a required record, regardless of the others. */
bool check_incomplete(const struct result result[RECORD_COUNT]);
/* How many records are right, including advised ones. */
int check_records_ok(const struct result result[RECORD_COUNT]);
/* Whether two checks have the same verdicts and findings for each record. */
bool check_same(const struct result one[RECORD_COUNT], const struct result other[RECORD_COUNT]);

/*
 * The status after a check (docs/design.md, section 2): PASSED verifies; FAILED takes STATUS_VERIFIED away, unless by
 * TRIGGER_NIGHTLY; INCONCLUSIVE does not change it.
 */
enum status status_after(enum status before, enum trigger trigger, enum check_summary summary);

/* A check that was run. */
struct check_info {
    struct uuid id;
    enum trigger trigger;
    int64_t at; /* when it began, ms UTC */
    int ms;     /* duration of DNS */
    enum status status_before, status_after;
};

/* A check as the history lists it. */
struct past_check {
    struct check_info info;
    const char *user;         /* e-mail of the user who ran it; "" for the sweep, the command line and the share link */
    bool known[RECORD_COUNT]; /* the check has a result for that record */
    struct result result[RECORD_COUNT]; /* by kind: verdict and findings alone */
};

/*
 * A check's verdicts in the database: the first letters of their words, for the records that the domain has, in the
 * order of enum record_kind. Returns the letter of one record; 0: the domain does not have it.
 */
char verdict_letter(const char *letters, enum record_kind kind);

#endif
