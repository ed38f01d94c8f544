/*
 * The pages with a made-up app behind them: every page in every language sets all that its template uses, the hooks of
 * scripts stand where they must, and what DNS or a visitor says is text and never markup.
 */
#include "unit.h"

#include "app/check/check_observations.h"
#include "app/check/history.h"
#include "app/domain/domain_bulk.h"
#include "app/domain/share.h"
#include "base/clock.h"
#include "cgi-bin/page.h"
#include "model/check.h"
#include "model/user.h"

#define HOSTILE "\"><img src=x onerror=alert(1)>'"

static struct {
    struct domain_detail detail;
    bool found;
    struct domain_list list;
    struct domain_add add;
    struct bulk bulk;
    struct domain_check check;
    struct login login;
    struct session who;
    struct share_make share;
    bool link_opens;
    struct check_observations check_observations;
    struct history history;
} made_up;

/* --- the app, made up: the page's calls end here and not in lib/app --- */
int domain_list(struct worker *worker, struct pool *pool, struct uuid account_id, const struct domain_filter *filter,
                struct domain_list *out, struct err *err)
{
    (void)worker, (void)pool, (void)account_id, (void)filter, (void)err;
    *out = made_up.list;
    return 0;
}

int domain_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
               struct domain_detail **out, struct err *err)
{
    (void)worker, (void)pool, (void)account_id, (void)id, (void)err;
    *out = made_up.found ? &made_up.detail : NULL;
    return 0;
}

int domain_add(struct worker *worker, const struct actor *actor, const char *input, size_t len, struct domain_add *out,
               struct err *err)
{
    (void)worker, (void)actor, (void)input, (void)len, (void)err;
    *out = made_up.add;
    return 0;
}

int domain_add_bulk(struct worker *worker, struct pool *pool, const struct actor *actor, const char *input, size_t len,
                    struct bulk *out, struct err *err)
{
    (void)worker, (void)pool, (void)actor, (void)input, (void)len, (void)err;
    *out = made_up.bulk;
    return 0;
}

int domain_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                 enum trigger trigger, struct domain_check *out, struct err *err)
{
    (void)worker, (void)pool, (void)actor, (void)id, (void)trigger, (void)err;
    *out = made_up.check;
    return 0;
}

int domain_delete(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err)
{
    (void)worker, (void)actor, (void)id, (void)err;
    *found = made_up.found;
    return 0;
}

int share_make(struct worker *worker, const struct actor *actor, struct uuid domain_id, struct share_make *out,
               struct err *err)
{
    (void)worker, (void)actor, (void)domain_id, (void)err;
    *out = made_up.share;
    return 0;
}

int share_revoke(struct worker *worker, const struct actor *actor, struct uuid domain_id, bool *found, struct err *err)
{
    (void)worker, (void)actor, (void)domain_id, (void)err;
    *found = made_up.found;
    return 0;
}

int share_open(struct worker *worker, struct pool *pool, const char *token, bool seen, struct opened_share **out,
               struct err *err)
{
    (void)worker, (void)token, (void)seen, (void)err;
    *out = NULL;
    if (!made_up.link_opens)
        return 0;
    *out = pool_alloc(pool, sizeof(**out));
    **out = (struct opened_share){.link = {.expires_at = 9}, .detail = &made_up.detail};
    return 0;
}

int share_check(struct worker *worker, struct pool *pool, const char *token, const char *addr,
                struct opened_share **opened, struct domain_check *out, struct err *err)
{
    (void)addr;
    *out = made_up.check;
    return share_open(worker, pool, token, false, opened, err);
}

int check_observations_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid domain_id,
                           struct uuid check_id, struct check_observations **out, struct err *err)
{
    (void)worker, (void)pool, (void)account_id, (void)domain_id, (void)check_id, (void)err;
    *out = made_up.check_observations.observations.servers ? &made_up.check_observations : NULL;
    return 0;
}

int history_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid domain_id, int64_t before,
                struct history **out, struct err *err)
{
    (void)worker, (void)pool, (void)account_id, (void)domain_id, (void)before, (void)err;
    *out = made_up.found ? &made_up.history : NULL;
    made_up.history.detail = &made_up.detail;
    return 0;
}

bool history_differs(const struct past_check *check, const struct past_check *earlier, enum record_kind kind)
{
    return check->known[kind] && earlier->known[kind] && check->result[kind].verdict != earlier->result[kind].verdict;
}

