/*
 * GET /settings/domains/{id}/removed and POST …/removed/check: the records that a deleted domain left in DNS, and
 * whether they are gone. app/domain/dns_leftovers.h determines the records.
 */
#include "base/base.h"

#include "app/domain/dns_leftovers.h"
#include "cgi-bin/page.h"
#include "model/check.h"
#include "model/user.h"

static const struct {
    enum verdict verdict; /* for the colour: a record that is still present needs an action */
    const char *word;
    enum text_id text;
} states[] = {[LEFTOVER_NOT_ASKED] = {VERDICT_UNKNOWN, "not_asked", TEXT_VERDICT_NEVER},
              [LEFTOVER_GONE] = {VERDICT_OK, "gone", TEXT_REMOVED_GONE},
              [LEFTOVER_PRESENT] = {VERDICT_MISSING, "there", TEXT_REMOVED_THERE},
              [LEFTOVER_UNKNOWN] = {VERDICT_UNKNOWN, "unknown", TEXT_VERDICT_UNKNOWN}};

static void dns_leftovers_fill_record(struct page *page, struct view *view, const struct dns_leftover *record)
{
    struct view *shown = view_section(view, K_RECORD);
    view_set(shown, K_RECORD_TITLE, page_record_title(page, record->kind));
    view_set(shown, K_TYPE, record->type);
    view_set(shown, K_HOST, record->host);
    view_set(shown, K_VERDICT, verdict_word(states[record->state].verdict));
    view_set(shown, K_WAY, states[record->state].word);
    view_set(shown, K_VERDICT_WORD, text(page->lang, states[record->state].text));
    if (record->state == LEFTOVER_PRESENT && *record->where)
        view_set(view_section(shown, K_HAS_FOUND), K_WHERE,
                 page_text(page, TEXT_REMOVED_WHERE, TEXT_ARGS({"servers", record->where})));
}

static void dns_leftovers_fill_result(struct page *page, struct view *view, const struct dns_leftovers *leftovers)
{
    bool there = false, unknown = false;
    for (size_t i = 0; i < leftovers->count; i++) {
        there |= leftovers->record[i].state == LEFTOVER_PRESENT;
        unknown |= leftovers->record[i].state == LEFTOVER_UNKNOWN;
    }
    view_set(view_section(view, there || unknown ? K_RESULT_BAD : K_RESULT_GOOD), K_RESULT,
             text(page->lang, there     ? TEXT_REMOVED_NOT_ALL
                              : unknown ? TEXT_REMOVED_UNSURE
                                        : TEXT_REMOVED_ALL));
}

static int dns_leftovers_answer(struct page *page, const struct dns_leftovers *leftovers, bool checked, int wait_s,
                                struct err *err)
{
    if (!leftovers)
        return page_error(page, 404, 0, err);
    const char *title = page_text(page, TEXT_PAGE_REMOVED, TEXT_ARGS({"name", leftovers->name.unicode}));
    struct view *view = page_view(page, MENU_DOMAINS, title);
    view_set(view, K_ID, page->param[0]);
    view_set(view, K_CSRF, page->csrf);
    view_set(view, K_NAME_SHOWN, leftovers->name.unicode);
    view_show(view, leftovers->added_again ? K_EXISTS : K_REMOVED_ONCE);
    for (size_t i = 0; i < leftovers->count; i++)
        dns_leftovers_fill_record(page, view, &leftovers->record[i]);
    if (page->who->role == ROLE_ADMIN && leftovers->count > 0)
        view_set(view_section(view, K_MAY_CHANGE), K_CSRF, page->csrf);
    if (request_query(page->request, "deleted"))
        view_show(view, K_DELETED);
    if (checked)
        dns_leftovers_fill_result(page, view, leftovers);
    if (wait_s > 0) {
        response_header(page->response, "Retry-After", page_number(page, wait_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, wait_s));
    }
    return page_answer(page, &view, T_dns_leftovers, wait_s > 0 ? 429 : 200, err);
}

int page_dns_leftovers(struct page *page, struct err *err)
{
    struct dns_leftovers *leftovers = NULL;
    struct uuid id;
    int rc = uuid_parse(page->param[0], &id)
                 ? dns_leftovers_get(page->worker, page->pool, page->who->account_id, id, &leftovers, err)
                 : 0;
    return rc < 0 ? rc : dns_leftovers_answer(page, leftovers, false, 0, err);
}

int page_dns_leftovers_check_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct dns_leftovers *leftovers = NULL;
    struct limited limited = {0};
    struct uuid id;
    int rc = uuid_parse(page->param[0], &id)
                 ? dns_leftovers_check(page->worker, page->pool, &actor, id, &leftovers, &limited, err)
                 : 0;
    return rc < 0 ? rc
                  : dns_leftovers_answer(page, leftovers, leftovers && !limited.yes,
                                         limited.yes ? limited.retry_after_s : 0, err);
}
