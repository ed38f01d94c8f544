/*
 * GET /settings/users: the members of the account, and for admins the invitations. A viewer sees which admins to ask.
 */
#include "base/base.h"

#include "app/auth/members.h"

#include "cgi-bin/page.h"
#include "model/user.h"

static void fill_user(struct page *page, struct view *row, const struct member *user)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(user->id, id);
    view_set(row, K_EMAIL, user->email);
    view_set(row, K_ROLE, page_role_text(page, user->role));
    view_set(row, K_WHEN, page_time(page, user->created_at));
    if (uuid_equal(user->id, page->who->user_id))
        view_show(row, K_THIS_ONE);
    if (page->who->role == ROLE_ADMIN)
        view_set(view_section(row, K_MAY_CHANGE), K_ID, id);
}

static void fill_invited(struct page *page, struct view *row, const struct invitation *invited)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(invited->id, id);
    view_set(row, K_ID, id);
    view_set(row, K_EMAIL, invited->email);
    view_set(row, K_ROLE, page_role_text(page, invited->role));
    view_set(row, K_WHEN,
             page_text(page, invitation_expired(invited, page->now) ? TEXT_INVITED_EXPIRED : TEXT_INVITED_UNTIL,
                       TEXT_ARGS({"since", page_time(page, invited->created_at)},
                                 {"until", page_time(page, invited->expires_at)})));
}

int page_user_list(struct page *page, struct err *err)
{
    struct members members;
    bool admin = page->who->role == ROLE_ADMIN;
    int rc = members_list(page->worker, page->pool, page->who->account_id, &members, err);
    if (rc < 0)
        return rc;
    struct view *view = page_view(page, MENU_USERS, text(page->lang, TEXT_PAGE_USERS));
    view_set(view, K_CSRF, page->csrf);
    if (admin && page->app->conf->auth == AUTH_PASSWORD)
        view_show(view, K_MAY_ADD);
    if (request_query(page->request, "invited"))
        view_show(view, K_JUST_SENT);
    if (request_query(page->request, "saved"))
        view_show(view, K_SAVED);
    if (request_query(page->request, "removed"))
        view_show(view, K_DELETED);
    if (request_query(page->request, "withdrawn"))
        view_show(view, K_DROPPED);
    for (size_t i = 0; i < members.member_count; i++)
        fill_user(page, view_section(view, K_ROW), &members.member[i]);
    struct view *invited = admin && members.invitation_count > 0 ? view_section(view, K_INVITED) : NULL;
    for (size_t i = 0; invited && i < members.invitation_count; i++)
        fill_invited(page, view_section(invited, K_ROW), &members.invitation[i]);
    return page_answer(page, &view, T_user_list, 200, err);
}

int page_invitation_withdraw_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct uuid id;
    bool found = false;
    int rc = uuid_parse(page->param[0], &id) ? invitation_withdraw(page->worker, &actor, id, &found, err) : 0;
    if (rc < 0)
        return rc;
    if (!found)
        return page_error(page, 404, 0, err);
    response_redirect(page->response, "/settings/users?withdrawn=1");
    return 0;
}
