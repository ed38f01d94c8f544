/*
 * GET /settings: the settings menu, a list of links in its template.
 */
#include "base/base.h"

#include "cgi-bin/page.h"

int page_settings(struct page *page, struct err *err)
{
    struct view *view = page_view(page, MENU_SETTINGS, text(page->lang, TEXT_PAGE_SETTINGS));
    return page_answer(page, &view, T_settings, 200, err);
}
