/*
 * From records to questions, and from observations to verdicts (design, section 6). Pure: everything here is tested
 * as values. RFC 6376 (DKIM), RFC 8301, RFC 7489 and RFC 9989 (DMARC), RFC 1034 3.6.2 (CNAME).
 */
#ifndef MAILAUTH_EVALUATION_H
#define MAILAUTH_EVALUATION_H

#include "base/base.h"
#include "base/pool.h"
#include "mailauth/dmarc_record.h"
#include "mailauth/dns_provider.h"
#include "model/domain.h"
#include "model/finding.h"
#include "model/observation.h"

enum { CHECK_QUESTIONS_MAX = 64 };

struct result;

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

/* One host to which a policy sends reports, outside the organisational domain of who published it (RFC 7489 7.1, RFC
 * 9990 4). */
struct report_host {
    const char *host;
    enum { REPORT_NOT_ASKED, REPORT_ACCEPTED, REPORT_REFUSED } accepts;
};

/* The policy that receivers apply to mail from the domain that does not pass, and what it asks of ours. */
struct dmarc_outlook {
    enum dmarc_policy policy; /* by RFC 9989: own, of the organisational domain by the tree walk, or of the public
                                 suffix; UNSET: none */
    const char *where;        /* whose: a domain's name; NULL without a policy */
    enum dmarc_policy older;  /* by RFC 7489: own, or of the organisational domain by the public suffix list */
    const char *older_where;
    bool strict_dkim, strict_spf; /* adkim=s, aspf=s */
    bool spf_apart;               /* psd=y: the return path is of another organisational domain */
    bool testing;                 /* t=y */
    unsigned old_tags;            /* enum dmarc_old_tag */
    int pct;
    struct report_host report[REPORT_HOSTS_MAX];
    size_t report_count;
};

/* The judgement of one record. */
struct result {
    enum record_kind kind;
    bool required;
    enum verdict verdict;
    finding_set findings; /* empty for a plain ok */
    /* Details for people; strings in pool, UTF-8 or ASCII, made printable; unset is NULL or 0 */
    const char *
        *found; /* the values that DNS gave for the record, printable (buf_add_printable); "found" of the JSON */
    size_t found_count;
    const char *where; /* the name at which it was found instead (name_doubled, at_apex, policy_exists at the parent),
                          or the CNAME's target */
    int servers_right; /* servers_disagree: "2 of 3 servers have it" */
    int servers_asked;
    int64_t old_until;                 /* cached_old: ms UTC at which the resolver drops the old answer */
    int found_length, wanted_length;   /* truncated: bytes */
    enum fault fault;                  /* which reason of malformed, unusable or other_key */
    const char *culprit;               /* the tag that it is about, or NULL */
    const char *mended;                /* dmarc, malformed or quoted: their own record put right, or NULL */
    const char *zone;                  /* the zone that holds the domain, NULL if unknown */
    const char *provider;              /* who serves it: id of a dns_provider, NULL if unknown */
    const struct dmarc_outlook *dmarc; /* of the dmarc record; NULL elsewhere and where DNS gave too little */
};

/*
 * Judges all records of domain; out[RECORD_COUNT] in the order of enum record_kind, unknown and not required for what
 * it does not have. now: ms UTC, for old_until.
 */
void check_verdicts(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                    const struct observations *seen, int64_t now, struct result out[RECORD_COUNT]);

#endif