int session_login(struct worker *worker, struct pool *pool, const char *email, const char *password,
                  const struct visitor *from, struct login *out, struct err *err)
{
    (void)worker, (void)pool, (void)email, (void)password, (void)from, (void)err;
    *out = made_up.login;
    return 0;
}

void finding_texts(struct pool *pool, enum lang lang, const struct domain *domain, const struct record *record,
                   const struct result *result, struct finding_text **out, size_t *count)
{
    (void)lang, (void)domain, (void)record;
    *count = result->findings ? 1 : 0;
    *out = pool_alloc(pool, sizeof(**out));
    **out = (struct finding_text){
        .finding = FINDING_TRUNCATED, .severity = SEVERITY_ERROR, .fact = HOSTILE, .advice = HOSTILE};
}

const char *name_fault_text(struct pool *pool, enum lang lang, const char *input, size_t len,
                            const struct name_evaluation *evaluation)
{
    (void)pool, (void)lang, (void)input, (void)len, (void)evaluation;
    return HOSTILE;
}

const char *time_text(struct pool *pool, enum lang lang, int64_t wall_ms, int64_t now_ms)
{
    (void)pool, (void)lang, (void)wall_ms, (void)now_ms;
    return "12:00";
}

/* --- asking for a page --- */
struct asked {
    struct pool *pool;
    struct request request;
    struct response response;
    struct conf conf;
    struct app app;
    struct page page;
};

static int unset_count;

static void unset(void *arg, const char *file, const char *key)
{
    (void)arg;
    print_error("%s: %s is not set\n", file, key);
    unset_count++;
}

static void add_field(struct field *fields, size_t *count, const char *name, const char *value)
{
    fields[(*count)++] = (struct field){name, value, strlen(value)};
}

static void ask_begin(struct asked *ask, enum lang lang)
{
    *ask = (struct asked){.pool = pool_new()};
    response_init(&ask->response);
    ask->conf.brand_name = (char *)"Volmacht";
    ask->conf.base_url = (char *)"https://volmacht.example";
    ask->conf.session_hours = 12;
    ask->app.conf = &ask->conf;
    ask->app.names = name_rules_new(NULL);
    ask->request.addr = "192.0.2.1";
    ask->page = (struct page){.app = &ask->app,
                              .pool = ask->pool,
                              .request = &ask->request,
                              .response = &ask->response,
                              .lang = lang,
                              .now = 1,
                              .who = &made_up.who,
                              .csrf = "csrf-token",
                              .param = {"01930000-0000-7000-8000-000000000001"}};
}

static void ask_end(struct asked *ask)
{
    response_free(&ask->response);
    name_rules_free(&ask->app.names);
    pool_free(&ask->pool);
}

/* Asks once and keeps the answer in ask until ask_end; nothing may be left unset and no markup from outside may stand
 * in it. */
static void answer(struct asked *ask, page_function *page, int status)
{
    struct err err = {0};
    unset_count = 0;
    assert_int_equal(page(&ask->page, &err), 0);
    assert_int_equal(ask->response.status, status);
    assert_int_equal(unset_count, 0);
    assert_null(strstr(ask->response.body.data, "<img"));
}

