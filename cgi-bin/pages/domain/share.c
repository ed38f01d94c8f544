/*
 * GET /share/{token} and the paths below it: one domain's records and a check, for the DNS person with the link. There
 * is no login, and nothing of the account is shown; app/domain/share.h decides what the link opens, and until when.
 */
#include "base/base.h"

#include "app/domain/share.h"

#include "cgi-bin/pages/domain/domain_live.h"

/* *out is NULL if the link opens nothing: answer 404. */
static int open_link(struct page *page, bool seen, struct opened_share **out, struct err *err)
{
    return share_open(page->worker, page->pool, page->param[0], seen, out, err);
}

static const char *path_of(struct page *page)
{
    return pool_printf(page->pool, "/share/%s", page->param[0]);
}

static int share_answer(struct page *page, const struct opened_share *opened, enum live_after after, int wait_s,
                        int status, struct err *err)
{
    const struct name *name = &opened->detail->domain.name;
    struct view *view =
        page_view(page, MENU_NONE, page_text(page, TEXT_PAGE_SHARE, TEXT_ARGS({"name", name->unicode})));
    view_set(view, K_PATH, path_of(page));
    view_set(view, K_CSRF, page->csrf);
    page_set_name(view, &opened->detail->domain);
    if (strcmp(name->ascii, name->unicode) != 0)
        view_show(view, K_IDN);
    view_set(view, K_SHARE_UNTIL,
             page_text(page, TEXT_SHARE_UNTIL, TEXT_ARGS({"time", page_time(page, opened->link.expires_at)})));
    domain_live_fill(page, view_include(view, K_LIVE, T_domain_live), path_of(page), opened->detail, after, wait_s);
    view_include(view, K_WATCH, T_watch);
    return page_answer(page, &view, T_share, status, err);
}

int page_share(struct page *page, struct err *err)
{
    struct opened_share *opened;
    int rc = open_link(page, page->request->method == METHOD_GET, &opened, err);
    if (rc < 0)
        return rc;
    if (!opened)
        return page_error(page, 404, 0, err);
    return share_answer(page, opened, request_query(page->request, "checked") ? AFTER_CHECK : AFTER_NOTHING, 0, 200,
                        err);
}

int page_share_zone(struct page *page, struct err *err)
{
    struct opened_share *opened;
    int rc = open_link(page, false, &opened, err);
    if (rc < 0)
        return rc;
    if (!opened)
        return page_error(page, 404, 0, err);
    page_zone_answer(page, &opened->detail->domain, opened->detail->record);
    return 0;
}

/* Shows the domain as the check returned it, without another read. */
static int share_check_answer(struct page *page, const struct opened_share *opened, const struct limited *limited,
                              struct err *err)
{
    int wait_s = limited->yes ? limited->retry_after_s : 0, status = 200;
    if (limited->yes && wait_s < 1)
        wait_s = 1;
    if (wait_s > 0) {
        status = 429;
        response_header(page->response, "Retry-After", page_number(page, wait_s));
    }
    if (!page->request->wants_fragment)
        return share_answer(page, opened, AFTER_CHECK, wait_s, status, err);
    struct view *live = view_new(page->lang);
    domain_live_fill(page, live, path_of(page), opened->detail, AFTER_CHECK, wait_s);
    return page_answer(page, &live, T_domain_live, status, err);
}

int page_share_check_post(struct page *page, struct err *err)
{
    struct opened_share *opened;
    struct domain_check check;
    int rc = share_check(page->worker, page->pool, page->param[0], page->request->addr, &opened, &check, err);
    if (rc < 0)
        return rc;
    if (!opened)
        return page_error(page, 404, 0, err);
    if (check.limited.yes || page->request->wants_fragment)
        return share_check_answer(page, opened, &check.limited, err);
    response_redirect(page->response, pool_printf(page->pool, "%s?checked=1", path_of(page)));
    return 0;
}
