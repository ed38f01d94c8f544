/*
 * The names that one check asks for: made once for the questions, and found again from them for the verdicts.
 */
#ifndef MAILAUTH_CHECK_NAMES_H
#define MAILAUTH_CHECK_NAMES_H

#include "base/pool.h"
#include "mailauth/name.h"
#include "model/domain.h"
#include "model/observation.h"

enum { DMARC_TREE_MAX = 8 /* RFC 9989: questions of one tree walk */, DOUBLED_MAX = 2, BASES_MAX = 2 };

/* All strings in pool; a name that would be over 253 bytes is left out. */
struct check_names {
    struct record record[RECORD_COUNT];
    const char *base[BASES_MAX]; /* the domain, and its organisational domain if that is another: what panels call "@"
                                    and append */
    size_t base_count;
    const char *duplicated[RECORD_COUNT][BASES_MAX]; /* host.base; NULL if too long */
    const char *wildcard_probe[RECORD_COUNT]; /* a name beside the host that nobody made: only a wildcard answers for
                                          it. NULL if not known */
    const char
        *tree[DMARC_TREE_MAX]; /* _dmarc.<parent>, the nearest first, up to the top-level domain (RFC 9989 4.10) */
    size_t tree_count;
};

/* Without siblings. */
void check_names_of(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                    struct check_names *out);
/* Those that were asked. */
void check_names_find_wildcard_probes(const struct domain *domain, const struct observations *observations,
                                      struct check_names *names);

/* A new random name under parent that only a wildcard answers for: in pool; NULL if too long for DNS. */
const char *wildcard_probe_name(struct pool *pool, const char *parent);

/* Where host says whether it accepts reports about policy_domain (RFC 7489 7.1, RFC 9990 4): in pool; NULL if too long
 * for DNS. */
const char *report_question(struct pool *pool, const char *policy_domain, const char *host);

#endif
