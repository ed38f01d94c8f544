/*
 * Rows of the share links for DNS persons: at most one for each domain, known by the hash of its token. Knows no token
 * and no page; the use cases apply rights.
 */
#include "base/base.h"

#include "store/event.h"
#include "store/query.h"
#include "store/shares.h"

struct sharing {
    const struct uuid *account_id, *domain_id;
    const struct store_new_share *wanted; /* NULL: revokes the existing link */
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    bool found;
};

static int replace_link(struct store *store, const struct sharing *sharing, struct err *err)
{
    const struct store_new_share *wanted = sharing->wanted;
    struct arg who = arg_uuid(sharing->account_id), which = arg_uuid(sharing->domain_id);
    int rc = query_once(store, NULL, QUERY(SHARE_REPLACE, who, which), NULL, NULL, err);
    if (rc != 0)
        return rc;
    return query_once(store, NULL,
                      QUERY(SHARE_INSERT, arg_uuid(&wanted->id), who, which,
                            arg_bytes(wanted->token_hash, TOKEN_HASH_SIZE), arg_int(sharing->now),
                            arg_int(wanted->expires_at)),
                      NULL, NULL, err);
}

/* Locks the domain's row first, as all changes of a domain do: of two links made at once only one remains. */
static int share_work(struct store *store, void *arg, struct err *err)
{
    struct sharing *sharing = arg;
    struct arg who = arg_uuid(sharing->account_id), which = arg_uuid(sharing->domain_id);
    struct pool *pool = pool_new();
    struct rows rows;
    int64_t ended = 1;
    int rc = query_once(store, pool, QUERY(DOMAIN_LOCK, who, which), &rows, NULL, err);
    sharing->found = rc == 0 && rows.count > 0;
    if (!sharing->found) {
        pool_free(&pool);
        return rc ? rc : 1;
    }
    if (sharing->wanted)
        rc = replace_link(store, sharing, err);
    else
        rc = query_once(store, NULL, QUERY(SHARE_REVOKE, arg_int(sharing->now), who, which), NULL, &ended, err);
    if (rc == 0 && ended == 0)
        rc = 1; /* there was none: no event either */
    if (rc == 0)
        rc = event_write(store,
                         &(struct event_row){.id = &sharing->event_id,
                                             .account_id = sharing->account_id,
                                             .domain_id = sharing->domain_id,
                                             .domain_name = CELL(rows_row(&rows, 0), DOMAIN_LOCK, NAME)->s,
                                             .actor = sharing->actor,
                                             .action = sharing->wanted ? ACTION_SHARED : ACTION_UNSHARED,
                                             .at = sharing->now},
                         err);
    pool_free(&pool);
    return rc;
}

static int share_run(struct store *store, struct sharing *sharing, bool *found, struct err *err)
{
    sharing->event_id = uuid_new();
    int rc = transaction_run(store, share_work, sharing, *sharing->account_id, &sharing->event_id, err);
    *found = sharing->found;
    return store_outward(rc, err);
}

int store_share_add(struct store *store, struct uuid account_id, struct uuid domain_id,
                    const struct store_new_share *wanted, const struct store_actor *actor, int64_t now, bool *found,
                    struct err *err)
{
    struct sharing sharing = {
        .account_id = &account_id, .domain_id = &domain_id, .wanted = wanted, .actor = actor, .now = now};
    return share_run(store, &sharing, found, err);
}

int store_share_revoke(struct store *store, struct uuid account_id, struct uuid domain_id,
                       const struct store_actor *actor, int64_t now, bool *found, struct err *err)
{
    struct sharing sharing = {.account_id = &account_id, .domain_id = &domain_id, .actor = actor, .now = now};
    return share_run(store, &sharing, found, err);
}

int store_share_open(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, bool *found,
                     struct share_link *out, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(SHARE_BY_TOKEN, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(now)), &rows,
                         NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (*found) {
        const struct cell *row = rows_row(&rows, 0);
        *out = (struct share_link){.account_id = cell_uuid(CELL(row, SHARE_BY_TOKEN, ACCOUNT_ID)),
                                   .id = cell_uuid(CELL(row, SHARE_BY_TOKEN, ID)),
                                   .domain_id = cell_uuid(CELL(row, SHARE_BY_TOKEN, DOMAIN_ID)),
                                   .expires_at = CELL(row, SHARE_BY_TOKEN, EXPIRES_AT)->i,
                                   .opened_at = CELL(row, SHARE_BY_TOKEN, OPENED_AT)->i};
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

int store_share_used(struct store *store, struct uuid account_id, struct uuid id, bool checked, int64_t now,
                     struct err *err)
{
    int rc = query_again(
        store, NULL,
        QUERY_EITHER(checked, SHARE_CHECKED, SHARE_OPENED, arg_int(now), arg_uuid(&account_id), arg_uuid(&id)), NULL,
        NULL, err);
    return store_outward(rc, err);
}
