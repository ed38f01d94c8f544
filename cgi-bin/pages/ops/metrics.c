/*
 * GET /metrics: figures of this process in Prometheus' text format (version 0.0.4), for loopback or with metrics_token.
 * Reads one row of the database, the counts of the last complete sweep run, so that scraping is cheap even at ten
 * million domains.
 */
#include "base/base.h"

#include "app/sweep/sweep.h"
#include "cgi-bin/page.h"
#include "cgi-bin/route.h"

/* Compares all bytes given, so that the time does not reveal how many are right. */
static bool token_equal(const char *token, const char *given)
{
    size_t len = strlen(token), given_len = strlen(given);
    unsigned char differs = len != given_len;
    for (size_t i = 0; i < given_len; i++)
        differs |= (unsigned char)(given[i] ^ token[len ? i % len : 0]);
    return len > 0 && !differs;
}

static bool is_loopback(const char *addr)
{
    return strncmp(addr, "127.", 4) == 0 || strcmp(addr, "::1") == 0 || strncmp(addr, "::ffff:127.", 11) == 0;
}

static bool may_see(const struct page *page)
{
    static const char bearer[] = "Bearer ";
    const char *token = page->app->conf->metrics_token;
    const char *header = page->request->authorization;
    const char *query = request_query(page->request, "token");
    if (is_loopback(page->request->addr))
        return true;
    if (!token)
        return false;
    if (header && strncmp(header, bearer, sizeof(bearer) - 1) == 0 && token_equal(token, header + sizeof(bearer) - 1))
        return true;
    return query && token_equal(token, query);
}

/* The counts of the last complete sweep run, one row of the database. Nothing before the first. */
static void put_last_run(struct page *page, struct buf *out, struct err *err)
{
    struct sweep_last run;
    if (sweep_run_last(page->worker, &run, err) || !run.finished_at)
        return;
    buf_adds(out, "# TYPE volmacht_sweep_finished_timestamp_seconds gauge\n");
    buf_addf(out, "volmacht_sweep_finished_timestamp_seconds %lld\n", (long long)run.finished_at / 1000);
    buf_adds(out, "# TYPE volmacht_sweep_duration_seconds gauge\n");
    buf_addf(out, "volmacht_sweep_duration_seconds %.3f\n", (double)(run.finished_at - run.begun_at) / 1000);
    buf_adds(out, "# TYPE volmacht_sweep_domains gauge\n");
    buf_addf(out, "volmacht_sweep_domains{result=\"looked_at\"} %lld\n", (long long)run.counts.looked_at);
    buf_addf(out, "volmacht_sweep_domains{result=\"verified\"} %lld\n", (long long)run.counts.verified);
    buf_addf(out, "volmacht_sweep_domains{result=\"pending\"} %lld\n", (long long)run.counts.pending);
    buf_addf(out, "volmacht_sweep_domains{result=\"unknown\"} %lld\n", (long long)run.counts.unknown);
    buf_adds(out, "# TYPE volmacht_sweep_findings gauge\n");
    for (int i = 0; i < FINDING_COUNT; i++)
        if (run.counts.finding[i])
            buf_addf(out, "volmacht_sweep_findings{finding=\"%s\"} %lld\n", finding_word((enum finding)i),
                     (long long)run.counts.finding[i]);
}

int page_metrics(struct page *page, struct err *err)
{
    struct buf *out = &page->response->body;
    if (!may_see(page))
        return page_error(page, 403, 0, err);
    page->response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    buf_adds(out, "# TYPE volmacht_up gauge\n");
    buf_addf(out, "volmacht_up %d\n", worker_ping(page->worker, err) == 0);
    buf_adds(out, "# TYPE volmacht_requests_total counter\n");
    for (int status_class = 2; status_class <= 5; status_class++)
        buf_addf(out, "volmacht_requests_total{status=\"%dxx\"} %lld\n", status_class,
                 (long long)route_answered(status_class));
    put_last_run(page, out, err);
    return 0;
}
