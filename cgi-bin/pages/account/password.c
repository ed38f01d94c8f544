/*
 * GET and POST /settings/account/password: a new password for the logged-in user. app/auth/profile.h validates the new
 * password and verifies the old one.
 */
#include "base/base.h"

#include "app/auth/profile.h"
#include "cgi-bin/page.h"

enum wrong { WRONG_NOTHING, WRONG_OLD, WRONG_NEW, WRONG_AGAIN };

static int password_answer(struct page *page, enum wrong wrong, int wait_s, int status, struct err *err)
{
    static const enum view_key section[] = {
        [WRONG_OLD] = K_OLD_FAULT, [WRONG_NEW] = K_NEW_FAULT, [WRONG_AGAIN] = K_AGAIN_FAULT};
    static const enum text_id words[] = {[WRONG_OLD] = TEXT_PASSWORD_OLD_WRONG,
                                         [WRONG_NEW] = TEXT_PASSWORD_NEW_BAD,
                                         [WRONG_AGAIN] = TEXT_PASSWORD_AGAIN_WRONG};
    struct view *view = page_view(page, MENU_ACCOUNT, text(page->lang, TEXT_PAGE_PASSWORD));
    view_set(view, K_CSRF, page->csrf);
    view_set(view, K_EMAIL, page->who->email);
    if (wrong != WRONG_NOTHING)
        view_set(view_section(view, section[wrong]), K_FAULT, text(page->lang, words[wrong]));
    if (wait_s > 0) {
        response_header(page->response, "Retry-After", page_number(page, wait_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, wait_s));
    }
    return page_answer(page, &view, T_password, status, err);
}

int page_password(struct page *page, struct err *err)
{
    return password_answer(page, WRONG_NOTHING, 0, 200, err);
}

int page_password_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct profile_password change;
    const char *old = page_form_text(page, "old"), *new_one = page_form_text(page, "new"),
               *again = page_form_text(page, "again");
    if (!old || !new_one || !again)
        return page_error(page, 400, 0, err);
    if (strcmp(new_one, again) != 0)
        return password_answer(page, WRONG_AGAIN, 0, 422, err);
    int rc = profile_password_change(page->worker, page->pool, &actor, page->token, old, new_one, &change, err);
    if (rc < 0)
        return rc;
    switch (change.what) {
    case PASSWORD_OLD_WRONG:
        return password_answer(page, WRONG_OLD, 0, 422, err);
    case PASSWORD_NEW_BAD:
        return password_answer(page, WRONG_NEW, 0, 422, err);
    case PASSWORD_LIMITED:
        return password_answer(page, WRONG_NOTHING, change.limited.retry_after_s, 429, err);
    case PASSWORD_ACCEPTED:
        break;
    }
    response_redirect(page->response, "/settings/account?password=1");
    return 0;
}
