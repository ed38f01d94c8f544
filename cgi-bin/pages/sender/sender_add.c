/*
 * GET /settings/senders/new and POST /settings/senders: adding a sender.
 */
#include "base/base.h"

#include "cgi-bin/pages/sender/sender_form.h"

static int sender_add_answer(struct page *page, const struct sender_input *typed, const struct sender_save *save,
                             int status, struct err *err)
{
    struct view *view = page_view(page, MENU_SENDERS, text(page->lang, TEXT_PAGE_SENDER_ADD));
    view_set(view, K_CSRF, page->csrf);
    if (save && save->limited.yes) {
        response_header(page->response, "Retry-After", page_number(page, save->limited.retry_after_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, save->limited.retry_after_s));
    } else if (save) {
        view_show(view, K_FAULTY);
    }
    sender_form_fill(page, view_include(view, K_FORM, T_sender_form), NULL, typed, save ? &save->evaluation : NULL);
    return page_answer(page, &view, T_sender_add, status, err);
}

int page_sender_add(struct page *page, struct err *err)
{
    return sender_add_answer(page, NULL, NULL, 200, err);
}

int page_sender_add_post(struct page *page, struct err *err)
{
    struct actor actor = page_actor(page);
    struct sender_input typed = sender_form_read(page);
    struct sender_save save;
    int rc = sender_save(page->worker, page->pool, &actor, (struct uuid){{0}}, &typed, &save, err);
    if (rc < 0)
        return rc;
    if (save.limited.yes || save.what != SENDER_SAVED)
        return sender_add_answer(page, &typed, &save,
                                 save.limited.yes                                        ? 429
                                 : save.evaluation.fault[SENDER_ADDRESS] == SENDER_TAKEN ? 409
                                                                                         : 422,
                                 err);
    char id[UUID_TEXT_SIZE];
    uuid_format(save.id, id);
    response_redirect(page->response, pool_printf(page->pool, "/settings/senders/%s?saved=1", id));
    return 0;
}
