/*
 * GET and POST /settings/senders/{id}/delete: shows the effect of deleting, then deletes.
 */
#include "base/base.h"

#include "cgi-bin/pages/sender/sender_form.h"

int page_sender_delete(struct page *page, struct err *err)
{
    struct sender_detail *detail = NULL;
    struct uuid id;
    int rc = uuid_parse(page->param[0], &id)
                 ? sender_get(page->worker, page->pool, page->who->account_id, id, &detail, err)
                 : 0;
    if (rc < 0)
        return rc;
    if (!detail)
        return page_error(page, 404, 0, err);
    const char *title = page_text(page, TEXT_PAGE_DOMAIN_DELETE, TEXT_ARGS({"name", detail->sender.address}));
    struct view *view = page_view(page, MENU_SENDERS, title);
    view_set(view, K_ID, page->param[0]);
    view_set(view, K_CSRF, page->csrf);
    view_set(view, K_ADDRESS, detail->sender.address);
    return page_answer(page, &view, T_sender_delete, 200, err);
}

int page_sender_delete_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct uuid id;
    bool found = false;
    int rc = uuid_parse(page->param[0], &id) ? sender_delete(page->worker, &actor, id, &found, err) : 0;
    if (rc < 0)
        return rc;
    if (!found)
        return page_error(page, 404, 0, err);
    response_redirect(page->response, "/settings/senders?deleted=1");
    return 0;
}
