/*
 * Rows of sessions. The use cases hash the tokens.
 */
#include "base/base.h"

#include "store/query.h"
#include "store/sessions.h"

int store_session_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *verified,
                      const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, int64_t expires_at,
                      const struct browser *browser, bool *added, struct err *err)
{
    int64_t affected = 0;
    int rc = STORE_NO_PARENT;
    /* NO_PARENT: the user was changed between reading and writing; retries with the current row. */
    for (int tries = 0; rc == STORE_NO_PARENT && tries < 2; tries++)
        rc = query_again(store, NULL,
                         QUERY(SESSION_INSERT, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(now), arg_int(now),
                               arg_int(expires_at), arg_text(browser->name), arg_text(browser->os),
                               arg_uuid(&account_id), arg_uuid(&user_id), arg_text(verified)),
                         NULL, &affected, err);
    /* DUPLICATE: the hash is of 256 random bits, so it is our own first attempt. */
    *added = rc == STORE_DUPLICATE || (rc == 0 && affected > 0);
    return *added ? 0 : store_outward(rc, err);
}

int store_session_open(struct store *store, struct pool *pool, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                       struct session **out, struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool, QUERY(SESSION_BY_TOKEN, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(now)), &rows,
                         NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    const struct cell *row = rows_row(&rows, 0);
    struct session *session = pool_alloc(pool, sizeof(*session));
    *session = (struct session){.account_id = cell_uuid(CELL(row, SESSION_BY_TOKEN, ACCOUNT_ID)),
                                .account_name = CELL(row, SESSION_BY_TOKEN, ACCOUNT_NAME)->s,
                                .user_id = cell_uuid(CELL(row, SESSION_BY_TOKEN, USER_ID)),
                                .email = CELL(row, SESSION_BY_TOKEN, EMAIL)->s,
                                .seen_at = CELL(row, SESSION_BY_TOKEN, SEEN_AT)->i};
    session->has_language = lang_parse(CELL(row, SESSION_BY_TOKEN, LANGUAGE)->s, &session->language);
    if (!role_parse(CELL(row, SESSION_BY_TOKEN, ROLE)->s, &session->role))
        return err_set(err, ERR_FAULT, "database: a session has an unknown role");
    *out = session;
    return 0;
}

int store_session_seen(struct store *store, struct uuid account_id, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                       int64_t expires_at, int64_t seen_before, struct err *err)
{
    int rc = query_again(store, NULL,
                         QUERY(SESSION_SEEN, arg_int(now), arg_int(expires_at), arg_bytes(hash, TOKEN_HASH_SIZE),
                               arg_uuid(&account_id), arg_int(seen_before)),
                         NULL, NULL, err);
    return store_outward(rc, err);
}

int store_session_delete(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], struct err *err)
{
    int rc = query_again(store, NULL, QUERY(SESSION_DELETE, arg_bytes(hash, TOKEN_HASH_SIZE)), NULL, NULL, err);
    return store_outward(rc, err);
}

/* --- a user's own sessions --- */

int store_session_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id, int64_t now,
                       struct session_entry **out, size_t *count, struct err *err)
{
    struct rows rows = {0};
    int rc = query_again(store, pool, QUERY(SESSION_LIST, arg_uuid(&account_id), arg_uuid(&user_id), arg_int(now)),
                         &rows, NULL, err);
    *count = 0;
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; rc == 0 && *count < rows.count; ++*count) {
        const struct cell *row = rows_row(&rows, *count);
        (*out)[*count] = (struct session_entry){
            .id = cell_uuid(CELL(row, SESSION_LIST, ID)),
            .created_at = CELL(row, SESSION_LIST, CREATED_AT)->i,
            .seen_at = CELL(row, SESSION_LIST, SEEN_AT)->i,
            .browser = {.name = CELL(row, SESSION_LIST, BROWSER)->s, .os = CELL(row, SESSION_LIST, OS)->s}};
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
                             const uint8_t keep_token[TOKEN_HASH_SIZE], struct err *err)
{
    int rc = query_again(
        store, NULL,
        QUERY(SESSION_END_OTHERS, arg_uuid(&account_id), arg_uuid(&user_id), arg_bytes(keep_token, TOKEN_HASH_SIZE)),
        NULL, NULL, err);
    return store_outward(rc, err);
}

/* --- expired rows --- */

int store_expired_delete(struct store *store, int64_t now, struct err *err)
{
    int rc = query_again(store, NULL, QUERY(SESSION_DELETE_EXPIRED, arg_int(now)), NULL, NULL, err);
    if (rc == 0)
        rc = query_again(store, NULL, QUERY(LOGIN_LINK_DELETE_EXPIRED, arg_int(now)), NULL, NULL, err);
    if (rc == 0)
        rc = query_again(store, NULL, QUERY(LIMIT_DELETE_OLD, arg_int(now)), NULL, NULL, err);
    return store_outward(rc, err);
}
