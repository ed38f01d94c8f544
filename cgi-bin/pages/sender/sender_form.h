/*
 * What the pages of senders share: the fields (templates/sender_form.tpl) and the words for the route by which mail
 * leaves.
 */
#ifndef PAGES_SENDER_SENDER_FORM_H
#define PAGES_SENDER_SENDER_FORM_H

#include "app/sender/sender.h"
#include "cgi-bin/page.h"

/* The fields as they came; secret of the route that was chosen. Values with NUL bytes become ones that are refused. */
struct sender_input sender_form_read(struct page *page);

/* Sets all of the form: what was typed (never a secret), else what is stored (NULL: a new sender), and each fault
 * beside its field. */
void sender_form_fill(struct page *page, struct view *form, const struct sender *stored,
                      const struct sender_input *typed, const struct sender_evaluation *evaluation);

/* Sets ADDRESS, ROUTE, ROUTE_NOW, TONE, ROUTE_NOW_WORD and ROUTE_NOW_WHY. */
void sender_route_fill(struct page *page, struct view *view, const struct sender *sender);
const char *sender_route_text(struct page *page, enum mail_route route);

/* How the page of one sender is shown: after what. All may be unset. */
struct sender_shown {
    const struct sender_input *typed; /* a change that was refused */
    const struct sender_evaluation *evaluation;
    int wait_s; /* … for its rate */
    const struct sender_test *test;
    const char *to; /* the test mail's recipient as typed; NULL: the user's own address */
    bool saved, tested;
};
/* The whole page of the sender that the path names, answered with status; 404 if the account has none. */
int sender_show_answer(struct page *page, const struct sender_shown *shown, int status, struct err *err);

#endif
