/*
 * The names and the questions of a check: the records, the places where DNS panels misplace them, a wildcard probe
 * beside each host, and the parents of the DMARC tree walk. Made once for the questions, and found again from them for
 * the evaluation. Pure but for the random wildcard probe.
 */
#ifndef MAILAUTH_CHECK_NAMES_H
#define MAILAUTH_CHECK_NAMES_H

#include "base/pool.h"
#include "mailauth/name.h"
#include "model/check.h"
#include "model/domain.h"
#include "model/observation.h"
#include "model/record.h"

/* --- the questions --- */

enum { CHECK_QUESTIONS_MAX = 64 };

/* All questions of one check, without duplicates. Strings and *out[*count] in pool. */
void check_questions(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                     struct question **out, size_t *count);
/* The same, and whether the hosts to which the last check's DMARC policy sends reports accept them (RFC 9990 4). last:
 * that check's dmarc result, or NULL. */
void check_questions_after(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                           const struct result *last, struct question **out, size_t *count);

/* --- the names --- */

enum { DMARC_TREE_MAX = 8 /* RFC 9989 4.10: questions of one tree walk */, BASES_MAX = 2 };

/* All strings in pool; a name that would be over 253 bytes is left out. */
struct check_names {
    struct record record[RECORD_COUNT];
    const char *base[BASES_MAX]; /* the domain, and its organisational domain if that is another: what panels call "@"
                                    and append */
    size_t base_count;
    const char *duplicated[RECORD_COUNT][BASES_MAX]; /* host.base: the suffix twice; NULL if too long */
    const char *wildcard_probe[RECORD_COUNT]; /* a random name beside the host: only a wildcard answers for it. NULL if
                                                 not known */
    const char
        *tree[DMARC_TREE_MAX]; /* _dmarc.<parent>, the nearest first, up to the top-level domain (RFC 9989 4.10) */
    size_t tree_count;
};

/* All but the wildcard probes, which stay NULL. */
void check_names_of(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                    struct check_names *out);
/* Sets the wildcard probes to those that were asked; borrowed from observations. */
void check_names_find_wildcard_probes(const struct domain *domain, const struct observations *observations,
                                      struct check_names *names);

/* A new random name under parent that only a wildcard answers for: in pool; NULL if too long for DNS. */
const char *wildcard_probe_name(struct pool *pool, const char *parent);

/* Where host says whether it accepts reports about policy_domain (RFC 7489 7.1, RFC 9990 4): in pool; NULL if too long
 * for DNS. */
const char *report_question(struct pool *pool, const char *policy_domain, const char *host);

#endif
