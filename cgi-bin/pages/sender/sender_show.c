/*
 * GET and POST /settings/senders/{id}: one sender, the route of its mail, its settings, its bounces, and the outcome of
 * the last test mail.
 */
#include "base/base.h"

#include "cgi-bin/pages/sender/sender_form.h"
#include "model/user.h"

static const struct {
    const char *severity;
    enum text_id text;
} outcomes[] = {[DELIVERY_DELIVERED] = {"ok", TEXT_TEST_DELIVERED},
                [DELIVERY_DEFERRED] = {"wait", TEXT_TEST_DEFERRED},
                [DELIVERY_FAILED] = {"bad", TEXT_TEST_FAILED}};

/* The reasons of the platform's own mail server, in the page's language; any other as the remote server gave it. */
static const char *reason_text(struct page *page, const char *reason)
{
    static const char inward[] = "own-SMTP-server-leads-inwards: "; /* INWARD_REASON of mail/exim.conf */
    bool ours = strncmp(reason, inward, sizeof(inward) - 1) == 0;
    return ours ? page_text(page, TEXT_BOUNCE_INWARD, TEXT_ARGS({"host", reason + sizeof(inward) - 1})) : reason;
}

static void fill_attempt(struct page *page, struct view *tested, const struct delivery_attempt *attempt)
{
    struct view *view = view_section(tested, K_ATTEMPT);
    view_set(view, K_ROUTE, mail_route_word(attempt->route));
    view_set(view, K_ROUTE_WORD, sender_route_text(page, attempt->route));
    if (attempt->host[0])
        view_set(view_section(view, K_HAS_HOST), K_HOST, attempt->host);
    const char *answer = attempt->answer[0] ? attempt->answer : "-";
    view_set(view, K_ANSWER,
             attempt->host[0] ? answer : reason_text(page, answer)); /* a remote host's answer is shown unchanged */
    enum text_id how = !attempt->signed_as[0] ? TEXT_TEST_UNSIGNED
                       : attempt->outcome == DELIVERY_DELIVERED && strchr(attempt->selectors, ':')
                           ? TEXT_TEST_SIGNED_TWICE
                           : TEXT_TEST_SIGNED;
    view_set(view, K_SIGNATURE,
             page_text(page, how, TEXT_ARGS({"domain", attempt->signed_as}, {"selectors", attempt->selectors})));
}

static void fill_tested(struct page *page, struct view *view, const struct sender_detail *detail, bool just_sent)
{
    struct view *tested = view_section(view, K_TESTED);
    const struct delivery_attempt *last = detail->attempt_count > 0 ? &detail->attempt[0] : NULL;
    view_set(tested, K_OUTCOME, last ? delivery_outcome_word(last->outcome) : "waiting");
    view_set(tested, K_TONE, last ? outcomes[last->outcome].severity : "wait");
    view_set(tested, K_OUTCOME_WORD, text(page->lang, last ? outcomes[last->outcome].text : TEXT_TEST_WAITING));
    view_set(tested, K_TO, detail->test.recipient);
    view_set(tested, K_AT, page_time(page, detail->test.at));
    if (just_sent)
        view_show(tested, K_JUST_SENT);
    if (last)
        fill_attempt(page, tested, last);
    else
        view_show(tested, K_NO_ATTEMPT);
}

static void fill_test(struct page *page, struct view *view, const struct sender_shown *shown)
{
    struct view *test = view_section(view, K_TEST);
    const struct sender_test *result = shown->test;
    const char *to = shown->to ? shown->to : page->who->email;
    view_set(test, K_TYPED_TO, page_printable(page, to, strlen(to)));
    if (!result)
        return;
    if (result->limited.yes)
        view_set(view_section(test, K_TEST_WAITING), K_WAIT, page_wait(page, result->limited.retry_after_s));
    else if (result->what == TEST_BAD_RECIPIENT)
        view_show(test, K_TO_FAULT);
    else if (result->what == TEST_REFUSED)
        view_set(view_section(test, K_TEST_REFUSED), K_ANSWER, result->answer);
    else if (result->what == TEST_NOT_POSSIBLE)
        view_show(test, K_TEST_FAILED);
}

