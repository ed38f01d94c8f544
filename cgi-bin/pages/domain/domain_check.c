/*
 * POST /settings/domains/{id}/check: Check status. Asks DNS now; our script gets the fragment to replace, a browser
 * without script is redirected to the domain's page. app/domain/domain.h runs the check and sets the status.
 */
#include "base/base.h"

#include "cgi-bin/pages/domain/domain_live.h"
#include "model/check.h"

/* Shows the domain as the check returned it, without another read. */
static int domain_check_check_answer(struct page *page, const struct domain_check *check, struct err *err)
{
    int wait_s = check->limited.yes ? check->limited.retry_after_s : 0, status = 200;
    if (check->limited.yes && wait_s < 1)
        wait_s = 1;
    if (wait_s > 0) {
        status = 429;
        response_header(page->response, "Retry-After", page_number(page, wait_s));
    }
    if (!page->request->wants_fragment)
        return domain_show_answer(page, check->detail, AFTER_CHECK, wait_s, status, err);
    struct view *live = view_new(page->lang);
    domain_live_fill_own(page, live, check->detail, AFTER_CHECK, wait_s);
    return page_answer(page, &live, T_domain_live, status, err);
}

int page_domain_check_post(struct page *page, struct err *err)
{
    struct domain_check check = {0};
    struct actor actor = page_actor(page);
    struct uuid id;
    if (!uuid_parse(page->param[0], &id))
        return page_error(page, 404, 0, err);
    int rc = domain_check(page->worker, page->pool, &actor, id, TRIGGER_MANUAL, &check, err);
    if (rc < 0)
        return rc;
    if (!check.found)
        return page_error(page, 404, 0, err);
    if (check.limited.yes || page->request->wants_fragment)
        return domain_check_check_answer(page, &check, err);
    response_redirect(page->response, pool_printf(page->pool, "/settings/domains/%s?checked=1", page->param[0]));
    return 0;
}
