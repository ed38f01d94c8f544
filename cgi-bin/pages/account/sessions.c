/*
 * GET /settings/account/sessions: the user's sessions, by browser and system; and ending one session, or all but this
 * one.
 */
#include "base/base.h"

#include "app/auth/profile.h"
#include "cgi-bin/page.h"

static const char HERE[] = "/settings/account/sessions";

static const char *browser_words(struct page *page, const struct session_entry *session)
{
    if (!*session->browser.name && !*session->browser.os)
        return text(page->lang, TEXT_SESSION_BROWSER_UNKNOWN);
    if (!*session->browser.name || !*session->browser.os)
        return *session->browser.name ? session->browser.name : session->browser.os;
    return page_text(page, TEXT_SESSION_BROWSER_ON,
                     TEXT_ARGS({"browser", session->browser.name}, {"os", session->browser.os}));
}

int page_sessions(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct session_entry *session;
    size_t count;
    int rc = profile_session_list(page->worker, page->pool, &actor, page->token, &session, &count, err);
    if (rc < 0)
        return rc;
    struct view *view = page_view(page, MENU_ACCOUNT, text(page->lang, TEXT_PAGE_SESSIONS));
    view_set(view, K_CSRF, page->csrf);
    if (request_query(page->request, "ended"))
        view_show(view, K_SAVED);
    for (size_t i = 0; i < count; i++) {
        struct view *row = view_section(view, K_ROW);
        char id[UUID_TEXT_SIZE];
        uuid_format(session[i].id, id);
        view_set(row, K_ID, id);
        view_set(row, K_WHAT, browser_words(page, &session[i]));
        view_set(row, K_WHEN, page_time(page, session[i].created_at));
        view_set(row, K_AT, page_time(page, session[i].seen_at));
        view_show(row, session[i].current ? K_THIS_ONE : K_OTHER_ONE);
    }
    if (count > 1)
        view_show(view, K_OTHERS);
    return page_answer(page, &view, T_sessions, 200, err);
}

int page_session_end_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct uuid id;
    bool found = false;
    int rc = uuid_parse(page->param[0], &id) ? profile_session_end(page->worker, &actor, id, &found, err) : 0;
    if (rc < 0)
        return rc;
    if (!found)
        return page_error(page, 404, 0, err);
    response_redirect(page->response, pool_printf(page->pool, "%s?ended=1", HERE));
    return 0;
}

int page_session_end_others_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    int rc = profile_session_end_others(page->worker, &actor, page->token, err);
    if (rc == 0)
        response_redirect(page->response, pool_printf(page->pool, "%s?ended=1", HERE));
    return rc;
}
