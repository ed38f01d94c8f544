/*
 * POST /logout: ends the session in the database and deletes the cookie.
 */
#include "base/base.h"

#include "cgi-bin/page.h"
#include "cgi-bin/session.h"

int page_logout_post(struct page *page, struct err *err)
{
    int rc = session_logout(page->worker, page->token, err);
    if (rc < 0)
        return rc;
    session_cookie_drop(page->app->conf, page->response, COOKIE_SESSION);
    response_redirect(page->response, "/login");
    return 0;
}
