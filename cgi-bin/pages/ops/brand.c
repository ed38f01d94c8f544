/*
 * GET /brand/style.css, /brand/icon.svg, /brand/logo: the platform's own style and images. A browser caches them for a
 * year under the version in the frame's links (?v=); under any other version the response is the same and not cached.
 */
#include "base/base.h"

#include "base/color.h"
#include "cgi-bin/brand.h"
#include "cgi-bin/page.h"

/* While configurations differ between machines, the new version's URL must not be cached with the old content. */
static void keep_if_ours(struct page *page, const char *type)
{
    const char *version = request_query(page->request, "v");
    page->response->content_type = type;
    page->response->immutable = version && strcmp(version, brand()->version) == 0;
}

static void set_color(struct view *view, enum view_key key, struct color color)
{
    char text[COLOR_TEXT_SIZE];
    color_format(color, text);
    view_set(view, key, text);
}

static void set_accent(struct view *view, struct color plain, enum color_scheme scheme)
{
    struct accent accent = accent_of(plain, scheme);
    set_color(view, K_ACCENT, accent.plain);
    set_color(view, K_ACCENT_STRONG, accent.strong);
    set_color(view, K_ACCENT_ON, accent.on);
    set_color(view, K_ACCENT_TINT, accent.tint);
}

int page_brand_style(struct page *page, struct err *err)
{
    const struct conf *conf = page->app->conf;
    if (!brand()->has_style)
        return page_error(page, 404, 0, err);
    keep_if_ours(page, "text/css; charset=utf-8");
    struct view *view = view_new(page->lang);
    set_accent(view_section(view, K_LIGHT), conf->accent_color, SCHEME_LIGHT);
    set_accent(view_section(view, K_DARK), conf->accent_color_dark, SCHEME_DARK);
    return page_answer(page, &view, T_brand_style, 200, err);
}

int page_brand_icon(struct page *page, struct err *err)
{
    keep_if_ours(page, "image/svg+xml");
    struct view *view = view_new(page->lang);
    set_color(view, K_ACCENT, page->app->conf->accent_color);
    view_set(view, K_BRAND_INITIAL, brand()->initial);
    return page_answer(page, &view, T_brand_icon, 200, err);
}

int page_brand_logo(struct page *page, struct err *err)
{
    if (!brand()->has_logo)
        return page_error(page, 404, 0, err);
    keep_if_ours(page, brand()->logo_type);
    buf_add(&page->response->body, brand()->logo, brand()->logo_len);
    return 0;
}
