/*
 * The findings: the reasons of a verdict (docs/design.md, section 6; the words are fixed). One table holds codes and
 * words; app/check/finding_text has the texts.
 */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "base/base.h"

#define FINDINGS(X)                                                                                                    \
    X(NXDOMAIN, "nxdomain")                                                                                            \
    X(NODATA, "nodata")                                                                                                \
    X(NO_SUCH_DOMAIN, "no_such_domain")                                                                                \
    X(NAME_DOUBLED, "name_doubled")                                                                                    \
    X(AT_APEX, "at_apex")                                                                                              \
    X(WRONG_TYPE, "wrong_type")                                                                                        \
    X(WILDCARD, "wildcard")                                                                                            \
    X(SEVERAL_RECORDS, "several_records")                                                                              \
    X(OTHER_KEY, "other_key")                                                                                          \
    X(TRUNCATED, "truncated")                                                                                          \
    X(QUOTED, "quoted")                                                                                                \
    X(MALFORMED, "malformed")                                                                                          \
    X(REVOKED, "revoked")                                                                                              \
    X(UNUSABLE, "unusable")                                                                                            \
    X(TESTING, "testing")                                                                                              \
    X(WRONG_TARGET, "wrong_target")                                                                                    \
    X(PROXIED, "proxied")                                                                                              \
    X(FLATTENED, "flattened")                                                                                          \
    X(CNAME_LOOP, "cname_loop")                                                                                        \
    X(SERVERS_DISAGREE, "servers_disagree")                                                                            \
    X(CACHED_OLD, "cached_old")                                                                                        \
    X(POLICY_EXISTS, "policy_exists")                                                                                  \
    X(NO_RUA, "no_rua")                                                                                                \
    X(TIMEOUT, "timeout")                                                                                              \
    X(SERVFAIL, "servfail")                                                                                            \
    X(REFUSED, "refused")                                                                                              \
    X(LAME, "lame")                                                                                                    \
    X(BOGUS, "bogus")                                                                                                  \
    X(GARBLED, "garbled")

enum finding {
#define X(id, word) FINDING_##id,
    FINDINGS(X)
#undef X
        FINDING_COUNT
};

const char *finding_word(enum finding f);
bool finding_parse(const char *word, enum finding *out);

/* A set of findings; at most FINDING_COUNT (< 64) of them. */
typedef uint64_t finding_set;
#define FINDING_BIT(f) ((finding_set)1 << (f))

#endif
