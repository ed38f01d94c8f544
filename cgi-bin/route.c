/*
 * From a request to its page: the table of all URLs, and in one place all that precedes a page: login, rights, CSRF,
 * method, language. Knows no SQL and no DNS; nothing of FastCGI.
 */
#include "base/base.h"

#include "route.h"

#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "model/user.h"
#include "session.h"

enum demand {
    /* Who may come: one of these. A route with none of them refuses everybody. */
    OPEN = 1,       /* anybody; no session is looked up */
    LOGIN_FORM = 2, /* anybody; the form's CSRF token belongs to a cookie of its own */
    USER = 4,       /* logged-in users */
    CAPABILITY = 8, /* the token in the path opens the page: no session is looked up, and the URL must stay secret */
    /* And what else holds. */
    VIEWER_POST = 16, /* with USER: a viewer may post here too. Any other POST requires an admin */
    ADMIN_GET = 32,   /* with USER: the page is only a form, which a viewer may not submit */
    PASSWORDS = 64,   /* about passwords and codes of this program: with auth = remote_user, page_external_auth
                         replaces the page */
};
enum { WHO_MAY_COME = OPEN | LOGIN_FORM | USER | CAPABILITY };

/*
 * A GET of a URL that only takes a form (language switch, address bar, restored tab): redirects to the page with the
 * form.
 */
static int redirect_up(struct page *page, struct err *err)
{
    (void)err;
    const char *path = page->request->path;
    response_redirect(page->response, pool_memdup(page->pool, path, (size_t)(strrchr(path, '/') - path)));
    return 0;
}

/* {id} matches one path segment that is a UUID, {token} one with the shape of a token (base/random.h). */
struct route {
    const char *pattern;
    page_function *get, *post; /* NULL: the method is not allowed */
    unsigned demand;
};

static const struct route routes[] = {
    {"/", page_home, NULL, OPEN},
    {"/login", page_login, page_login_post, LOGIN_FORM | PASSWORDS},
    {"/login/code", page_login_code, page_login_code_post, LOGIN_FORM | PASSWORDS},
    {"/login/forgotten", page_password_reset, page_password_reset_post, LOGIN_FORM | PASSWORDS},
    {"/login/link/{token}", page_login_link, page_login_link_post, CAPABILITY | PASSWORDS},
    {"/logout", NULL, page_logout_post, USER | VIEWER_POST},
    {"/settings", page_settings, NULL, USER},
    {"/settings/account", page_profile, page_profile_post, USER | VIEWER_POST},
    {"/settings/account/password", page_password, page_password_post, USER | VIEWER_POST | PASSWORDS},
    {"/settings/account/second-factor", page_mfa, page_mfa_post, USER | VIEWER_POST | PASSWORDS},
    {"/settings/account/second-factor/confirm", redirect_up, page_mfa_confirm_post, USER | VIEWER_POST | PASSWORDS},
    {"/settings/account/second-factor/off", redirect_up, page_mfa_disable_post, USER | VIEWER_POST | PASSWORDS},
    {"/settings/account/sessions", page_sessions, NULL, USER},
    {"/settings/account/sessions/{id}/end", NULL, page_session_end_post, USER | VIEWER_POST},
    {"/settings/account/sessions/end-others", NULL, page_session_end_others_post, USER | VIEWER_POST},
    {"/settings/domains", page_domain_list, page_domain_add_post, USER},
    {"/settings/domains/new", page_domain_add, NULL, USER | ADMIN_GET},
    {"/settings/domains/export", page_domain_export, NULL, USER},
    {"/settings/domains/bulk", page_domain_bulk, page_domain_bulk_post, USER | ADMIN_GET},
    {"/settings/domains/{id}", page_domain_show, NULL, USER},
    {"/settings/domains/{id}/check", NULL, page_domain_check_post, USER | VIEWER_POST},
    {"/settings/domains/{id}/delete", page_domain_delete, page_domain_delete_post, USER | ADMIN_GET},
    {"/settings/domains/{id}/keys", page_domain_keys, page_domain_keys_post, USER},
    {"/settings/domains/{id}/keys/check", redirect_up, page_domain_keys_check_post, USER},
    {"/settings/domains/{id}/keys/drop", NULL, page_domain_keys_drop_post, USER},
    {"/settings/domains/{id}/removed", page_dns_leftovers, NULL, USER},
    {"/settings/domains/{id}/removed/check", redirect_up, page_dns_leftovers_check_post, USER},
    {"/settings/domains/{id}/zone", page_domain_zone, NULL, USER},
    {"/settings/senders", page_sender_list, page_sender_add_post, USER},
    {"/settings/senders/new", page_sender_add, NULL, USER | ADMIN_GET},
    {"/settings/senders/{id}", page_sender_show, page_sender_show_post, USER},
    {"/settings/senders/{id}/delete", page_sender_delete, page_sender_delete_post, USER | ADMIN_GET},
    {"/settings/senders/{id}/test", redirect_up, page_sender_test_post, USER},
    {"/settings/domains/{id}/history", page_domain_history, NULL, USER},
    {"/settings/domains/{id}/answers", page_check_observations, NULL, USER},
    {"/settings/domains/{id}/share", page_domain_share, page_domain_share_post, USER},
    {"/settings/domains/{id}/share/revoke", NULL, page_domain_share_revoke_post, USER},
    {"/settings/users", page_user_list, page_user_invite_post, USER},
    {"/settings/users/new", page_user_invite, NULL, USER | ADMIN_GET | PASSWORDS},
    {"/settings/users/{id}", page_user_show, page_user_show_post, USER | ADMIN_GET},
    {"/settings/users/{id}/remove", redirect_up, page_user_remove_post, USER},
    {"/settings/users/invitations/{id}/withdraw", NULL, page_invitation_withdraw_post, USER},
    {"/share/{token}", page_share, NULL, CAPABILITY},
    {"/share/{token}/check", NULL, page_share_check_post, CAPABILITY},
    {"/share/{token}/answers", page_share_check_observations, NULL, CAPABILITY},
    {"/share/{token}/zone", page_share_zone, NULL, CAPABILITY},
    {"/brand/style.css", page_brand_style, NULL, OPEN},
    {"/brand/icon.svg", page_brand_icon, NULL, OPEN},
    {"/brand/logo", page_brand_logo, NULL, OPEN},
    {"/healthz", page_healthz, NULL, OPEN},
    {"/metrics", page_metrics, NULL, OPEN},
};

