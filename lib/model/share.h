/*
 * The link by which a DNS person sees one domain without logging in. Values only; its token is known to
 * app/domain/share alone.
 */
#ifndef MODEL_SHARE_H
#define MODEL_SHARE_H

#include "base/base.h"
#include "base/random.h"

/* A link as it opens: which domain, and until when. Times are ms UTC. */
struct share_link {
    struct uuid account_id, id, domain_id;
    int64_t expires_at;
    int64_t opened_at; /* when it was opened last; 0: never */
};

/* What became of a domain's link, for the account. Times are ms UTC, 0: never. */
struct share_state {
    int64_t created_at; /* 0: the domain has no link */
    int64_t expires_at, revoked_at, opened_at, checked_at;
};

#endif
