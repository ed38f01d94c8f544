/*
 * Notices: which are due, their text, and the sending. Only the fact that a notice is due is queued; its text is made
 * when the mail leaves, from the domain as it is then, so that nothing outdated is sent. Knows no SQL.
 */
#include "base/base.h"

#include "app/notify/outbox.h"

#include "app/check/finding_text.h"
#include "app/domain/domain.h"
#include "app/notify/mail_delivery.h"
#include "app/notify/message.h"
#include "app/notify/submission.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "mailauth/mail_address.h"
#include "model/check.h"
#include "store/domains.h"
#include "store/outbox.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)
enum {
    NOTICES_BATCH = 200,
    GIVE_UP_DAYS = 4,
    LATE_DAYS = 7, /* how long after its moment a notice is still sent: after missed sweep runs, but not for events
                      before notices existed */
};

/* --- queueing --- */

static int queue_kind(struct store *store, enum notice_kind kind, int64_t from, int64_t to, int64_t now,
                      struct err *err)
{
    struct pool *pool = pool_new();
    struct uuid after = {{0}};
    struct notice *due = NULL;
    size_t count = 1;
    int64_t told = 0;
    int rc = 0;
    while (rc == 0 && count > 0) {
        pool_clear(pool);
        rc = store_notices_due(store, pool, kind, from, to, after, NOTICES_BATCH, &due, &count, err);
        for (size_t i = 0; rc == 0 && i < count; i++) {
            int64_t mails;
            rc = store_notice_add(store, &due[i], now, &mails, err);
            told += mails;
            from = due[i].since;
            after = due[i].domain_id;
        }
    }
    if (told > 0)
        log_event(LOG_INFO, "notices_queued", LOG_S("kind", notice_kind_word(kind)), LOG_I("mails", told));
    pool_free(&pool);
    return rc;
}

int outbox_queue_notices(struct worker *worker, int64_t now, struct err *err)
{
    static const int days[NOTICE_COUNT] = {[NOTICE_WAITING_3] = 3, [NOTICE_WAITING_14] = 14};
    struct store *store = worker_store(worker);
    int rc = 0;
    if (!worker_app(worker)->conf->smtp_host)
        return 0;
    for (int kind = NOTICE_VERIFIED; rc == 0 && kind < NOTICE_COUNT; kind++) {
        int64_t to = now - days[kind] * DAY_MS;
        rc = queue_kind(store, (enum notice_kind)kind, to - LATE_DAYS * DAY_MS, to, now, err);
    }
    return rc;
}

/* --- the text --- */

struct notice_text {
    struct worker *worker;
    struct pool *pool;
    const struct notice_mail *mail;
    struct domain_detail *detail;
    const char *to;
    enum lang lang;
    const char *link;
};

/* The name goes into plain text: control characters and direction marks would change the lines around it. */
static void make_printable(char name[NAME_UNICODE_SIZE])
{
    struct buf out;
    buf_init(&out, NAME_UNICODE_SIZE - 1);
    buf_add_printable(&out, name, strlen(name));
    memcpy(name, out.data, out.len + 1);
    buf_free(&out);
}

/* Each required record that is not right, with its finding of highest priority. */
static void add_missing(struct buf *out, const struct notice_text *notice)
{
    static const enum text_id titles[RECORD_COUNT] = {[RECORD_DKIM] = TEXT_RECORD_DKIM,
                                                      [RECORD_DKIM_ED25519] = TEXT_RECORD_DKIM_ED25519,
                                                      [RECORD_RETURN_PATH] = TEXT_RECORD_RETURN_PATH,
                                                      [RECORD_DMARC] = TEXT_RECORD_DMARC};
    const struct domain_detail *detail = notice->detail;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        struct finding_text *why;
        size_t count = 0;
        if (!detail->record[i].required || detail->result[i].verdict == VERDICT_OK)
            continue;
        if (detail->checked)
            finding_texts(notice->pool, notice->lang, &detail->domain, &detail->record[i], &detail->result[i], &why,
                          &count);
        text_fill(out, notice->lang, TEXT_NOTICE_RECORD,
                  TEXT_ARGS({"title", text(notice->lang, titles[i])},
                            {"fact", count ? why[0].fact : text(notice->lang, TEXT_NOTICE_NOT_SEEN)},
                            {"advice", count ? why[0].advice : ""}, {"host", detail->record[i].host},
                            {"type", detail->record[i].type}, {"value", detail->record[i].value}));
    }
}

static void write_notice(const struct notice_text *notice, struct buf *subject, struct buf *body)
{
    const struct conf *conf = worker_app(notice->worker)->conf;
    int64_t days = (clock_wall_ms() - notice->detail->domain.created_at) / DAY_MS;
    const struct text_arg *args =
        TEXT_ARGS({"domain", notice->detail->domain.name.unicode}, {"days", pool_printf(notice->pool, "%d", (int)days)},
                  {"link", notice->link}, {"brand", conf->brand_name},
                  {"settings", pool_printf(notice->pool, "%s/settings/account", conf->base_url)});
    bool verified = notice->mail->notice.kind == NOTICE_VERIFIED;
    text_fill(subject, notice->lang, verified ? TEXT_NOTICE_VERIFIED_SUBJECT : TEXT_NOTICE_WAITING_SUBJECT, args);
    text_fill(body, notice->lang, verified ? TEXT_NOTICE_VERIFIED_BODY : TEXT_NOTICE_WAITING_BODY, args);
    if (!verified) {
        add_missing(body, notice);
        text_fill(body, notice->lang, TEXT_NOTICE_WAITING_END, args);
    }
    text_fill(body, notice->lang, TEXT_NOTICE_FOOT, args);
}

