/*
 * One TXT record at a DKIM host, compared with the key that should be there (RFC 6376 3.6.1, RFC 8301, RFC 8463).
 * Compared by decoded key, never by text.
 */
#ifndef MAILAUTH_DKIM_RECORD_H
#define MAILAUTH_DKIM_RECORD_H

#include "base/base.h"
#include "mailauth/dkim_key.h"
#include "model/fault.h"
#include "model/finding.h"

enum dkim_role {
    DKIM_ROLE_UNSET, /* not evaluated: no key record */
    DKIM_UNRELATED,  /* not meant as a DKIM record (no p=, no v=DKIM): some receivers fail on it; its owner published it
                        for another purpose */
    DKIM_PIECE,      /* the end of our value: the panel made two records of one long value */
    DKIM_CANDIDATE,  /* meant as one */
};

struct dkim_evaluation {
    enum dkim_role role;
    bool right;                             /* receivers will verify our signatures with it */
    finding_set findings;                   /* why it is not right; or the advice TESTING; empty for DKIM_UNRELATED */
    enum fault fault;                       /* which reason of MALFORMED, UNUSABLE or OTHER_KEY, where more is known */
    char offending_tag[OFFENDING_TAG_SIZE]; /* FAULT_TAG_TWICE, FAULT_CHARACTER: the tag's name, truncated; else "" */
};

/* Our record. Strings borrowed. */
struct dkim_expected {
    enum dkim_algorithm algorithm;
    const char *value;      /* the whole record */
    const char *public_b64; /* the key in it */
};
/* Evaluates one TXT record into *out. text: its character-strings joined with nothing between (RFC 6376 3.6.2.2); any
 * bytes. */
void dkim_record_evaluate(const char *text, size_t len, const struct dkim_expected *expected,
                          struct dkim_evaluation *out);

#endif
