/*
 * GET …/answers: the observations of the last check, or of the one that ?check= names; for the account and behind a
 * share link. Our script requests the list alone and unfolds it in the domain's page. The page shows answers and does
 * not evaluate them.
 */
#include "base/base.h"

#include "app/check/check_observations.h"

#include "app/domain/share.h"
#include "cgi-bin/page.h"
#include "model/name.h"

enum { ELSEWHERE_SHOWN = 50, RRS_SHOWN = 8 };

static const enum text_id outcome_texts[] = {
    [OUTCOME_NODATA] = TEXT_OUTCOME_NODATA,     [OUTCOME_NXDOMAIN] = TEXT_OUTCOME_NXDOMAIN,
    [OUTCOME_SERVFAIL] = TEXT_OUTCOME_SERVFAIL, [OUTCOME_BOGUS] = TEXT_OUTCOME_BOGUS,
    [OUTCOME_REFUSED] = TEXT_OUTCOME_REFUSED,   [OUTCOME_LAME] = TEXT_OUTCOME_LAME,
    [OUTCOME_REFERRAL] = TEXT_OUTCOME_REFERRAL, [OUTCOME_TIMEOUT] = TEXT_OUTCOME_TIMEOUT,
    [OUTCOME_DATA] = TEXT_OUTCOME_NODATA,       [OUTCOME_MALFORMED] = TEXT_OUTCOME_MALFORMED,
    [OUTCOME_DEADLINE] = TEXT_OUTCOME_DEADLINE,
};

static const char *type_name(struct page *page, int type)
{
    static const struct {
        int type;
        const char *name;
    } names[] = {{RR_A, "A"},     {RR_NS, "NS"},     {RR_CNAME, "CNAME"}, {RR_SOA, "SOA"}, {RR_MX, "MX"},
                 {RR_TXT, "TXT"}, {RR_AAAA, "AAAA"}, {RR_DNAME, "DNAME"}, {RR_SPF, "SPF"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].type == type)
            return names[i].name;
    return pool_printf(page->pool, "TYPE%d", type); /* RFC 3597 5 */
}

/* How long a resolver may cache it: of the record asked for, the last of a chain. */
static const char *ttl_of(struct page *page, const struct observation *one)
{
    if (one->rr_count > 0)
        return page_number(page, one->rr[one->rr_count - 1].ttl);
    return one->negative_ttl ? page_number(page, one->negative_ttl) : "";
}

static void fill_answer(struct page *page, struct view *parent, const struct observations *observations,
                        const struct observation *one, bool with_question)
{
    const struct server *server = &observations->servers[one->server];
    const struct question *question = &observations->questions[one->question];
    struct view *row = view_include(parent, K_ANSWER, T_answer);
    view_set(row, K_SERVER, server->recursive ? text(page->lang, TEXT_ANSWERS_RESOLVER) : server->name);
    view_set(row, K_ADDR, server->addr);
    view_set(row, K_OUTCOME, outcome_word(one->outcome));
    view_set(row, K_TTL, ttl_of(page, one));
    view_set(row, K_MS, pool_printf(page->pool, "%d ms", one->ms));
    if (with_question) {
        struct view *asked = view_section(row, K_QUESTION);
        view_set(asked, K_TYPE, type_name(page, question->type));
        view_set(asked, K_HOST, question->name);
    }
    for (size_t i = 0; i < one->rr_count && i < RRS_SHOWN; i++) {
        struct view *said = view_section(row, K_SAID);
        view_set(said, K_TYPE, type_name(page, one->rr[i].type));
        view_set(said, K_VALUE,
                 one->rr[i].target ? one->rr[i].target
                 : one->rr[i].data ? (const char *)one->rr[i].data
                                   : "");
    }
    if (one->rr_count == 0 || one->outcome != OUTCOME_DATA)
        view_set(view_section(row, K_SAID_NOTHING), K_SAID_WORDS, text(page->lang, outcome_texts[one->outcome]));
}

static bool asks_for(const struct question *question, const struct record *record)
{
    return name_equal(question->name, record->host) &&
           question->type == (strcmp(record->type, "CNAME") == 0 ? RR_CNAME : RR_TXT);
}

/* The record itself at every server; "2 of 3 servers" counts the zone's own. */
static void check_observations_fill_record(struct page *page, struct view *list, const struct record *record,
                                           const struct observations *observations)
{
    struct view *view = view_section(list, K_RECORD);
    int64_t asked = 0, have = 0;
    view_set(view, K_KIND, record_word(record->kind));
    view_set(view, K_RECORD_TITLE, page_record_title(page, record->kind));
    view_set(view, K_HOST, record->host);
    view_set(view, K_TYPE, record->type);
    for (size_t i = 0; i < observations->observed_count; i++) {
        const struct observation *one = &observations->observed[i];
        if (!asks_for(&observations->questions[one->question], record))
            continue;
        fill_answer(page, view, observations, one, false);
        asked += !observations->servers[one->server].recursive;
        have += !observations->servers[one->server].recursive && one->outcome == OUTCOME_DATA;
    }
    view_set(view, K_SUMMARY,
             page_text(page,
                       asked == 0   ? TEXT_ANSWERS_NONE
                       : asked == 1 ? TEXT_ANSWERS_OF_ONE
                                    : TEXT_ANSWERS_OF,
                       TEXT_ARGS({"have", page_number(page, have)}, {"asked", page_number(page, asked)})));
}

