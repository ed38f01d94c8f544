/*
 * What a page is: one function from a request to a response, found by the route table (route.c). One page is one file
 * in pages/ and one template. Rights, CSRF and method are checked by the router before the page runs.
 */
#ifndef CGI_PAGE_H
#define CGI_PAGE_H

#include "app/app.h"
#include "app/auth/session.h"
#include "app/check/finding_text.h"
#include "app/domain/domain.h"
#include "base/pool.h"
#include "model/check.h"
#include "model/user.h"
#include "request.h"
#include "response.h"
#include "view.h"

/* The context of a page during one request. */
struct page {
    struct worker *worker;
    const struct app *app;
    struct pool *pool;
    const struct request *request;
    struct response *response;
    enum lang lang;
    int64_t now;          /* ms UTC */
    struct session *who;  /* NULL without a session */
    const char *token;    /* of the session; NULL without who */
    const char *csrf;     /* for the page's forms; on the login page bound to its own cookie; NULL without either */
    const char *param[2]; /* the {…} parts of the path */
    struct {
        int64_t minute;
        const char *text; /* NULL: unused */
    } times[4];           /* the last ones formatted: rows often share a time, for example that of a sweep run */
    size_t next_time;
};

/* 0, or an enum err_code: the router then answers 503 (ERR_UNAVAILABLE) or 500 and logs err. */
typedef int page_function(struct page *page, struct err *err);

/* What pages share: page_frame.c */
/* A root view for a whole page, with title, menu, brand, user and language switch set. current: the marked menu
 * item. */
enum menu_item { MENU_NONE, MENU_SETTINGS, MENU_DOMAINS, MENU_SENDERS, MENU_USERS, MENU_ACCOUNT };
struct view *page_view(struct page *page, enum menu_item current, const char *title);
/* "over 40 seconden", "over 3 minuten": when to try again, in the page's language. */
const char *page_wait(struct page *page, int seconds);
/* Renders what into the response and frees the view. */
int page_answer(struct page *page, struct view **view, enum view_template what, int status, struct err *err);
/*
 * The error page: 400, 403, 404, 405, 413, 429, 500, 503; any other status uses the text of 400 or 500. Replaces the
 * response so far. retry_after_s > 0 adds the header. Never uses the database.
 */
int page_error(struct page *page, int status, int retry_after_s, struct err *err);

/* Texts that pages share: page_text.c. Strings live in the page's pool. */
const char *page_text(struct page *page, enum text_id id,
                      const struct text_arg *args); /* text_fill in the page's language */
const char *page_number(struct page *page, int64_t number);
const char *page_time(struct page *page, int64_t wall_ms);                    /* time_text */
const char *page_printable(struct page *page, const char *bytes, size_t len); /* buf_add_printable */
const char *page_record_title(struct page *page, enum record_kind kind);
const char *page_verdict_text(struct page *page, enum verdict verdict); /* of a check that was run */
const char *page_role_text(struct page *page, enum role role);
const char *page_status_text(struct page *page, enum status status);
/* The zone file of domain for download. */
void page_zone_answer(struct page *page, const struct domain *domain, const struct record record[RECORD_COUNT]);
/* path?name=value, value percent-encoded. */
const char *page_path_with(struct page *page, const char *path, const char *name, const char *value);
/* The text of a form's field; NULL if it is absent or contains a NUL byte. */
const char *page_form_text(const struct page *page, const char *name);
/* The actor; only where a login is required. */
struct actor page_actor(const struct page *page);
/* Sets ID, NAME and NAME_SHOWN. */
void page_set_name(struct view *view, const struct domain *domain);
/* The domain of the path's {id}; *out is NULL if the account has no such domain: answer 404. */
int page_domain(struct page *page, struct domain_detail **out, struct err *err);

/* Replaces pages about passwords where the web server authenticates (auth = remote_user). */
int page_external_auth(struct page *page, struct err *err);

/* The pages, each in pages/<name>.c */
page_function page_login, page_login_post,
    page_logout_post; /* redirects to the field or query parameter `next`; response_redirect makes it safe */
page_function page_home, page_settings, page_profile, page_profile_post;
page_function page_user_list, page_user_invite, page_user_invite_post, page_user_show, page_user_show_post,
    page_user_remove_post;
page_function page_invitation_withdraw_post;
page_function page_mfa, page_mfa_post, page_mfa_confirm_post, page_mfa_disable_post;
page_function page_login_code, page_login_code_post;
page_function page_password_reset, page_password_reset_post, page_login_link, page_login_link_post;
page_function page_password, page_password_post;
page_function page_sessions, page_session_end_post, page_session_end_others_post;
page_function page_domain_list, page_domain_add, page_domain_add_post;
page_function page_domain_export;
page_function page_domain_bulk, page_domain_bulk_post;
page_function page_domain_show, page_domain_zone, page_domain_check_post;
page_function page_domain_delete, page_domain_delete_post, page_dns_leftovers, page_dns_leftovers_check_post;
page_function page_domain_keys, page_domain_keys_post, page_domain_keys_check_post, page_domain_keys_drop_post;
page_function page_sender_list, page_sender_add, page_sender_add_post;
page_function page_sender_show, page_sender_show_post, page_sender_test_post;
page_function page_sender_delete, page_sender_delete_post;
page_function page_domain_history, page_check_observations, page_share_check_observations;
page_function page_domain_share, page_domain_share_post, page_domain_share_revoke_post;
page_function page_share, page_share_check_post, page_share_zone; /* no login: the token in the path opens them */
page_function page_healthz, page_metrics;
page_function page_brand_style, page_brand_icon, page_brand_logo;

#endif
