/*
 * Rows of DKIM keys after the first ones of a domain: adding, activating, deleting. Each is one transaction under the
 * domain's lock, so the mail server sees the keys of before or those of after. Knows no DNS.
 */
#include "base/base.h"

#include "store/event.h"
#include "store/keys.h"
#include "store/query.h"

int store_key_list(struct store *store, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                   struct domain_key **out, size_t *count, struct err *err)
{
    struct rows rows;
    *count = 0;
    int rc = query_again(store, pool, QUERY(KEY_LIST, arg_uuid(&account_id), arg_uuid(&domain_id)), &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; *count < rows.count; ++*count) {
        const struct cell *row = rows_row(&rows, *count);
        const char *algorithm = CELL(row, KEY_LIST, ALGORITHM)->s, *state = CELL(row, KEY_LIST, STATE)->s;
        struct domain_key *key = &(*out)[*count];
        *key = (struct domain_key){.id = cell_uuid(CELL(row, KEY_LIST, ID)),
                                   .public_b64 = CELL(row, KEY_LIST, PUBLIC_B64)->s,
                                   .state_at = CELL(row, KEY_LIST, STATE_AT)->i};
        snprintf(key->selector, sizeof(key->selector), "%s", CELL(row, KEY_LIST, SELECTOR)->s);
        if (!dkim_algorithm_parse(algorithm, &key->algorithm) || !key_state_parse(state, &key->state))
            return err_set(err, ERR_FAULT, "database: a key is \"%s\" and \"%s\"", algorithm, state);
    }
    return 0;
}

struct rotating {
    const struct uuid *account_id, *domain_id;
    const struct key_set *keys;
    const char *const *pem;
    const struct store_actor *actor;
    enum audit_action action;
    struct uuid event_id;
    int64_t now;
    enum store_added added;
    bool done;
};

/* Locks the domain's row; *name in pool, NULL: there is none. */
static int lock_domain(struct store *store, struct pool *pool, const struct rotating *r, const char **name,
                       struct err *err)
{
    struct rows rows;
    *name = NULL;
    int rc =
        query_once(store, pool, QUERY(DOMAIN_LOCK, arg_uuid(r->account_id), arg_uuid(r->domain_id)), &rows, NULL, err);
    if (rc == 0 && rows.count > 0)
        *name = CELL(rows_row(&rows, 0), DOMAIN_LOCK, NAME)->s;
    return rc;
}

static int keys_write_event(struct store *store, const struct rotating *r, const char *name, struct err *err)
{
    return event_write(store,
                       &(struct event_row){.id = &r->event_id,
                                           .account_id = r->account_id,
                                           .domain_id = r->domain_id,
                                           .domain_name = name,
                                           .actor = r->actor,
                                           .action = r->action,
                                           .detail = r->keys->key[0].selector,
                                           .at = r->now},
                       err);
}

static int keys_run(struct store *store, transaction_work *work, struct rotating *r, struct err *err)
{
    r->event_id = uuid_new();
    return store_outward(transaction_run(store, work, r, *r->account_id, &r->event_id, err), err);
}

/* --- adding --- */

static int count_rows(struct store *store, enum statement which, struct arg a, struct arg b, bool *any, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool, which, QUERY_ARGS(a, b), &rows, NULL, err);
    *any = rc == 0 && rows.count > 0;
    pool_free(&pool);
    return rc;
}

static int keys_insert_key(struct store *store, const struct rotating *r, size_t i, const char *name, struct err *err)
{
    const struct domain_key *key = &r->keys->key[i];
    struct arg who = arg_uuid(r->account_id), now = arg_int(r->now);
    int rc = query_once(store, NULL,
                        QUERY(KEY_INSERT_NEW, arg_uuid(&key->id), who, arg_uuid(r->domain_id), arg_text(name),
                              arg_text(key->selector), arg_text(key->public_b64),
                              arg_text(dkim_algorithm_word(key->algorithm)), now, now),
                        NULL, NULL, err);
    if (rc != 0)
        return rc;
    return query_once(store, NULL, QUERY(PRIVATE_KEY_INSERT, arg_uuid(&key->id), who, arg_text(r->pem[i])), NULL, NULL,
                      err);
}

static int keys_insert_keys(struct store *store, struct rotating *r, const char *name, struct err *err)
{
    bool taken = false;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < r->keys->count && !taken; i++) {
        rc = count_rows(store, SQL_SELECTOR_TOMBSTONE, arg_text(name), arg_text(r->keys->key[i].selector), &taken, err);
        if (rc == 0 && !taken)
            rc = keys_insert_key(store, r, i, name, err);
    }
    if (!taken && rc != STORE_DUPLICATE)
        return rc;
    r->added = STORE_SELECTOR_TAKEN;
    return 0;
}

