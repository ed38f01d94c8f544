/*
 * Rows of users: logins, passwords, settings. A change of password and all that ends with it are one transaction.
 */
#include "base/base.h"

#include "store/users.h"

#include "store/event.h"
#include "store/login_parts.h"
#include "store/query.h"

/* --- adding and finding --- */

static int user_present(struct store *store, const struct uuid *account_id, const struct uuid *user_id, bool *present,
                        struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(USER_PRESENT, arg_uuid(account_id), arg_uuid(user_id)), &rows, NULL, err);
    *present = rc == 0 && rows.count > 0;
    pool_free(&pool);
    return rc;
}

int store_user_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *email,
                   const char *hash, enum role role, int64_t now, enum store_added *added, struct err *err)
{
    bool ours = false;
    int rc = query_again(store, NULL,
                         QUERY(USER_INSERT, arg_uuid(&user_id), arg_uuid(&account_id), arg_text(email), arg_text(hash),
                               arg_text(role_word(role)), arg_int(now)),
                         NULL, NULL, err);
    *added = rc == 0 ? STORE_ADDED : STORE_NOT_ADDED;
    if (rc == STORE_NO_PARENT) {
        *added = STORE_NO_ACCOUNT;
        return 0;
    }
    if (rc == STORE_DUPLICATE) { /* the address is taken, or our own first attempt was done */
        rc = user_present(store, &account_id, &user_id, &ours, err);
        *added = ours ? STORE_ADDED : STORE_EXISTS;
    }
    return store_outward(rc, err);
}

int store_user_by_email(struct store *store, struct pool *pool, const char *email, struct store_login_user **out,
                        struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool, QUERY(USER_BY_EMAIL, arg_text(email)), &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    const struct cell *row = rows_row(&rows, 0);
    *out = pool_alloc(pool, sizeof(**out));
    **out = (struct store_login_user){.user_id = cell_uuid(CELL(row, USER_BY_EMAIL, ID)),
                                      .account_id = cell_uuid(CELL(row, USER_BY_EMAIL, ACCOUNT_ID)),
                                      .password_hash = CELL(row, USER_BY_EMAIL, PASSWORD_HASH)->s,
                                      .mfa_required = CELL(row, USER_BY_EMAIL, MFA_REQUIRED)->i != 0};
    return 0;
}

/* --- passwords --- */

int store_user_password(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id,
                        const char **hash, struct err *err)
{
    struct rows rows;
    *hash = NULL;
    int rc =
        query_again(store, pool, QUERY(USER_PASSWORD, arg_uuid(&account_id), arg_uuid(&user_id)), &rows, NULL, err);
    if (rc == 0 && rows.count > 0)
        *hash = CELL(rows_row(&rows, 0), USER_PASSWORD, PASSWORD_HASH)->s;
    return store_outward(rc, err);
}

int user_password_write(struct store *store, const struct uuid *account_id, const struct uuid *user_id,
                        const char *hash, const uint8_t *keep_token, bool *found, struct err *err)
{
    static const uint8_t none[TOKEN_HASH_SIZE];
    struct arg account = arg_uuid(account_id), user = arg_uuid(user_id),
               keep = arg_bytes(keep_token ? keep_token : none, TOKEN_HASH_SIZE);
    int64_t affected = 0;
    int rc = query_once(store, NULL, QUERY(USER_PASSWORD_UPDATE, arg_text(hash), account, user), NULL, &affected, err);
    *found = rc == 0 && affected > 0;
    if (!*found)
        return rc;
    rc = query_once(store, NULL, QUERY(SESSION_END_OTHERS, account, user, keep), NULL, NULL, err);
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(LOGIN_LINK_END, account, user), NULL, NULL, err);
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(MFA_PENDING_END, account, user), NULL, NULL, err);
    return rc;
}

struct password_change {
    const struct uuid *account_id, *user_id;
    const char *hash;
    enum audit_action action;
    const uint8_t *keep_token;
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    bool found;
};

static int password_work(struct store *store, void *arg, struct err *err)
{
    struct password_change *c = arg;
    int rc = user_password_write(store, c->account_id, c->user_id, c->hash, c->keep_token, &c->found, err);
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
                               const uint8_t *keep_token, const struct store_actor *actor, enum audit_action action,
                               int64_t now, bool *found, struct err *err)
{
    struct password_change change = {.account_id = &account_id,
                                     .user_id = &user_id,
                                     .hash = hash,
                                     .action = action,
                                     .keep_token = keep_token,
                                     .actor = actor,
                                     .event_id = uuid_new(),
                                     .now = now};
    int rc = transaction_run(store, password_work, &change, account_id, &change.event_id, err);
    *found = change.found;
    return store_outward(rc, err);
}

/* --- settings --- */

int store_user_settings(struct store *store, struct uuid account_id, struct uuid user_id, struct user_settings *out,
                        struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    *out = (struct user_settings){0};
    int rc =
        query_again(store, pool, QUERY(USER_SETTINGS, arg_uuid(&account_id), arg_uuid(&user_id)), &rows, NULL, err);
    if (rc == 0 && rows.count > 0) {
        const struct cell *row = rows_row(&rows, 0);
        out->has_language = lang_parse(CELL(row, USER_SETTINGS, LANGUAGE)->s, &out->language);
        out->notify = CELL(row, USER_SETTINGS, NOTIFY)->i != 0;
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

int store_user_settings_change(struct store *store, struct uuid account_id, struct uuid user_id,
                               const struct user_settings *settings, struct err *err)
{
    const char *language = settings->has_language ? lang_code(settings->language) : "";
    int rc = query_again(store, NULL,
                         QUERY(USER_SETTINGS_UPDATE, arg_text(language), arg_int(settings->notify),
                               arg_uuid(&account_id), arg_uuid(&user_id)),
                         NULL, NULL, err);
    return store_outward(rc, err);
}