/* An unknown URL gives a user the same page as an object of another account: the responses must not differ. */
static const struct route nowhere = {NULL, NULL, NULL, USER};

enum { RETRY_AFTER_FAULT_S = 10, NEXT_MAX = 1024 };

static atomic_llong answered[6];

int64_t route_answered(int status_class)
{
    return status_class >= 2 && status_class <= 5 ? atomic_load(&answered[status_class]) : 0;
}

static bool part_fits(const char *pattern, const char *part)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    struct uuid id;
    if (pattern[1] == 't')
        return strlen(part) == TOKEN_TEXT_SIZE - 1 && strspn(part, alphabet) == TOKEN_TEXT_SIZE - 1;
    return uuid_parse(part, &id);
}

/* True if path matches pattern; its {…} parts go to page->param. */
static bool route_matches(struct page *page, const char *pattern, const char *path)
{
    size_t params = 0;
    while (*pattern && *path) {
        if (*pattern == '{') {
            size_t len = strcspn(path, "/");
            const char *part = pool_memdup(page->pool, path, len);
            if (params == ARRAY_LEN(page->param) || !part_fits(pattern, part))
                return false;
            page->param[params++] = part;
            path += len;
            pattern += strcspn(pattern, "}") + 1;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *pattern == '\0' && *path == '\0';
}

static const struct route *route_find(struct page *page)
{
    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        if (route_matches(page, routes[i].pattern, page->request->path))
            return &routes[i];
    return NULL;
}

/* --- language --- */

/* A choice in the URL wins and is kept in this browser; then the kept choice, then the user's own setting, then
 * Accept-Language. */
static enum lang language_of(const struct page *page, bool *chosen)
{
    const char *asked = request_query(page->request, "lang");
    enum lang lang;
    *chosen = asked && lang_parse(asked, &lang);
    if (*chosen)
        return lang;
    if (language_cookie_read(page->request, page->pool, &lang))
        return lang;
    if (page->who && page->who->has_language)
        return page->who->language;
    return lang_negotiate(page->request->accept_language, page->app->conf->language);
}

/* --- the origin of a POST --- */

/* The authority of "https://host:port/…" without a default port; NULL if url has none. */
static const char *authority_of(struct pool *pool, const char *url)
{
    const char *start = strstr(url, "://");
    if (!start)
        return NULL;
    start += 3;
    size_t len = strcspn(start, "/?#");
    const char *default_port = strncasecmp(url, "https:", 6) == 0 ? ":443" : ":80";
    size_t port_len = strlen(default_port);
    if (len > port_len && memcmp(start + len - port_len, default_port, port_len) == 0)
        len -= port_len;
    return pool_memdup(pool, start, len);
}

/* The page with the form is on this server, by Origin, else by Referer; for browsers that send neither, only the
 * CSRF token protects. */
static bool origin_is_ours(const struct page *page)
{
    const char *from = page->request->origin ? page->request->origin : page->request->referer;
    if (!from)
        return true;
    if (page->response->capability_url && strcmp(from, "null") == 0)
        return true; /* our own no-referrer policy makes browsers send "null"; and the URL is secret */
    const char *authority = authority_of(page->pool, from);
    if (!authority || !*authority)
        return false;
    const char *base = page->app->conf->base_url ? authority_of(page->pool, page->app->conf->base_url) : NULL;
    if (base && strcasecmp(authority, base) == 0)
        return true;
    const char *scheme = strncasecmp(from, "https:", 6) == 0 ? "https://" : "http://";
    const char *host = authority_of(page->pool, pool_printf(page->pool, "%s%s", scheme, page->request->host));
    return host && strcasecmp(authority, host) == 0;
}

static bool csrf_is_valid(const struct page *page, const char *token)
{
    const char *given = request_form(page->request, "csrf", NULL);
    return token && given && session_csrf_valid(token, given) && origin_is_ours(page);
}

/* --- before the page --- */

/*
 * With auth = remote_user the web server names the user at each request; a session of another user is ignored, and
 * without REMOTE_USER there is no session. REMOTE_USER is a parameter of the web server (RFC 3875 4.1.11); a client's
 * header of that name becomes HTTP_REMOTE_USER, which is never read.
 */
static int identify_remote(struct page *page, struct err *err)
{
    const char *remote_user = page->request->remote_user;
    const struct visitor from = {.addr = page->request->addr, .agent = page->request->agent};
    if (page->who && remote_user && session_is_of(page->who, remote_user))
        return 0;
    page->who = NULL;
    if (!remote_user)
        return 0;
    char *token = pool_alloc(page->pool, TOKEN_TEXT_SIZE);
    int rc = session_remote(page->worker, page->pool, remote_user, &from, token, &page->who, err);
    if (rc == 0 && page->who) {
        page->token = token;
        session_cookie_set(page->app->conf, page->response, COOKIE_SESSION, token);
    }
    return rc;
}

/* Opens the session, if the route requires a user and the browser has one. */
static int identify(struct page *page, const struct route *route, struct err *err)
{
    int rc = 0;
    if (!(route->demand & USER))
        return 0;
    page->token = session_cookie_read(page->app->conf, page->request, page->pool, COOKIE_SESSION);
    if (page->token)
        rc = session_open(page->worker, page->pool, page->token, &page->who, err);
    if (rc == 0 && page->app->conf->auth == AUTH_REMOTE_USER)
        rc = identify_remote(page, err);
    if (!page->who) {
        page->token = NULL;
        return rc;
    }
    page->csrf = page->who->csrf;
    if (page->who->prolonged)
        session_cookie_set(page->app->conf, page->response, COOKIE_SESSION, page->token);
    return rc;
}

/* Redirects to the login page and from there back to the URL; not for a form, whose fields are lost. */
static void redirect_to_login(struct page *page)
{
    const char *query = page->request->query;
    const char *next = pool_printf(page->pool, *query ? "%s?%s" : "%s", page->request->path, query);
    bool back = page->request->method != METHOD_POST && strlen(next) <= NEXT_MAX && response_path_is_ours(next);
    response_redirect(page->response, back ? page_path_with(page, "/login", "next", next) : "/login");
}

/* The login form's CSRF token; makes its cookie at the first visit. */
static const char *login_form_token(struct page *page)
{
    const struct conf *conf = page->app->conf;
    const char *token = session_cookie_read(conf, page->request, page->pool, COOKIE_LOGIN);
    if (!token && page->request->method != METHOD_POST) {
        char *made = pool_alloc(page->pool, TOKEN_TEXT_SIZE);
        token_new(made);
        session_cookie_set(conf, page->response, COOKIE_LOGIN, made);
        token = made;
    }
    if (token) {
        char *csrf = pool_alloc(page->pool, TOKEN_TEXT_SIZE);
        session_csrf(token, csrf);
        page->csrf = csrf;
    }
    return token;
}

/* The CSRF token of a page behind a share link is bound to the link's own token: there is no session. */
static const char *capability_form_token(struct page *page)
{
    char *csrf = pool_alloc(page->pool, TOKEN_TEXT_SIZE);
    session_csrf(page->param[0], csrf);
    page->csrf = csrf;
    return page->param[0];
}

static int answer_not_allowed(struct page *page, const struct route *route, struct err *err)
{
    int rc = page_error(page, 405, 0, err);
    response_header(page->response, "Allow",
                    route->get && route->post ? "GET, HEAD, POST"
                    : route->get              ? "GET, HEAD"
                                              : "POST");
    return rc;
}

/* Tests all conditions of a page, then runs it. */
static int route_run(struct page *page, const struct route *route, struct err *err)
{
    if (!(route->demand & WHO_MAY_COME))
        return page_error(page, 403, 0, err);
    bool post = page->request->method == METHOD_POST;
    page_function *function = post ? route->post : page->request->method == METHOD_OTHER ? NULL : route->get;
    if (!function)
        return answer_not_allowed(page, route, err);
    if ((route->demand & PASSWORDS) && page->app->conf->auth == AUTH_REMOTE_USER)
        return page_external_auth(page, err);
    const char *token = route->demand & LOGIN_FORM   ? login_form_token(page)
                        : route->demand & CAPABILITY ? capability_form_token(page)
                                                     : page->token;
    if ((route->demand & USER) && !page->who) {
        redirect_to_login(page);
        return 0;
    }
    if (post && !csrf_is_valid(page, token))
        return page_error(page, 403, 0, err);
    if ((route->demand & USER) && page->who->role != ROLE_ADMIN &&
        (post ? !(route->demand & VIEWER_POST) : route->demand & ADMIN_GET))
        return page_error(page, 403, 0, err);
    return function(page, err);
}

/* --- dispatch --- */

static void page_begin(struct page *page, struct worker *worker, struct pool *pool, const struct request *request,
                       struct response *response)
{
    *page = (struct page){
        .worker = worker, .app = worker_app(worker), .pool = pool, .request = request, .response = response};
    page->now = clock_wall_ms();
    response->head_only = request->method == METHOD_HEAD;
    response->https = session_is_https(page->app->conf);
}

/* Logs a fault, once, and answers with the 503 or 500 page; if even that fails, with a response without text. */
static void answer_fault(struct page *page, const struct err *fault)
{
    bool unavailable = fault->code == ERR_UNAVAILABLE;
    struct err err = {0};
    log_event(LOG_ERROR, unavailable ? "unavailable" : "fault", LOG_S("path", page->request->path),
              LOG_S("error", fault->text));
    if (page_error(page, unavailable ? 503 : 500, unavailable ? RETRY_AFTER_FAULT_S : 0, &err) == 0)
        return;
    log_event(LOG_ERROR, "fault", LOG_S("path", page->request->path), LOG_S("error", err.text));
    response_reset(page->response);
    page->response->status = 500;
}

static void page_end(struct page *page, bool language_chosen)
{
    response_header(page->response, "Content-Language", lang_code(page->lang));
    if (language_chosen)
        language_cookie_set(page->app->conf, page->response, page->lang);
    int status_class = page->response->status / 100;
    if (status_class >= 2 && status_class <= 5)
        atomic_fetch_add(&answered[status_class], 1);
}

/* Looks up the route of a refused request too: its response must not leak a capability URL either. */
static const struct route *find_and_mark_capability(struct page *page)
{
    const struct route *route = route_find(page);
    page->response->capability_url = route && (route->demand & CAPABILITY);
    return route;
}

void route_dispatch(struct worker *worker, struct pool *pool, const struct request *request, struct response *response)
{
    struct page page;
    struct err err = {0};
    bool chosen;
    page_begin(&page, worker, pool, request, response);
    const struct route *route = find_and_mark_capability(&page);
    int rc = identify(&page, route ? route : &nowhere, &err);
    page.lang = language_of(&page, &chosen);
    if (!route)
        rc = page_error(&page, 404, 0, &err); /* also while the database is unreachable: a later try would not help */
    else if (rc == 0)
        rc = route_run(&page, route, &err);
    if (rc < 0)
        answer_fault(&page, &err);
    page_end(&page, chosen);
}

void route_refuse(struct worker *worker, struct pool *pool, const struct request *request, int status,
                  struct response *response)
{
    struct page page;
    struct err err = {0};
    bool chosen;
    page_begin(&page, worker, pool, request, response);
    find_and_mark_capability(&page);
    page.lang = language_of(&page, &chosen);
    if (page_error(&page, status, 0, &err) < 0)
        answer_fault(&page, &err);
    page_end(&page, chosen);
}
