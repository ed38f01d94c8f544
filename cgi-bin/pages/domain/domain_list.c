/*
 * GET /settings/domains: the overview, with search, filter by status, sorting and next pages. Counts are those of the
 * whole account, independent of the filter.
 */
#include "base/base.h"

#include "base/clock.h"
#include "cgi-bin/page.h"
#include "model/user.h"

enum { PAGE_SIZE = 15 };

/* The words in the URLs, and the heads of the table. */
static const struct {
    const char *word;
    bool descending; /* the initial direction: newest first */
    enum view_key chosen;
} sorts[SORT_COUNT] = {{"name", false, K_BY_NAME},
                       {"status", false, K_BY_STATUS},
                       {"added", true, K_BY_ADDED},
                       {"checked", true, K_BY_CHECKED}};

static const char *direction(bool descending)
{
    return descending ? "down" : "up";
}

static void read_sort(const struct request *request, struct domain_filter *filter)
{
    const char *sort = request_query(request, "sort"), *dir = request_query(request, "dir");
    for (size_t i = 0; sort && i < SORT_COUNT; i++)
        if (strcmp(sort, sorts[i].word) == 0)
            filter->sort = (enum domain_sort)i;
    filter->descending = dir && *dir ? strcmp(dir, "down") == 0 : sorts[filter->sort].descending;
}

static struct domain_filter filter_of(const struct request *request)
{
    struct domain_filter filter = {.search = request_query(request, "q"),
                                   .after = request_query(request, "after"),
                                   .after_at = request_query(request, "at"),
                                   .page_size = PAGE_SIZE};
    read_sort(request, &filter);
    const char *status = request_query(request, "status");
    filter.has_status = status && status_parse(status, &filter.status);
    if (filter.after && !filter.after[0])
        filter.after = NULL;
    return filter;
}

static bool may_change(const struct page *page)
{
    return page->who->role == ROLE_ADMIN;
}

static const char *summary_of(struct page *page, const struct domain *domain)
{
    return page_text(
        page, domain->checked_at ? TEXT_LIST_RECORDS_OK : TEXT_LIST_RECORDS_TO_DO,
        TEXT_ARGS({"ok", page_number(page, domain->records_ok)}, {"total", page_number(page, domain->records_total)}));
}

static bool same_summary(const struct domain *a, const struct domain *b)
{
    return a->records_ok == b->records_ok && a->records_total == b->records_total && !a->checked_at == !b->checked_at;
}

static void fill_row(struct page *page, struct view *table, const struct domain *domain, const char *summary)
{
    bool checked = domain->checked_at != 0;
    struct view *row = view_section(table, K_ROW);
    page_set_name(row, domain);
    view_set(row, K_STATUS, status_word(domain->status));
    view_set(row, K_STATUS_WORD, page_status_text(page, domain->status));
    view_set(row, K_SUMMARY, summary);
    view_set(row, K_ADDED, page_time(page, domain->created_at));
    view_set(row, K_CHECKED, checked ? page_time(page, domain->checked_at) : text(page->lang, TEXT_LIST_NO_TIME));
    if (strcmp(domain->name.ascii, domain->name.unicode) != 0)
        view_show(row, K_IDN);
    if (may_change(page))
        view_show(row, K_MAY_CHANGE);
}

static void fill_chips(struct view *filled, const struct domain_filter *filter, const struct domain_list *list,
                       int64_t total)
{
    static const enum view_key on[STATUS_COUNT] = {K_CHIP_PENDING_ON, K_CHIP_VERIFIED_ON, K_CHIP_LOST_ON};
    bool lost = list->of_status[STATUS_LOST] > 0 || (filter->has_status && filter->status == STATUS_LOST);
    view_set_int(filled, K_COUNT_ALL, total);
    view_set_int(filled, K_COUNT_PENDING, list->of_status[STATUS_PENDING]);
    view_set_int(filled, K_COUNT_VERIFIED, list->of_status[STATUS_VERIFIED]);
    view_set_int(filled, K_COUNT_LOST, list->of_status[STATUS_LOST]);
    struct view *chip_lost = lost ? view_section(filled, K_CHIP_LOST) : NULL;
    if (!filter->has_status)
        view_show(filled, K_CHIP_ALL_ON);
    else
        view_show(filter->status == STATUS_LOST ? chip_lost : filled, on[filter->status]);
}

