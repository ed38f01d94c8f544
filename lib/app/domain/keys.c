/*
 * Rotating a domain's DKIM keys. Applies rights, and changes the signing key only when DNS has the new records,
 * observed by the same check as that of a domain. The mail server signs by the key's state.
 */
#include "base/base.h"

#include "app/domain/keys.h"

#include "app/check/check_write.h"
#include "app/domain/made_keys.h"
#include "app/worker.h"
#include "base/clock.h"
#include "mailauth/dkim_key.h"
#include "mailauth/evaluation.h"
#include "model/check.h"
#include "model/user.h"
#include "store/domains.h"
#include "store/keys.h"

enum { SELECTOR_TRIES = 5 };

static const int64_t day_ms = 24 * 60 * 60 * 1000;

/* The domain as it would be with those keys: its records, questions and verdicts are then those of the keys. */
static struct domain with_keys(const struct domain *domain, const struct domain_key *key, size_t count)
{
    struct domain other = *domain;
    other.public_ed25519 = NULL;
    for (size_t i = 0; i < count; i++) {
        bool rsa = key[i].algorithm == DKIM_RSA;
        snprintf(rsa ? other.selector : other.selector_ed25519, SELECTOR_SIZE, "%s", key[i].selector);
        *(rsa ? &other.public_b64 : &other.public_ed25519) = key[i].public_b64;
    }
    return other;
}

/* Fills what the row does not hold: the key's record, and until when that must be kept. */
static void complete_key(struct pool *pool, const struct app *app, const struct domain *domain, struct domain_key *key)
{
    struct record record[RECORD_COUNT];
    struct domain own = with_keys(domain, key, 1);
    records_of(pool, &own, record);
    key->record = record[key->algorithm == DKIM_RSA ? RECORD_DKIM : RECORD_DKIM_ED25519];
    if (key->state == KEY_RETIRED)
        key->removable_at = key->state_at + app->conf->key_retire_days * day_ms;
}

/* *out NULL: the account has no such domain. *before, unless NULL: the domain and its last check. */
static int load(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
                struct domain_keys **out, struct domain_detail **before, struct err *err)
{
    struct store *store = worker_store(worker);
    struct domain_detail *detail;
    struct domain_key *key;
    size_t count;
    *out = NULL;
    int rc = store_domain_get(store, pool, account_id, id, 0, &detail, err);
    if (rc != 0 || !detail)
        return rc;
    rc = store_key_list(store, pool, account_id, id, &key, &count, err);
    if (rc != 0)
        return rc;
    struct domain_keys *keys = pool_alloc(pool, sizeof(*keys));
    keys->domain = detail->domain;
    keys->key = pool_array(pool, count, sizeof(*keys->key));
    for (size_t i = 0; i < count; i++)
        complete_key(pool, worker_app(worker), &keys->domain, &key[i]);
    for (enum key_state state = KEY_NEW; state < KEY_STATE_COUNT; state++)
        for (size_t i = 0; i < count; i++)
            if (key[i].state == state)
                keys->key[keys->count++] = key[i];
    *out = keys;
    if (before)
        *before = detail;
    return 0;
}

int domain_keys_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
                    struct domain_keys **out, struct err *err)
{
    return load(worker, pool, account_id, id, out, NULL, err);
}

/* The new keys, which change over together. */
static struct key_set new_keys(const struct domain_keys *keys)
{
    struct key_set out = {0};
    for (int algorithm = 0; algorithm < DKIM_ALGORITHM_COUNT; algorithm++)
        for (size_t i = 0; i < keys->count; i++) {
            const struct domain_key *key = &keys->key[i];
            if (key->state == KEY_NEW && key->algorithm == (enum dkim_algorithm)algorithm &&
                out.count <= (size_t)algorithm)
                out.key[out.count++] = *key;
        }
    return out;
}

/* Makes new selectors for each try. */
static int add_keys(struct store *store, const struct actor *actor, struct uuid id, const struct made_keys *made,
                    enum store_added *added, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    int rc = 0;
    *added = STORE_SELECTOR_TAKEN;
    for (int i = 0; rc == 0 && *added == STORE_SELECTOR_TAKEN && i < SELECTOR_TRIES; i++) {
        const char *pem[DKIM_ALGORITHM_COUNT];
        struct key_set keys = {0};
        for (int algorithm = 0; algorithm < DKIM_ALGORITHM_COUNT && made->key[algorithm]; algorithm++) {
            struct domain_key *key = &keys.key[keys.count];
            *key = (struct domain_key){.id = uuid_new(),
                                       .algorithm = (enum dkim_algorithm)algorithm,
                                       .public_b64 = made->key[algorithm]->public_b64};
            dkim_selector_new(key->selector);
            pem[keys.count++] = made->key[algorithm]->private_pem;
        }
        rc = store_key_add(store, actor->account_id, id, &keys, pem, &by, clock_wall_ms(), added, err);
    }
    return rc;
}

