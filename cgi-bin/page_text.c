/*
 * Values that several pages show or read alike: a text with its names filled in, the actor, printable bytes, the domain
 * of a path. Knows no template.
 */
#include "base/base.h"

#include "model/check.h"
#include "model/user.h"
#include "page.h"

const char *page_text(struct page *page, enum text_id id, const struct text_arg *args)
{
    struct buf words;
    buf_init(&words, 4096);
    text_fill(&words, page->lang, id, args);
    const char *copy = pool_strdup(page->pool, words.data);
    buf_free(&words);
    return copy;
}

const char *page_number(struct page *page, int64_t number)
{
    return pool_printf(page->pool, "%lld", (long long)number);
}

const char *page_time(struct page *page, int64_t wall_ms)
{
    int64_t minute = wall_ms / (60 * 1000); /* the text has no finer unit */
    for (size_t i = 0; i < ARRAY_LEN(page->times); i++)
        if (page->times[i].text && page->times[i].minute == minute)
            return page->times[i].text;
    size_t at = page->next_time++ % ARRAY_LEN(page->times);
    page->times[at].minute = minute;
    page->times[at].text = time_text(page->pool, page->lang, wall_ms, page->now);
    return page->times[at].text;
}

const char *page_printable(struct page *page, const char *bytes, size_t len)
{
    struct buf shown;
    buf_init(&shown, REQUEST_BODY_MAX * 4);
    buf_add_printable(&shown, bytes, len);
    const char *copy = pool_strdup(page->pool, shown.data);
    buf_free(&shown);
    return copy;
}

const char *page_path_with(struct page *page, const char *path, const char *name, const char *value)
{
    struct buf out;
    buf_init(&out, 4 * REQUEST_BODY_MAX);
    buf_addf(&out, "%s?%s=", path, name);
    buf_add_percent(&out, value);
    const char *copy = pool_strdup(page->pool, out.data);
    buf_free(&out);
    return copy;
}

const char *page_form_text(const struct page *page, const char *name)
{
    size_t len;
    const char *value = request_form(page->request, name, &len);
    return value && strlen(value) == len ? value : NULL;
}

struct actor page_actor(const struct page *page)
{
    return (struct actor){.account_id = page->who->account_id,
                          .user_id = page->who->user_id,
                          .email = page->who->email,
                          .role = page->who->role,
                          .addr = page->request->addr};
}

const char *page_role_text(struct page *page, enum role role)
{
    return text(page->lang, role == ROLE_ADMIN ? TEXT_ROLE_ADMIN : TEXT_ROLE_VIEWER);
}

const char *page_status_text(struct page *page, enum status status)
{
    static const enum text_id words[STATUS_COUNT] = {TEXT_STATUS_PENDING, TEXT_STATUS_VERIFIED, TEXT_STATUS_LOST};
    return text(page->lang, words[status]);
}

const char *page_verdict_text(struct page *page, enum verdict verdict)
{
    static const enum text_id words[] = {[VERDICT_UNKNOWN] = TEXT_VERDICT_UNKNOWN,
                                         [VERDICT_OK] = TEXT_VERDICT_OK,
                                         [VERDICT_MISSING] = TEXT_VERDICT_MISSING,
                                         [VERDICT_WRONG] = TEXT_VERDICT_WRONG};
    return text(page->lang, words[verdict]);
}

const char *page_record_title(struct page *page, enum record_kind kind)
{
    static const enum text_id words[RECORD_COUNT] = {[RECORD_DKIM] = TEXT_RECORD_DKIM,
                                                     [RECORD_DKIM_ED25519] = TEXT_RECORD_DKIM_ED25519,
                                                     [RECORD_RETURN_PATH] = TEXT_RECORD_RETURN_PATH,
                                                     [RECORD_DMARC] = TEXT_RECORD_DMARC};
    return text(page->lang, words[kind]);
}

void page_set_name(struct view *view, const struct domain *domain)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(domain->id, id);
    view_set(view, K_ID, id);
    view_set(view, K_NAME, domain->name.ascii);
    view_set(view, K_NAME_SHOWN, domain->name.unicode);
}

int page_domain(struct page *page, struct domain_detail **out, struct err *err)
{
    struct uuid id;
    *out = NULL;
    if (!uuid_parse(page->param[0], &id))
        return 0;
    return domain_get(page->worker, page->pool, page->who->account_id, id, out, err);
}