static size_t times(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

static void expect(const struct asked *ask, const char *part)
{
    if (!strstr(ask->response.body.data, part))
        print_error("%s\n", ask->response.body.data), print_error("-- does not hold: %s\n", part);
    assert_non_null(strstr(ask->response.body.data, part));
}

static bool second_key; /* whether the made-up domain has an Ed25519 key too */

static void make_up_domain(struct pool *pool)
{
    static const char *found[] = {HOSTILE, "v=DKIM1; p="};
    static struct event event[] = {{.at = 5, .action = ACTION_CHECKED, .user = "", .trigger = TRIGGER_NIGHTLY},
                                   {.at = 4, .action = ACTION_DOMAIN_ADDED, .user = HOSTILE}};
    struct domain_detail *d = &made_up.detail;
    memset(d, 0, sizeof(*d));
    memcpy(d->domain.name.ascii, "xn--bcher-kva.example", sizeof("xn--bcher-kva.example"));
    memcpy(d->domain.name.unicode, "bücher.example", sizeof("bücher.example"));
    memcpy(d->domain.selector, "vm7k2m9qxa", SELECTOR_SIZE);
    d->domain.id.byte[0] = 1;
    d->domain.public_b64 = "MIIBIjAN";
    memcpy(d->domain.selector_ed25519, "vmabcdefgh", SELECTOR_SIZE);
    d->domain.public_ed25519 = second_key ? "11qYAYKx" : NULL;
    d->domain.return_path_label = "bounce";
    d->domain.return_path_target = "bounce.mail.volmacht.example";
    records_of(pool, &d->domain, d->record);
    for (size_t i = 0; i < RECORD_COUNT; i++)
        d->result[i] = (struct result){.kind = (enum record_kind)i,
                                       .required = d->record[i].required,
                                       .verdict = VERDICT_WRONG,
                                       .findings = 1,
                                       .found = found,
                                       .found_count = 2};
    d->checked = true;
    d->event = event;
    d->event_count = ARRAY_LEN(event);
    made_up.found = true;
}

static void the_detail_page_has_its_hooks(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct asked ask;
        ask_begin(&ask, (enum lang)lang);
        make_up_domain(ask.pool);
        answer(&ask, page_domain_show, 200);
        assert_int_equal(times(ask.response.body.data, "data-status=\""), 1);
        expect(&ask, "data-status=\"pending\"");
        expect(&ask, "data-record=\"dkim\" data-verdict=\"wrong\"");
        expect(&ask, "data-record=\"return_path\"");
        expect(&ask, "data-finding=\"truncated\"");
        expect(
            &ask,
            "<span class=\"own\">vm7k2m9qxa._domainkey</span><span class=\"rest\">.xn--bcher-kva.example</span></code>");
        expect(&ask, "data-copy=\"value\">v=DKIM1; k=rsa; p=MIIBIjAN</code>");
        expect(&ask, "id=\"check-status\"");
        expect(&ask, "name=\"csrf\" value=\"csrf-token\"");
        assert_int_equal(times(ask.response.body.data, "data-copy-for=\""), 2 * 3);
        assert_null(strstr(ask.response.body.data, "dkim_ed25519"));
        ask_end(&ask);
    }
}

/* Names and targets stand as the domain's DNS provider wants them typed, as soon as a check knows who that is. */
static void the_provider_presets_the_form(void **state)
{
    static const struct {
        const char *provider, *zone;
        finding_set findings;
        const char *holds, *also;
    } cases[] = {
        {NULL, NULL, 0, "id=\"host-full\" checked", "mail.volmacht.example</code>"},
        {NULL, NULL, FINDING_BIT(FINDING_NAME_DOUBLED), "id=\"host-relative\" checked", "mail.volmacht.example</code>"},
        {"transip", "xn--bcher-kva.example", 0, "id=\"host-relative\" checked", "mail.volmacht.example.</code>"},
        {"transip", "xn--bcher-kva.example", 0, "href=\"https://www.transip.nl/cp/\"", "short name"},
        {"he", "xn--bcher-kva.example", 0, "id=\"host-full\" checked", "full name"},
        {"nobody", "xn--bcher-kva.example", 0, "id=\"host-full\" checked", "mail.volmacht.example</code>"},
        {"transip", "example", 0, "own\">bounce.xn--bcher-kva</span><span class=\"rest\">.example</span>", "TransIP"},
        {"transip", "other.example", 0, "own\">bounce</span><span class=\"rest\">.xn--bcher-kva.example</span>",
         "TransIP"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct asked ask;
        ask_begin(&ask, LANG_EN);
        make_up_domain(ask.pool);
        for (size_t r = 0; r < RECORD_COUNT; r++) {
            made_up.detail.result[r].provider = cases[i].provider;
            made_up.detail.result[r].zone = cases[i].zone;
            made_up.detail.result[r].findings = cases[i].findings;
        }
        answer(&ask, page_domain_show, 200);
        expect(&ask, cases[i].holds);
        expect(&ask, cases[i].also);
        ask_end(&ask);
    }
}

static void a_second_key_is_a_fourth_record(void **state)
{
    (void)state;
    second_key = true;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct asked ask;
        ask_begin(&ask, (enum lang)lang);
        make_up_domain(ask.pool);
        answer(&ask, page_domain_show, 200);
        expect(&ask, "data-record=\"dkim_ed25519\" data-verdict=\"wrong\"");
        expect(&ask, "data-copy=\"value\">v=DKIM1; k=ed25519; p=11qYAYKx</code>");
        assert_int_equal(times(ask.response.body.data, "data-copy-for=\""), 2 * 4);
        assert_true(strstr(ask.response.body.data, "data-record=\"dkim\"") <
                    strstr(ask.response.body.data, "data-record=\"dkim_ed25519\""));
        ask_end(&ask);
    }
    second_key = false;
}

