/*
 * GET and POST /settings/domains/{id}/keys, POST …/keys/check and …/keys/drop: rotating a domain's DKIM keys.
 * app/domain/keys.h decides when that is safe; this page shows which records to publish, which key signs and which may
 * be removed.
 */
#include "base/base.h"

#include "app/domain/keys.h"
#include "cgi-bin/pages/domain/domain_live.h"
#include "model/check.h"
#include "model/user.h"

static void fill_key(struct page *page, struct view *view, const struct domain_keys *keys, const struct domain_key *key,
                     const struct key_check *check)
{
    static const enum view_key sections[KEY_STATE_COUNT] = {
        [KEY_NEW] = K_NEW_KEY, [KEY_ACTIVE] = K_ACTIVE, [KEY_RETIRED] = K_RETIRED};
    struct view *section = view_section(view, sections[key->state]);
    const struct result *result = check ? &check->result[key->record.kind] : NULL;
    char id[UUID_TEXT_SIZE];
    uuid_format(key->id, id);
    view_set(section, K_KEY_ID, id);
    view_set(section, K_SELECTOR, key->selector);
    view_set(section, K_HOST, key->record.host);
    view_set(section, K_VALUE, key->record.value);
    view_set(section, K_KIND, record_word(key->record.kind));
    view_set(section, K_RECORD_TITLE, page_record_title(page, key->record.kind));
    view_set(section, K_VERDICT, verdict_word(result ? result->verdict : VERDICT_UNKNOWN));
    view_set(section, K_WHEN, page_time(page, key->state_at ? key->state_at : keys->domain.created_at));
    if (page->who->role == ROLE_ADMIN)
        view_show(section, K_MAY_CHANGE);
    if (key->state == KEY_NEW && result)
        domain_live_fill_findings(page, section, &keys->domain, &key->record, result);
    if (key->state == KEY_RETIRED && key->removable_at <= page->now)
        view_show(section, K_REMOVABLE);
    else if (key->state == KEY_RETIRED)
        view_set(view_section(section, K_KEPT), K_WHEN, page_time(page, key->removable_at));
}

/* Why the new keys were not activated. */
static enum text_id why_not(const struct domain_keys *keys, const struct key_check *check)
{
    for (size_t i = 0; i < keys->count; i++) {
        enum verdict verdict = check->result[keys->key[i].record.kind].verdict;
        if (keys->key[i].state == KEY_NEW && (verdict == VERDICT_MISSING || verdict == VERDICT_WRONG))
            return TEXT_KEY_NOT_YET;
    }
    return TEXT_KEY_UNKNOWN;
}

static void fill_keys(struct page *page, struct view *view, const struct domain_keys *keys,
                      const struct key_check *check)
{
    bool admin = page->who->role == ROLE_ADMIN;
    struct view *news = NULL;
    char id[UUID_TEXT_SIZE];
    for (size_t i = 0; i < keys->count; i++) {
        const struct domain_key *key = &keys->key[i];
        if (key->state == KEY_NEW && !news) {
            news = view_section(view, K_NEW_KEYS);
            uuid_format(key->id, id);
            if (admin)
                view_set(view_section(news, K_MAY_CHANGE), K_KEY_ID, id);
        }
        fill_key(page, key->state == KEY_NEW ? news : view, keys, key, check);
    }
    if (!news && admin)
        view_show(view, K_MAY_ADD);
}

/* check: the result for the new keys just now, NULL if nothing was asked. */
static int domain_keys_answer(struct page *page, const struct key_check *check, int wait_s, int status, struct err *err)
{
    struct domain_keys *keys = NULL;
    struct uuid id;
    int rc = uuid_parse(page->param[0], &id)
                 ? domain_keys_get(page->worker, page->pool, page->who->account_id, id, &keys, err)
                 : 0;
    if (rc < 0)
        return rc;
    if (!keys)
        return page_error(page, 404, 0, err);
    struct view *view =
        page_view(page, MENU_DOMAINS, page_text(page, TEXT_PAGE_KEYS, TEXT_ARGS({"name", keys->domain.name.unicode})));
    view_set(view, K_CSRF, page->csrf);
    page_set_name(view, &keys->domain);
    fill_keys(page, view, keys, check);
    if (request_query(page->request, "changed"))
        view_show(view, K_CHANGED);
    if (request_query(page->request, "dropped"))
        view_show(view, K_DROPPED);
    if (check)
        view_set(view_section(view, K_RESULT_BAD), K_RESULT, text(page->lang, why_not(keys, check)));
    if (wait_s > 0) {
        response_header(page->response, "Retry-After", page_number(page, wait_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, wait_s));
    }
    return page_answer(page, &view, T_domain_keys, status, err);
}

static int lead_back(struct page *page, const char *query)
{
    response_redirect(page->response, pool_printf(page->pool, "/settings/domains/%s/keys%s", page->param[0], query));
    return 0;
}

int page_domain_keys(struct page *page, struct err *err)
{
    return domain_keys_answer(page, NULL, 0, 200, err);
}

int page_domain_keys_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct key_add add;
    struct uuid id;
    if (!uuid_parse(page->param[0], &id))
        return page_error(page, 404, 0, err);
    int rc = domain_key_add(page->worker, page->pool, &actor, id, &add, err);
    if (rc < 0)
        return rc;
    if (add.limited.yes)
        return domain_keys_answer(page, NULL, add.limited.retry_after_s, 429, err);
    return add.what == KEY_NO_DOMAIN ? page_error(page, 404, 0, err) : lead_back(page, "");
}

int page_domain_keys_check_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct key_check check;
    struct uuid id;
    if (!uuid_parse(page->param[0], &id))
        return page_error(page, 404, 0, err);
    int rc = domain_key_check(page->worker, page->pool, &actor, id, &check, err);
    if (rc < 0)
        return rc;
    if (check.limited.yes)
        return domain_keys_answer(page, NULL, check.limited.retry_after_s, 429, err);
    if (!check.found)
        return page_error(page, 404, 0, err);
    return check.changed ? lead_back(page, "?changed=1") : domain_keys_answer(page, &check, 0, 200, err);
}

int page_domain_keys_drop_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    const char *key = request_form(page->request, "key", NULL);
    struct uuid id, key_id;
    bool found = false;
    if (!uuid_parse(page->param[0], &id) || !key || !uuid_parse(key, &key_id))
        return page_error(page, 404, 0, err);
    int rc = domain_key_drop(page->worker, page->pool, &actor, id, key_id, &found, err);
    if (rc < 0)
        return rc;
    return found ? lead_back(page, "?dropped=1") : page_error(page, 404, 0, err);
}
