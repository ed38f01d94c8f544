/*
 * Listing, showing, adding and deleting domains. Applies rights and limits, and makes keys before transactions begin.
 * Checking has its own file.
 */
#include "base/base.h"

#include "app/domain/domain.h"

#include "app/domain/made_keys.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "mailauth/dkim_key.h"
#include "model/user.h"
#include "store/domains.h"

enum { SELECTOR_TRIES = 5, SEARCH_BYTES = 1024 };

/* --- overview --- */

/* As names are stored: lower case, without surrounding white space, valid UTF-8 (invalid bytes become characters
 * that match nothing). */
static const char *search_text(struct pool *pool, const char *typed)
{
    struct buf text;
    typed += strspn(typed ? typed : "", " \t\r\n");
    size_t len = strnlen(typed, SEARCH_BYTES);
    while (len > 0 && strchr(" \t\r\n", typed[len - 1]))
        len--;
    buf_init(&text, 4 * SEARCH_BYTES);
    buf_add_printable(&text, typed, len);
    ascii_lower_all(text.data);
    const char *out = pool_memdup(pool, text.data, text.len);
    buf_free(&text);
    return out;
}

/* A page may begin after any text that could be a name; any other text means the first page. */
static const char *page_start(const char *after)
{
    if (!after || strlen(after) >= NAME_ASCII_SIZE)
        return "";
    for (const char *p = after; *p; p++)
        if (*p <= 0x20 || *p >= 0x7f)
            return "";
    return after;
}

int domain_list(struct worker *worker, struct pool *pool, struct uuid account_id, const struct domain_filter *filter,
                struct domain_list *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct domain_filter asked = *filter;
    struct domain_place after = {.name = page_start(filter->after)};
    if (filter->search)
        asked.search = search_text(pool, filter->search);
    if (filter->has_status && filter->sort == SORT_STATUS)
        asked.sort = SORT_NAME;
    if (filter->page_size < 1 || filter->page_size > DOMAIN_PAGE_MAX)
        asked.page_size = filter->page_size < 1 ? 1 : DOMAIN_PAGE_MAX;
    if (*after.name && !domain_place_parse(filter->after_at, asked.sort, &after))
        after.name = "";
    return store_domain_page(store, pool, account_id, &asked, &after, out, err);
}

/* --- one domain --- */

int domain_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
               struct domain_detail **out, struct err *err)
{
    struct store *store = worker_store(worker);
    *out = NULL;
    return store_domain_get(store, pool, account_id, id, EVENTS_SHOWN, out, err);
}

int domain_find(struct worker *worker, struct pool *pool, struct uuid account_id, const char *ascii,
                struct domain_detail **out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct uuid id;
    bool found;
    *out = NULL;
    int rc = store_domain_id(store, account_id, ascii, &found, &id, err);
    if (rc != 0 || !found)
        return rc;
    return store_domain_get(store, pool, account_id, id, 0, out, err);
}

/* --- add --- */

/* Makes the keys before the transaction, and new selectors if one has been used for this name before. */
static int add_new(struct worker *worker, struct store *store, const struct actor *actor, struct domain_add *out,
                   struct err *err)
{
    const struct conf *conf = worker_app(worker)->conf;
    const struct store_actor by = worker_actor(actor);
    struct domain domain = {.id = uuid_new(),
                            .account_id = actor->account_id,
                            .name = out->name,
                            .status = STATUS_PENDING,
                            .created_at = clock_wall_ms(),
                            .return_path_label = conf->return_path_label,
                            .return_path_target = conf->return_path_target};
    enum store_added added = STORE_SELECTOR_TAKEN;
    struct made_keys keys;
    int rc = keys_make(conf->dkim_ed25519, &keys, err);
    for (int i = 0; rc == 0 && added == STORE_SELECTOR_TAKEN && i < SELECTOR_TRIES; i++) {
        const struct dkim_key *rsa = keys.key[DKIM_RSA], *ed25519 = keys.key[DKIM_ED25519];
        struct store_new_domain wanted = {.domain = &domain,
                                          .private_pem = rsa->private_pem,
                                          .private_ed25519 = ed25519 ? ed25519->private_pem : NULL};
        dkim_selector_new(domain.selector);
        dkim_selector_new(domain.selector_ed25519);
        domain.public_b64 = rsa->public_b64;
        domain.public_ed25519 = ed25519 ? ed25519->public_b64 : NULL;
        rc = store_domain_add(store, actor->account_id, &wanted, &by, &added, err);
    }
    keys_free(&keys);
    if (rc != 0)
        return rc;
    out->id = domain.id;
    out->what = added == STORE_EXISTS ? DOMAIN_EXISTS : added == STORE_NO_ACCOUNT ? DOMAIN_NO_ACCOUNT : DOMAIN_ADDED;
    if (added == STORE_SELECTOR_TAKEN)
        return err_set(err, ERR_FAULT, "%d random selectors were all taken", SELECTOR_TRIES);
    return 0;
}

int domain_add(struct worker *worker, const struct actor *actor, const char *input, size_t len, struct domain_add *out,
               struct err *err)
{
    const struct app *app = worker_app(worker);
    struct store *store = worker_store(worker);
    bool found;
    *out = (struct domain_add){.what = DOMAIN_REFUSED};
    int rc = actor_require(actor, ROLE_ADMIN, "add a domain", err);
    if (rc != 0)
        return rc;
    if (name_evaluate(app->names, input, len, &out->name, &out->evaluation) != NAME_OK)
        return 0;
    rc = worker_limit_account(worker, LIMIT_ADD, actor, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    out->what = DOMAIN_EXISTS;
    rc = store_domain_id(store, actor->account_id, out->name.ascii, &found, &out->id, err);
    if (rc != 0 || found)
        return rc;
    rc = add_new(worker, store, actor, out, err);
    if (rc == 0 && out->what == DOMAIN_EXISTS) /* another request added it in between */
        rc = store_domain_id(store, actor->account_id, out->name.ascii, &found, &out->id, err);
    return rc;
}

/* --- delete --- */

int domain_delete(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    *found = false;
    int rc = actor_require(actor, ROLE_ADMIN, "delete a domain", err);
    return rc ? rc : store_domain_delete(worker_store(worker), actor->account_id, id, &by, clock_wall_ms(), found, err);
}
