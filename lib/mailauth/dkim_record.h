/*
 * One TXT string at a DKIM host, held against the key that should be there (RFC 6376 3.6.1, RFC 8301, RFC 8463).
 * Compared by decoded key, never by text.
 */
#ifndef MAILAUTH_DKIM_RECORD_H
#define MAILAUTH_DKIM_RECORD_H

#include "base/base.h"
#include "mailauth/dkim_key.h"
#include "model/fault.h"
#include "model/finding.h"

enum dkim_role {
    DKIM_UNRELATED, /* not meant as a DKIM record (no p=, no v=DKIM): receivers may stumble over it, owners put it there
                       for something else */
    DKIM_PIECE,     /* the second half of our value, as a panel leaves it that makes two records of one long value */
    DKIM_CANDIDATE, /* meant as one */
};

struct dkim_evaluation {
    enum dkim_role role;
    bool right;                             /* receivers will accept our signatures by it */
    finding_set findings;                   /* why it is not right; or the advice TESTING; empty for DKIM_UNRELATED */
    enum fault fault;                       /* which reason of MALFORMED, UNUSABLE or OTHER_KEY, where more is known */
    char offending_tag[OFFENDING_TAG_SIZE]; /* FAULT_TAG_TWICE, FAULT_CHARACTER: the tag's name, cut; else "" */
};

struct dkim_expected {
    enum dkim_algorithm algorithm;
    const char *value;      /* of our record */
    const char *public_b64; /* the key in it */
};
/* text: the character-strings joined; any bytes. */
void dkim_record_evaluate(const char *text, size_t len, const struct dkim_expected *expected,
                          struct dkim_evaluation *out);

#endif
