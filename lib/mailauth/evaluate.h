/*
 * What the judges of the records share with verdict.c, which combines what they say about each server. For the
 * files of lib/domain alone.
 */
#ifndef MAILAUTH_EVALUATE_H
#define MAILAUTH_EVALUATE_H

#include "base/pool.h"
#include "mailauth/check_names.h"
#include "mailauth/dmarc_record.h"
#include "mailauth/evaluation.h"
#include "model/check.h"
#include "model/dmarc.h"

enum { FOUND_MAX = RESULT_FOUND_MAX, FOUND_LENGTH_MAX = RESULT_TEXT_MAX };

/* One check as the judges see it. */
struct sight {
    struct pool *pool;
    const struct domain *domain;
    const struct observations *seen;
    struct check_names names;
    int64_t now;
};

/* Stands for the recursive resolvers together: each question is asked of the first that answers. */
enum { RESOLVER = -1 };

/* The answer to a question by a server of the zone, or by the RESOLVER (a usable one before others); NULL if there is
 * none. */
const struct observation *seen_at(const struct sight *s, const char *name, enum rr_type type, int server);

/* One record by one server, or by the RESOLVER. */
struct judgement {
    bool usable;
    enum outcome why;               /* when not usable */
    uint32_t ttl;                   /* seconds for which a resolver may keep what was seen; 0 unknown */
    const struct dmarc_tags *tags;  /* of the one valid DMARC policy, else NULL */
    const struct answer_rr *policy; /* the record of that */
    struct result r;
};

/* The TXT records at the end of a name's CNAME chain, by one server. */
enum texts_state { TEXTS_HERE, TEXTS_ABSENT, TEXTS_LOOP, TEXTS_UNUSABLE };
enum { TEXTS_MAX = 64 };
struct texts {
    enum texts_state state;
    enum outcome outcome; /* ABSENT: NODATA or NXDOMAIN; UNUSABLE: why */
    const struct answer_rr *rr[TEXTS_MAX];
    size_t count;
    const char *alias; /* the end of the chain, NULL without a CNAME */
    uint32_t ttl;
};
void texts_at(const struct sight *s, const char *name, int server, struct texts *out);

/* The same for strings of type SPF, which some panels offer beside TXT; only what stands at name itself. False where
 * there are none. */
bool spf_texts_at(const struct sight *s, const char *name, int server, struct texts *out);

/* The target of name's CNAME in o's answer, or NULL. */
const char *chain_next(const struct observation *o, const char *name);
enum { CHAIN_MAX = 8 }; /* CNAMEs of a chain that are followed */

/* The smallest TTL of the answer, or the negative one. */
uint32_t observation_ttl(const struct observation *o);

struct judgement unusable(enum outcome why);
struct judgement judged(const struct sight *s, enum record_kind kind, enum verdict verdict, finding_set findings,
                        uint32_t ttl);
/* Adds a value to found, made printable; over FOUND_MAX it is left out. */
void add_found(const struct sight *s, struct result *r, const void *data, size_t len);
void add_found_texts(const struct sight *s, struct result *r, const struct texts *texts);

struct judgement judge_dkim(const struct sight *s, const char *host, int server);
struct judgement judge_dkim_ed25519(const struct sight *s, const char *host, int server);
struct judgement judge_return_path(const struct sight *s, const char *host, int server);
/* What holds for the domain's mail (dmarc_outlook.c); in pool. NULL where too little is known. */
const struct dmarc_outlook *dmarc_outlook_of(const struct sight *s, const struct name_rules *rules);
/* One opinion on host of all that were asked: the authoritative servers' where there is one, else the resolver's. Not
 * usable where none is. */
struct judgement judge_together(const struct sight *s, enum record_kind kind, const char *host);

struct judgement judge_dmarc(const struct sight *s, const char *host, int server);

/* Whether the host's answer (not right) is what a wildcard gives to any name, by that server. */
bool answered_by_wildcard(const struct sight *s, enum record_kind kind, int server);

#endif
