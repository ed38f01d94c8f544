/*
 * One static table: method and path pattern to page, and what the page demands (login, admin, CSRF). Answers 404, 405, 403
 * and the redirect to /login itself, so that no page can forget to.
 */
#ifndef CGI_ROUTE_H
#define CGI_ROUTE_H

#include "page.h"

/* Fills response for the request; never fails: a fault is logged and becomes the 500 or 503 page. */
void route_dispatch(struct app *app, struct pool *pool, const struct request *request, struct response *response);

#endif
