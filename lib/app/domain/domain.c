/*
 * Listing, looking at, adding and deleting domains. Decides who may and how often, makes keys before transactions
 * begin, and turns stored rows into the values that pages and commands show. Checking has its own file.
 */
#include "base/base.h"

#include "app/domain/domain.h"

#include "app/check/result_codec.h"
#include "app/domain/stored.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include "mailauth/dkim_key.h"
#include "model/check.h"
#include "model/user.h"

enum { PAGE_MAX = 200, SELECTOR_TRIES = 5, SEARCH_BYTES = 1024 };

/* --- overview --- */

/* As names are stored: small letters, no white space around, valid UTF-8 (odd bytes become what matches nothing). */
static const char *search_text(struct pool *pool, const char *typed)
{
    struct buf text;
    typed += strspn(typed ? typed : "", " \t\r\n");
    size_t len = strnlen(typed, SEARCH_BYTES);
    while (len > 0 && strchr(" \t\r\n", typed[len - 1]))
        len--;
    buf_init(&text, 4 * SEARCH_BYTES);
    buf_add_printable(&text, typed, len);
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] >= 'A' && text.data[i] <= 'Z')
            text.data[i] = (char)(text.data[i] - 'A' + 'a');
    const char *out = pool_memdup(pool, text.data, text.len);
    buf_free(&text);
    return out;
}

/* A page begins after any text that could be a name; what could be none begins at the beginning. */
static const char *page_start(const char *after)
{
    if (!after || strlen(after) >= NAME_ASCII_SIZE)
        return "";
    for (const char *p = after; *p; p++)
        if (*p <= 0x20 || *p >= 0x7f)
            return "";
    return after;
}

const char *domain_list_place(struct pool *pool, enum domain_sort sort, const struct domain *domain)
{
    if (sort == SORT_NAME)
        return "";
    if (sort == SORT_STATUS)
        return status_word(domain->status);
    return pool_printf(pool, "%lld", (long long)(sort == SORT_ADDED ? domain->created_at : domain->checked_at));
}

/* The place in the order, as domain_list_place said it; false for any other text. */
static bool place_parse(const char *text, struct store_page *page)
{
    enum { DIGITS_MAX = 15 };
    if (page->sort == SORT_NAME)
        return true;
    if (!text)
        return false;
    if (page->sort == SORT_STATUS)
        return status_parse(text, &page->after_status);
    size_t len = strlen(text);
    if (len == 0 || len > DIGITS_MAX || strspn(text, "0123456789") != len)
        return false;
    page->after_at = strtoll(text, NULL, 10);
    return true;
}

int domain_list(struct worker *worker, struct pool *pool, struct uuid account_id, const struct domain_filter *filter,
                struct domain_list *out, struct err *err)
{
    struct store *store = worker_store(worker);
    int size = filter->page_size < 1 ? 1 : filter->page_size > PAGE_MAX ? PAGE_MAX : filter->page_size;
    struct store_page page = {.search = filter->search ? search_text(pool, filter->search) : NULL,
                              .has_status = filter->has_status,
                              .status = filter->status,
                              .sort = filter->has_status && filter->sort == SORT_STATUS ? SORT_NAME : filter->sort,
                              .descending = filter->descending,
                              .after = page_start(filter->after),
                              .limit = size + 1};
    if (*page.after && !place_parse(filter->after_at, &page))
        page.after = "";
    struct store_page_rows rows;
    int rc = store_domain_page(store, pool, account_id, &page, &rows, err);
    if (rc != 0)
        return rc;
    *out = (struct domain_list){.domain = rows.domain, .more = rows.count > (size_t)size};
    out->count = out->more ? (size_t)size : rows.count;
    memcpy(out->of_status, rows.of_status, sizeof(out->of_status));
    return 0;
}

/* --- one domain --- */

finding_set stored_findings(const char *words)
{
    finding_set set = 0;
    while (*words) {
        char word[32];
        enum finding finding;
        size_t len = strcspn(words, ",");
        snprintf(word, sizeof(word), "%.*s", (int)(len < sizeof(word) ? len : sizeof(word) - 1), words);
        if (finding_parse(word, &finding))
            set |= FINDING_BIT(finding);
        words += len;
        words += *words == ',';
    }
    return set;
}