/* A stranger's value in the comparison is text, and what differs is marked by elements, not by colour. */
static void near_misses_are_marked(void **state)
{
    static const char *found[] = {"v=DKIM1; k=rsa; p=MIIBIj<b>AN"};
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct asked ask;
        ask_begin(&ask, (enum lang)lang);
        make_up_domain(ask.pool);
        made_up.detail.result[RECORD_DKIM].found = found;
        made_up.detail.result[RECORD_DKIM].found_count = 1;
        answer(&ask, page_domain_show, 200);
        expect(&ask, "data-difference=\"dkim\"");
        expect(&ask, "</span>&lt;b&gt;<span class=\"unseen\">");
        expect(&ask, "<del><span class=\"unseen\">");
        expect(&ask, "data-note=\"pass\"");
        assert_null(strstr(ask.response.body.data, "<b>AN"));
        ask_end(&ask);
    }
}

static void verdicts_make_the_result(void **state)
{
    (void)state;
    static const struct {
        bool checked, second;
        enum verdict verdict[RECORD_COUNT];
        const char *said, *step;
    } cases[] = {
        {false,
         false,
         {VERDICT_UNKNOWN, VERDICT_UNKNOWN, VERDICT_UNKNOWN, VERDICT_UNKNOWN},
         "Not checked yet.",
         "aria-current=\"step\"><span>Publish records<"},
        {true,
         false,
         {VERDICT_OK, VERDICT_UNKNOWN, VERDICT_OK, VERDICT_OK},
         "Everything is right.",
         "aria-current=\"step\"><span>Publish records<"},
        {true,
         false,
         {VERDICT_OK, VERDICT_UNKNOWN, VERDICT_OK, VERDICT_MISSING},
         "All that is required is right: 2 of 3.",
         "aria-current=\"step\"><span>Publish records<"},
        {true,
         false,
         {VERDICT_OK, VERDICT_UNKNOWN, VERDICT_MISSING, VERDICT_MISSING},
         "Not everything is right yet: 1 of 3.",
         "aria-current=\"step\"><span>Publish records<"},
        {true,
         false,
         {VERDICT_UNKNOWN, VERDICT_UNKNOWN, VERDICT_MISSING, VERDICT_OK},
         "Not everything is right yet: 1 of 3.",
         "aria-current=\"step\"><span>Publish records<"},
        {true,
         false,
         {VERDICT_OK, VERDICT_UNKNOWN, VERDICT_UNKNOWN, VERDICT_OK},
         "the status has not changed.",
         "aria-current=\"step\"><span>Check<"},
        {true,
         true,
         {VERDICT_OK, VERDICT_OK, VERDICT_OK, VERDICT_OK},
         "Everything is right.",
         "aria-current=\"step\"><span>Publish records<"},
        {true,
         true,
         {VERDICT_OK, VERDICT_MISSING, VERDICT_OK, VERDICT_OK},
         "Not everything is right yet: 3 of 4.",
         "aria-current=\"step\"><span>Publish records<"},
        {true,
         true,
         {VERDICT_OK, VERDICT_OK, VERDICT_OK, VERDICT_MISSING},
         "All that is required is right: 3 of 4.",
         "aria-current=\"step\"><span>Publish records<"},
        {true,
         true,
         {VERDICT_OK, VERDICT_UNKNOWN, VERDICT_OK, VERDICT_OK},
         "the status has not changed.",
         "aria-current=\"step\"><span>Check<"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct asked ask;
        ask_begin(&ask, LANG_EN);
        second_key = cases[i].second;
        make_up_domain(ask.pool);
        second_key = false;
        made_up.detail.checked = cases[i].checked;
        for (size_t r = 0; r < RECORD_COUNT; r++)
            made_up.detail.result[r].verdict = cases[i].verdict[r];
        answer(&ask, page_domain_show, 200);
        expect(&ask, cases[i].said);
        expect(&ask, cases[i].step);
        ask_end(&ask);
    }
}

static void a_check_answers_the_fragment_or_leads_back(void **state)
{
    (void)state;
    struct asked ask;
    ask_begin(&ask, LANG_NL);
    make_up_domain(ask.pool);
    made_up.check = (struct domain_check){.found = true, .detail = &made_up.detail};
    answer(&ask, page_domain_check_post, 303);
    assert_non_null(strstr(ask.response.headers.data, "?checked=1"));
    response_reset(&ask.response);
    ask.request.wants_fragment = true;
    answer(&ask, page_domain_check_post, 200);
    assert_null(strstr(ask.response.body.data, "<html"));
    expect(&ask, "id=\"live\"");
    response_reset(&ask.response);
    made_up.check = (struct domain_check){.found = true, .limited = {true, 40}, .detail = &made_up.detail};
    answer(&ask, page_domain_check_post, 429);
    expect(&ask, "role=\"alert\"");
    assert_non_null(strstr(ask.response.headers.data, "Retry-After: 40"));
    ask_end(&ask);
}

static void the_overview_has_its_hooks(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct asked ask;
        ask_begin(&ask, (enum lang)lang);
        make_up_domain(ask.pool);
        made_up.list =
            (struct domain_list){.domain = &made_up.detail.domain, .count = 1, .more = true, .of_status = {1, 0, 2}};
        add_field(ask.request.query_field, &ask.request.query_count, "q", HOSTILE "&status=x");
        add_field(ask.request.query_field, &ask.request.query_count, "status", "lost");
        add_field(ask.request.query_field, &ask.request.query_count, "after", "a.example");
        answer(&ask, page_domain_list, 200);
        expect(&ask, "data-domain=\"xn--bcher-kva.example\" data-status=\"pending\"");
        expect(&ask, "bücher.example</a>");
        expect(&ask, "&amp;after=xn--bcher-kva.example&amp;at=");
        expect(&ask, "aria-sort=\"ascending\"");
        expect(&ask, "sort=name&amp;dir=down\"");
        assert_null(strstr(ask.response.body.data, "&status=x"));
        response_reset(&ask.response);
        made_up.list.count = 0;
        answer(&ask, page_domain_list, 200);
        response_reset(&ask.response);
        made_up.list = (struct domain_list){0};
        answer(&ask, page_domain_list, 200);
        expect(&ask, "/settings/domains/new");
        ask_end(&ask);
    }
}

