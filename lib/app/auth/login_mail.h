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
 * Queues a mail for a password reset to the user who has this address. The same work and the same outcome whether a
 * user has it; limited for the visitor and for the address. The link is good for an hour. email: any bytes.
 */
int login_mail_queue_reset(struct worker *worker, const char *email, enum lang lang, const char *addr,
                           struct limited *limited, struct err *err);

/* Sends what is due, as outbox_send. Works with WORKER_WEB and WORKER_SWEEP. */
int login_mail_send(struct worker *worker, bool (*stop)(void *), void *stop_arg, struct err *err);

#endif
