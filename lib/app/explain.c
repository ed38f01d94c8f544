#include "base/base.h"

/*
 * Findings, refusals and moments in plain words. Which text belongs to which finding of which record stands in one table; the texts
 * themselves stand in po/. Judges nothing and escapes nothing.
 */

#include "app/explain.h"

#include "base/buf.h"
#include "base/clock.h"

/* What explains most stands first: the mistake found before the miss that it caused. */
static const enum finding telling[FINDING_COUNT] = {
    FINDING_NO_SUCH_DOMAIN, FINDING_NAME_DOUBLED, FINDING_AT_APEX,  FINDING_WRONG_TYPE,       FINDING_CNAME_LOOP, FINDING_SEVERAL_RECORDS,
    FINDING_REVOKED,        FINDING_TRUNCATED,    FINDING_QUOTED,   FINDING_OTHER_KEY,        FINDING_UNUSABLE,   FINDING_MALFORMED,
    FINDING_PROXIED,        FINDING_WRONG_TARGET, FINDING_WILDCARD, FINDING_SERVERS_DISAGREE, FINDING_FLATTENED,  FINDING_CACHED_OLD,
    FINDING_TESTING,        FINDING_BOGUS,        FINDING_LAME,     FINDING_REFUSED,          FINDING_SERVFAIL,   FINDING_TIMEOUT,
    FINDING_GARBLED,        FINDING_NODATA,       FINDING_NXDOMAIN, FINDING_POLICY_EXISTS,    FINDING_NO_RUA,
};

size_t findings_telling(finding_set set, enum finding out[FINDING_COUNT])
{
    size_t count = 0;
    for (size_t i = 0; i < FINDING_COUNT; i++)
        if (set & FINDING_BIT(telling[i]))
            out[count++] = telling[i];
    return count;
}
