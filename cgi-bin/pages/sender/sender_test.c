/*
 * POST /settings/senders/{id}/test: sends a test mail as the sender, then redirects to its page, which shows the
 * outcome.
 */
#include "base/base.h"

#include "cgi-bin/pages/sender/sender_form.h"

int page_sender_test_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct sender_test test;
    struct uuid id;
    size_t len = 0;
    const char *to = request_form(page->request, "to", &len);
    if (!uuid_parse(page->param[0], &id))
        return page_error(page, 404, 0, err);
    to = to && strlen(to) == len ? to : "";
    int rc = sender_test(page->worker, page->pool, &actor, page->lang, id, to, &test, err);
    if (rc < 0)
        return rc;
    if (!test.limited.yes && test.what == TEST_SENDER_GONE)
        return page_error(page, 404, 0, err);
    if (!test.limited.yes && test.what == TEST_SENT) {
        response_redirect(page->response, pool_printf(page->pool, "/settings/senders/%s?tested=1", page->param[0]));
        return 0;
    }
    int status = test.limited.yes ? 429 : test.what == TEST_NOT_POSSIBLE ? 503 : 422;
    return sender_show_answer(page, &(struct sender_shown){.test = &test, .to = to}, status, err);
}
