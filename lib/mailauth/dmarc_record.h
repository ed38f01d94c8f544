/*
 * One TXT string at _dmarc.<domain>: is it a DMARC policy record, and what does it say (RFC 7489 6.3, 6.6.3; RFC
 * 9989 4.7).
 */
#ifndef MAILAUTH_DMARC_RECORD_H
#define MAILAUTH_DMARC_RECORD_H

#include "base/base.h"
#include "model/dmarc.h"
#include "model/fault.h"

enum dmarc_kind {
    DMARC_KIND_UNSET, /* not evaluated: no policy */
    DMARC_UNRELATED,  /* something else: receivers drop it, and so do we */
    DMARC_ATTEMPT,    /* meant as one, but receivers drop it: it does not begin with v=DMARC1 exactly */
    DMARC_BROKEN,     /* begins with v=DMARC1; the rest has no valid policy */
    DMARC_POLICY,     /* a valid policy */
};

enum { SUGGESTED_SIZE = 256 };

struct dmarc_evaluation {
    enum dmarc_kind kind;
    bool quoted;                            /* no policy, and there are quotes or backslashes in it */
    bool ours;                              /* a policy that says exactly what "v=DMARC1; p=none;" says */
    bool rua;                               /* it names who receives the reports */
    enum fault fault;                       /* ATTEMPT, BROKEN: what is wrong with it */
    char offending_tag[OFFENDING_TAG_SIZE]; /* FAULT_TAG_TWICE, FAULT_CHARACTER, FAULT_POLICY_WORD: the tag's name; else
                                               "" */
    char suggested[SUGGESTED_SIZE]; /* ATTEMPT, BROKEN: a corrected record, ASCII, a valid policy; "" where it is not
                                 clear what was meant */
    struct dmarc_tags tags;         /* POLICY */
};

/* Evaluates one TXT record into *out. text: its character-strings joined with nothing between; any bytes. */
void dmarc_record_evaluate(const char *text, size_t len, struct dmarc_evaluation *out);

/*
 * The policy of tags for mail from the record's own domain (below false), from one below it, or from a name below it
 * that does not exist: p; sp, else p; np, else sp, else p (RFC 9989 4.7). With t=y one
 * step less (RFC 9989 4.7).
 */
enum dmarc_policy dmarc_policy_for(const struct dmarc_tags *tags, bool below, bool exists);
enum { REPORT_HOST_SIZE = 254 };
/*
 * The hosts of the mailto: addresses to which a valid policy sends reports (rua, then ruf), in lower case, each
 * once; a host that is no host name is left out. Returns how many.
 */
size_t dmarc_report_hosts(const char *text, size_t len, char out[REPORT_HOSTS_MAX][REPORT_HOST_SIZE]);

#endif
