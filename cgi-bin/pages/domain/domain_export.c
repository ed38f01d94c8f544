/*
 * GET /settings/domains/export: the domains as a CSV file, all or those of the overview's search and status. Made in
 * pieces while it is sent, so that memory is bounded. app/domain/domain.h writes the lines.
 */
#include "base/base.h"

#include "base/clock.h"
#include "cgi-bin/page.h"

enum { PIECE = 200 }; /* domains */

struct export
{
    struct worker *worker;
    struct uuid account_id;
    enum lang lang;
    struct domain_filter filter;
    char after[NAME_ASCII_SIZE];
};

static int more(void *arg, struct buf *out, struct err *err)
{
    struct export *export = arg;
    struct domain_list list = {0};
    struct pool *pool = pool_new();
    export->filter.after = export->after;
    int rc = domain_list(export->worker, pool, export->account_id, &export->filter, &list, err);
    if (rc == 0) {
        domain_list_csv(out, export->lang, &list);
        if (list.count > 0)
            snprintf(export->after, sizeof(export->after), "%s", list.domain[list.count - 1].name.ascii);
    }
    pool_free(&pool);
    return rc < 0 ? rc : list.more;
}

int page_domain_export(struct page *page, struct err *err)
{
    struct export *export = pool_alloc(page->pool, sizeof(*export));
    struct clock_local today;
    const char *status = request_query(page->request, "status");
    *export = (struct export){.worker = page->worker, .account_id = page->who->account_id, .lang = page->lang};
    export->filter = (struct domain_filter){.search = request_query(page->request, "q"), .page_size = PIECE};
    export->filter.has_status = status && status_parse(status, &export->filter.status);
    clock_local(page->now, &today);
    page->response->content_type = "text/csv; charset=utf-8; header=present";
    response_header(page->response, "Content-Disposition",
                    pool_printf(page->pool, "attachment; filename=\"%s-%04d-%02d-%02d.csv\"",
                                text(page->lang, TEXT_CSV_FILE), today.year, today.month, today.day));
    domain_csv_head(&page->response->body, page->lang);
    int rc = more(export, &page->response->body, err); /* an unreachable database is reported by a page */
    if (rc < 0)
        return rc;
    page->response->more = rc > 0 ? more : NULL;
    page->response->more_arg = export;
    return 0;
}
