/*
 * GET and POST /settings/account: the user's own language, and whether to get mails about domains. A saved language
 * also becomes this browser's.
 */
#include "base/base.h"

#include "app/auth/user_settings.h"
#include "cgi-bin/page.h"
#include "cgi-bin/session.h"
#include "model/user.h"

int page_profile(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct user_settings settings;
    int rc = user_settings_get(page->worker, &actor, &settings, err);
    if (rc < 0)
        return rc;
    struct view *view = page_view(page, MENU_ACCOUNT, text(page->lang, TEXT_PAGE_ACCOUNT));
    view_set(view, K_CSRF, page->csrf);
    if (request_query(page->request, "saved"))
        view_show(view, K_SAVED);
    if (request_query(page->request, "password"))
        view_show(view, K_PASSWORD_SAVED);
    if (page->app->conf->auth == AUTH_PASSWORD)
        view_show(view, K_PASSWORD_LOGIN);
    enum lang lang = settings.has_language ? settings.language : page->lang;
    view_show(view, lang == LANG_NL ? K_LANG_NL_ON : K_LANG_EN_ON);
    if (page->who->role == ROLE_ADMIN) {
        struct view *notify = view_section(view, K_NOTIFY);
        view_set(notify, K_ACCOUNT_EMAIL, page->who->email);
        if (settings.notify)
            view_show(notify, K_NOTIFY_ON);
    }
    return page_answer(page, &view, T_profile, 200, err);
}

int page_profile_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct user_settings settings;
    const char *language = request_form(page->request, "language", NULL);
    int rc = user_settings_get(page->worker, &actor, &settings, err);
    if (rc < 0)
        return rc;
    if (!language || !lang_parse(language, &settings.language))
        return page_error(page, 400, 0, err);
    settings.has_language = true;
    if (page->who->role == ROLE_ADMIN) /* the form of a viewer does not have the checkbox */
        settings.notify = request_form(page->request, "notify", NULL) != NULL;
    rc = user_settings_save(page->worker, &actor, &settings, err);
    if (rc < 0)
        return rc;
    language_cookie_set(page->app->conf, page->response, settings.language);
    response_redirect(page->response, "/settings/account?saved=1");
    return 0;
}