static void a_viewer_is_offered_nothing_to_change(void **state)
{
    (void)state;
    struct asked ask;
    ask_begin(&ask, LANG_NL);
    make_up_domain(ask.pool);
    made_up.who.role = ROLE_VIEWER;
    made_up.list = (struct domain_list){.domain = &made_up.detail.domain, .count = 1, .of_status = {1}};
    answer(&ask, page_domain_list, 200);
    assert_null(strstr(ask.response.body.data, "/delete"));
    assert_null(strstr(ask.response.body.data, "/settings/domains/new"));
    response_reset(&ask.response);
    answer(&ask, page_domain_show, 200);
    assert_null(strstr(ask.response.body.data, "/delete"));
    response_reset(&ask.response);
    made_up.who.role = ROLE_ADMIN;
    ask_end(&ask);
}

static void adding_says_why_not_and_offers_what_was_meant(void **state)
{
    (void)state;
    struct asked ask;
    ask_begin(&ask, LANG_NL);
    add_field(ask.request.form_field, &ask.request.form_count, "domain", HOSTILE);
    made_up.add = (struct domain_add){
        .what = DOMAIN_REFUSED, .evaluation = {.fault = NAME_AT_SIGN, .suggested = {"voorbeeld.nl", "voorbeeld.nl"}}};
    answer(&ask, page_domain_add_post, 422);
    expect(&ask, "name=\"domain\" value=\"voorbeeld.nl\"");
    expect(&ask, "role=\"alert\"");
    response_reset(&ask.response);
    made_up.add = (struct domain_add){.what = DOMAIN_EXISTS, .name = {"voorbeeld.nl", "voorbeeld.nl"}};
    answer(&ask, page_domain_add_post, 409);
    expect(&ask, "/settings/domains/00000000-0000-0000-0000-000000000000");
    response_reset(&ask.response);
    made_up.add = (struct domain_add){.limited = {true, 120}};
    answer(&ask, page_domain_add_post, 429);
    expect(&ask, "over 2 minuten");
    response_reset(&ask.response);
    made_up.add = (struct domain_add){.what = DOMAIN_ADDED};
    answer(&ask, page_domain_add_post, 303);
    response_reset(&ask.response);
    answer(&ask, page_domain_add, 200);
    ask_end(&ask);
}

