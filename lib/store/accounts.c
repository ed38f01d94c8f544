/*
 * Rows of accounts, users, sessions and rate limits. Passwords and tokens come in as hashes: what they are hashes of is
 * the business of app/session.
 */
#include "base/base.h"

#include "model/user.h"
#include "store/query.h"

int store_account_add(struct store *store, struct uuid account_id, const char *name, int64_t now, struct err *err)
{
    int rc = query_again(store, NULL, QUERY(ACCOUNT_INSERT, arg_uuid(&account_id), arg_text(name), arg_int(now)), NULL,
                         NULL, err);
    /* The id is new: it can only be there because the first of two attempts was done after all. */
    return rc == STORE_DUPLICATE ? 0 : store_outward(rc, err);
}

static int present(struct store *store, enum statement which, const struct arg *args, size_t count, bool *yes,
                   struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, which, args, count, &rows, NULL, err);
    *yes = rc == 0 && rows.count > 0;
    pool_free(&pool);
    return rc;
}

int store_user_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *email,
                   const char *hash, enum role role, int64_t now, enum store_added *added, struct err *err)
{
    bool ours = true;
    int rc = query_again(store, NULL,
                         QUERY(USER_INSERT, arg_uuid(&user_id), arg_uuid(&account_id), arg_text(email), arg_text(hash),
                               arg_text(role_word(role)), arg_int(now)),
                         NULL, NULL, err);
    *added = STORE_ADDED;
    if (rc == STORE_NO_PARENT) {
        *added = STORE_NO_ACCOUNT;
        return 0;
    }
    if (rc == STORE_DUPLICATE) { /* the address is taken, or our own first attempt was done after all */
        rc = present(store, QUERY(USER_PRESENT, arg_uuid(&account_id), arg_uuid(&user_id)), &ours, err);
        *added = ours ? STORE_ADDED : STORE_EXISTS;
    }
    return store_outward(rc, err);
}

int store_user_by_email(struct store *store, struct pool *pool, const char *email, struct store_user **out,
                        struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool, QUERY(USER_BY_EMAIL, arg_text(email)), &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    struct store_user *user = pool_alloc(pool, sizeof(*user));
    user->user_id = cell_uuid(rows_at(&rows, 0, 0));
    user->account_id = cell_uuid(rows_at(&rows, 0, 1));
    user->password_hash = rows_at(&rows, 0, 2)->s;
    user->mfa_required = rows_at(&rows, 0, 3)->i != 0;
    *out = user;
    return 0;
}

int store_session_add(struct store *store, struct uuid account_id, struct uuid user_id, const char *verified,
                      const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, int64_t expires_at,
                      const struct browser *browser, bool *added, struct err *err)
{
    int64_t rows = 0;
    int rc = STORE_NO_PARENT;
    for (int tries = 0; rc == STORE_NO_PARENT && tries < 2;
         tries++) /* the user was changed between reading and writing: once more, as he is now */
        rc = query_again(store, NULL,
                         QUERY(SESSION_INSERT, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(now), arg_int(now),
                               arg_int(expires_at), arg_text(browser->name), arg_text(browser->os),
                               arg_uuid(&account_id), arg_uuid(&user_id), arg_text(verified)),
                         NULL, &rows, err);
    *added =
        rc == STORE_DUPLICATE || (rc == 0 && rows > 0); /* duplicate: 256 random bits, so only our own first attempt */
    return *added ? 0 : store_outward(rc, err);
}

int store_session_open(struct store *store, struct pool *pool, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                       struct store_session **out, struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool, QUERY(SESSION_BY_TOKEN, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(now)), &rows,
                         NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    struct store_session *session = pool_alloc(pool, sizeof(*session));
    session->account_id = cell_uuid(rows_at(&rows, 0, 0));
    session->account_name = rows_at(&rows, 0, 1)->s;
    session->user_id = cell_uuid(rows_at(&rows, 0, 2));
    session->email = rows_at(&rows, 0, 3)->s;
    if (!role_parse(rows_at(&rows, 0, 4)->s, &session->role))
        session->role = ROLE_VIEWER; /* the CHECK constraint keeps others out; the lesser right if it did not */
    session->language = *rows_at(&rows, 0, 5)->s ? rows_at(&rows, 0, 5)->s : NULL;
    session->seen_at = rows_at(&rows, 0, 6)->i;
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

int store_expired_delete(struct store *store, int64_t now, struct err *err)
{
    int rc = query_again(store, NULL, QUERY(SESSION_DELETE_EXPIRED, arg_int(now)), NULL, NULL, err);
    if (rc == 0)
        rc = query_again(store, NULL, QUERY(LOGIN_LINK_DELETE_EXPIRED, arg_int(now)), NULL, NULL, err);
    if (rc == 0)
        rc = query_again(store, NULL, QUERY(LIMIT_DELETE_OLD, arg_int(now)), NULL, NULL, err);
    return store_outward(rc, err);
}

/* full_at in microseconds would overflow nothing, but ms are enough: a step under 1 ms would be over 1000 a second. */
int store_limit(struct store *store, const uint8_t subject[LIMIT_SUBJECT_SIZE], int count, int seconds, int64_t now,
                int64_t *wait_ms, struct err *err)
{
    int64_t period = (int64_t)seconds * 1000, step = period / count, affected = 0;
    struct arg who = arg_bytes(subject, LIMIT_SUBJECT_SIZE);
    *wait_ms = 0;
    for (int attempt = 0; attempt < 2; attempt++) {
        int rc = query_again(
            store, NULL,
            QUERY(LIMIT_TAKE, arg_int(now), arg_int(step), who, arg_int(now), arg_int(step), arg_int(now + period)),
            NULL, &affected, err);
        if (rc != 0 || affected > 0)
            return store_outward(rc, err);
        struct pool *pool = pool_new();
        struct rows rows;
        rc = query_again(store, pool, QUERY(LIMIT_FULL_AT, who), &rows, NULL, err);
        bool known = rc == 0 && rows.count > 0;
        if (known)
            *wait_ms = CELL(rows_row(&rows, 0), LIMIT_FULL_AT, FULL_AT)->i + step - now - period;
        pool_free(&pool);
        if (rc != 0 || (known && *wait_ms > 0))
            return store_outward(rc, err);
        *wait_ms = 0;
        if (!known)
            rc = query_again(store, NULL, QUERY(LIMIT_FIRST, who, arg_int(now + step)), NULL, NULL, err);
        if (!known && rc != STORE_DUPLICATE) /* another process was first: take again */
            return store_outward(rc, err);
    }
    *wait_ms = step;
    return 0;
}
