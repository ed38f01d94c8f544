/*
 * Mails with a link that leads to a password: for a password reset, and for an invitation. Two steps, as in the outbox:
 * that a mail is to be sent is a row; the link's token is made when the mail leaves, and only its hash is stored. A
 * mail that was sent twice (see app/notify/outbox.h) has two links, both good.
 */
#ifndef APP_AUTH_LOGIN_MAIL_H
#define APP_AUTH_LOGIN_MAIL_H

#include "app/app.h"
#include "base/text.h"

/* Whether this platform can send mails: smtp_host is set. */
bool login_mail_possible(const struct conf *conf);

/*
 * Queues a mail for a password reset to the user with this address. Work and outcome are the same whether or not such a
 * user exists; limited by the visitor and by the address. The link is valid for an hour. email: any bytes.
 */
int login_mail_queue_reset(struct worker *worker, const char *email, enum lang lang, const char *addr,
                           struct limited *limited, struct err *err);

/* Sends what is due, as outbox_send. Works with WORKER_WEB and WORKER_SWEEP. */
int login_mail_send(struct worker *worker, bool (*stop)(void *), void *stop_arg, struct err *err);

#endif
