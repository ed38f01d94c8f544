/*
 * Queueing and sending mails with a link to a password. The user is looked up when the mail leaves, so that the request
 * for a reset reveals nothing about the address. Knows no SQL and no page.
 */
#include "base/base.h"

#include "app/auth/login_mail.h"

#include "app/auth/email_address.h"
#include "app/auth/token.h"
#include "app/notify/mail_delivery.h"
#include "app/notify/message.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "mailauth/mail_address.h"
#include "store/login_links.h"

#define HOUR_MS ((int64_t)3600 * 1000)

bool login_mail_possible(const struct conf *conf)
{
    return conf->smtp_host != NULL;
}

int login_mail_queue_reset(struct worker *worker, const char *email, enum lang lang, const char *addr,
                           struct limited *limited, struct err *err)
{
    struct store *store = worker_store(worker);
    char address[EMAIL_SIZE];
    *limited = (struct limited){0};
    email_normalize(email, address);
    int rc = worker_limit_addr(worker, LIMIT_MAIL_FROM, addr, limited, err);
    if (rc == 0 && !limited->yes)
        rc = worker_limit(worker, LIMIT_MAIL_TO, address, strlen(address), limited, err);
    if (rc != 0 || limited->yes)
        return rc;
    return store_login_mail_add(store, address, lang_code(lang), clock_wall_ms(), err);
}

/* --- sending --- */

static void write_text(struct worker *worker, const struct login_mail *mail, const char *token, struct buf *subject,
                       struct buf *body)
{
    const struct conf *conf = worker_app(worker)->conf;
    bool invite = mail->kind == LOGIN_MAIL_INVITE;
    enum lang lang = conf->language;
    struct buf link, account;
    lang_parse(mail->language, &lang);
    buf_init(&link, 4096);
    buf_init(&account, 4096);
    buf_addf(&link, "%s/login/link/%s", conf->base_url, token);
    if (mail->account_name)
        buf_add_printable(&account, mail->account_name, strlen(mail->account_name));
    const struct text_arg *args =
        TEXT_ARGS({"link", link.data}, {"account", account.data}, {"brand", conf->brand_name});
    text_fill(subject, lang, invite ? TEXT_MAIL_INVITE_SUBJECT : TEXT_MAIL_PASSWORD_SUBJECT, args);
    text_fill(body, lang, invite ? TEXT_MAIL_INVITE_BODY : TEXT_MAIL_PASSWORD_BODY, args);
    buf_free(&link);
    buf_free(&account);
}

/* Makes another link and hands the mail with it to the mail server. */
static int login_mail_submit(struct worker *worker, struct store *store, struct pool *pool,
                             const struct login_mail *mail, const char *to, const char *password,
                             struct submitted *answer, struct err *err)
{
    const struct conf *conf = worker_app(worker)->conf;
    char token[TOKEN_TEXT_SIZE], id[UUID_TEXT_SIZE];
    uint8_t hash[TOKEN_HASH_SIZE];
    struct buf subject, body;
    token_new(token);
    token_digest(token, hash);
    int rc = store_login_link_add(store, mail, hash,
                                  mail->kind == LOGIN_MAIL_INVITE ? mail->expires_at : clock_wall_ms() + HOUR_MS, err);
    if (rc != 0)
        return rc;
    uuid_format(mail->id, id);
    buf_init(&subject, MESSAGE_MAX);
    buf_init(&body, MESSAGE_MAX);
    write_text(worker, mail, token, &subject, &body);
    rc = mail_delivery_submit(conf, password,
                              &(struct mail_delivery){.to = to,
                                                      .subject = subject.data,
                                                      .body = body.data,
                                                      .id = pool_printf(pool, "login.%s@%s", id, conf->platform_domain),
                                                      .at = mail->created_at},
                              answer, err);
    explicit_bzero(body.data, body.len);
    explicit_bzero(token, sizeof(token));
    buf_free(&subject);
    buf_free(&body);
    return rc;
}

/* Logs neither address nor link: a reader of the log must not be able to log in with it. */
static void login_mail_log_mail(enum log_level level, const char *event, const struct login_mail *mail, const char *why)
{
    char id_text[UUID_TEXT_SIZE];
    const char *id = id_text;
    uuid_format(mail->id, id_text);
    log_event(level, event, LOG_S("kind", login_mail_kind_word(mail->kind)), LOG_S("id", id),
              LOG_I("tries", mail->tries + 1), LOG_S("why", why));
}

/* Whether the mail is obsolete: a later password reset was requested, or the invitation has expired. */
static bool is_outdated(const struct login_mail *mail)
{
    int64_t now = clock_wall_ms();
    return mail->kind == LOGIN_MAIL_INVITE ? now >= mail->expires_at : now - mail->created_at > HOUR_MS;
}

static mail_delivery_one login_mail_send_one;
static int login_mail_send_one(struct worker *worker, struct pool *pool, const char *password,
                               enum mail_delivery_state *state, struct err *err)
{
    struct store *store = worker_store(worker);
    struct login_mail *mail = NULL;
    struct submitted answer = {0};
    struct err fault = {0};
    int rc = store_login_mail_claim(store, pool, MAIL_DELIVERY_LEASE_MS, &mail, err);
    *state = rc == 0 && mail ? MAIL_DELIVERY_MORE : MAIL_DELIVERY_NONE_DUE;
    if (rc != 0 || !mail)
        return rc;
    const char *to = mail_address(pool, mail->email);
    if (uuid_is_nil(mail->account_id) || !to || is_outdated(mail)) {
        login_mail_log_mail(mail->tries ? LOG_ERROR : LOG_INFO,
                            mail->tries ? "login_mail_given_up" : "login_mail_dropped", mail,
                            to ? "nobody" : "no address");
        return store_login_mail_done(store, mail, err);
    }
    rc = login_mail_submit(worker, store, pool, mail, to, password, &answer, &fault);
    if (rc != 0)
        *state = MAIL_DELIVERY_SERVER_AWAY;
    if (rc != 0 || !answer.accepted) {
        login_mail_log_mail(LOG_WARN, "login_mail_not_taken", mail, rc ? fault.text : answer.answer);
        return store_login_mail_postpone(store, mail, mail_delivery_pause(mail->tries), err);
    }
    rc = store_login_mail_done(store, mail, err);
    if (rc == 0)
        login_mail_log_mail(LOG_INFO, "login_mail_sent", mail, "");
    return rc;
}

int login_mail_send(struct worker *worker, bool (*stop)(void *), void *stop_arg, struct err *err)
{
    return mail_delivery_run(worker, login_mail_send_one, stop, stop_arg, err);
}
