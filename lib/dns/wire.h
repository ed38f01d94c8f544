/*
 * DNS messages: a question to bytes, and the bytes of an answer to values. Pure; private to lib/dns. All bytes are
 * hostile: nothing in them makes these functions fail in another way than ERR_MALFORMED.
 */
#ifndef DNS_WIRE_H
#define DNS_WIRE_H

#include "base/base.h"
#include "base/err.h"
#include "base/pool.h"
#include "model/observation.h"

enum wire_flag {
    WIRE_RD = 1,
    WIRE_AD = 2, /* requests the result of validation (RFC 6840 5.7) */
    WIRE_CD = 4, /* do not validate */
    WIRE_DO = 8,
    WIRE_PLAIN = 16, /* no OPT record: for servers without EDNS */
};

enum { WIRE_FORMERR = 1 }; /* RFC 1035 4.1.1 */
enum { WIRE_HEADER = 12, WIRE_QUESTION_MAX = 288, WIRE_EDNS_SIZE = 1232, WIRE_RR_MAX = 500, WIRE_CHAIN_MAX = 16 };

/* An answer to its own question: only RRs that belong to the chain from the question's name are kept. */
struct reply {
    const char *name; /* of the question, text form */
    int type;
    int rcode; /* with the extended bits */
    bool aa, ad, ra, opt;
    struct answer_rr *rr; /* CNAMEs and DNAMEs in order, then the RRs of the asked type */
    size_t rr_count;
    bool answered;   /* the chain ends in RRs of the asked type */
    bool loop;       /* the chain returns to an earlier name, or is longer than WIRE_CHAIN_MAX */
    const char *end; /* the name at which the chain ends; the question's where there is no CNAME */
    const char *soa; /* owner of the SOA in the authority section, NULL if none */
    uint32_t negative_ttl;
    const char *ns_owner; /* owner of NS records in the authority section, NULL if none */
    const char **ns;      /* their targets, at most WIRE_NS_MAX */
    size_t ns_count;
};
enum { WIRE_NS_MAX = 16 };

/* ERR_MALFORMED if the name is no DNS name. flags: enum wire_flag. */
int wire_ask(const struct question *question, uint16_t id, unsigned flags, uint8_t out[WIRE_QUESTION_MAX], size_t *len,
             struct err *err);

/* Whether the packet is a response (QR) with the id and the question of asked; ignores the letter case of the name. */
bool wire_echoes(const uint8_t *asked, size_t asked_len, const uint8_t *packet, size_t len);
uint16_t wire_id(const uint8_t *packet); /* at least WIRE_HEADER bytes */
bool wire_truncated(const uint8_t *packet);
/* Whether it is a header without sections that says FORMERR, SERVFAIL, NOTIMP or REFUSED, as some servers send. */
bool wire_bare_error(const uint8_t *packet, size_t len);
/* Fills out with header and the question of asked; returns the length. */
size_t wire_complete(const uint8_t *asked, size_t asked_len, const uint8_t *header, uint8_t out[WIRE_QUESTION_MAX]);
/* Removes the OPT record from a question that wire_ask made. False: it has none. */
bool wire_strip_opt(uint8_t *packet, size_t *len);
/* Bytes of the one question behind the header: name, type, class; 0 if it is not one whole uncompressed question. */
size_t wire_question_length(const uint8_t *packet, size_t len);

/*
 * Reads a whole answer. Strings in pool. ERR_MALFORMED: does not parse, has a TSIG or a second OPT (ldns 1.8.3 leaks on
 * either, and neither was requested), more than WIRE_RR_MAX records, or answers but none for the name of the question.
 * Ignores bytes after the counted records.
 */
int wire_read(struct pool *pool, const uint8_t *packet, size_t len, struct reply *out, struct err *err);

/*
 * Truncates the chain where it leaves zone: a server is believed about its own zone only. True if the end must be asked
 * for separately: out->end, which is then not answered.
 */
bool reply_trim(struct reply *reply, const char *zone);

/* The outcome of the answer. zone: the zone that the server should hold; NULL: from a resolver. After reply_trim. */
enum outcome reply_outcome(const struct reply *reply, const char *zone);

/* Appends tail, the end of the chain that head holds; the result in pool. */
void reply_append(struct pool *pool, struct reply *head, const struct reply *tail);

#endif
