/*
 * Inside the use cases: delivers the program's own mails to the mail server: one mail, all that are due, and the pause
 * before a retry.
 */
#ifndef APP_NOTIFY_MAIL_DELIVERY_H
#define APP_NOTIFY_MAIL_DELIVERY_H

#include "app/app.h"
#include "app/notify/submission.h"

struct mail_delivery {
    const char *to; /* as mail_address gives it */
    const char *subject, *body;
    const char *id; /* Message-ID without its angle brackets */
    int64_t at;     /* Date, ms UTC */
};
/* From mail_from under brand_name. password: of smtp_user. As submission_send. */
int mail_delivery_submit(const struct conf *conf, const char *password, const struct mail_delivery *mail,
                         struct submitted *answer, struct err *err);

/* How long a mail is claimed, ms: much more than SUBMISSION_TIMEOUT_MS and the statements around it. */
enum { MAIL_DELIVERY_LEASE_MS = 60 * 1000 };

enum mail_delivery_state { MAIL_DELIVERY_NONE_DUE, MAIL_DELIVERY_SERVER_AWAY, MAIL_DELIVERY_MORE };
/* Claims one mail that is due, sends it, and records the outcome. An unreachable mail server is no error: *state
 * says so. */
typedef int mail_delivery_one(struct worker *worker, struct pool *pool, const char *password,
                              enum mail_delivery_state *state, struct err *err);
/* Sends one mail after another while *state is MORE, until stop (may be NULL) returns true between two. Without
 * smtp_host nothing is sent. */
int mail_delivery_run(struct worker *worker, mail_delivery_one *one, bool (*stop)(void *), void *stop_arg,
                      struct err *err);

/* ms until the next try after `tries` failed ones before this: 1 minute, doubled each time up to an hour. */
int64_t mail_delivery_pause(int tries);

#endif
