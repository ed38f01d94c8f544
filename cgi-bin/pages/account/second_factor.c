/*
 * GET /settings/account/second-factor and what is below it: a code at the login, switched on with a first code and off
 * with the password. The recovery codes stand in one answer alone: nothing here or below can show them again.
 */
#include "base/base.h"

#include "app/auth/second_factor.h"

#include "cgi-bin/page.h"

struct shown {
    const struct second_factor_confirm *confirm; /* just done, or refused */
    const struct password_change *off;           /* refused */
};

static void fill_started(struct view *view, const struct second_factor *factor)
{
    view_set(view, K_SECRET, factor->secret);
    view_set(view, K_URI, factor->uri);
    view_set_int(view, K_QR_SIZE, factor->qr_size);
    view_set(view, K_QR_PATH, factor->qr_path);
}

static void fill_wait(struct page *page, struct view *view, const struct limited *limited)
{
    response_header(page->response, "Retry-After", page_number(page, limited->retry_after_s));
    view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, limited->retry_after_s));
}

static int answer(struct page *page, const struct shown *shown, int status, struct err *err)
{
    struct actor actor = page_actor(page);
    struct second_factor factor;
    int code = second_factor_get(page->worker, page->pool, &actor, page->who->email, &factor, err);
    if (code < 0)
        return code;
    struct view *view = page_view(page, MENU_ACCOUNT, text(page->lang, TEXT_PAGE_SECOND_FACTOR));
    bool confirmed = shown->confirm && shown->confirm->what == FACTOR_CONFIRMED;
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
    struct view *part = view_section(view, factor.on ? K_FACTOR_ON : factor.started ? K_FACTOR_STARTED : K_FACTOR_OFF);
    if (factor.on)
        view_set(part, K_CODES_LEFT,
                 page_text(page, TEXT_CODES_LEFT, TEXT_ARGS({"count", page_number(page, factor.codes_left)})));
    if (factor.started)
        fill_started(part, &factor);
    if (factor.started && shown->confirm && shown->confirm->what == FACTOR_WRONG_CODE)
        view_show(part, K_WRONG);
    if (factor.on && shown->off && shown->off->what == PASSWORD_OLD_WRONG)
        view_show(part, K_WRONG);
    return page_answer(page, &view, T_second_factor, status, err);
}

int page_second_factor(struct page *page, struct err *err)
{
    return answer(page, &(struct shown){0}, 200, err);
}

static int back(struct page *page, const char *query)
{
    response_redirect(page->response, pool_printf(page->pool, "/settings/account/second-factor%s", query));
    return 0;
}

int page_second_factor_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    int code = second_factor_start(page->worker, &actor, err);
    return code < 0 ? code : back(page, "");
}

int page_second_factor_confirm_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    const char *typed = page_form_text(page, "code");
    struct second_factor_confirm confirm;
    if (!typed)
        return page_error(page, 400, 0, err);
    int code = second_factor_confirm(page->worker, &actor, typed, &confirm, err);
    if (code < 0)
        return code;
    if (confirm.what == FACTOR_NOT_STARTED)
        return back(page, "");
    code = answer(page, &(struct shown){.confirm = &confirm},
                  confirm.what == FACTOR_CONFIRMED ? 200
                  : confirm.limited.yes            ? 429
                                                   : 422,
                  err);
    explicit_bzero(&confirm, sizeof confirm);
    return code;
}

int page_second_factor_off_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    const char *password = page_form_text(page, "password");
    struct password_change off;
    if (!password)
        return page_error(page, 400, 0, err);
    int code = second_factor_off(page->worker, page->pool, &actor, password, &off, err);
    if (code < 0)
        return code;
    return off.what == PASSWORD_CHANGED ? back(page, "?off=1")
                                        : answer(page, &(struct shown){.off = &off}, off.limited.yes ? 429 : 422, err);
}