/* Verified domains have no next check. */
static void fill_next_check(struct page *page, struct view *filled, const struct domain_list *list)
{
    struct clock_local at;
    if (list->of_status[STATUS_PENDING] + list->of_status[STATUS_LOST] == 0)
        return;
    clock_local(clock_next_daily(page->now, page->app->conf->sweep_at), &at);
    bool tonight = at.hour < 6 || at.hour >= 22;
    view_set(filled, K_NEXT_CHECK,
             page_text(page, tonight ? TEXT_NEXT_CHECK_TONIGHT : TEXT_NEXT_CHECK,
                       TEXT_ARGS({"time", pool_printf(page->pool, "%02d:%02d", at.hour, at.minute)})));
    view_show(filled, K_CHECKED_NIGHTLY);
}

static void fill_sort(struct view *filled, const struct domain_filter *filter)
{
    view_set(filled, K_SORT, sorts[filter->sort].word);
    view_set(filled, K_DIRECTION, direction(filter->descending));
    view_set(filled, K_OTHER_DIRECTION, direction(!filter->descending));
    view_show(filled, sorts[filter->sort].chosen);
    view_show(filled, filter->descending ? K_SORTED_DOWN : K_SORTED_UP);
}

/* The number of domains found: for a search at least those of this page. */
static void fill_found(struct page *page, struct view *filled, const struct domain_filter *filter,
                       const struct domain_list *list, int64_t total)
{
    bool searched = filter->search && *filter->search;
    int64_t count = searched ? (int64_t)list->count : filter->has_status ? list->of_status[filter->status] : total;
    enum text_id id = searched && (list->more || filter->after) ? TEXT_LIST_COUNT_MORE
                      : count == 1                              ? TEXT_LIST_COUNT_ONE
                                                                : TEXT_LIST_COUNT;
    if (id == TEXT_LIST_COUNT_MORE)
        count = PAGE_SIZE;
    view_set(filled, K_FOUND, page_text(page, id, TEXT_ARGS({"count", page_number(page, count)})));
}

static void domain_list_fill_pages(struct page *page, struct view *filled, const struct domain_filter *filter,
                                   const struct domain_list *list)
{
    if (!filter->after && !list->more)
        return;
    struct view *pages = view_section(filled, K_PAGES);
    if (filter->after)
        view_show(pages, K_LATER_PAGE);
    if (!list->more || list->count == 0)
        return;
    const struct domain *last = &list->domain[list->count - 1];
    struct view *next = view_section(pages, K_NEXT_PAGE);
    view_set(next, K_AFTER, last->name.ascii);
    view_set(next, K_AFTER_AT, domain_place_text(page->pool, filter->sort, last));
}

static void domain_list_fill_list(struct page *page, struct view *view, const struct domain_filter *filter,
                                  const struct domain_list *list, int64_t total)
{
    const char *search = filter->search ? filter->search : "";
    struct view *filled = view_section(view, K_FILLED);
    view_set(filled, K_SEARCH, page_printable(page, search, strlen(search)));
    view_set(filled, K_STATUS_CHOSEN, filter->has_status ? status_word(filter->status) : "");
    if (filter->has_status)
        view_show(filled, K_STATUS_KEPT);
    fill_chips(filled, filter, list, total);
    fill_next_check(page, filled, list);
    fill_sort(filled, filter);
    fill_found(page, filled, filter, list, total);
    domain_list_fill_pages(page, filled, filter, list);
    if (list->count == 0) {
        struct view *none = view_section(filled, K_NONE_FOUND);
        if (search[0])
            view_show(none, K_SEARCHED);
        return;
    }
    struct view *table = view_section(filled, K_TABLE);
    if (may_change(page))
        view_show(table, K_MAY_CHANGE);
    const char *summary = NULL; /* most rows have the text of the row above */
    for (size_t i = 0; i < list->count; i++) {
        if (i == 0 || !same_summary(&list->domain[i], &list->domain[i - 1]))
            summary = summary_of(page, &list->domain[i]);
        fill_row(page, table, &list->domain[i], summary);
    }
}

int page_domain_list(struct page *page, struct err *err)
{
    struct domain_filter filter = filter_of(page->request);
    struct domain_list list = {0};
    int rc = domain_list(page->worker, page->pool, page->who->account_id, &filter, &list, err);
    if (rc < 0)
        return rc;
    int64_t total = 0;
    for (size_t i = 0; i < STATUS_COUNT; i++)
        total += list.of_status[i];
    struct view *view = page_view(page, MENU_DOMAINS, text(page->lang, TEXT_PAGE_DOMAINS));
    if (total > 0)
        domain_list_fill_list(page, view, &filter, &list, total);
    if (may_change(page))
        view_show(total > 0 ? view : view_section(view, K_EMPTY), total > 0 ? K_MAY_ADD : K_MAY_CHANGE);
    else if (total == 0)
        view_show(view, K_EMPTY);
    return page_answer(page, &view, T_domain_list, 200, err);
}
