/*
 * GET /: redirects to the overview of domains.
 */
#include "base/base.h"

#include "cgi-bin/page.h"

int page_home(struct page *page, struct err *err)
{
    (void)err;
    response_redirect(page->response, "/settings/domains");
    return 0;
}
