/*
 * GET /settings/account/second-factor and the paths below it: the second factor, enabled with a first code and disabled
 * with the password. The recovery codes are in one response only: they are not stored and cannot be shown again.
 */
#include "base/base.h"

#include "app/auth/mfa.h"

#include "cgi-bin/page.h"

struct shown {
    const struct mfa_confirm *confirm;  /* just done, or refused */
    const struct profile_password *off; /* refused */
};

static void fill_started(struct view *view, const struct mfa *mfa)
{
    view_set(view, K_SECRET, mfa->secret);
    view_set(view, K_URI, mfa->uri);
    view_set_int(view, K_QR_SIZE, mfa->qr_size);
    view_set(view, K_QR_PATH, mfa->qr_path);
}

static void fill_wait(struct page *page, struct view *view, const struct limited *limited)
{
    response_header(page->response, "Retry-After", page_number(page, limited->retry_after_s));
    view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, limited->retry_after_s));
}

static int mfa_answer(struct page *page, const struct shown *shown, int status, struct err *err)
{
    static const enum view_key sections[] = {
        [TOTP_OFF] = K_MFA_OFF, [TOTP_STARTED] = K_MFA_STARTED, [TOTP_CONFIRMED] = K_MFA_ON};
    struct actor actor = page_actor(page);
    struct mfa mfa;
    int rc = mfa_get(page->worker, page->pool, &actor, page->who->email, &mfa, err);
    if (rc < 0)
        return rc;
    struct view *view = page_view(page, MENU_ACCOUNT, text(page->lang, TEXT_PAGE_SECOND_FACTOR));
    bool confirmed = shown->confirm && shown->confirm->what == MFA_ACCEPTED;
    view_set(view, K_CSRF, page->csrf);
    if (shown->confirm && shown->confirm->limited.yes)
        fill_wait(page, view, &shown->confirm->limited);
    if (shown->off && shown->off->limited.yes)
        fill_wait(page, view, &shown->off->limited);
    if (request_query(page->request, "off"))
        view_show(view, K_SAVED);
    struct view *codes = confirmed ? view_section(view, K_CODES) : NULL;
    for (size_t i = 0; codes && i < RECOVERY_CODES; i++)
        view_set(view_section(codes, K_ROW), K_CODE, shown->confirm->code[i]);
    struct view *part = view_section(view, sections[mfa.state]);
    if (mfa.state == TOTP_CONFIRMED)
        view_set(part, K_CODES_LEFT,
                 page_text(page, TEXT_CODES_LEFT, TEXT_ARGS({"count", page_number(page, mfa.recovery_codes_left)})));
    if (mfa.state == TOTP_STARTED)
        fill_started(part, &mfa);
    if (mfa.state == TOTP_STARTED && shown->confirm && shown->confirm->what == MFA_CODE_WRONG)
        view_show(part, K_WRONG);
    if (mfa.state == TOTP_CONFIRMED && shown->off && shown->off->what == PASSWORD_OLD_WRONG)
        view_show(part, K_WRONG);
    return page_answer(page, &view, T_mfa, status, err);
}

int page_mfa(struct page *page, struct err *err)
{
    return mfa_answer(page, &(struct shown){0}, 200, err);
}

static int mfa_back(struct page *page, const char *query)
{
    response_redirect(page->response, pool_printf(page->pool, "/settings/account/second-factor%s", query));
    return 0;
}

int page_mfa_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    int rc = mfa_start(page->worker, &actor, err);
    return rc < 0 ? rc : mfa_back(page, "");
}

int page_mfa_confirm_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    const char *typed = page_form_text(page, "code");
    struct mfa_confirm confirm;
    if (!typed)
        return page_error(page, 400, 0, err);
    int rc = mfa_confirm(page->worker, &actor, typed, &confirm, err);
    if (rc < 0)
        return rc;
    if (confirm.what == MFA_NOT_PENDING)
        return mfa_back(page, "");
    rc = mfa_answer(page, &(struct shown){.confirm = &confirm},
                    confirm.what == MFA_ACCEPTED ? 200
                    : confirm.limited.yes        ? 429
                                                 : 422,
                    err);
    explicit_bzero(&confirm, sizeof(confirm));
    return rc;
}

int page_mfa_disable_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    const char *password = page_form_text(page, "password");
    struct profile_password off;
    if (!password)
        return page_error(page, 400, 0, err);
    int rc = mfa_disable(page->worker, page->pool, &actor, password, &off, err);
    if (rc < 0)
        return rc;
    return off.what == PASSWORD_ACCEPTED
               ? mfa_back(page, "?off=1")
               : mfa_answer(page, &(struct shown){.off = &off}, off.limited.yes ? 429 : 422, err);
}