static void each_name_of_a_list_has_its_line(void **state)
{
    (void)state;
    struct bulk_name names[] = {
        {.typed = "een.nl", .len = 6, .add = {.what = DOMAIN_ADDED, .name = {"een.nl", "een.nl"}}},
        {.typed = "twee.nl", .len = 7, .add = {.what = DOMAIN_EXISTS, .name = {"twee.nl", "twee.nl"}}},
        {.typed = HOSTILE,
         .len = sizeof(HOSTILE) - 1,
         .add = {.what = DOMAIN_REFUSED, .evaluation = {.fault = NAME_AT_SIGN, .suggested = {"drie.nl", "drie.nl"}}}},
        {.typed = "vier.nl", .len = 7, .later = true},
    };
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct asked ask;
        ask_begin(&ask, (enum lang)lang);
        made_up.bulk = (struct bulk){.listed = 4, .name = names, .count = 4, .added = 1, .limited = {true, 120}};
        answer(&ask, page_domain_bulk_post, 200);
        expect(&ask, "data-outcome=\"added\"");
        expect(&ask, "data-outcome=\"exists\"");
        expect(&ask, "data-outcome=\"refused\"");
        expect(&ask, "data-outcome=\"later\"");
        expect(&ask, ">drie.nl\nvier.nl\n</textarea>");
        response_reset(&ask.response);
        made_up.bulk.added = 0;
        answer(&ask, page_domain_bulk_post, 429);
        response_reset(&ask.response);
        made_up.bulk = (struct bulk){.listed = BULK_MAX + 1};
        add_field(ask.request.form_field, &ask.request.form_count, "domains", HOSTILE);
        answer(&ask, page_domain_bulk_post, 422);
        response_reset(&ask.response);
        answer(&ask, page_domain_bulk, 200);
        ask_end(&ask);
    }
}

static void deleting_asks_first_and_what_is_not_there_is_404(void **state)
{
    (void)state;
    struct asked ask;
    ask_begin(&ask, LANG_EN);
    make_up_domain(ask.pool);
    answer(&ask, page_domain_delete, 200);
    expect(&ask, "bounce.xn--bcher-kva.example");
    response_reset(&ask.response);
    answer(&ask, page_domain_delete_post, 303);
    response_reset(&ask.response);
    answer(&ask, page_domain_zone, 200);
    expect(&ask, "CNAME");
    assert_non_null(strstr(ask.response.headers.data, "filename=\"xn--bcher-kva.example.zone\""));
    made_up.found = false;
    made_up.check = (struct domain_check){0};
    page_function *const pages[] = {page_domain_show, page_domain_zone, page_domain_delete, page_domain_delete_post,
                                    page_domain_check_post};
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        response_reset(&ask.response);
        answer(&ask, pages[i], 404);
    }
    ask_end(&ask);
}

static void the_link_is_shown_once_with_a_mail(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct asked ask;
        ask_begin(&ask, (enum lang)lang);
        make_up_domain(ask.pool);
        made_up.share =
            (struct share_make){.found = true, .token = "abcdefghijabcdefghijabcdefghijabcdefghij-_0", .expires_at = 9};
        answer(&ask, page_domain_share_post, 200);
        expect(&ask,
               "data-copy=\"link\">https://volmacht.example/share/abcdefghijabcdefghijabcdefghijabcdefghij-_0</code>");
        expect(&ask, "href=\"mailto:?subject=DNS");
        expect(&ask, "&amp;body=H");
        expect(&ask, "b%C3%BCcher.example");
        expect(&ask, "%0D%0Ahttps%3A%2F%2Fvolmacht.example%2Fshare%2Fabcdefghij");
        response_reset(&ask.response);
        made_up.detail.share = (struct share_state){.created_at = 1, .expires_at = 9, .opened_at = 2, .checked_at = 3};
        answer(&ask, page_domain_show, 200);
        expect(&ask, "/share/revoke\"");
        expect(&ask, "data-share=\"opened\"");
        expect(&ask, "data-share=\"checked\"");
        response_reset(&ask.response);
        made_up.detail.share.revoked_at = 4;
        answer(&ask, page_domain_show, 200);
        expect(&ask, "data-share=\"ended\"");
        assert_null(strstr(ask.response.body.data, "/share/revoke\""));
        response_reset(&ask.response);
        made_up.share = (struct share_make){.limited = {true, 40}};
        answer(&ask, page_domain_share_post, 429);
        response_reset(&ask.response);
        answer(&ask, page_domain_share_revoke_post, 303);
        response_reset(&ask.response);
        answer(&ask, page_domain_share, 303);
        ask_end(&ask);
    }
}

