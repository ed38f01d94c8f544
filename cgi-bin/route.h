/*
 * One static table: method and path pattern to page, and what the page requires (login, admin, CSRF). Answers 404, 405,
 * 403 and the redirect to /login itself, so that no page can forget them.
 */
#ifndef CGI_ROUTE_H
#define CGI_ROUTE_H

#include "page.h"

/* Fills response for the request; never fails: a fault is logged and becomes the 500 or 503 page. */
void route_dispatch(struct worker *worker, struct pool *pool, const struct request *request, struct response *response);

/* The response to a request that request_parse refused with status; request holds what could be read. */
void route_refuse(struct worker *worker, struct pool *pool, const struct request *request, int status,
                  struct response *response);

/* How many responses of this process had a status of class 2, 3, 4 or 5 since it started; for /metrics. Any thread. */
int64_t route_answered(int status_class);

#endif
