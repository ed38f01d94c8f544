/*
 * Shared by the evaluations of one record by one server: the context of a check, the answers of one server read as TXT
 * records and CNAME chains (RFC 1034 3.6.2), and the resulting evaluation. evaluate_dkim, evaluate_return_path and
 * evaluate_dmarc evaluate the records; consensus combines the servers. For the files of lib/mailauth alone.
 */
#ifndef MAILAUTH_EVALUATE_H
#define MAILAUTH_EVALUATE_H

#include "base/pool.h"
#include "mailauth/check_names.h"
#include "model/check.h"
#include "model/dmarc.h"
#include "model/domain.h"
#include "model/observation.h"

enum { FOUND_MAX = 8, FOUND_LENGTH_MAX = 4096 /* bytes of one found value */ };

/* One check: its domain, the names asked, and the servers' answers. All borrowed for the check. */
struct evaluation_context {
    struct pool *pool;
    const struct domain *domain;
    const struct observations *observations;
    struct check_names names;
    int64_t now; /* ms UTC */
};

/* Stands for the recursive resolvers together: each question goes to the first that answers. */
enum { RESOLVER = -1 };

/* The answer to a question by a server of the zone (index into the observations' servers), or by the RESOLVER (a usable
 * answer before others); NULL if there is none. */
const struct observation *context_observation(const struct evaluation_context *context, const char *name,
                                              enum rr_type type, int server);

/* --- one record by one server --- */

/* One record by one server, or by the RESOLVER. A zeroed one is not usable. */
struct evaluation {
    bool usable;
    enum outcome why;               /* when not usable */
    uint32_t ttl;                   /* seconds for which a resolver may keep the answer; 0 unknown */
    const struct dmarc_tags *tags;  /* of the one valid DMARC policy, else NULL */
    const struct answer_rr *policy; /* the record of that policy, else NULL */
    struct result result;           /* when usable */
};

/* The server gave no usable answer; why says how its question ended. */
struct evaluation evaluation_unusable(enum outcome why);
/* A usable answer with its verdict and findings; ttl in seconds. */
struct evaluation evaluation_make(const struct evaluation_context *context, enum record_kind kind, enum verdict verdict,
                                  finding_set findings, uint32_t ttl);
/* Adds a value to the result's found values, made printable and truncated at FOUND_LENGTH_MAX; ignored beyond
 * FOUND_MAX. */
void add_found(const struct evaluation_context *context, struct result *result, const void *data, size_t len);

/* --- answers --- */

/* The TXT records at the end of a name's CNAME chain, by one server. */
enum txt_answer_state {
    TXT_UNUSABLE, /* no usable answer */
    TXT_FOUND,
    TXT_ABSENT,
    TXT_LOOP, /* the CNAME chain loops or has over CHAIN_MAX links */
};
enum { TXT_MAX = 64 };
struct txt_answer {
    enum txt_answer_state state;
    enum outcome outcome; /* ABSENT: NODATA or NXDOMAIN; UNUSABLE: why */
    const struct answer_rr *rr[TXT_MAX];
    size_t count;
    const char *alias; /* the end of the chain, NULL without a CNAME */
    uint32_t ttl;      /* seconds */
};
void txt_answer_at(const struct evaluation_context *context, const char *name, int server, struct txt_answer *out);
/* The same for records of type SPF (RFC 7208 3.1: obsolete), which some panels offer beside TXT; only those at name
 * itself. False if there are none. */
bool spf_type_answer_at(const struct evaluation_context *context, const char *name, int server, struct txt_answer *out);
/* Adds the answer's records to the found values. */
void add_found_txt(const struct evaluation_context *context, struct result *result, const struct txt_answer *txt);

enum { CHAIN_MAX = 8 }; /* CNAMEs of a chain that are followed */
/* The target of name's CNAME in o's answer, or NULL. */
const char *chain_next(const struct observation *o, const char *name);

/* The smallest TTL of the answer, or the negative TTL (RFC 2308 5), in seconds. */
uint32_t observation_ttl(const struct observation *o);

/* Whether a wildcard gives the host's answer, which is not the record, by that server: the wildcard probe has the
 * same records (RFC 4592). */
bool answered_by_wildcard(const struct evaluation_context *context, enum record_kind kind, int server);

#endif
