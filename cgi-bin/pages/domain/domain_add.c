/*
 * GET /settings/domains/new and POST /settings/domains: adding a domain. app/domain/domain.h evaluates the name; this
 * page shows why one was refused, and offers the name that was probably meant.
 */
#include "base/base.h"

#include "cgi-bin/page.h"

static struct view *add_view(struct page *page, const char *typed)
{
    struct view *view = page_view(page, MENU_DOMAINS, text(page->lang, TEXT_PAGE_DOMAIN_ADD));
    view_set(view, K_CSRF, page->csrf);
    view_set(view, K_TYPED, typed);
    return view;
}

int page_domain_add(struct page *page, struct err *err)
{
    struct view *view = add_view(page, "");
    return page_answer(page, &view, T_domain_add, 200, err);
}

static void show_refused(struct page *page, struct view *view, const char *input, size_t len,
                         const struct name_evaluation *evaluation)
{
    struct view *refused = view_section(view, K_REFUSED);
    view_set(refused, K_FAULT, name_fault_text(page->pool, page->lang, input, len, evaluation));
    if (!evaluation->suggested.ascii[0])
        return;
    struct view *button = view_section(refused, K_MEANT);
    view_set(button, K_MEANT_NAME, evaluation->suggested.unicode);
    view_set(button, K_MEANT_SHOWN, evaluation->suggested.unicode);
    view_show(view, K_MEANT_FORM);
}

static int show_again(struct page *page, const struct domain_add *add, const char *input, size_t len, struct err *err)
{
    struct view *view = add_view(page, page_printable(page, input, len));
    int status = 422;
    view_show(view, K_FAULTY);
    if (add->limited.yes) {
        status = 429;
        response_header(page->response, "Retry-After", page_number(page, add->limited.retry_after_s));
        view_set(view_section(view, K_WAITING), K_WAIT, page_wait(page, add->limited.retry_after_s));
    } else if (add->what == DOMAIN_EXISTS) {
        status = 409;
        char id[UUID_TEXT_SIZE];
        uuid_format(add->id, id);
        struct view *exists = view_section(view, K_EXISTS);
        view_set(exists, K_ID, id);
        view_set(exists, K_NAME_SHOWN, add->name.unicode);
    } else {
        show_refused(page, view, input, len, &add->evaluation);
    }
    return page_answer(page, &view, T_domain_add, status, err);
}

int page_domain_add_post(struct page *page, struct err *err)
{
    struct domain_add add = {0};
    struct actor actor = page_actor(page);
    size_t len = 0;
    const char *input = request_form(page->request, "domain", &len);
    if (!input)
        input = "";
    int rc = domain_add(page->worker, &actor, input, len, &add, err);
    if (rc < 0)
        return rc;
    if (!add.limited.yes && add.what == DOMAIN_NO_ACCOUNT)
        return err_set(err, ERR_FAULT, "the session's account is gone");
    if (add.limited.yes || add.what != DOMAIN_ADDED)
        return show_again(page, &add, input, len, err);
    char id[UUID_TEXT_SIZE];
    uuid_format(add.id, id);
    response_redirect(page->response, pool_printf(page->pool, "/settings/domains/%s", id));
    return 0;
}
