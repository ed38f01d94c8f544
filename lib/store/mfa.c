/*
 * Rows of the second factor. The use cases verify codes and apply them.
 */
#include "base/base.h"

#include "store/event.h"
#include "store/mfa.h"
#include "store/query.h"

int store_totp_get(struct store *store, struct uuid account_id, struct uuid user_id, struct totp *out, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    *out = (struct totp){0};
    int rc = query_again(store, pool, QUERY(TOTP_GET, arg_uuid(&account_id), arg_uuid(&user_id)), &rows, NULL, err);
    const struct cell *row = rc == 0 && rows.count > 0 ? rows_row(&rows, 0) : NULL;
    if (row && CELL(row, TOTP_GET, SECRET)->len == TOTP_SECRET_SIZE) {
        memcpy(out->secret, CELL(row, TOTP_GET, SECRET)->s, TOTP_SECRET_SIZE);
        out->state = CELL(row, TOTP_GET, CONFIRMED_AT)->null ? TOTP_STARTED : TOTP_CONFIRMED;
        out->recovery_codes_left = (int)CELL(row, TOTP_GET, CODES_LEFT)->i;
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

int store_totp_start(struct store *store, struct uuid account_id, struct uuid user_id,
                     const uint8_t secret[TOTP_SECRET_SIZE], int64_t now, struct err *err)
{
    struct arg account = arg_uuid(&account_id), user = arg_uuid(&user_id);
    int rc = query_again(store, NULL, QUERY(TOTP_DROP_UNCONFIRMED, account, user), NULL, NULL, err);
    if (rc == 0)
        rc = query_again(store, NULL,
                         QUERY(TOTP_INSERT, user, account, arg_bytes(secret, TOTP_SECRET_SIZE), arg_int(now)), NULL,
                         NULL, err);
    return rc == STORE_DUPLICATE ? 0 : store_outward(rc, err); /* a confirmed secret is not replaced */
}

struct totp_changing {
    const struct uuid *account_id, *user_id;
    const struct store_totp_confirmation *confirmation; /* NULL: the secret is removed */
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    bool done;
};

static int confirm_totp(struct store *store, const struct totp_changing *c, int64_t *affected, struct err *err)
{
    struct arg account = arg_uuid(c->account_id), user = arg_uuid(c->user_id);
    int rc =
        query_once(store, NULL, QUERY(TOTP_CONFIRM, arg_int(c->now), arg_int(c->confirmation->step), account, user),
                   NULL, affected, err);
    for (size_t i = 0; rc == 0 && *affected > 0 && i < c->confirmation->count; i++)
        rc =
            query_once(store, NULL,
                       QUERY(RECOVERY_INSERT, user, arg_bytes(c->confirmation->code_hash[i], TOKEN_HASH_SIZE), account),
                       NULL, NULL, err);
    return rc;
}

static int totp_work(struct store *store, void *arg, struct err *err)
{
    struct totp_changing *c = arg;
    struct arg account = arg_uuid(c->account_id), user = arg_uuid(c->user_id);
    int64_t affected = 0;
    int rc = query_once(store, NULL, QUERY(RECOVERY_DELETE, account, user), NULL, NULL, err);
    if (rc == 0)
        rc = c->confirmation ? confirm_totp(store, c, &affected, err)
                             : query_once(store, NULL, QUERY(TOTP_DELETE, account, user), NULL, &affected, err);
    c->done = rc == 0 && affected > 0;
    if (!c->done)
        return rc ? rc : 1;
    return event_write(
        store,
        &(struct event_row){.id = &c->event_id,
                            .account_id = c->account_id,
                            .domain_name = "",
                            .actor = c->actor,
                            .action = c->confirmation ? ACTION_SECOND_FACTOR_ON : ACTION_SECOND_FACTOR_OFF,
                            .at = c->now},
        err);
}

int store_totp_change(struct store *store, struct uuid account_id, struct uuid user_id,
                      const struct store_totp_confirmation *confirmation, const struct store_actor *actor, int64_t now,
                      bool *done, struct err *err)
{
    struct totp_changing changing = {.account_id = &account_id,
                                     .user_id = &user_id,
                                     .confirmation = confirmation,
                                     .actor = actor,
                                     .event_id = uuid_new(),
                                     .now = now};
    int rc = transaction_run(store, totp_work, &changing, account_id, &changing.event_id, err);
    *done = changing.done;
    return store_outward(rc, err);
}

/* One attempt only, none after a lost connection: the first may have been done, and then the code is used up. */
static int store_mfa_use_code(struct store *store, enum statement which, const struct arg *args, size_t count,
                              bool *used, struct err *err)
{
    int64_t affected = 0;
    int rc = query_once(store, NULL, which, args, count, NULL, &affected, err);
    *used = rc == 0 && affected > 0;
    return store_outward(rc, err);
}

int store_totp_use(struct store *store, struct uuid account_id, struct uuid user_id, int64_t step, bool *used,
                   struct err *err)
{
    return store_mfa_use_code(
        store, QUERY(TOTP_USE, arg_int(step), arg_uuid(&account_id), arg_uuid(&user_id), arg_int(step)), used, err);
}

int store_recovery_use(struct store *store, struct uuid account_id, struct uuid user_id,
                       const uint8_t hash[TOKEN_HASH_SIZE], bool *used, struct err *err)
{
    return store_mfa_use_code(
        store, QUERY(RECOVERY_USE, arg_uuid(&account_id), arg_uuid(&user_id), arg_bytes(hash, TOKEN_HASH_SIZE)), used,
        err);
}

/* --- logins that are pending a code --- */

int store_mfa_pending_add(struct store *store, const struct store_login_user *user, const uint8_t hash[TOKEN_HASH_SIZE],
                          int64_t expires_at, bool *added, struct err *err)
{
    int64_t affected = 0;
    int rc = query_again(store, NULL,
                         QUERY(MFA_PENDING_INSERT, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(expires_at),
                               arg_uuid(&user->account_id), arg_uuid(&user->user_id), arg_text(user->password_hash)),
                         NULL, &affected, err);
    /* DUPLICATE: the hash is of 256 random bits, so it is our own first attempt. */
    *added = rc == STORE_DUPLICATE || (rc == 0 && affected > 0);
    return *added ? 0 : store_outward(rc, err);
}

int store_mfa_pending_open(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, bool *found,
                           struct uuid *account_id, struct uuid *user_id, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(MFA_PENDING_OPEN, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(now)), &rows,
                         NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (*found) {
        const struct cell *row = rows_row(&rows, 0);
        *account_id = cell_uuid(CELL(row, MFA_PENDING_OPEN, ACCOUNT_ID));
        *user_id = cell_uuid(CELL(row, MFA_PENDING_OPEN, USER_ID));
    }
    pool_free(&pool);
    return store_outward(rc, err);
}

int store_mfa_pending_delete(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now, struct err *err)
{
    int rc = query_again(store, NULL, QUERY(MFA_PENDING_DELETE, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(now)), NULL,
                         NULL, err);
    return store_outward(rc, err);
}
