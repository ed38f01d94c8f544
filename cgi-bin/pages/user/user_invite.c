/*
 * GET /settings/users/new and POST /settings/users: inviting a user by mail. The mail is sent after the response.
 */
#include "base/base.h"

#include "app/auth/login_mail.h"
#include "app/auth/members.h"

#include "cgi-bin/page.h"
#include "model/user.h"

static int user_invite_answer(struct page *page, const char *typed, enum role role, const struct invite *invite,
                              int status, struct err *err)
{
    struct view *view = page_view(page, MENU_USERS, text(page->lang, TEXT_PAGE_USER_INVITE));
    if (!login_mail_possible(page->app->conf)) {
        view_show(view, K_NONE);
        return page_answer(page, &view, T_user_invite, status, err);
    }
    struct view *form = view_section(view, K_FORM);
    const char *email = page_printable(page, typed, strlen(typed));
    view_set(form, K_CSRF, page->csrf);
    view_set(form, K_TYPED, email);
    view_show(form, role == ROLE_ADMIN ? K_ROLE_ADMIN_ON : K_ROLE_VIEWER_ON);
    if (invite && invite->what == INVITE_LIMITED) {
        response_header(page->response, "Retry-After", page_number(page, invite->limited.retry_after_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, invite->limited.retry_after_s));
    } else if (invite) {
        view_set(view_section(form, K_ADDRESS_FAULT), K_FAULT,
                 page_text(page, invite->what == INVITE_EXISTS ? TEXT_INVITE_EXISTS : TEXT_INVITE_BAD_EMAIL,
                           TEXT_ARGS({"email", email})));
    }
    return page_answer(page, &view, T_user_invite, status, err);
}

int page_user_invite(struct page *page, struct err *err)
{
    return user_invite_answer(page, "", ROLE_VIEWER, NULL, 200, err);
}

int page_user_invite_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    const char *email = page_form_text(page, "email"), *word = page_form_text(page, "role");
    struct invite invite;
    enum role role;
    if (page->app->conf->auth == AUTH_REMOTE_USER)
        return page_external_auth(page, err);
    if (!email || !word || !role_parse(word, &role))
        return page_error(page, 400, 0, err);
    int rc = member_invite(page->worker, &actor, email, role, page->lang, &invite, err);
    if (rc < 0)
        return rc;
    switch (invite.what) {
    case INVITE_BAD_EMAIL:
    case INVITE_NO_MAIL:
        return user_invite_answer(page, email, role, &invite, 422, err);
    case INVITE_EXISTS:
        return user_invite_answer(page, email, role, &invite, 409, err);
    case INVITE_LIMITED:
        return user_invite_answer(page, email, role, &invite, 429, err);
    case INVITE_QUEUED:
        break;
    }
    page->response->after_response = true;
    response_redirect(page->response, "/settings/users?invited=1");
    return 0;
}
