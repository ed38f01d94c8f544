/*
 * The browser's cookies: names, flags, lifetimes, formats. Does not know what a token opens (app/auth/session.h) nor
 * which page asks.
 */
#include "base/base.h"

#include "session.h"

#include "base/random.h"

enum { YEAR_S = 365 * 24 * 3600 };

static const char *const names[][2] = {
    /* http, https */
    [COOKIE_SESSION] = {"volmacht", "__Host-volmacht"},
    [COOKIE_LOGIN] = {"volmacht-login", "__Host-volmacht-login"},
};
static const char language_name[] = "lang";

bool session_is_https(const struct conf *conf)
{
    return conf->base_url && strncasecmp(conf->base_url, "https://", 8) == 0;
}

static const char *cookie_name(const struct conf *conf, enum session_cookie which)
{
    return names[which][session_is_https(conf)];
}

static bool is_token(const char *s)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return strlen(s) == TOKEN_TEXT_SIZE - 1 && strspn(s, alphabet) == TOKEN_TEXT_SIZE - 1;
}

const char *session_cookie_read(const struct conf *conf, const struct request *request, struct pool *pool,
                                enum session_cookie which)
{
    const char *token = request_cookie(request, pool, cookie_name(conf, which));
    return token && is_token(token) ? token : NULL;
}

void session_cookie_set(const struct conf *conf, struct response *response, enum session_cookie which,
                        const char *token)
{
    int max_age_s = which == COOKIE_SESSION ? conf->session_hours * 3600 : 0;
    response_cookie(response, cookie_name(conf, which), token, max_age_s, session_is_https(conf));
}

void session_cookie_drop(const struct conf *conf, struct response *response, enum session_cookie which)
{
    response_cookie(response, cookie_name(conf, which), "", -1, session_is_https(conf));
}

bool language_cookie_read(const struct request *request, struct pool *pool, enum lang *lang)
{
    const char *code = request_cookie(request, pool, language_name);
    return code && lang_parse(code, lang);
}

void language_cookie_set(const struct conf *conf, struct response *response, enum lang lang)
{
    response_cookie(response, language_name, lang_code(lang), YEAR_S, session_is_https(conf));
}
