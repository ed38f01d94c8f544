/*
 * GET and POST /login/forgotten: a link for a password reset, by mail. The response is the same whether or not a user
 * has that address.
 */
#include "base/base.h"

#include "app/auth/login_mail.h"

#include "cgi-bin/page.h"

static int password_reset_answer(struct page *page, const char *typed, int wait_s, int status, struct err *err)
{
    struct view *view = page_view(page, MENU_NONE, text(page->lang, TEXT_PAGE_FORGOTTEN));
    bool possible = login_mail_possible(page->app->conf);
    if (possible && request_query(page->request, "sent")) {
        view_show(view, K_JUST_SENT);
    } else if (possible) {
        struct view *form = view_section(view, K_FORM);
        view_set(form, K_CSRF, page->csrf);
        view_set(form, K_EMAIL, page_printable(page, typed, strlen(typed)));
    } else {
        view_show(view, K_NONE);
    }
    if (wait_s > 0) {
        response_header(page->response, "Retry-After", page_number(page, wait_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, wait_s));
    }
    return page_answer(page, &view, T_password_reset, status, err);
}

int page_password_reset(struct page *page, struct err *err)
{
    return password_reset_answer(page, "", 0, 200, err);
}

int page_password_reset_post(struct page *page, struct err *err)
{
    const char *email = page_form_text(page, "email");
    struct limited limited;
    if (!email || !*email || !login_mail_possible(page->app->conf))
        return page_error(page, 400, 0, err);
    int rc = login_mail_queue_reset(page->worker, email, page->lang, page->request->addr, &limited, err);
    if (rc < 0)
        return rc;
    if (limited.yes)
        return password_reset_answer(page, email, limited.retry_after_s, 429, err);
    page->response->after_response = true;
    response_redirect(page->response, "/login/forgotten?sent=1");
    return 0;
}
