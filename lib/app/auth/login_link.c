/*
 * Opening and using links that were mailed. Knows no page.
 */
#include "base/base.h"

#include "app/auth/login_link.h"

#include "app/auth/password.h"
#include "app/auth/session.h"
#include "app/auth/token.h"
#include "app/worker.h"
#include "base/clock.h"
#include "store/login_links.h"

static int login_link_find(struct worker *worker, struct pool *pool, const char *token, uint8_t hash[TOKEN_HASH_SIZE],
                           struct login_link **out, struct err *err)
{
    struct store *store = worker_store(worker);
    *out = NULL;
    return token_digest(token, hash) ? store_login_link_open(store, pool, hash, clock_wall_ms(), out, err) : 0;
}

int login_link_open(struct worker *worker, struct pool *pool, const char *token, struct login_link **out,
                    struct err *err)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    return login_link_find(worker, pool, token, hash, out, err);
}

int login_link_use(struct worker *worker, struct pool *pool, const char *token, const char *password,
                   const struct visitor *from, struct login_link_use *out, struct err *err)
{
    struct login_link *link;
    uint8_t hash[TOKEN_HASH_SIZE];
    char password_text[PASSWORD_HASH_SIZE];
    struct uuid user_id = uuid_new();
    *out = (struct login_link_use){.what = LINK_GONE};
    int rc = login_link_find(worker, pool, token, hash, &link, err);
    if (rc != 0 || !link)
        return rc;
    out->invitation = login_link_is_invitation(link);
    out->what = LINK_BAD_PASSWORD;
    if (!password_acceptable(password))
        return 0;
    out->what = LINK_GONE;
    rc = password_hash(password, password_text, err);
    if (rc == 0)
        rc = store_login_link_use(worker_store(worker), hash, link, user_id, password_text, from->addr, clock_wall_ms(),
                                  &out->what, err);
    explicit_bzero(password_text, sizeof(password_text));
    if (rc == 0 && out->what == LINK_USED && out->invitation)
        rc = session_begin(worker, link->account_id, user_id, from, out->token, err);
    return rc;
}
