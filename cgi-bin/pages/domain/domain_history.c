/*
 * GET /settings/domains/{id}/history: the checks that are kept, newest first, with the actor, the duration of DNS, each
 * record's verdict and the changes. app/check/history.h decides which are kept.
 */
#include "base/base.h"

#include "app/check/history.h"

#include "cgi-bin/page.h"
#include "model/check.h"

static const enum text_id trigger_texts[] = {
    [TRIGGER_MANUAL] = TEXT_TRIGGER_MANUAL, [TRIGGER_NIGHTLY] = TEXT_TRIGGER_NIGHTLY,
    [TRIGGER_SHARE] = TEXT_TRIGGER_SHARE,   [TRIGGER_API] = TEXT_TRIGGER_API,
    [TRIGGER_CLI] = TEXT_TRIGGER_CLI,
};

/* earlier NULL: the first check of the domain. */
static void domain_history_fill_record(struct page *page, struct view *check, const struct past_check *now,
                                       const struct past_check *earlier, enum record_kind kind)
{
    if (!now->known[kind])
        return;
    struct view *record = view_section(check, K_RECORD);
    view_set(record, K_KIND, record_word(kind));
    view_set(record, K_RECORD_TITLE, page_record_title(page, kind));
    view_set(record, K_VERDICT, verdict_word(now->result[kind].verdict));
    view_set(record, K_VERDICT_WORD, page_verdict_text(page, now->result[kind].verdict));
    if (!earlier || !history_differs(now, earlier, kind))
        return;
    bool other = now->result[kind].verdict != earlier->result[kind].verdict;
    view_set(view_section(record, K_CHANGED), K_FROM_WORD,
             page_text(page, other ? TEXT_HISTORY_WAS : TEXT_HISTORY_OTHER_REASON,
                       TEXT_ARGS({"verdict", page_verdict_text(page, earlier->result[kind].verdict)})));
}

static void fill_check(struct page *page, struct view *view, const struct past_check *now,
                       const struct past_check *earlier)
{
    char id[UUID_TEXT_SIZE];
    struct view *check = view_section(view, K_CHECKED_ONE);
    uuid_format(now->info.id, id);
    view_set(check, K_CHECK_ID, id);
    view_set(check, K_AT, page_time(page, now->info.at));
    view_set(check, K_WHAT, text(page->lang, trigger_texts[now->info.trigger]));
    view_set(check, K_MS, pool_printf(page->pool, "%d ms", now->info.ms));
    if (now->user[0])
        view_set(view_section(check, K_HAS_BY), K_BY, now->user);
    if (now->info.status_before != now->info.status_after)
        view_set(view_section(check, K_STATUS_CHANGED), K_SUMMARY,
                 page_text(page, TEXT_HISTORY_STATUS,
                           TEXT_ARGS({"before", page_status_text(page, now->info.status_before)},
                                     {"after", page_status_text(page, now->info.status_after)})));
    for (int kind = 0; kind < RECORD_COUNT; kind++)
        domain_history_fill_record(page, check, now, earlier, (enum record_kind)kind);
}

static int64_t before_of(const struct request *request)
{
    const char *before = request_query(request, "before");
    if (!before || strspn(before, "0123456789") != strlen(before) || strlen(before) > 15)
        return 0;
    return strtoll(before, NULL, 10);
}

static void domain_history_fill_pages(struct page *page, struct view *view, const struct history *history, bool later)
{
    bool more = history->count > history->shown;
    if (!later && !more)
        return;
    struct view *pages = view_section(view, K_PAGES);
    if (later)
        view_show(pages, K_LATER_PAGE);
    if (more)
        view_set(view_section(pages, K_NEXT_PAGE), K_AFTER,
                 page_number(page, history->check[history->shown - 1].info.at));
}

int page_domain_history(struct page *page, struct err *err)
{
    int64_t before = before_of(page->request);
    struct history *history;
    struct uuid id;
    if (!uuid_parse(page->param[0], &id))
        return page_error(page, 404, 0, err);
    int rc = history_get(page->worker, page->pool, page->who->account_id, id, before, &history, err);
    if (rc < 0)
        return rc;
    if (!history)
        return page_error(page, 404, 0, err);
    struct view *view = page_view(page, MENU_DOMAINS, text(page->lang, TEXT_PAGE_HISTORY));
    page_set_name(view, &history->detail->domain);
    if (history->count == 0)
        view_show(view, K_EMPTY);
    for (size_t i = 0; i < history->shown; i++)
        fill_check(page, view, &history->check[i], i + 1 < history->count ? &history->check[i + 1] : NULL);
    domain_history_fill_pages(page, view, history, before > 0);
    return page_answer(page, &view, T_history, 200, err);
}