static void fill_bounces(struct page *page, struct view *view, const struct sender_detail *detail)
{
    struct view *bounces = view_section(view, detail->bounce_count > 0 ? K_BOUNCES : K_NO_BOUNCES);
    for (size_t i = 0; i < detail->bounce_count; i++) {
        const struct bounce *bounce = &detail->bounce[i];
        struct view *item = view_section(bounces, K_BOUNCE);
        view_set(item, K_RECIPIENT, bounce->recipient[0] ? bounce->recipient : "-");
        view_set(item, K_STATUS_CODE, bounce->status_code);
        view_set(item, K_REASON, reason_text(page, bounce->reason));
        view_set(item, K_AT, page_time(page, bounce->at));
    }
}

static void fill_domain_link(struct view *view, const struct sender *sender)
{
    char id[UUID_TEXT_SIZE], unicode[NAME_UNICODE_SIZE];
    if (sender->route == MAIL_ROUTE_DOMAIN && !sender->has_domain)
        view_show(view, K_DOMAIN_NEW);
    if (sender->route != MAIL_ROUTE_DOMAIN || !sender->has_domain)
        return;
    struct view *link = view_section(view, K_DOMAIN_LINK);
    uuid_format(sender->domain_id, id);
    name_to_unicode(sender_domain(sender), unicode);
    view_set(link, K_DOMAIN_ID, id);
    view_set(link, K_NAME_SHOWN, unicode);
}

static void fill_messages(struct page *page, struct view *view, const struct sender_shown *shown)
{
    if (shown->saved)
        view_show(view, K_SAVED);
    if (shown->wait_s > 0)
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, shown->wait_s));
    else if (shown->typed)
        view_show(view, K_FAULTY);
    int wait_s = shown->test && shown->test->limited.yes ? shown->test->limited.retry_after_s : shown->wait_s;
    if (wait_s > 0)
        response_header(page->response, "Retry-After", page_number(page, wait_s));
}

int sender_show_answer(struct page *page, const struct sender_shown *shown, int status, struct err *err)
{
    struct sender_detail *detail = NULL;
    struct uuid id;
    int rc = uuid_parse(page->param[0], &id)
                 ? sender_get(page->worker, page->pool, page->who->account_id, id, &detail, err)
                 : 0;
    if (rc < 0)
        return rc;
    if (!detail)
        return page_error(page, 404, 0, err);
    struct view *view = page_view(page, MENU_SENDERS, detail->sender.address);
    view_set(view, K_ID, page->param[0]);
    view_set(view, K_CSRF, page->csrf);
    sender_route_fill(page, view, &detail->sender);
    fill_domain_link(view, &detail->sender);
    fill_messages(page, view, shown);
    fill_bounces(page, view, detail);
    if (page->who->role == ROLE_ADMIN) {
        struct view *change = view_section(view, K_MAY_CHANGE);
        sender_form_fill(page, view_include(change, K_FORM, T_sender_form), &detail->sender, shown->typed,
                         shown->evaluation);
        view_show(view, K_MAY_DELETE);
        if (sender_can_test(page->worker))
            fill_test(page, view, shown);
    }
    if (detail->tested)
        fill_tested(page, view, detail, shown->tested);
    return page_answer(page, &view, T_sender_show, status, err);
}

int page_sender_show(struct page *page, struct err *err)
{
    const struct sender_shown shown = {.saved = request_query(page->request, "saved") != NULL,
                                       .tested = request_query(page->request, "tested") != NULL};
    return sender_show_answer(page, &shown, 200, err);
}

int page_sender_show_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct sender_input typed = sender_form_read(page);
    struct sender_save save;
    struct uuid id;
    if (!uuid_parse(page->param[0], &id) || uuid_is_nil(id))
        return page_error(page, 404, 0, err);
    int rc = sender_save(page->worker, page->pool, &actor, id, &typed, &save, err);
    if (rc < 0)
        return rc;
    if (!save.limited.yes && save.what == SENDER_GONE)
        return page_error(page, 404, 0, err);
    if (!save.limited.yes && save.what == SENDER_SAVED) {
        response_redirect(page->response, pool_printf(page->pool, "/settings/senders/%s?saved=1", page->param[0]));
        return 0;
    }
    const struct sender_shown shown = {
        .typed = &typed, .evaluation = &save.evaluation, .wait_s = save.limited.yes ? save.limited.retry_after_s : 0};
    return sender_show_answer(page, &shown, save.limited.yes ? 429 : 422, err);
}
