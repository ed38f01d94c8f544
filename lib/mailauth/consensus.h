/*
 * Combines the answers of several servers about one name: the zone's authoritative servers decide, the recursive
 * resolver shows what receivers see now (docs/design.md, section 6). For the files of lib/mailauth alone.
 */
#ifndef MAILAUTH_CONSENSUS_H
#define MAILAUTH_CONSENSUS_H

#include "mailauth/evaluate.h"

/* The evaluations of one host by all servers that were asked, counted. */
struct tally {
    int correct, incorrect, evaluation_unusable; /* authoritative servers by their answer */
    finding_set unusable_findings;               /* why answers were not usable, the resolver's too */
    finding_set advice;                          /* findings of the correct answers */
    /* An evaluation of each kind; incorrect_evaluation: preferably one with data. */
    struct evaluation correct_evaluation, incorrect_evaluation, resolver;
    bool resolver_asked;
};

/* Evaluates host as a record of that kind by every server that was asked about it. */
struct tally tally_servers(const struct evaluation_context *context, enum record_kind kind, const char *host);

/* The result of the record: servers_disagree, cached_old and unknown verdicts are decided here. */
struct result consensus_result(const struct evaluation_context *context, enum record_kind kind,
                               const struct tally *tally);

/* One evaluation of host for all: of an authoritative server that has the record, else of one that has not, else the
 * resolver's. Not usable where none is. */
struct evaluation consensus_evaluation(const struct evaluation_context *context, enum record_kind kind,
                                       const char *host);

/* Whether any server has our value, perhaps damaged, at name; *out is then that evaluation. */
bool consensus_finds_value(const struct evaluation_context *context, enum record_kind kind, const char *name,
                           struct evaluation *out);

#endif
