/*
 * GET and POST /settings/domains/{id}/delete: shows the effect of deleting and which records to remove, then deletes.
 */
#include "base/base.h"

#include "cgi-bin/page.h"

int page_domain_delete(struct page *page, struct err *err)
{
    struct domain_detail *detail;
    int rc = page_domain(page, &detail, err);
    if (rc < 0)
        return rc;
    if (!detail)
        return page_error(page, 404, 0, err);
    const char *title = page_text(page, TEXT_PAGE_DOMAIN_DELETE, TEXT_ARGS({"name", detail->domain.name.unicode}));
    struct view *view = page_view(page, MENU_DOMAINS, title);
    view_set(view, K_CSRF, page->csrf);
    page_set_name(view, &detail->domain);
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        if (!detail->record[i].required)
            continue; /* a DMARC policy may be the owner's own, and does no harm without the platform */
        struct view *record = view_section(view, K_RECORD);
        view_set(record, K_TYPE, detail->record[i].type);
        view_set(record, K_HOST, detail->record[i].host);
    }
    return page_answer(page, &view, T_domain_delete, 200, err);
}

int page_domain_delete_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct uuid id;
    bool found = false;
    if (uuid_parse(page->param[0], &id)) {
        int rc = domain_delete(page->worker, &actor, id, &found, err);
        if (rc < 0)
            return rc;
    }
    if (!found)
        return page_error(page, 404, 0, err);
    response_redirect(page->response,
                      pool_printf(page->pool, "/settings/domains/%s/removed?deleted=1", page->param[0]));
    return 0;
}
