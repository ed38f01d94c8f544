/*
 * The share link with which a DNS person sees one domain without logging in. Values only; app/domain/share alone
 * handles the token.
 */
#ifndef MODEL_SHARE_H
#define MODEL_SHARE_H

#include "base/base.h"
#include "base/random.h"

/* An opened link: its domain, and its expiry. Times are ms UTC. */
struct share_link {
    struct uuid account_id, id, domain_id;
    int64_t expires_at;
    int64_t opened_at; /* when it was opened last; 0: never */
};

/* The state of a domain's link, for the account. Times are ms UTC, 0: never. */
struct share_state {
    int64_t created_at; /* 0: the domain has no link */
    int64_t expires_at, revoked_at, opened_at, checked_at;
};

#endif
