/*
 * The tags of DMARC policies (RFC 7489, RFC 9989), as values. mailauth/dmarc_record.h parses records.
 */
#ifndef MODEL_DMARC_H
#define MODEL_DMARC_H

#include "base/base.h"

enum dmarc_policy { DMARC_P_UNSET, DMARC_P_NONE, DMARC_P_QUARANTINE, DMARC_P_REJECT };
enum dmarc_psd { DMARC_PSD_UNKNOWN, DMARC_PSD_YES, DMARC_PSD_NO }; /* psd=u, y, n (RFC 9989 4.7) */

/* Tags of RFC 7489 that RFC 9989 removed: receivers that follow it ignore them. */
enum dmarc_obsolete_tag { DMARC_OBSOLETE_PCT = 1, DMARC_OBSOLETE_RF = 2, DMARC_OBSOLETE_RI = 4 };

/* The tags of a valid policy. */
struct dmarc_tags {
    enum dmarc_policy p, sp, np; /* p is never UNSET; sp and np are where they are absent */
    enum dmarc_psd psd;
    bool strict_dkim, strict_spf; /* adkim=s, aspf=s */
    bool testing;                 /* t=y: receivers that follow RFC 9989 apply one step less */
    unsigned obsolete_tags;       /* enum dmarc_obsolete_tag */
    int pct;                      /* 0-100; 100 where it is absent or no number */
};

/* "none", "quarantine", "reject"; "" for UNSET. And back: UNSET for any other word. */
const char *dmarc_policy_word(enum dmarc_policy policy);
enum dmarc_policy dmarc_policy_parse(const char *word);

enum { REPORT_HOSTS_MAX = 4 };
/* One host to which a policy sends reports, outside the organisational domain of the policy (RFC 7489 7.1, RFC 9990
 * 4). */
struct report_host {
    const char *host;
    enum { REPORT_NOT_ASKED, REPORT_ACCEPTED, REPORT_REFUSED } accepts;
};

/* The policy that receivers apply to mail from the domain that does not pass DMARC, and what it requires of the
 * platform's mail. */
struct effective_policy {
    enum dmarc_policy policy; /* by RFC 9989: own, of the organisational domain by the tree walk, or of the public
                                 suffix; UNSET: none */
    const char *where;        /* the domain that published it; NULL without a policy */
    enum dmarc_policy rfc7489_policy; /* by RFC 7489: own, or of the organisational domain by the public suffix list */
    const char *rfc7489_where;
    bool strict_dkim, strict_spf; /* adkim=s, aspf=s */
    bool spf_unaligned;           /* psd=y: the return path is of another organisational domain */
    bool testing;                 /* t=y */
    unsigned obsolete_tags;       /* enum dmarc_obsolete_tag */
    int pct;
    struct report_host report[REPORT_HOSTS_MAX];
    size_t report_count;
};

#endif
