/*
 * Hands the program's own mails to the mail server. Knows neither the reason of a mail nor its queue.
 */
#include "base/base.h"

#include "app/notify/mail_delivery.h"

#include "app/notify/message.h"

enum { PAUSE_FIRST_MS = 60 * 1000, PAUSE_MAX_MS = 60 * 60 * 1000 };

int mail_delivery_submit(const struct conf *conf, const char *password, const struct mail_delivery *mail,
                         struct submitted *answer, struct err *err)
{
    struct buf message;
    buf_init(&message, 4 * MESSAGE_MAX);
    message_write(&message, &(struct message){.from_name = conf->brand_name,
                                              .from = conf->mail_from,
                                              .to = mail->to,
                                              .subject = mail->subject,
                                              .id = mail->id,
                                              .at = mail->at,
                                              .body = mail->body});
    int rc = submission_send(conf,
                             &(struct submission){.login = conf->smtp_user,
                                                  .password = password,
                                                  .from = conf->mail_from,
                                                  .to = mail->to,
                                                  .message = message.data,
                                                  .len = message.len},
                             answer, err);
    buf_free(&message);
    return rc;
}

int mail_delivery_run(struct worker *worker, mail_delivery_one *one, bool (*stop)(void *), void *stop_arg,
                      struct err *err)
{
    const struct conf *conf = worker_app(worker)->conf;
    enum mail_delivery_state state = MAIL_DELIVERY_MORE;
    if (!conf->smtp_host)
        return 0;
    char *password = conf_read_secret(conf->smtp_user ? conf->smtp_password_file : NULL, err);
    if (!password)
        return err->code;
    struct pool *pool = pool_new();
    int rc = 0;
    while (rc == 0 && state == MAIL_DELIVERY_MORE && !(stop && stop(stop_arg))) {
        pool_clear(pool);
        rc = one(worker, pool, password, &state, err);
    }
    explicit_bzero(password, strlen(password));
    free(password);
    pool_free(&pool);
    return rc;
}

int64_t mail_delivery_pause(int tries)
{
    int64_t pause = PAUSE_FIRST_MS;
    while (tries-- > 0 && pause < PAUSE_MAX_MS)
        pause *= 2;
    return pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS;
}