static void who_comes_by_a_link_sees_nothing_of_the_account(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct asked ask;
        ask_begin(&ask, (enum lang)lang);
        make_up_domain(ask.pool);
        ask.page.who = NULL;
        ask.page.param[0] = "abcdefghijabcdefghijabcdefghijabcdefghij-_0";
        ask.response.capability_url = true;
        made_up.link_opens = true;
        made_up.check = (struct domain_check){.found = true, .detail = &made_up.detail};
        answer(&ask, page_share, 200);
        expect(&ask, "action=\"/share/abcdefghijabcdefghijabcdefghijabcdefghij-_0/check\"");
        expect(&ask, "data-record=\"dkim\" data-verdict=\"wrong\"");
        expect(&ask, "name=\"robots\"");
        assert_null(strstr(ask.response.body.data, "/settings"));
        assert_null(strstr(ask.response.body.data, "/delete"));
        response_reset(&ask.response);
        answer(&ask, page_share_zone, 200);
        response_reset(&ask.response);
        answer(&ask, page_share_check_post, 303);
        response_reset(&ask.response);
        ask.request.wants_fragment = true;
        answer(&ask, page_share_check_post, 200);
        assert_null(strstr(ask.response.body.data, "/settings"));
        made_up.link_opens = false;
        made_up.check.found = false;
        page_function *const pages[] = {page_share, page_share_zone, page_share_check_post};
        for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
            response_reset(&ask.response);
            answer(&ask, pages[i], 404);
            assert_null(strstr(ask.response.body.data, "/settings"));
        }
        ask_end(&ask);
    }
}

static void who_answered_what_is_told_server_by_server(void **state)
{
    (void)state;
    static const struct answer_rr rr = {
        .owner = "x", .type = RR_TXT, .ttl = 3600, .data = (const uint8_t *)HOSTILE, .data_len = sizeof(HOSTILE) - 1};
    static struct server server[] = {{.name = HOSTILE, .addr = "192.0.2.1"},
                                     {.name = "ns2.example", .addr = "192.0.2.2"},
                                     {.name = "", .addr = "192.0.2.3", .recursive = true}};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct asked ask;
        ask_begin(&ask, (enum lang)lang);
        make_up_domain(ask.pool);
        const struct question question[] = {{made_up.detail.record[RECORD_DKIM].host, RR_TXT},
                                            {"other.example", RR_TXT}};
        struct observation observed[] = {
            {.question = 0, .server = 0, .outcome = OUTCOME_DATA, .ms = 12, .rr = &rr, .rr_count = 1},
            {.question = 0, .server = 1, .outcome = OUTCOME_NXDOMAIN, .ms = 7, .negative_ttl = 300},
            {.question = 0, .server = 2, .outcome = OUTCOME_TIMEOUT, .ms = 900},
            {.question = 1, .server = 0, .outcome = OUTCOME_DATA, .rr = &rr, .rr_count = 1}};
        made_up.check_observations = (struct check_observations){.at = 1,
                                                                 .observations = {.questions = question,
                                                                                  .question_count = 2,
                                                                                  .servers = server,
                                                                                  .server_count = 3,
                                                                                  .observed = observed,
                                                                                  .observed_count = 4,
                                                                                  .ms = 40}};
        answer(&ask, page_check_observations, 200);
        expect(&ask, "data-server=\"192.0.2.1\" data-outcome=\"data\"");
        expect(&ask, "data-server=\"192.0.2.2\" data-outcome=\"nxdomain\"");
        expect(&ask, "data-server=\"192.0.2.3\" data-outcome=\"timeout\"");
        expect(&ask, lang == LANG_NL ? "1 van de 2 naamservers" : "1 of 2 name servers");
        expect(&ask, "3600</td>");
        expect(&ask, "12 ms</td>");
        expect(&ask, "other.example</code>");
        response_reset(&ask.response);
        ask.request.wants_fragment = true;
        answer(&ask, page_check_observations, 200);
        assert_null(strstr(ask.response.body.data, "<html"));
        ask.request.wants_fragment = false;
        response_reset(&ask.response);
        made_up.check_observations = (struct check_observations){0};
        answer(&ask, page_check_observations, 200);
        ask_end(&ask);
    }
}

