/*
 * The frame around every page, and the error page. Sets the frame's keys, listed at the top of templates/frame_top.tpl.
 * Works without a database: all its data is in struct page.
 */
#include "base/base.h"

#include "brand.h"
#include "page.h"

/* The sections of templates/error.tpl. */
static const struct {
    int status;
    enum view_key section;
} error_sections[] = {
    {400, K_E400}, {403, K_E403}, {404, K_E404}, {405, K_E405},
    {413, K_E413}, {429, K_E429}, {500, K_E500}, {503, K_E503},
};

static void frame_menu(struct view *top, enum menu_item current)
{
    struct view *menu = view_section(top, K_MENU);
    if (current == MENU_SETTINGS)
        view_show(menu, K_SETTINGS_CURRENT);
    if (current == MENU_DOMAINS)
        view_show(menu, K_DOMAINS_CURRENT);
    if (current == MENU_SENDERS)
        view_show(menu, K_SENDERS_CURRENT);
    if (current == MENU_USERS)
        view_show(menu, K_USERS_CURRENT);
    if (current == MENU_ACCOUNT)
        view_show(menu, K_ACCOUNT_CURRENT);
}

/* The platform's name and mark. */
static void frame_brand(struct view *top, const struct conf *conf)
{
    const struct brand *ours = brand();
    view_set(top, K_BRAND, conf->brand_name);
    view_set(top, K_BRAND_VERSION, ours->version);
    if (ours->has_style)
        view_show(top, K_BRAND_STYLE);
    if (!ours->logo_is_name)
        view_show(top, K_BRAND_NAME);
    if (ours->has_logo) {
        view_set_int(top, K_LOGO_WIDTH, conf->logo_width);
        view_show(top, ours->logo_is_name ? K_BRAND_LOGO_NAMED : K_BRAND_LOGO);
    } else {
        view_set(top, K_BRAND_INITIAL, ours->initial);
        view_show(top, K_BRAND_MARK);
    }
}

struct view *page_view(struct page *page, enum menu_item current, const char *title)
{
    struct view *root = view_new(page->lang);
    struct view *top = view_include(root, K_FRAME_TOP, T_frame_top);
    struct view *bottom = view_include(root, K_FRAME_BOTTOM, T_frame_bottom);
    view_set(top, K_LANG, lang_code(page->lang));
    view_set(top, K_TITLE, title);
    frame_brand(top, page->app->conf);
    if (page->response->capability_url)
        view_show(top, K_NO_ROBOTS);
    view_show(bottom, page->lang == LANG_NL ? K_LANG_IS_NL : K_LANG_IS_EN);
    if (page->who) {
        struct view *user = view_section(top, K_USER);
        view_set(user, K_EMAIL, page->who->email);
        view_set(user, K_ACCOUNT, page->who->account_name);
        view_set(user, K_CSRF, page->csrf);
        frame_menu(top, current);
    }
    return root;
}

int page_answer(struct page *page, struct view **view, enum view_template what, int status, struct err *err)
{
    page->response->status = status;
    int rc = view_render(*view, what, &page->response->body, err);
    view_free(view);
    return rc;
}

const char *page_wait(struct page *page, int seconds)
{
    bool minutes = seconds > 90;
    int count = minutes ? (seconds + 59) / 60 : seconds;
    enum text_id id = minutes ? TEXT_WAIT_MINUTES : count == 1 ? TEXT_WAIT_SECOND : TEXT_WAIT_SECONDS;
    return page_text(page, id, TEXT_ARGS({"count", page_number(page, count)}));
}

int page_external_auth(struct page *page, struct err *err)
{
    const char *remote_user = page->request->remote_user;
    struct view *view = page_view(page, MENU_NONE, text(page->lang, TEXT_PAGE_LOGIN));
    if (remote_user)
        view_set(view_section(view, K_KNOWN), K_EMAIL, page_printable(page, remote_user, strlen(remote_user)));
    else
        view_show(view, K_NONE);
    return page_answer(page, &view, T_external_auth, 403, err);
}

int page_error(struct page *page, int status, int retry_after_s, struct err *err)
{
    enum view_key section = status >= 500 ? K_E500 : K_E400;
    for (size_t i = 0; i < ARRAY_LEN(error_sections); i++)
        if (error_sections[i].status == status)
            section = error_sections[i].section;
    response_reset(page->response);
    if (retry_after_s > 0)
        response_header(page->response, "Retry-After", page_number(page, retry_after_s));
    struct view *view = page_view(page, MENU_NONE, text(page->lang, TEXT_TITLE_ERROR));
    if (!page->response->capability_url)
        view_show(view, K_PLACE_TO_GO);
    else if (status == 404)
        section = K_LINK_GONE;
    view_set(view_section(view, section), K_WAIT, page_wait(page, retry_after_s > 0 ? retry_after_s : 1));
    return page_answer(page, &view, T_error, status, err);
}
