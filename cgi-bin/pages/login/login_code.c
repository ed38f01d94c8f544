/*
 * GET and POST /login/code: the second step of a login, a code. The login form's cookie identifies the pending login.
 */
#include "base/base.h"

#include "app/auth/mfa.h"

#include "cgi-bin/page.h"
#include "cgi-bin/session.h"

static const char *token_of(struct page *page)
{
    const char *token = session_cookie_read(page->app->conf, page->request, page->pool, COOKIE_LOGIN);
    return token ? token : "";
}

static int login_code_answer(struct page *page, const struct mfa_login *login, bool typed, int status, struct err *err)
{
    const char *next = request_form(page->request, "next", NULL);
    if (!next)
        next = request_query(page->request, "next");
    struct view *view = page_view(page, MENU_NONE, text(page->lang, TEXT_PAGE_LOGIN_CODE));
    view_set(view, K_CSRF, page->csrf);
    if (next)
        view_set(view_section(view, K_NEXT_PAGE), K_NEXT, page_printable(page, next, strlen(next)));
    if (login->limited.yes) {
        response_header(page->response, "Retry-After", page_number(page, login->limited.retry_after_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, login->limited.retry_after_s));
    } else if (typed) {
        view_show(view, K_WRONG);
    }
    return page_answer(page, &view, T_login_code, status, err);
}

static int login_code_ask(struct page *page, const char *typed, struct mfa_login *login, struct err *err)
{
    const struct visitor from = {.addr = page->request->addr, .agent = page->request->agent};
    return mfa_login(page->worker, token_of(page), typed, &from, login, err);
}

int page_login_code(struct page *page, struct err *err)
{
    struct mfa_login login;
    int rc = login_code_ask(page, NULL, &login, err);
    if (rc < 0)
        return rc;
    if (login.what != MFA_NOT_PENDING)
        return login_code_answer(page, &login, false, 200, err);
    response_redirect(page->response, "/login");
    return 0;
}

int page_login_code_post(struct page *page, struct err *err)
{
    const char *typed = page_form_text(page, "code"), *next = request_form(page->request, "next", NULL);
    struct mfa_login login;
    if (!typed)
        return page_error(page, 400, 0, err);
    int rc = login_code_ask(page, typed, &login, err);
    if (rc < 0)
        return rc;
    if (login.what == MFA_CODE_WRONG || login.what == MFA_LIMITED)
        return login_code_answer(page, &login, true, login.limited.yes ? 429 : 403, err);
    if (login.what == MFA_ACCEPTED) {
        session_cookie_set(page->app->conf, page->response, COOKIE_SESSION, login.token);
        session_cookie_drop(page->app->conf, page->response, COOKIE_LOGIN);
    }
    response_redirect(page->response, login.what == MFA_NOT_PENDING ? "/login"
                                      : next && next[0]             ? next
                                                                    : "/settings/domains");
    return 0;
}
