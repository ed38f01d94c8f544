/*
 * Rows of users' own logins: password and sessions. A change of password and all that ends with it is one transaction.
 */
#include "base/base.h"

#include "store/users.h"

#include "store/event.h"
#include "store/login_parts.h"
#include "store/query.h"

int store_user_password(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id,
                        const char **hash, struct err *err)
{
    struct rows rows;
    *hash = NULL;
    int rc =
        query_again(store, pool, QUERY(USER_PASSWORD, arg_uuid(&account_id), arg_uuid(&user_id)), &rows, NULL, err);
    if (rc == 0 && rows.count > 0)
        *hash = rows_at(&rows, 0, 0)->s;
    return store_outward(rc, err);
}

struct password_changing {
    const struct uuid *account_id, *user_id;
    const char *hash;
    enum audit_action action;
    const uint8_t *stays;
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    bool found;
};

int user_password_write(struct store *store, const struct uuid *account_id, const struct uuid *user_id,
                        const char *hash, const uint8_t *stays, bool *found, struct err *err)
{
    static const uint8_t none[TOKEN_HASH_SIZE];
    struct arg account = arg_uuid(account_id), user = arg_uuid(user_id);
    int64_t affected = 0;
    int rc = query_once(store, NULL, QUERY(USER_PASSWORD_UPDATE, arg_text(hash), account, user), NULL, &affected, err);
    *found = rc == 0 && affected > 0;
    if (!*found)
        return rc;
    rc = query_once(store, NULL,
                    QUERY(SESSION_END_OTHERS, account, user, arg_bytes(stays ? stays : none, TOKEN_HASH_SIZE)), NULL,
                    NULL, err);
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(LOGIN_LINK_END, account, user), NULL, NULL, err);
    return rc ? rc : query_once(store, NULL, QUERY(LOGIN_WAITING_END, account, user), NULL, NULL, err);
}

static int password_work(struct store *store, void *arg, struct err *err)
{
    struct password_changing *c = arg;
    int rc = user_password_write(store, c->account_id, c->user_id, c->hash, c->stays, &c->found, err);
    if (rc != 0 || !c->found)
        return rc ? rc : 1;
    return event_write(store,
                       &(struct event_row){.id = &c->event_id,
                                           .account_id = c->account_id,
                                           .domain_name = "",
                                           .actor = c->actor,
                                           .action = c->action,
                                           .at = c->now},
                       err);
}

int store_user_password_change(struct store *store, struct uuid account_id, struct uuid user_id, const char *hash,
                               const uint8_t *stays, const struct store_actor *actor, enum audit_action action,
                               int64_t now, bool *found, struct err *err)
{
    struct password_changing changing = {.account_id = &account_id,
                                         .user_id = &user_id,
                                         .hash = hash,
                                         .action = action,
                                         .stays = stays,
                                         .actor = actor,
                                         .event_id = uuid_new(),
                                         .now = now};
    int rc = transaction_run(store, password_work, &changing, account_id, &changing.event_id, err);
    *found = changing.found;
    return store_outward(rc, err);
}

int store_session_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id, int64_t now,
                       struct store_own_session **out, size_t *count, struct err *err)
{
    struct rows rows = {0};
    int rc = query_again(store, pool, QUERY(SESSION_LIST, arg_uuid(&account_id), arg_uuid(&user_id), arg_int(now)),
                         &rows, NULL, err);
    *count = 0;
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; rc == 0 && *count < rows.count; ++*count) {
        const struct cell *cell = rows_at(&rows, *count, 0);
        (*out)[*count] = (struct store_own_session){.id = cell_uuid(&cell[0]),
                                                    .created_at = cell[1].i,
                                                    .seen_at = cell[2].i,
                                                    .browser = cell[3].s,
                                                    .os = cell[4].s};
    }
    return store_outward(rc, err);
}

int store_session_end(struct store *store, struct uuid account_id, struct uuid user_id, struct uuid id, bool *found,
                      struct err *err)
{
    int64_t affected = 0;
    int rc = query_again(store, NULL, QUERY(SESSION_END, arg_uuid(&account_id), arg_uuid(&user_id), arg_uuid(&id)),
                         NULL, &affected, err);
    *found = affected > 0;
    return store_outward(rc, err);
}

int store_session_end_others(struct store *store, struct uuid account_id, struct uuid user_id,
                             const uint8_t stays[TOKEN_HASH_SIZE], struct err *err)
{
    int rc = query_again(
        store, NULL,
        QUERY(SESSION_END_OTHERS, arg_uuid(&account_id), arg_uuid(&user_id), arg_bytes(stays, TOKEN_HASH_SIZE)), NULL,
        NULL, err);
    return store_outward(rc, err);
}
