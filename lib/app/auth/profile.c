/*
 * A user's own password and sessions. The password leaves this file as a hash only. Knows no page.
 */
#include "base/base.h"

#include "app/auth/profile.h"

#include "app/auth/password.h"
#include "app/auth/token.h"
#include "app/worker.h"
#include "base/clock.h"
#include "store/sessions.h"
#include "store/users.h"

int profile_password_check(struct worker *worker, struct pool *pool, const struct actor *actor, const char *old,
                           struct profile_password *out, struct err *err)
{
    const char *hash = NULL;
    *out = (struct profile_password){.what = PASSWORD_OLD_WRONG};
    int rc = worker_limit(worker, LIMIT_PASSWORD, actor->user_id.byte, sizeof(actor->user_id.byte), &out->limited, err);
    if (rc == 0 && !out->limited.yes)
        rc = store_user_password(worker_store(worker), pool, actor->account_id, actor->user_id, &hash, err);
    if (rc != 0)
        return rc;
    if (out->limited.yes)
        out->what = PASSWORD_LIMITED;
    else if (password_matches(hash, strlen(old) <= PASSWORD_MAX ? old : ""))
        out->what = PASSWORD_ACCEPTED;
    return 0;
}

int profile_password_change(struct worker *worker, struct pool *pool, const struct actor *actor, const char *token,
                            const char *old, const char *new_one, struct profile_password *out, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    struct store *store = worker_store(worker);
    uint8_t keep_token[TOKEN_HASH_SIZE];
    char hash[PASSWORD_HASH_SIZE];
    bool found;
    *out = (struct profile_password){.what = PASSWORD_NEW_BAD};
    if (!password_acceptable(new_one) || !token_digest(token, keep_token))
        return 0;
    int rc = profile_password_check(worker, pool, actor, old, out, err);
    if (rc != 0 || out->what != PASSWORD_ACCEPTED)
        return rc;
    rc = password_hash(new_one, hash, err);
    if (rc == 0)
        rc = store_user_password_change(store, actor->account_id, actor->user_id, hash, keep_token, &by,
                                        ACTION_PASSWORD_CHANGED, clock_wall_ms(), &found, err);
    explicit_bzero(hash, sizeof(hash));
    return rc;
}

static int by_last_seen(const void *a, const void *b)
{
    const struct session_entry *x = a, *y = b;
    if (x->current != y->current)
        return x->current ? -1 : 1;
    return (y->seen_at > x->seen_at) - (y->seen_at < x->seen_at);
}

int profile_session_list(struct worker *worker, struct pool *pool, const struct actor *actor, const char *token,
                         struct session_entry **out, size_t *count, struct err *err)
{
    struct store *store = worker_store(worker);
    uint8_t hash[TOKEN_HASH_SIZE] = {0};
    *count = 0;
    int rc = store_session_list(store, pool, actor->account_id, actor->user_id, clock_wall_ms(), out, count, err);
    if (rc != 0)
        return rc;
    token_digest(token, hash);
    for (size_t i = 0; i < *count; i++)
        (*out)[i].current = memcmp((*out)[i].id.byte, hash, sizeof((*out)[i].id.byte)) == 0;
    qsort(*out, *count, sizeof(**out), by_last_seen);
    return 0;
}

int profile_session_end(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err)
{
    return store_session_end(worker_store(worker), actor->account_id, actor->user_id, id, found, err);
}

int profile_session_end_others(struct worker *worker, const struct actor *actor, const char *token, struct err *err)
{
    struct store *store = worker_store(worker);
    uint8_t keep_token[TOKEN_HASH_SIZE];
    return token_digest(token, keep_token)
               ? store_session_end_others(store, actor->account_id, actor->user_id, keep_token, err)
               : 0;
}
