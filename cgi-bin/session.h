/*
 * Cookies of the browser's session: their names, flags and formats. app/auth/session.h decides what a token opens.
 * Under an https base_url the names have the __Host- prefix: no other host can set or shadow them.
 */
#ifndef CGI_SESSION_H
#define CGI_SESSION_H

#include "base/conf.h"
#include "request.h"
#include "response.h"

enum session_cookie {
    COOKIE_SESSION, /* the session of a logged-in user */
    COOKIE_LOGIN,   /* before that: the random token behind the login form's CSRF field */
};

/* The token in pool; NULL if the cookie is absent or does not have the shape of a token (base/random.h). */
const char *session_cookie_read(const struct conf *conf, const struct request *request, struct pool *pool,
                                enum session_cookie which);
/* COOKIE_SESSION lasts session_hours, COOKIE_LOGIN as long as the browser is open. */
void session_cookie_set(const struct conf *conf, struct response *response, enum session_cookie which,
                        const char *token);
void session_cookie_drop(const struct conf *conf, struct response *response, enum session_cookie which);

/* The language chosen on a page, kept for a year. */
bool language_cookie_read(const struct request *request, struct pool *pool, enum lang *lang);
void language_cookie_set(const struct conf *conf, struct response *response, enum lang lang);

/* True if base_url is https. */
bool session_is_https(const struct conf *conf);

#endif
