/*
 * GET /settings/domains/{id}/zone: the records as lines of a master file, for download. model/record.h writes them.
 */
#include "base/base.h"

#include "cgi-bin/page.h"

int page_domain_zone(struct page *page, struct err *err)
{
    struct domain_detail *detail;
    int rc = page_domain(page, &detail, err);
    if (rc < 0)
        return rc;
    if (!detail)
        return page_error(page, 404, 0, err);
    page_zone_answer(page, &detail->domain, detail->record);
    return 0;
}

void page_zone_answer(struct page *page, const struct domain *domain, const struct record record[RECORD_COUNT])
{
    page->response->content_type = "text/plain; charset=utf-8";
    /* A name in A-labels contains nothing that needs quoting here (RFC 6266 4.3). */
    response_header(page->response, "Content-Disposition",
                    pool_printf(page->pool, "attachment; filename=\"%s.zone\"", domain->name.ascii));
    zone_fragment(&page->response->body, record, RECORD_COUNT);
}
