/*
 * The share link for the DNS person: its holder sees one domain's records, status and last answers, and may check,
 * without logging in, until it expires (share_days) or is revoked. A domain has at most one link; a new one replaces
 * it. The token is 256 random bits, stored as SHA-256: it is shown once, to the user who makes the link.
 */
#ifndef APP_DOMAIN_SHARE_H
#define APP_DOMAIN_SHARE_H

#include "app/domain/domain.h"

struct share_make {
    bool found; /* the account has that domain */
    struct limited limited;
    char token[TOKEN_TEXT_SIZE]; /* shown only once */
    int64_t expires_at;
};
int share_make(struct worker *worker, const struct actor *actor, struct uuid domain_id, struct share_make *out,
               struct err *err);
/* *found false if there is no such domain; one without a link is left as it is. */
int share_revoke(struct worker *worker, const struct actor *actor, struct uuid domain_id, bool *found, struct err *err);

/* What the link opens; any text is allowed as token. */
struct opened_share {
    struct share_link link;
    struct domain_detail *detail; /* without events */
};
/* *out is NULL if token opens nothing (any more): the answer does not reveal why. seen: the holder opens the page;
 * the account sees when. */
int share_open(struct worker *worker, struct pool *pool, const char *token, bool seen, struct opened_share **out,
               struct err *err);
/* As domain_check, limited by link and by address: a link does not use up the account's allowance. *opened, in pool:
 * the link and the domain after the check; NULL: it opens nothing. */
int share_check(struct worker *worker, struct pool *pool, const char *token, const char *addr,
                struct opened_share **opened, struct domain_check *out, struct err *err);

#endif
