#include "base/base.h"

/*
 * Replacing a domain's DKIM key. Decides who may and when the change is safe: when DNS has the new record, seen by the same check as that of a
 * domain. What is signed, the mail server decides from the key's state.
 */

#include "app/keys.h"

#include "app/worker.h"
#include "base/clock.h"

enum { SELECTOR_TRIES = 5 };

static const int64_t day_ms = 24 * 60 * 60 * 1000;

/* The domain as it would be with that key: so its record, questions and verdict are made as for the key that signs. */
static struct domain with_key(const struct domain *domain, const char *selector, const char *public_b64)
{
    struct domain other = *domain;
    snprintf(other.selector, sizeof(other.selector), "%s", selector);
    other.public_b64 = public_b64;
    return other;
}

static struct domain_key key_of(struct pool *pool, const struct app_shared *shared, const struct domain *domain, const struct store_key *row)
{
    struct record record[RECORD_COUNT];
    struct domain own = with_key(domain, row->selector, row->public_b64);
    struct domain_key key = {.id = row->id, .state_at = row->state_at, .public_b64 = row->public_b64};
    key.state = strcmp(row->state, "new") == 0 ? KEY_NEW : strcmp(row->state, "active") == 0 ? KEY_ACTIVE : KEY_RETIRED;
    snprintf(key.selector, sizeof(key.selector), "%s", row->selector);
    records_of(pool, &own, record);
    key.record = record[RECORD_DKIM];
    if (key.state == KEY_RETIRED)
        key.removable_at = row->state_at + shared->conf->key_retire_days * day_ms;
    return key;
}

int domain_keys_get(struct app *app, struct pool *pool, struct uuid account_id, struct uuid id, struct domain_keys **out, struct err *err)
{
    struct store *store = worker_store(app, err);
    struct store_detail *detail;
    struct store_key *row;
    size_t count;
    *out = NULL;
    if (!store)
        return err->code;
    int rc = store_domain_get(store, pool, account_id, id, 0, &detail, err);
    if (rc != 0 || !detail)
        return rc;
    rc = store_key_list(store, pool, account_id, id, &row, &count, err);
    if (rc != 0)
        return rc;
    struct domain_keys *keys = pool_alloc(pool, sizeof(*keys));
    keys->domain = detail->domain;
    keys->key = pool_array(pool, count, sizeof(*keys->key));
    for (int state = 0; state < KEY_STATE_COUNT; state++)
        for (size_t i = 0; i < count; i++) {
            struct domain_key key = key_of(pool, app_shared(app), &keys->domain, &row[i]);
            if (key.state == (enum key_state)state)
                keys->key[keys->count++] = key;
        }
    *out = keys;
    return 0;
}

static const struct domain_key *new_key(const struct domain_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->key[i].state == KEY_NEW)
            return &keys->key[i];
    return NULL;
}

int domain_key_add(struct app *app, struct pool *pool, const struct actor *actor, struct uuid id, struct key_add *out, struct err *err)
{
    struct store *store = worker_store(app, err);
    const struct store_actor by = worker_actor(actor);
    struct dkim_key *made = NULL;
    struct domain_keys *keys;
    *out = (struct key_add){.what = KEY_NO_DOMAIN};
    if (!store)
        return err->code;
    if (actor->role != ROLE_ADMIN)
        return err_set(err, ERR_FAULT, "a viewer may not change keys");
    int rc = domain_keys_get(app, pool, actor->account_id, id, &keys, err);
    if (rc != 0 || !keys)
        return rc;
    out->what = KEY_EXISTS;
    if (new_key(keys))
        return 0;
    rc = worker_limit(app, "add", (const char *)actor->account_id.byte, sizeof(actor->account_id.byte), &app_shared(app)->conf->limit_add,
                      &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    enum store_added added = STORE_SELECTOR_TAKEN;
    rc = dkim_key_generate(&made, err);
    if (rc == 0)
        rc = dkim_key_verify(made->private_pem, made->public_b64, err); /* an unusable key must never reach the mail server */
    for (int i = 0; rc == 0 && added == STORE_SELECTOR_TAKEN && i < SELECTOR_TRIES; i++) {
        struct store_key key = {.id = uuid_new(), .public_b64 = made->public_b64, .state_at = clock_wall_ms()};
        dkim_selector_new(key.selector);
        rc = store_key_add(store, actor->account_id, id, &key, made->private_pem, &by, &added, err);
    }
    dkim_key_free(&made);
    out->what = added == STORE_ADDED ? KEY_ADDED : added == STORE_EXISTS ? KEY_EXISTS : KEY_NO_DOMAIN;
    return rc;
}

static int ask(struct app *app, struct pool *pool, const struct domain *domain, struct result *out, struct err *err)
{
    const struct name_rules *names = app_shared(app)->names;
    struct result result[RECORD_COUNT];
    struct observations seen = {0};
    struct question *question;
    size_t count;
    check_questions(pool, names, domain, &question, &count);
    int rc = dns_observe(worker_dns(app), pool, domain->name.ascii, question, count, &seen, err);
    if (rc != 0)
        return rc;
    check_verdicts(pool, names, domain, &seen, clock_wall_ms(), result);
    *out = result[RECORD_DKIM];
    return 0;
}

int domain_key_check(struct app *app, struct pool *pool, const struct actor *actor, struct uuid id, struct key_check *out, struct err *err)
{
    struct store *store = worker_store(app, err);
    const struct store_actor by = worker_actor(actor);
    struct domain_keys *keys;
    *out = (struct key_check){0};
    if (!store)
        return err->code;
    if (actor->role != ROLE_ADMIN)
        return err_set(err, ERR_FAULT, "a viewer may not change keys");
    int rc = domain_keys_get(app, pool, actor->account_id, id, &keys, err);
    const struct domain_key *key = rc == 0 && keys ? new_key(keys) : NULL;
    if (!key)
        return rc;
    out->found = true;
    rc = worker_limit(app, "check of", (const char *)actor->account_id.byte, sizeof(actor->account_id.byte), &app_shared(app)->conf->limit_check,
                      &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    struct domain next = with_key(&keys->domain, key->selector, key->public_b64);
    rc = ask(app, pool, &next, &out->result, err);
    if (rc != 0 || out->result.verdict != VERDICT_OK)
        return rc;
    return store_key_activate(store, actor->account_id, id, key->id, key->selector, &by, clock_wall_ms(), &out->changed, err);
}

int domain_key_drop(struct app *app, const struct actor *actor, struct uuid id, struct uuid key_id, bool *found, struct err *err)
{
    struct store *store = worker_store(app, err);
    const struct store_actor by = worker_actor(actor);
    if (!store)
        return err->code;
    if (actor->role != ROLE_ADMIN)
        return err_set(err, ERR_FAULT, "a viewer may not change keys");
    return store_key_drop(store, actor->account_id, id, key_id, &by, clock_wall_ms(), found, err);
}
