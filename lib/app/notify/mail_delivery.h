/*
 * Inside the use cases: one mail of the program's own, from its words to the mail server; all that are due, and how
 * long to wait with one that was not taken.
 */
#ifndef APP_NOTIFY_MAIL_DELIVERY_H
#define APP_NOTIFY_MAIL_DELIVERY_H

#include "app/app.h"
#include "app/notify/submission.h"

struct mailing {
    const char *to; /* as mail_address gives it */
    const char *subject, *body;
    const char *id; /* Message-ID without its angle brackets */
    int64_t at;     /* Date, ms UTC */
};
/* From mail_from under brand_name. password: of smtp_user. As submission_send. */
int mailing_submit(const struct conf *conf, const char *password, const struct mailing *mail, struct submitted *answer,
                   struct err *err);

/* How long a mail that was claimed is nobody else's: much more than SUBMISSION_TIMEOUT_MS and the statements around it.
 */
enum { MAILING_LEASE_MS = 60 * 1000 };

/* Claims one mail that is due, sends it, and writes what became of it. A mail server that is away is no error: *end
 * says so. */
enum mailing_end { MAILING_GOES_ON, MAILING_NONE_DUE, MAILING_SERVER_AWAY };
typedef int mailing_one(struct worker *worker, struct pool *pool, const char *password, enum mailing_end *end,
                        struct err *err);
/* One after another until none is due, stop (may be NULL) says so between two, or the mail server is away. Without
 * smtp_host none is. */
int mailing_send_due(struct worker *worker, mailing_one *one, bool (*stop)(void *), void *stop_arg, struct err *err);

/* ms until the next try after `tries` that failed before this one: 1 minute, then twice as long each time up to an
 * hour. */
int64_t mailing_pause(int tries);

#endif