static void the_history_tells_what_changed(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct asked ask;
        ask_begin(&ask, (enum lang)lang);
        make_up_domain(ask.pool);
        struct past_check check[] = {
            {.info = {.trigger = TRIGGER_MANUAL,
                      .ms = 37,
                      .status_before = STATUS_PENDING,
                      .status_after = STATUS_VERIFIED},
             .user = HOSTILE,
             .known = {true, true, true},
             .result = {{.verdict = VERDICT_OK}, {.verdict = VERDICT_OK}, {.verdict = VERDICT_MISSING}}},
            {.info = {.trigger = TRIGGER_SHARE},
             .user = "",
             .known = {true, true, true},
             .result = {{.verdict = VERDICT_WRONG}, {.verdict = VERDICT_OK}, {.verdict = VERDICT_MISSING}}}};
        made_up.history = (struct history){.check = check, .count = 2, .shown = 1};
        answer(&ask, page_domain_history, 200);
        expect(&ask, "37 ms");
        expect(&ask, lang == LANG_NL ? "was: Niet goed" : "was: ");
        assert_int_equal(times(ask.response.body.data, "class=\"changed\""), 1);
        expect(&ask, "?before=0");
        response_reset(&ask.response);
        made_up.history = (struct history){0};
        answer(&ask, page_domain_history, 200);
        expect(&ask, "role=\"status\"");
        made_up.history = (struct history){0};
        ask_end(&ask);
    }
}

static void logging_in_refuses_and_lets_in(void **state)
{
    (void)state;
    struct asked ask;
    ask_begin(&ask, LANG_NL);
    ask.page.who = NULL;
    add_field(ask.request.form_field, &ask.request.form_count, "email", HOSTILE);
    add_field(ask.request.form_field, &ask.request.form_count, "password", "x");
    add_field(ask.request.form_field, &ask.request.form_count, "next", HOSTILE);
    answer(&ask, page_login, 200);
    response_reset(&ask.response);
    made_up.login = (struct login){0};
    answer(&ask, page_login_post, 403);
    expect(&ask, "role=\"alert\"");
    response_reset(&ask.response);
    made_up.login = (struct login){.limited = {true, 30}};
    answer(&ask, page_login_post, 429);
    expect(&ask, "over 30 seconden");
    response_reset(&ask.response);
    made_up.login = (struct login){.ok = true, .token = "0123456789012345678901234567890123456789012"};
    answer(&ask, page_login_post, 303);
    assert_non_null(strstr(ask.response.headers.data, "Set-Cookie: __Host-volmacht="));
    response_reset(&ask.response);
    ask.page.who = &made_up.who;
    answer(&ask, page_settings, 200);
    ask_end(&ask);
}

static int setup(void **state)
{
    struct err err = {0};
    (void)state;
    made_up.who = (struct session){.account_name = HOSTILE, .email = HOSTILE, .role = ROLE_ADMIN};
    int code = view_load("templates", &err);
    if (code < 0)
        print_error("%s\n", err.text);
    view_watch_unset(unset, NULL);
    return code;
}

static int teardown(void **state)
{
    (void)state;
    view_watch_unset(NULL, NULL);
    view_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_detail_page_has_its_hooks),
        cmocka_unit_test(the_provider_presets_the_form),
        cmocka_unit_test(a_second_key_is_a_fourth_record),
        cmocka_unit_test(near_misses_are_marked),
        cmocka_unit_test(verdicts_make_the_result),
        cmocka_unit_test(a_check_answers_the_fragment_or_leads_back),
        cmocka_unit_test(the_overview_has_its_hooks),
        cmocka_unit_test(a_viewer_is_offered_nothing_to_change),
        cmocka_unit_test(adding_says_why_not_and_offers_what_was_meant),
        cmocka_unit_test(each_name_of_a_list_has_its_line),
        cmocka_unit_test(deleting_asks_first_and_what_is_not_there_is_404),
        cmocka_unit_test(the_link_is_shown_once_with_a_mail),
        cmocka_unit_test(who_answered_what_is_told_server_by_server),
        cmocka_unit_test(the_history_tells_what_changed),
        cmocka_unit_test(who_comes_by_a_link_sees_nothing_of_the_account),
        cmocka_unit_test(logging_in_refuses_and_lets_in),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
