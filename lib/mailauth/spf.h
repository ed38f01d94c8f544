/*
 * SPF: check_host() of RFC 7208, for the platform's own return path: whether an address may send mail with that domain
 * in its envelope. Pure: the caller asks DNS.
 *
 * Does not follow macros, exists: and ptr, which no platform needs for its own addresses: such a term counts as a
 * lookup, matches nothing and is reported. Any thread.
 */
#ifndef MAILAUTH_SPF_H
#define MAILAUTH_SPF_H

#include "base/base.h"
#include "base/pool.h"
#include "model/observation.h"

enum { SPF_LOOKUPS_MAX = 10 /* RFC 7208 4.6.4 */, SPF_VOID_MAX = 2, SPF_MX_MAX = 10 };

enum spf_result {
    SPF_NONE,
    SPF_NEUTRAL,
    SPF_PASS,
    SPF_FAIL,
    SPF_SOFTFAIL,
    SPF_TEMPERROR,
    SPF_PERMERROR,
    SPF_RESULT_COUNT
};
const char *spf_result_word(enum spf_result result); /* "none", "neutral", "pass", … (RFC 7208 2.6) */

struct spf_address {
    int family;       /* AF_INET, AF_INET6 */
    uint8_t byte[16]; /* 4 or 16 of them, network order */
};
/* IPv4 or IPv6 text; an IPv4 address mapped into IPv6 becomes the IPv4 one (RFC 7208 5). */
bool spf_address_parse(const char *text, struct spf_address *out);

/* The answer to one question, or NULL when it could not be asked. Borrowed until spf_check returns. */
typedef const struct observation *spf_ask(void *self, const char *name, enum rr_type type);

struct spf_answer {
    enum spf_result result;
    const char *offending_term; /* PERMERROR, TEMPERROR: the term or name at fault; FAIL, SOFTFAIL, NEUTRAL: the term
                                   that matched; in pool; or NULL */
    int lookups;                /* terms that asked DNS, those of included records too */
    bool skipped;               /* a term was not followed (macro, exists, ptr) */
};
void spf_check(struct pool *pool, const struct spf_address *ip, const char *domain, spf_ask *ask, void *self,
               struct spf_answer *out);

/* Whether text is an SPF record: "v=spf1" and then a space or the end (RFC 7208 4.5). */
bool spf_is_record(const void *text, size_t len);

#endif
