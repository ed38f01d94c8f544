/*
 * What the evaluates of the records share with verdict.c, which combines what they say about each server. For the
 * files of lib/domain alone.
 */
#ifndef MAILAUTH_EVALUATE_H
#define MAILAUTH_EVALUATE_H

#include "base/pool.h"
#include "mailauth/check_names.h"
#include "model/check.h"
#include "model/dmarc.h"
#include "model/domain.h"
#include "model/observation.h"

enum { FOUND_MAX = RESULT_FOUND_MAX, FOUND_LENGTH_MAX = RESULT_TEXT_MAX };

/* One check as the evaluates see it. */
struct evaluation_context {
    struct pool *pool;
    const struct domain *domain;
    const struct observations *observations;
    struct check_names names;
    int64_t now; /* ms UTC */
};

/* Stands for the recursive resolvers together: each question is asked of the first that answers. */
enum { RESOLVER = -1 };

/* The answer to a question by a server of the zone, or by the RESOLVER (a usable one before others); NULL if there is
 * none. */
const struct observation *context_observation(const struct evaluation_context *context, const char *name,
                                              enum rr_type type, int server);

/* One record by one server, or by the RESOLVER. */
struct evaluation {
    bool usable;
    enum outcome why;               /* when not usable */
    uint32_t ttl;                   /* seconds for which a resolver may keep the answer; 0 unknown */
    const struct dmarc_tags *tags;  /* of the one valid DMARC policy, else NULL */
    const struct answer_rr *policy; /* the record of that */
    struct result result;
};

/* The server gave no usable answer; why says how its question ended. */
struct evaluation evaluation_unusable(enum outcome why);
/* A usable answer with its verdict and findings; ttl in seconds. */
struct evaluation evaluation_make(const struct evaluation_context *context, enum record_kind kind, enum verdict verdict,
                                  finding_set findings, uint32_t ttl);
/* Adds a value to the result's found values, made printable and cut at FOUND_LENGTH_MAX; ignored beyond FOUND_MAX. */
void add_found(const struct evaluation_context *context, struct result *result, const void *data, size_t len);

/* --- answers --- */

/* The TXT records at the end of a name's CNAME chain, by one server. */
enum txt_answer_state { TXT_FOUND, TXT_ABSENT, TXT_LOOP, TXT_UNUSABLE };
enum { TXT_MAX = 64 };
struct txt {
    enum txt_answer_state state;
    enum outcome outcome; /* ABSENT: NODATA or NXDOMAIN; UNUSABLE: why */
    const struct answer_rr *rr[TXT_MAX];
    size_t count;
    const char *alias; /* the end of the chain, NULL without a CNAME */
    uint32_t ttl;      /* seconds */
};
void txt_answer_at(const struct evaluation_context *context, const char *name, int server, struct txt *out);

/* The same for strings of type SPF, which some panels offer beside TXT; only what stands at name itself. False where
 * there are none. */
bool spf_type_answer_at(const struct evaluation_context *context, const char *name, int server, struct txt *out);

enum { CHAIN_MAX = 8 }; /* CNAMEs of a chain that are followed */
/* The target of name's CNAME in o's answer, or NULL. */
const char *chain_next(const struct observation *o, const char *name);

/* The smallest TTL of the answer, or the negative TTL (RFC 2308 5), in seconds. */
uint32_t observation_ttl(const struct observation *o);

struct evaluation evaluation_unusable(enum outcome why);
struct evaluation evaluation_make(const struct evaluation_context *context, enum record_kind kind, enum verdict verdict,
                                  finding_set findings, uint32_t ttl);
/* Adds a value to found, made printable; over FOUND_MAX it is left out. */
void add_found(const struct evaluation_context *context, struct result *result, const void *data, size_t len);
void add_found_txt(const struct evaluation_context *context, struct result *result, const struct txt *txt);

struct evaluation evaluate_dkim(const struct evaluation_context *context, const char *host, int server);
struct evaluation evaluate_dkim_ed25519(const struct evaluation_context *context, const char *host, int server);
struct evaluation evaluate_return_path(const struct evaluation_context *context, const char *host, int server);
/* What holds for the domain's mail (effective_policy.c); in pool. NULL where too little is known. */
const struct effective_policy *effective_policy_find(const struct evaluation_context *context,
                                                     const struct name_rules *rules);
/* One opinion on host of all that were asked: the authoritative servers' where there is one, else the resolver's. Not
 * usable where none is. */
struct evaluation consensus_evaluation(const struct evaluation_context *context, enum record_kind kind,
                                       const char *host);

struct evaluation evaluate_dmarc(const struct evaluation_context *context, const char *host, int server);

/* Whether the host's answer (not right) is what a wildcard gives to any name, by that server. */
bool answered_by_wildcard(const struct evaluation_context *context, enum record_kind kind, int server);

#endif