int domain_key_add(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                   struct key_add *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct domain_keys *keys = NULL;
    *out = (struct key_add){.what = KEY_NO_DOMAIN};
    int rc = actor_require(actor, ROLE_ADMIN, "change keys", err);
    if (rc == 0)
        rc = domain_keys_get(worker, pool, actor->account_id, id, &keys, err);
    if (rc != 0 || !keys)
        return rc;
    out->what = KEY_EXISTS;
    if (new_keys(keys).count > 0)
        return 0;
    rc = worker_limit_account(worker, LIMIT_ADD, actor, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    enum store_added added = STORE_EXISTS;
    struct made_keys made;
    rc = keys_make(worker_app(worker)->conf->dkim_ed25519, &made, err);
    if (rc == 0)
        rc = add_keys(store, actor, id, &made, &added, err);
    keys_free(&made);
    out->what = added == STORE_ADDED ? KEY_ADDED : added == STORE_EXISTS ? KEY_EXISTS : KEY_NO_DOMAIN;
    return rc;
}

/* The records of *domain as DNS has them now. */
static int keys_ask(struct worker *worker, struct pool *pool, const struct domain *domain,
                    const struct result *last_dmarc, struct observations *observations, struct result *out,
                    struct err *err)
{
    const struct name_rules *names = worker_app(worker)->names;
    struct question *question;
    size_t count;
    check_questions_after(pool, names, domain, last_dmarc, &question, &count);
    int rc = dns_observe(worker_dns(worker), pool, domain->name.ascii, question, count, observations, err);
    if (rc == 0)
        check_evaluate(pool, names, domain, observations, clock_wall_ms(), out);
    return rc;
}

/* Writes the observations of the new keys as the domain's last check. */
static int write_as_check(struct worker *worker, struct pool *pool, const struct actor *actor,
                          struct domain_detail *before, const struct domain *next,
                          const struct observations *observations, int64_t at, const struct key_check *out,
                          struct err *err)
{
    struct domain_check check = {
        .info = {.id = uuid_new(), .trigger = TRIGGER_MANUAL, .at = at, .ms = observations->ms}};
    memcpy(check.result, out->result, sizeof(check.result));
    before->domain = *next;
    records_of(pool, next, before->record);
    return check_write(worker, pool, actor, before, observations, &check, err);
}

int domain_key_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                     struct key_check *out, struct err *err)
{
    struct store *store = worker_store(worker);
    const struct store_actor by = worker_actor(actor);
    struct domain_detail *before = NULL;
    struct observations observations = {0};
    struct domain_keys *keys = NULL;
    int64_t at = clock_wall_ms();
    *out = (struct key_check){0};
    int rc = actor_require(actor, ROLE_ADMIN, "change keys", err);
    if (rc == 0)
        rc = load(worker, pool, actor->account_id, id, &keys, &before, err);
    if (rc != 0 || !keys)
        return rc;
    struct key_set next = new_keys(keys);
    if (next.count == 0)
        return 0;
    out->found = true;
    rc = worker_limit_account(worker, LIMIT_CHECK, actor, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    struct domain domain = with_keys(&keys->domain, next.key, next.count);
    rc = keys_ask(worker, pool, &domain, &before->result[RECORD_DMARC], &observations, out->result, err);
    if (rc != 0 || out->result[RECORD_DKIM].verdict != VERDICT_OK ||
        (domain_has(&domain, RECORD_DKIM_ED25519) && out->result[RECORD_DKIM_ED25519].verdict != VERDICT_OK))
        return rc;
    rc = store_key_activate(store, actor->account_id, id, &next, &by, clock_wall_ms(), &out->changed, err);
    return rc == 0 && out->changed ? write_as_check(worker, pool, actor, before, &domain, &observations, at, out, err)
                                   : rc;
}

int domain_key_drop(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                    struct uuid key_id, bool *found, struct err *err)
{
    struct store *store = worker_store(worker);
    const struct store_actor by = worker_actor(actor);
    struct key_set going = {.key = {{.id = key_id}}, .count = 1};
    struct domain_keys *keys = NULL;
    *found = false;
    int rc = actor_require(actor, ROLE_ADMIN, "change keys", err);
    if (rc == 0)
        rc = domain_keys_get(worker, pool, actor->account_id, id, &keys, err);
    if (rc != 0 || !keys)
        return rc;
    for (size_t i = 0; i < keys->count; i++) {
        const struct domain_key *key = &keys->key[i];
        if (!uuid_equal(key->id, key_id))
            continue;
        snprintf(going.key[0].selector, SELECTOR_SIZE, "%s", key->selector);
        if (key->state == KEY_NEW)
            going = new_keys(keys);
    }
    return store_key_drop(store, actor->account_id, id, &going, &by, clock_wall_ms(), found, err);
}