struct check_info stored_check_info(const struct store_check_info *row)
{
    return (struct check_info){.id = row->id,
                               .trigger = row->trigger,
                               .at = row->at,
                               .ms = row->ms,
                               .status_before = row->status_before,
                               .status_after = row->status_after};
}

struct domain_detail *stored_detail(struct pool *pool, const struct store_detail *row)
{
    struct domain_detail *out = pool_alloc(pool, sizeof(*out));
    out->domain = row->domain;
    records_of(pool, &out->domain, out->record);
    for (size_t i = 0; i < RECORD_COUNT; i++) /* also of what it does not have: then not required, and without a host */
        out->result[i] = (struct result){
            .kind = (enum record_kind)i, .required = out->record[i].required, .verdict = VERDICT_UNKNOWN};
    for (size_t i = 0; i < row->result_count; i++) {
        struct result *result = &out->result[row->result[i].kind];
        result->required = row->result[i].required;
        result->verdict = row->result[i].verdict;
        result->findings = stored_findings(row->result[i].findings);
    }
    result_details_parse(pool, row->details, out->result);
    out->checked = row->checked;
    out->last = stored_check_info(&row->last);
    out->share = (struct share_state){.created_at = row->share.created_at,
                                      .expires_at = row->share.expires_at,
                                      .revoked_at = row->share.revoked_at,
                                      .opened_at = row->share.opened_at,
                                      .checked_at = row->share.checked_at};
    out->event = pool_array(pool, row->event_count, sizeof(*out->event));
    out->event_count = row->event_count;
    for (size_t i = 0; i < row->event_count; i++)
        out->event[i] = (struct event){.at = row->event[i].at,
                                       .action = row->event[i].action,
                                       .user = row->event[i].user,
                                       .has_trigger = row->event[i].has_trigger,
                                       .trigger = row->event[i].trigger};
    return out;
}

static int get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id, int events,
               struct domain_detail **out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct store_detail *row;
    *out = NULL;
    int rc = store_domain_get(store, pool, account_id, id, events, &row, err);
    if (rc == 0 && row)
        *out = stored_detail(pool, row);
    return rc;
}

int domain_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
               struct domain_detail **out, struct err *err)
{
    return get(worker, pool, account_id, id, EVENTS_SHOWN, out, err);
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
    return get(worker, pool, account_id, id, 0, out, err);
}

/* --- add --- */

int keys_make(bool ed25519, struct made_keys *out, struct err *err)
{
    int rc = 0;
    *out = (struct made_keys){0};
    for (int algorithm = 0; rc == 0 && algorithm < (ed25519 ? DKIM_ALGORITHM_COUNT : DKIM_ED25519); algorithm++) {
        rc = dkim_key_generate((enum dkim_algorithm)algorithm, &out->key[algorithm], err);
        if (rc == 0)
            rc = dkim_key_verify((enum dkim_algorithm)algorithm, out->key[algorithm]->private_pem,
                                 out->key[algorithm]->public_b64, err);
    }
    if (rc != 0)
        keys_free(out);
    return rc;
}

void keys_free(struct made_keys *keys)
{
    for (int algorithm = 0; algorithm < DKIM_ALGORITHM_COUNT; algorithm++)
        dkim_key_free(&keys->key[algorithm]);
}

/* Keys are made before the transaction, and selectors again should one have been given out for this name before. */
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

int domain_add(struct worker *worker, struct pool *pool, const struct actor *actor, const char *input, size_t len,
               struct domain_add *out, struct err *err)
{
    const struct app *app = worker_app(worker);
    struct store *store = worker_store(worker);
    bool found;
    (void)pool; /* all that comes out is in *out */
    *out = (struct domain_add){.what = DOMAIN_REFUSED};
    int rc = actor_require(actor, ROLE_ADMIN, "add a domain", err);
    if (rc != 0)
        return rc;
    if (name_judge(app->names, input, len, &out->name, &out->judgement) != NAME_OK)
        return 0;
    rc = worker_limit_account(worker, LIMIT_ADD, actor, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    out->what = DOMAIN_EXISTS;
    rc = store_domain_id(store, actor->account_id, out->name.ascii, &found, &out->id, err);
    if (rc != 0 || found)
        return rc;
    rc = add_new(worker, store, actor, out, err);
    if (rc == 0 && out->what == DOMAIN_EXISTS) /* somebody was faster by a blink */
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
