/*
 * Making, revoking and using the share link for the DNS person. The token is not stored; the database has its hash. The
 * pages decide what of the domain is shown.
 */
#include "base/base.h"

#include "app/domain/share.h"

#include "app/auth/token.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "model/check.h"
#include "model/user.h"
#include "store/domains.h"
#include "store/shares.h"

#define MS_PER_DAY INT64_C(86400000)
enum { OPENED_EVERY_MS = 60 * 1000 };

int share_make(struct worker *worker, const struct actor *actor, struct uuid domain_id, struct share_make *out,
               struct err *err)
{
    const struct conf *conf = worker_app(worker)->conf;
    struct store *store = worker_store(worker);
    const struct store_actor by = worker_actor(actor);
    *out = (struct share_make){0};
    int rc = actor_require(actor, ROLE_ADMIN, "make a link", err);
    if (rc == 0)
        rc = worker_limit_account(worker, LIMIT_SHARE, actor, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    int64_t now = clock_wall_ms();
    struct store_new_share wanted = {.id = uuid_new(), .expires_at = now + conf->share_days * MS_PER_DAY};
    token_new(out->token);
    token_digest(out->token, wanted.token_hash);
    out->expires_at = wanted.expires_at;
    return store_share_add(store, actor->account_id, domain_id, &wanted, &by, now, &out->found, err);
}

int share_revoke(struct worker *worker, const struct actor *actor, struct uuid domain_id, bool *found, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    *found = false;
    int rc = actor_require(actor, ROLE_ADMIN, "revoke a link", err);
    return rc ? rc
              : store_share_revoke(worker_store(worker), actor->account_id, domain_id, &by, clock_wall_ms(), found,
                                   err);
}

/* Records the use of the link; a failure is logged only. */
static void record_use(struct store *store, const struct share_link *link, bool checked)
{
    struct err ignored;
    if (store_share_used(store, link->account_id, link->id, checked, clock_wall_ms(), &ignored) != 0)
        log_event(LOG_WARN, "share_use_not_kept", LOG_S("error", ignored.text));
}

static int find_link(struct store *store, const char *token, bool *found, struct share_link *link, struct err *err)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    *found = false;
    return token_digest(token, hash) ? store_share_open(store, hash, clock_wall_ms(), found, link, err) : 0;
}

int share_open(struct worker *worker, struct pool *pool, const char *token, bool seen, struct opened_share **out,
               struct err *err)
{
    struct store *store = worker_store(worker);
    struct share_link link;
    struct domain_detail *detail = NULL;
    bool found;
    *out = NULL;
    int rc = find_link(store, token, &found, &link, err);
    if (rc == 0 && found)
        rc = store_domain_get(store, pool, link.account_id, link.domain_id, 0, &detail, err);
    if (rc != 0 || !detail)
        return rc;
    if (seen && clock_wall_ms() - link.opened_at >= OPENED_EVERY_MS)
        record_use(store, &link, false);
    *out = pool_alloc(pool, sizeof(**out));
    **out = (struct opened_share){.link = link, .detail = detail};
    return 0;
}

int share_check(struct worker *worker, struct pool *pool, const char *token, const char *addr,
                struct opened_share **opened, struct domain_check *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct share_link link;
    bool found;
    *out = (struct domain_check){0};
    *opened = NULL;
    int rc = find_link(store, token, &found, &link, err);
    if (rc != 0 || !found)
        return rc;
    const struct actor guest = {.account_id = link.account_id, .role = ROLE_VIEWER, .addr = addr};
    rc = domain_check(worker, pool, &guest, link.domain_id, TRIGGER_SHARE, out, err);
    if (rc != 0 || !out->found)
        return rc;
    if (!out->limited.yes)
        record_use(store, &link, true);
    *opened = pool_alloc(pool, sizeof(**opened));
    **opened = (struct opened_share){.link = link, .detail = out->detail};
    return 0;
}