/* Answers for other names that explain a missing record: only those that were found. */
static void fill_misplaced(struct page *page, struct view *list, const struct record record[RECORD_COUNT],
                           const struct observations *observations)
{
    struct view *misplaced = NULL;
    int shown = 0;
    for (size_t i = 0; i < observations->observed_count && shown < ELSEWHERE_SHOWN; i++) {
        const struct observation *one = &observations->observed[i];
        bool own = one->outcome != OUTCOME_DATA;
        for (size_t r = 0; r < RECORD_COUNT; r++)
            own |= record[r].host && asks_for(&observations->questions[one->question], &record[r]);
        if (own)
            continue;
        if (!misplaced)
            misplaced = view_section(list, K_ELSEWHERE);
        fill_answer(page, misplaced, observations, one, true);
        shown++;
    }
}

static void check_observations_fill_list(struct page *page, struct view *list, const struct record record[RECORD_COUNT],
                                         const struct check_observations *kept)
{
    int64_t own = 0, barred = 0;
    for (size_t i = 0; i < kept->observations.server_count; i++) {
        own += !kept->observations.servers[i].recursive;
        barred += kept->observations.servers[i].barred;
    }
    const struct text_arg *args =
        TEXT_ARGS({"count", page_number(page, own)}, {"ms", page_number(page, kept->observations.ms)},
                  {"barred", page_number(page, barred)});
    view_set(list, K_WHEN, page_text(page, TEXT_RESULT_WHEN, TEXT_ARGS({"time", page_time(page, kept->at)})));
    view_set(list, K_ASKED_WHOM,
             page_text(page,
                       barred > 0 ? TEXT_ANSWERS_ASKED_BARRED
                       : own == 1 ? TEXT_ANSWERS_ASKED_ONE
                                  : TEXT_ANSWERS_ASKED,
                       args));
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (record[i].host)
            check_observations_fill_record(page, list, &record[i], &kept->observations);
    fill_misplaced(page, list, record, &kept->observations);
}

/* path: of the domain's page, own or behind a link. */
static int check_observations_answer(struct page *page, struct uuid account_id, const struct domain_detail *detail,
                                     struct uuid check_id, const char *path, struct err *err)
{
    struct check_observations *kept;
    int rc = check_observations_get(page->worker, page->pool, account_id, detail->domain.id, check_id, &kept, err);
    if (rc < 0)
        return rc;
    if (page->request->wants_fragment && kept) {
        struct view *list = view_new(page->lang);
        check_observations_fill_list(page, list, detail->record, kept);
        return page_answer(page, &list, T_check_observations_list, 200, err);
    }
    struct view *view = page_view(page, page->who ? MENU_DOMAINS : MENU_NONE, text(page->lang, TEXT_PAGE_ANSWERS));
    page_set_name(view, &detail->domain);
    view_set(view, K_PATH, path);
    if (kept)
        check_observations_fill_list(page, view_include(view, K_CHECK_OBSERVATIONS, T_check_observations_list),
                                     detail->record, kept);
    else
        view_show(view, K_NONE_KEPT);
    return page_answer(page, &view, T_check_observations, 200, err);
}

int page_check_observations(struct page *page, struct err *err)
{
    const char *check = request_query(page->request, "check");
    struct domain_detail *detail;
    int rc = page_domain(page, &detail, err);
    if (rc < 0)
        return rc;
    if (!detail)
        return page_error(page, 404, 0, err);
    struct uuid check_id = detail->domain.last_check_id;
    if (check && !uuid_parse(check, &check_id))
        return page_error(page, 404, 0, err);
    return check_observations_answer(page, page->who->account_id, detail, check_id,
                                     pool_printf(page->pool, "/settings/domains/%s", page->param[0]), err);
}

int page_share_check_observations(struct page *page, struct err *err)
{
    struct opened_share *opened;
    int rc = share_open(page->worker, page->pool, page->param[0], false, &opened, err);
    if (rc < 0)
        return rc;
    if (!opened)
        return page_error(page, 404, 0, err);
    return check_observations_answer(page, opened->link.account_id, opened->detail,
                                     opened->detail->domain.last_check_id,
                                     pool_printf(page->pool, "/share/%s", page->param[0]), err);
}
