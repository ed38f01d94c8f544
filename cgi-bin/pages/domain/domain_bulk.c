/*
 * GET and POST /settings/domains/bulk: adding many domains from a pasted list. Each name gets its line; the field then
 * holds corrections of refused names and the names not tried yet. Making keys takes long, so web servers send this path
 * to the checks pool.
 */
#include "base/base.h"

#include "app/domain/domain_bulk.h"

#include "app/domain/name_list.h"
#include "cgi-bin/page.h"

enum { REST_MAX = 64 * 1024, SHOWN_MAX = 80 }; /* bytes; a longer name is truncated where it is displayed */

static struct view *bulk_view(struct page *page, const char *typed)
{
    struct view *view = page_view(page, MENU_DOMAINS, text(page->lang, TEXT_PAGE_DOMAIN_BULK));
    view_set(view, K_CSRF, page->csrf);
    view_set(view, K_TYPED, typed);
    view_set(view, K_LIST_HINT, page_text(page, TEXT_BULK_HINT, TEXT_ARGS({"max", page_number(page, BULK_MAX)})));
    return view;
}

int page_domain_bulk(struct page *page, struct err *err)
{
    struct view *view = bulk_view(page, "");
    return page_answer(page, &view, T_domain_bulk, 200, err);
}

/* The pasted list, one name a line. */
static const char *list_again(struct page *page, const char *input, size_t len)
{
    struct buf list;
    const char *at = input, *piece;
    size_t piece_len;
    buf_init(&list, 4 * REST_MAX);
    while (name_list_next(&at, input + len, &piece, &piece_len)) {
        buf_add_printable(&list, piece, piece_len);
        buf_addc(&list, '\n');
    }
    const char *copy = pool_strdup(page->pool, list.data);
    buf_free(&list);
    return copy;
}

static int show_fault(struct page *page, const char *input, size_t len, const char *fault, struct err *err)
{
    struct view *view = bulk_view(page, list_again(page, input, len));
    view_show(view, K_FAULTY);
    view_set(view_section(view, K_REFUSED), K_FAULT, fault);
    return page_answer(page, &view, T_domain_bulk, 422, err);
}

static void fill_refused(struct page *page, struct view *line, const struct bulk_name *name)
{
    const struct name_evaluation *evaluation = &name->add.evaluation;
    struct view *refused = view_section(line, K_REFUSED);
    view_set(refused, K_FAULT, name_fault_text(page->pool, page->lang, name->typed, name->len, evaluation));
    if (evaluation->suggested.ascii[0])
        view_set(view_section(refused, K_MEANT), K_MEANT_SHOWN, evaluation->suggested.unicode);
}

static void fill_line(struct page *page, struct view *view, const struct bulk_name *name)
{
    static const struct {
        const char *outcome, *severity;
        enum text_id word;
    } of[] = {[DOMAIN_ADDED] = {"added", "ok", TEXT_BULK_ADDED},
              [DOMAIN_EXISTS] = {"exists", "set", TEXT_BULK_EXISTS},
              [DOMAIN_REFUSED] = {"refused", "bad", TEXT_BULK_REFUSED}};
    bool refused = !name->later && name->add.what == DOMAIN_REFUSED;
    struct view *line = view_section(view, K_LINE);
    view_set(line, K_OUTCOME, name->later ? "later" : of[name->add.what].outcome);
    view_set(line, K_TONE, name->later ? "wait" : of[name->add.what].severity);
    view_set(line, K_OUTCOME_WORD, text(page->lang, name->later ? TEXT_BULK_LATER : of[name->add.what].word));
    if (name->later || refused) {
        bool shortened = name->len > SHOWN_MAX;
        view_set(view_section(line, K_NOT_LINKED), K_TYPED_NAME,
                 page_printable(page, name->typed, shortened ? SHOWN_MAX : name->len));
    } else {
        char id[UUID_TEXT_SIZE];
        uuid_format(name->add.id, id);
        struct view *linked = view_section(line, K_LINKED);
        view_set(linked, K_ID, id);
        view_set(linked, K_NAME_SHOWN, name->add.name.unicode);
    }
    if (refused)
        fill_refused(page, line, name);
}

/* The names to try again: suggested corrections, and names that were not tried. */
static const char *rest_of(struct page *page, const struct bulk *bulk)
{
    struct buf rest;
    buf_init(&rest, REST_MAX);
    for (size_t i = 0; i < bulk->count; i++) {
        const struct bulk_name *name = &bulk->name[i];
        const char *suggested = name->add.evaluation.suggested.unicode;
        if (name->later)
            buf_addf(&rest, "%s\n", page_printable(page, name->typed, name->len));
        else if (name->add.what == DOMAIN_REFUSED && *suggested)
            buf_addf(&rest, "%s\n", suggested);
    }
    const char *copy = pool_strdup(page->pool, rest.data);
    buf_free(&rest);
    return copy;
}

static int show_results(struct page *page, const struct bulk *bulk, struct err *err)
{
    const char *rest = rest_of(page, bulk);
    struct view *view = bulk_view(page, rest);
    struct view *results = view_section(view, K_RESULTS);
    view_set(results, K_SUMMARY,
             page_text(page, bulk->count == 1 ? TEXT_BULK_SUMMARY_ONE : TEXT_BULK_SUMMARY,
                       TEXT_ARGS({"added", page_number(page, (int64_t)bulk->added)},
                                 {"count", page_number(page, (int64_t)bulk->count)})));
    for (size_t i = 0; i < bulk->count; i++)
        fill_line(page, results, &bulk->name[i]);
    if (*rest)
        view_show(view, K_REST);
    if (bulk->limited.yes) {
        response_header(page->response, "Retry-After", page_number(page, bulk->limited.retry_after_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, bulk->limited.retry_after_s));
    }
    return page_answer(page, &view, T_domain_bulk, bulk->limited.yes && bulk->added == 0 ? 429 : 200, err);
}

int page_domain_bulk_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct bulk bulk;
    size_t len = 0;
    const char *input = request_form(page->request, "domains", &len);
    int rc = domain_add_bulk(page->worker, page->pool, &actor, input ? input : "", len, &bulk, err);
    if (rc < 0)
        return rc;
    if (bulk.listed > BULK_MAX)
        return show_fault(page, input, len,
                          page_text(page, TEXT_BULK_TOO_MANY,
                                    TEXT_ARGS({"count", page_number(page, (int64_t)bulk.listed)},
                                              {"max", page_number(page, BULK_MAX)})),
                          err);
    if (bulk.listed == 0)
        return show_fault(page, "", 0, text(page->lang, TEXT_BULK_NONE), err);
    for (size_t i = 0; i < bulk.count; i++)
        if (!bulk.name[i].later && bulk.name[i].add.what == DOMAIN_NO_ACCOUNT)
            return err_set(err, ERR_FAULT, "the session's account is gone");
    return show_results(page, &bulk, err);
}
