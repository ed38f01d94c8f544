/*
 * The values between DNS and the evaluation: which questions a check asks, and what each server answered. lib/dns fills
 * observations, lib/mailauth reads them; neither knows how the other works.
 */
#ifndef MODEL_OBSERVATION_H
#define MODEL_OBSERVATION_H

#include "base/base.h"

/* RR types by their DNS numbers (IANA), those that checks ask for. */
enum rr_type {
    RR_A = 1,
    RR_NS = 2,
    RR_CNAME = 5,
    RR_SOA = 6,
    RR_PTR = 12,
    RR_MX = 15,
    RR_TXT = 16,
    RR_AAAA = 28,
    RR_DNAME = 39,
    RR_SPF = 99 /* RFC 7208 3.1: as TXT, and out of use */
};

/* How a question ended. The last usable answer counts; an outcome that is not usable says why. Zero is not usable. */
enum outcome {
    OUTCOME_UNSET,    /* not known: nobody asked */
    OUTCOME_DATA,     /* NOERROR with at least one RR that belongs to the question's chain */
    OUTCOME_NODATA,   /* NOERROR, nothing of that type, authoritative or from the resolver */
    OUTCOME_NXDOMAIN, /* the name, or the end of its CNAME chain, does not exist */
    OUTCOME_SERVFAIL,
    OUTCOME_BOGUS,    /* SERVFAIL from the resolver, data with CD=1 */
    OUTCOME_REFUSED,  /* also NOTIMP and NOTAUTH */
    OUTCOME_LAME,     /* a server listed for the zone that does not serve it: no AA, or an upward referral */
    OUTCOME_REFERRAL, /* a referral down that could not be followed */
    OUTCOME_TIMEOUT,
    OUTCOME_MALFORMED, /* only answers that do not parse came */
    OUTCOME_DEADLINE,  /* still waiting, or not asked yet, when the check's time was up */
};
const char *outcome_word(enum outcome o); /* "data", "nodata", … "deadline" */

/* Which of them tell something about the record: data, nodata, nxdomain. */
bool outcome_usable(enum outcome o);

struct question {
    const char *name; /* A-labels, lower case, no final dot */
    enum rr_type type;
};

/* One RR of an answer section, in the order of the chain. */
struct answer_rr {
    const char *owner;  /* text, lower case, no final dot, odd bytes as \DDD */
    int type;           /* RR_* or any other number */
    uint32_t ttl;       /* seconds */
    const char *target; /* CNAME, DNAME, NS, PTR, MX: as owner; else NULL */
    const uint8_t
        *data; /* TXT, SPF: the character-strings joined with nothing between; A: 4, AAAA: 16 bytes; else NULL */
    size_t data_len;
    size_t first_len; /* TXT: length of the first character-string */
};

struct observation {
    size_t question; /* index into observations.questions */
    int server;      /* index into observations.servers */
    enum outcome outcome;
    int rcode; /* -1 if no answer came */
    bool aa, ad;
    int ms;                /* from sending to answer or giving up */
    uint32_t negative_ttl; /* NODATA, NXDOMAIN: seconds that a resolver may keep it (RFC 2308 5); 0 unknown */
    const struct answer_rr *rr;
    size_t rr_count;
};

struct server {
    const char *name; /* the NS's name, or "" for a resolver */
    const char *addr; /* text */
    uint16_t port;
    bool recursive; /* the platform's resolver, not a server of the zone */
    bool barred;    /* its address may not be asked (private, loopback, …): no observations */
};

enum zone_state {
    ZONE_FOUND,   /* apex and servers known */
    ZONE_ABSENT,  /* the resolver says: no such domain (NXDOMAIN on the domain itself) */
    ZONE_UNKNOWN, /* the resolver gave no usable answer; zone_outcome says what */
};

struct observations {
    enum zone_state zone_state;
    enum outcome zone_outcome; /* of the delegation questions, when ZONE_UNKNOWN */
    const char *zone;          /* apex of the zone that holds the domain; "" if unknown */
    const struct question *questions;
    size_t question_count;
    struct server *servers;
    size_t server_count;
    struct observation *observed; /* any order; at most one a (question, server) */
    size_t observed_count;
    int ms; /* the whole flight */
};

/* The observation of that question by that server, or NULL. */
const struct observation *observation_find(const struct observations *all, const char *name, enum rr_type type,
                                           int server);

/* Whether one of o's RRs has the type and data of rr; at which names they stand is left aside. */
bool observation_has_equal(const struct observation *o, const struct answer_rr *rr);

#endif