/* > 0: nothing was added; r->added has the reason. */
static int keys_add_work(struct store *store, void *arg, struct err *err)
{
    struct rotating *r = arg;
    struct pool *pool = pool_new();
    const char *name;
    bool waiting = false;
    r->added = STORE_ADDED;
    int rc = lock_domain(store, pool, r, &name, err);
    if (rc == 0 && !name)
        r->added = STORE_NO_ACCOUNT;
    if (rc == 0 && name)
        rc = count_rows(store, SQL_KEY_WAITING, arg_uuid(r->account_id), arg_uuid(r->domain_id), &waiting, err);
    if (rc == 0 && waiting)
        r->added = STORE_EXISTS;
    if (rc == 0 && r->added == STORE_ADDED)
        rc = keys_insert_keys(store, r, name, err);
    if (rc == 0 && r->added == STORE_ADDED)
        rc = keys_write_event(store, r, name, err);
    pool_free(&pool);
    return rc ? rc : r->added != STORE_ADDED;
}

int store_key_add(struct store *store, struct uuid account_id, struct uuid domain_id, const struct key_set *keys,
                  const char *const *private_pem, const struct store_actor *actor, int64_t now, enum store_added *added,
                  struct err *err)
{
    struct rotating r = {.account_id = &account_id,
                         .domain_id = &domain_id,
                         .keys = keys,
                         .pem = private_pem,
                         .actor = actor,
                         .action = ACTION_KEY_ADDED,
                         .now = now};
    int rc = keys_run(store, keys_add_work, &r, err);
    *added = r.added;
    return rc;
}

/* --- activating --- */

/* By their ids: exactly the keys that were seen in DNS. */
static int activate(struct store *store, struct rotating *r, struct err *err)
{
    struct arg who = arg_uuid(r->account_id), which = arg_uuid(r->domain_id), now = arg_int(r->now);
    int64_t changed = 0;
    int rc = query_once(store, NULL, QUERY(KEY_RETIRE, now, who, which), NULL, NULL, err);
    r->done = rc == 0;
    for (size_t i = 0; r->done && i < r->keys->count; i++) {
        rc = query_once(store, NULL, QUERY(KEY_ACTIVATE, now, who, which, arg_uuid(&r->keys->key[i].id)), NULL,
                        &changed, err);
        r->done = rc == 0 && changed == 1;
    }
    return rc;
}

static int activate_work(struct store *store, void *arg, struct err *err)
{
    struct rotating *r = arg;
    struct arg who = arg_uuid(r->account_id), which = arg_uuid(r->domain_id);
    struct pool *pool = pool_new();
    const char *name;
    int rc = lock_domain(store, pool, r, &name, err);
    r->done = false;
    if (rc == 0 && name)
        rc = activate(store, r, err);
    if (r->done)
        rc = query_once(store, NULL,
                        QUERY(DOMAIN_SELECTOR, arg_text(r->keys->key[0].selector),
                              arg_text(r->keys->count > 1 ? r->keys->key[1].selector : NULL), who, which),
                        NULL, NULL, err);
    if (r->done && rc == 0) /* retired keys never sign again: a copy of the database should not contain them */
        rc = query_once(store, NULL, QUERY(PRIVATE_KEY_FORGET, who, which), NULL, NULL, err);
    if (r->done && rc == 0)
        rc = keys_write_event(store, r, name, err);
    pool_free(&pool);
    return rc ? rc : !r->done;
}

int store_key_activate(struct store *store, struct uuid account_id, struct uuid domain_id, const struct key_set *keys,
                       const struct store_actor *actor, int64_t now, bool *done, struct err *err)
{
    struct rotating r = {.account_id = &account_id,
                         .domain_id = &domain_id,
                         .keys = keys,
                         .actor = actor,
                         .action = ACTION_KEY_ACTIVATED,
                         .now = now};
    int rc = keys_run(store, activate_work, &r, err);
    *done = r.done;
    return rc;
}

/* --- deleting --- */

static int drop_work(struct store *store, void *arg, struct err *err)
{
    struct rotating *r = arg;
    struct arg who = arg_uuid(r->account_id), which = arg_uuid(r->domain_id);
    struct pool *pool = pool_new();
    const char *name;
    int64_t kept = 0;
    int rc = lock_domain(store, pool, r, &name, err);
    r->done = rc == 0 && name;
    for (size_t i = 0; r->done && i < r->keys->count; i++) {
        struct arg key = arg_uuid(&r->keys->key[i].id);
        rc = query_once(store, NULL, QUERY(KEY_TOMBSTONE_ADD, arg_int(r->now), who, which, key), NULL, &kept, err);
        r->done = rc == 0 && kept == 1;
        if (r->done)
            rc = query_once(store, NULL, QUERY(KEY_DELETE, who, which, key), NULL, NULL, err);
    }
    if (r->done && rc == 0)
        rc = keys_write_event(store, r, name, err);
    pool_free(&pool);
    return rc ? rc : !r->done;
}

int store_key_drop(struct store *store, struct uuid account_id, struct uuid domain_id, const struct key_set *keys,
                   const struct store_actor *actor, int64_t now, bool *found, struct err *err)
{
    struct rotating r = {.account_id = &account_id,
                         .domain_id = &domain_id,
                         .keys = keys,
                         .actor = actor,
                         .action = ACTION_KEY_DROPPED,
                         .now = now};
    int rc = keys_run(store, drop_work, &r, err);
    *found = r.done;
    return rc;
}
