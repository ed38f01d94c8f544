/*
 * POST /settings/domains/{id}/share: makes a share link for the DNS person, shown once with a ready-made mail; and
 * revokes it. Only this response contains the token: it is not stored.
 */
#include "base/base.h"

#include "app/domain/share.h"

#include "cgi-bin/pages/domain/domain_live.h"

static void fill_made(struct page *page, struct view *view, const struct domain *domain, const struct share_make *made)
{
    const char *link = pool_printf(page->pool, "%s/share/%s", page->app->conf->base_url, made->token);
    const char *until = page_time(page, made->expires_at);
    const struct text_arg *args = TEXT_ARGS({"name", domain->name.unicode}, {"link", link}, {"time", until});
    struct view *app = view_section(view, K_SHARED);
    view_set(app, K_LINK, link);
    view_set(app, K_SHARE_UNTIL, page_text(page, TEXT_SHARE_UNTIL, args));
    view_set(app, K_MAIL_TEXT, page_text(page, TEXT_SHARE_MAIL, args));
    view_set(app, K_MAIL_SUBJECT, page_text(page, TEXT_SHARE_MAIL_SUBJECT, args));
}

static int domain_share_back(struct page *page, const char *query)
{
    response_redirect(page->response, pool_printf(page->pool, "/settings/domains/%s%s", page->param[0], query));
    return 0;
}

/* GET of this URL (address bar, language switch): the link cannot be shown a second time. */
int page_domain_share(struct page *page, struct err *err)
{
    struct domain_detail *detail;
    int rc = page_domain(page, &detail, err);
    if (rc < 0)
        return rc;
    return detail ? domain_share_back(page, "") : page_error(page, 404, 0, err);
}

int page_domain_share_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct domain_detail *detail;
    struct share_make made;
    struct uuid id;
    if (!uuid_parse(page->param[0], &id))
        return page_error(page, 404, 0, err);
    int rc = share_make(page->worker, &actor, id, &made, err);
    if (rc == 0 && made.limited.yes)
        return page_error(page, 429, made.limited.retry_after_s > 0 ? made.limited.retry_after_s : 1, err);
    if (rc == 0)
        rc = page_domain(page, &detail, err);
    if (rc < 0)
        return rc;
    if (!made.found || !detail)
        return page_error(page, 404, 0, err);
    struct view *view = domain_show_view(page, detail, AFTER_NOTHING, 0);
    fill_made(page, view, &detail->domain, &made);
    return page_answer(page, &view, T_domain_show, 200, err);
}

int page_domain_share_revoke_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct uuid id;
    bool found;
    if (!uuid_parse(page->param[0], &id))
        return page_error(page, 404, 0, err);
    int rc = share_revoke(page->worker, &actor, id, &found, err);
    if (rc < 0)
        return rc;
    return found ? domain_share_back(page, "?unshared=1") : page_error(page, 404, 0, err);
}
