/*
 * GET /settings/senders: all senders of the account, each with its effective route and the reason.
 */
#include "base/base.h"

#include "cgi-bin/pages/sender/sender_form.h"
#include "model/user.h"

enum { PAGE_SIZE = 100 };

int page_sender_list(struct page *page, struct err *err)
{
    struct sender_list list;
    int rc = sender_list(page->worker, page->pool, page->who->account_id, request_query(page->request, "after"),
                         PAGE_SIZE, &list, err);
    if (rc < 0)
        return rc;
    struct view *view = page_view(page, MENU_SENDERS, text(page->lang, TEXT_PAGE_SENDERS));
    if (page->who->role == ROLE_ADMIN)
        view_show(view, K_MAY_ADD);
    if (request_query(page->request, "deleted"))
        view_show(view, K_DELETED);
    struct view *table = list.count > 0 ? view_section(view, K_TABLE) : NULL;
    if (!table)
        view_show(view, K_NONE);
    for (size_t i = 0; i < list.count; i++) {
        struct view *row = view_section(table, K_ROW);
        char id[UUID_TEXT_SIZE];
        uuid_format(list.sender[i].id, id);
        view_set(row, K_ID, id);
        sender_route_fill(page, row, &list.sender[i]);
        if (list.sender[i].display_name[0])
            view_set(view_section(row, K_NAMED), K_NAME, list.sender[i].display_name);
    }
    if (list.more)
        view_set(view_section(table, K_NEXT_PAGE), K_AFTER, list.sender[list.count - 1].address);
    return page_answer(page, &view, T_sender_list, 200, err);
}
