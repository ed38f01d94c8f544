/*
 * GET /settings/domains/{id}: one domain with its status, records and history. Asks DNS nothing.
 */
#include "base/base.h"

#include "cgi-bin/pages/domain/domain_live.h"

struct view *domain_show_view(struct page *page, const struct domain_detail *detail, enum live_after after, int wait_s)
{
    const struct name *name = &detail->domain.name;
    struct view *view = page_view(page, MENU_DOMAINS, name->unicode);
    view_set(view, K_CSRF, page->csrf);
    page_set_name(view, &detail->domain);
    if (strcmp(name->ascii, name->unicode) != 0)
        view_show(view, K_IDN);
    domain_live_fill_own(page, view_include(view, K_LIVE, T_domain_live), detail, after, wait_s);
    view_include(view, K_WATCH, T_watch);
    return view;
}

int domain_show_answer(struct page *page, const struct domain_detail *detail, enum live_after after, int wait_s,
                       int status, struct err *err)
{
    struct view *view = domain_show_view(page, detail, after, wait_s);
    if (request_query(page->request, "unshared"))
        view_show(view, K_UNSHARED);
    return page_answer(page, &view, T_domain_show, status, err);
}

int page_domain_show(struct page *page, struct err *err)
{
    struct domain_detail *detail;
    int rc = page_domain(page, &detail, err);
    if (rc < 0)
        return rc;
    if (!detail)
        return page_error(page, 404, 0, err);
    enum live_after after = request_query(page->request, "checked") ? AFTER_CHECK : AFTER_NOTHING;
    return domain_show_answer(page, detail, after, 0, 200, err);
}
