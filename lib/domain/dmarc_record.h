/*
 * One TXT string at _dmarc.<domain>: is it a DMARC policy record, and which (RFC 7489 6.3, 6.6.3; RFC 9989).
 */
#ifndef DOMAIN_DMARC_RECORD_H
#define DOMAIN_DMARC_RECORD_H

#include "base/base.h"

enum dmarc_kind {
    DMARC_UNRELATED, /* something else: receivers drop it, and so do we */
    DMARC_ATTEMPT,   /* meant as one, but receivers drop it: it does not begin with v=DMARC1 exactly */
    DMARC_BROKEN,    /* begins rightly; the rest has no policy that counts */
    DMARC_POLICY,    /* a valid policy */
};

struct dmarc_judgement {
    enum dmarc_kind kind;
    bool quoted; /* no policy, and there are quotes or backslashes in it */
    bool ours;   /* a policy that says exactly what "v=DMARC1; p=none;" says */
    bool rua;    /* it names who receives the reports */
};

void dmarc_record_judge(const char *text, size_t len, struct dmarc_judgement *out);

#endif
