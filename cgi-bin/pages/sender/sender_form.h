/*
 * Shared by the pages of senders: the fields (templates/sender_form.tpl) and the texts for the effective route.
 */
#ifndef PAGES_SENDER_SENDER_FORM_H
#define PAGES_SENDER_SENDER_FORM_H

#include "app/sender/sender.h"
#include "cgi-bin/page.h"

/* The fields as submitted; secret of the chosen route. A value with a NUL byte becomes one that is refused. */
struct sender_input sender_form_read(struct page *page);

/* Sets all of the form: the typed values (never a secret), else the stored ones (NULL: a new sender), and each fault
 * beside its field. */
void sender_form_fill(struct page *page, struct view *form, const struct sender *stored,
                      const struct sender_input *typed, const struct sender_evaluation *evaluation);

/* Sets ADDRESS, ROUTE, ROUTE_NOW, TONE, ROUTE_NOW_WORD and ROUTE_NOW_WHY. */
void sender_route_fill(struct page *page, struct view *view, const struct sender *sender);
const char *sender_route_text(struct page *page, enum mail_route route);

/* The state of one sender's page. All may be unset. */
struct sender_shown {
    const struct sender_input *typed; /* a change that was refused */
    const struct sender_evaluation *evaluation;
    int wait_s; /* … by its rate limit */
    const struct sender_test *test;
    const char *to; /* the test mail's recipient as typed; NULL: the user's own address */
    bool saved, tested;
};
/* The whole page of the path's sender, answered with status; 404 if the account has none. */
int sender_show_answer(struct page *page, const struct sender_shown *shown, int status, struct err *err);

#endif
