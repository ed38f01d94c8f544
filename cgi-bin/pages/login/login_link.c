/*
 * GET and POST /login/link/{token}: the target of a link by mail: a new password, or the first one of an invited user.
 * app/auth/login_link.h decides what it opens, and for how long. A GET changes nothing: mail scanners follow links too.
 */
#include "base/base.h"

#include "app/auth/login_link.h"

#include "cgi-bin/page.h"
#include "cgi-bin/session.h"

enum wrong { WRONG_NOTHING, WRONG_NEW, WRONG_AGAIN, WRONG_TAKEN };

static int answer_gone(struct page *page, struct err *err)
{
    struct view *view = page_view(page, MENU_NONE, text(page->lang, TEXT_PAGE_LINK_GONE));
    view_show(view, K_LINK_GONE);
    return page_answer(page, &view, T_login_link, 404, err);
}

static int login_link_answer(struct page *page, enum wrong wrong, int status, struct err *err)
{
    struct login_link *link;
    int rc = login_link_open(page->worker, page->pool, page->param[0], &link, err);
    if (rc < 0)
        return rc;
    if (!link)
        return answer_gone(page, err);
    bool invitation = login_link_is_invitation(link);
    struct view *view =
        page_view(page, MENU_NONE, text(page->lang, invitation ? TEXT_PAGE_LINK_INVITED : TEXT_PAGE_LINK_PASSWORD));
    struct view *form = view_section(view, K_FORM);
    view_set(form, K_CSRF, page->csrf);
    view_set(form, K_EMAIL, link->email);
    view_set(form, K_PATH, pool_printf(page->pool, "/login/link/%s", page->param[0]));
    if (invitation)
        view_set(view_section(form, K_INVITED), K_ACCOUNT, link->account_name);
    else
        view_show(form, K_RESET);
    if (wrong == WRONG_TAKEN)
        view_show(form, K_EXISTS);
    else if (wrong != WRONG_NOTHING)
        view_set(view_section(form, wrong == WRONG_NEW ? K_NEW_FAULT : K_AGAIN_FAULT), K_FAULT,
                 text(page->lang, wrong == WRONG_NEW ? TEXT_PASSWORD_NEW_BAD : TEXT_PASSWORD_AGAIN_WRONG));
    return page_answer(page, &view, T_login_link, status, err);
}

int page_login_link(struct page *page, struct err *err)
{
    return login_link_answer(page, WRONG_NOTHING, 200, err);
}

int page_login_link_post(struct page *page, struct err *err)
{
    const struct visitor from = {.addr = page->request->addr, .agent = page->request->agent};
    const char *new_one = page_form_text(page, "new"), *again = page_form_text(page, "again");
    struct login_link_use use;
    if (!new_one || !again)
        return page_error(page, 400, 0, err);
    if (strcmp(new_one, again) != 0)
        return login_link_answer(page, WRONG_AGAIN, 422, err);
    int rc = login_link_use(page->worker, page->pool, page->param[0], new_one, &from, &use, err);
    if (rc < 0)
        return rc;
    switch (use.what) {
    case LINK_GONE:
        return answer_gone(page, err);
    case LINK_BAD_PASSWORD:
        return login_link_answer(page, WRONG_NEW, 422, err);
    case LINK_ADDRESS_TAKEN:
        return login_link_answer(page, WRONG_TAKEN, 409, err);
    case LINK_USED:
        break;
    }
    if (use.invitation)
        session_cookie_set(page->app->conf, page->response, COOKIE_SESSION, use.token);
    response_redirect(page->response, use.invitation ? "/settings/domains" : "/login?reset=1");
    return 0;
}
