/*
 * GET /healthz: for load balancers and monitoring. 200 and "ok" when the database answers with this program's schema
 * and the templates render, else 503 and the log says why.
 */
#include "base/base.h"

#include "base/log.h"
#include "cgi-bin/page.h"

static int templates_answer(struct page *page, struct err *err)
{
    struct buf out;
    struct view *view = page_view(page, MENU_NONE, "");
    buf_init(&out, RESPONSE_BODY_MAX);
    int rc = view_render(view, T_error, &out, err);
    buf_free(&out);
    view_free(&view);
    return rc;
}

int page_healthz(struct page *page, struct err *err)
{
    page->response->content_type = "text/plain; charset=utf-8";
    if (worker_ping(page->worker, err) == 0 && templates_answer(page, err) == 0) {
        buf_adds(&page->response->body, "ok\n");
        return 0;
    }
    log_event(LOG_WARN, "unhealthy", LOG_S("error", err->text));
    page->response->status = 503;
    response_header(page->response, "Retry-After", "10");
    buf_adds(&page->response->body, "unavailable\n");
    return 0;
}