/* --- sending --- */

/* Whether the notice still describes the domain. */
static bool is_current(const struct notice_mail *mail, const struct domain *domain)
{
    if (mail->notice.kind == NOTICE_VERIFIED)
        return domain->status == STATUS_VERIFIED && domain->verified_at == mail->notice.since;
    return domain->status == STATUS_PENDING;
}

/* The data of a mail's text; *out NULL: the notice is outdated, or has no address to go to. */
static int open_notice(struct worker *worker, struct store *store, struct pool *pool, const struct notice_mail *mail,
                       struct notice_text **out, struct err *err)
{
    const struct conf *conf = worker_app(worker)->conf;
    struct domain_detail *detail;
    char id[UUID_TEXT_SIZE];
    *out = NULL;
    const char *to = mail_address(pool, mail->email);
    if (!mail->wanted || !to)
        return 0;
    int rc = store_domain_get(store, pool, mail->notice.account_id, mail->notice.domain_id, 0, &detail, err);
    if (rc != 0 || !detail || !is_current(mail, &detail->domain))
        return rc;
    struct notice_text *notice = pool_alloc(pool, sizeof(*notice));
    uuid_format(mail->notice.domain_id, id);
    *notice = (struct notice_text){.worker = worker,
                                   .pool = pool,
                                   .mail = mail,
                                   .detail = detail,
                                   .to = to,
                                   .lang = conf->language,
                                   .link = pool_printf(pool, "%s/settings/domains/%s", conf->base_url, id)};
    if (mail->language)
        lang_parse(mail->language, &notice->lang);
    make_printable(notice->detail->domain.name.unicode);
    *out = notice;
    return 0;
}

/* The same for each try of one mail and for no other: receivers recognise a duplicate. */
static const char *message_id(struct pool *pool, const struct notice_mail *mail, const char *platform)
{
    char domain[UUID_TEXT_SIZE], user[UUID_TEXT_SIZE];
    uuid_format(mail->notice.domain_id, domain);
    uuid_format(mail->user_id, user);
    return pool_printf(pool, "%s.%lld.%s.%s@%s", notice_kind_word(mail->notice.kind), (long long)mail->notice.since,
                       domain, user, platform);
}

static int outbox_submit(const struct notice_text *notice, const char *password, struct submitted *answer,
                         struct err *err)
{
    const struct conf *conf = worker_app(notice->worker)->conf;
    struct buf subject, body;
    buf_init(&subject, MESSAGE_MAX);
    buf_init(&body, MESSAGE_MAX);
    write_notice(notice, &subject, &body);
    int rc = mail_delivery_submit(
        conf, password,
        &(struct mail_delivery){.to = notice->to,
                                .subject = subject.data,
                                .body = body.data,
                                .id = message_id(notice->pool, notice->mail, conf->platform_domain),
                                .at = notice->mail->created_at},
        answer, err);
    buf_free(&subject);
    buf_free(&body);
    return rc;
}

static void outbox_log_mail(enum log_level level, const char *event, const struct notice_mail *mail, const char *why)
{
    char domain_text[UUID_TEXT_SIZE], user_text[UUID_TEXT_SIZE];
    const char *domain = domain_text, *user = user_text;
    uuid_format(mail->notice.domain_id, domain_text);
    uuid_format(mail->user_id, user_text);
    log_event(level, event, LOG_S("kind", notice_kind_word(mail->notice.kind)), LOG_S("domain", domain),
              LOG_S("user", user), LOG_I("tries", mail->tries + 1), LOG_S("why", why));
}

static int not_taken(struct store *store, const struct notice_mail *mail, const char *why, struct err *err)
{
    if (clock_wall_ms() - mail->created_at > GIVE_UP_DAYS * DAY_MS) {
        outbox_log_mail(LOG_ERROR, "notice_given_up", mail, why);
        return store_outbox_done(store, mail, err);
    }
    outbox_log_mail(LOG_WARN, "notice_not_taken", mail, why);
    return store_outbox_postpone(store, mail, mail_delivery_pause(mail->tries), err);
}

static mail_delivery_one outbox_send_one;
static int outbox_send_one(struct worker *worker, struct pool *pool, const char *password,
                           enum mail_delivery_state *state, struct err *err)
{
    struct store *store = worker_store(worker);
    struct notice_mail *mail = NULL;
    struct notice_text *notice;
    struct submitted answer;
    struct err fault = {0};
    int rc = store_outbox_claim(store, pool, MAIL_DELIVERY_LEASE_MS, &mail, err);
    *state = rc == 0 && mail ? MAIL_DELIVERY_MORE : MAIL_DELIVERY_NONE_DUE;
    if (rc == 0 && mail)
        rc = open_notice(worker, store, pool, mail, &notice, err);
    if (rc != 0 || !mail)
        return rc;
    if (!notice) {
        outbox_log_mail(LOG_INFO, "notice_dropped", mail, mail->wanted ? "outdated" : "switched off");
        return store_outbox_done(store, mail, err);
    }
    rc = outbox_submit(notice, password, &answer, &fault);
    if (rc != 0)
        *state = MAIL_DELIVERY_SERVER_AWAY;
    if (rc != 0 || !answer.accepted)
        return not_taken(store, mail, rc ? fault.text : answer.answer, err);
    /* If the process dies here the mail is sent once more after the lease: see the header. */
    rc = store_outbox_done(store, mail, err);
    if (rc == 0)
        outbox_log_mail(LOG_INFO, "notice_sent", mail, "");
    return rc;
}

int outbox_send(struct worker *worker, bool (*stop)(void *), void *stop_arg, struct err *err)
{
    return mail_delivery_run(worker, outbox_send_one, stop, stop_arg, err);
}
