/*
 * GET and POST /settings/users/{id}: another role for a user; and POST to its /remove. The last admin keeps role and
 * login, and the page says why.
 */
#include "base/base.h"

#include "app/auth/members.h"

#include "cgi-bin/page.h"
#include "model/user.h"

static int user_show_answer(struct page *page, bool last_admin, int status, struct err *err)
{
    struct member *user = NULL;
    struct uuid id;
    int rc = uuid_parse(page->param[0], &id)
                 ? member_get(page->worker, page->pool, page->who->account_id, id, &user, err)
                 : 0;
    if (rc < 0)
        return rc;
    if (!user)
        return page_error(page, 404, 0, err);
    struct view *view = page_view(page, MENU_USERS, user->email);
    view_set(view, K_CSRF, page->csrf);
    view_set(view, K_ID, page->param[0]);
    view_set(view, K_EMAIL, user->email);
    view_show(view, user->role == ROLE_ADMIN ? K_ROLE_ADMIN_ON : K_ROLE_VIEWER_ON);
    if (last_admin)
        view_show(view, K_LAST_ADMIN);
    view_show(view, uuid_equal(id, page->who->user_id) ? K_THIS_ONE : K_OTHER_ONE);
    return page_answer(page, &view, T_user_show, status, err);
}

int page_user_show(struct page *page, struct err *err)
{
    return user_show_answer(page, false, 200, err);
}

static int answer_change(struct page *page, enum member_change change, const char *done, struct err *err)
{
    if (change == MEMBER_GONE)
        return page_error(page, 404, 0, err);
    if (change == MEMBER_LAST_ADMIN)
        return user_show_answer(page, true, 409, err);
    response_redirect(page->response, done);
    return 0;
}

int page_user_show_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    const char *word = page_form_text(page, "role");
    enum member_change change;
    enum role role;
    struct uuid id;
    if (!uuid_parse(page->param[0], &id))
        return page_error(page, 404, 0, err);
    if (!word || !role_parse(word, &role))
        return page_error(page, 400, 0, err);
    int rc = member_set_role(page->worker, &actor, id, role, &change, err);
    return rc < 0 ? rc : answer_change(page, change, "/settings/users?saved=1", err);
}

int page_user_remove_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    enum member_change change;
    struct uuid id;
    if (!uuid_parse(page->param[0], &id))
        return page_error(page, 404, 0, err);
    int rc = member_remove(page->worker, &actor, id, &change, err);
    return rc < 0 ? rc : answer_change(page, change, "/settings/users?removed=1", err);
}
