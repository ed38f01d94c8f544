/*
 * GET and POST /login. app/auth/session.h decides who may log in and how often, cgi-bin/session.h has the format of the
 * cookie.
 */
#include "base/base.h"

#include "app/auth/login_mail.h"

#include "cgi-bin/page.h"
#include "cgi-bin/session.h"

static const char START[] = "/settings/domains";

/* The path after login; response_redirect accepts no URL of another site. */
static const char *next_of(const struct request *request)
{
    const char *next = request_form(request, "next", NULL);
    return next ? next : request_query(request, "next");
}

static struct view *login_view(struct page *page, const char *email)
{
    const char *next = next_of(page->request);
    struct view *view = page_view(page, MENU_NONE, text(page->lang, TEXT_PAGE_LOGIN));
    view_set(view, K_CSRF, page->csrf);
    view_set(view, K_EMAIL, page_printable(page, email, strlen(email)));
    if (login_mail_possible(page->app->conf))
        view_show(view, K_PASSWORD_RESET);
    if (next)
        view_set(view_section(view, K_NEXT_PAGE), K_NEXT, page_printable(page, next, strlen(next)));
    return view;
}

int page_login(struct page *page, struct err *err)
{
    struct view *view = login_view(page, "");
    if (request_query(page->request, "reset"))
        view_show(view, K_RESET);
    return page_answer(page, &view, T_login, 200, err);
}

static int login_refused(struct page *page, const char *email, const struct login *login, struct err *err)
{
    struct view *view = login_view(page, email);
    int status = login->limited.yes ? 429 : 403;
    if (login->limited.yes) {
        response_header(page->response, "Retry-After", page_number(page, login->limited.retry_after_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, login->limited.retry_after_s));
    } else {
        view_show(view, K_WRONG);
    }
    return page_answer(page, &view, T_login, status, err);
}

/* The pending login's token replaces the form's: a token that an attacker planted opens nothing of this login. */
static void redirect_to_code(struct page *page, const struct login *login, const char *next)
{
    session_cookie_set(page->app->conf, page->response, COOKIE_LOGIN, login->token);
    response_redirect(page->response, next && response_path_is_ours(next)
                                          ? page_path_with(page, "/login/code", "next", next)
                                          : "/login/code");
}

int page_login_post(struct page *page, struct err *err)
{
    const struct request *request = page->request;
    const char *email = request_form(request, "email", NULL), *password = request_form(request, "password", NULL);
    const char *next = next_of(request);
    struct login login = {0};
    if (!email || !password)
        return page_error(page, 400, 0, err);
    int rc = session_login(page->worker, page->pool, email, password,
                           &(struct visitor){.addr = request->addr, .agent = request->agent}, &login, err);
    if (rc < 0)
        return rc;
    if (login.mfa_required) {
        redirect_to_code(page, &login, next);
        return 0;
    }
    if (!login.ok)
        return login_refused(page, email, &login, err);
    session_cookie_set(page->app->conf, page->response, COOKIE_SESSION, login.token);
    session_cookie_drop(page->app->conf, page->response, COOKIE_LOGIN);
    response_redirect(page->response, next && next[0] ? next : START);
    return 0;
}
