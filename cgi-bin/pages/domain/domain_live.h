/*
 * The part of a domain's page that a check renews: status, steps, records, history (templates/domain_live.tpl).
 */
#ifndef PAGES_DOMAIN_DOMAIN_LIVE_H
#define PAGES_DOMAIN_DOMAIN_LIVE_H

#include "cgi-bin/page.h"

/* Why the page is shown, for the announcement of the result. */
enum live_after { AFTER_NOTHING, AFTER_CHECK };

/* Sets all of the fragment; path is the prefix of its links. Without page->who it contains nothing of the account.
 * wait_s > 0: the check was refused by its rate limit and may be tried again after so many seconds. */
void domain_live_fill(struct page *page, struct view *live, const char *path, const struct domain_detail *detail,
                      enum live_after after, int wait_s);
/* The same for the account's own page of the domain. */
void domain_live_fill_own(struct page *page, struct view *live, const struct domain_detail *detail,
                          enum live_after after, int wait_s);

/* The root view of the whole page with the fragment in it; the caller may add to it and answers with T_domain_show. */
void domain_live_fill_findings(struct page *page, struct view *view, const struct domain *domain,
                               const struct record *record, const struct result *result);

/* The root view of the whole page with the fragment in it; more may be shown before it is answered with T_domain_show.
 */
struct view *domain_show_view(struct page *page, const struct domain_detail *detail, enum live_after after, int wait_s);

/* The whole page with the fragment in it, answered with status. */
int domain_show_answer(struct page *page, const struct domain_detail *detail, enum live_after after, int wait_s,
                       int status, struct err *err);

#endif
