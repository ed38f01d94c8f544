/*
 * Inside the use cases: one mail of the program's own, from its words to the mail server; and how long to wait with one that was not taken.
 */
#ifndef APP_MAILING_H
#define APP_MAILING_H

#include "app/submission.h"

struct mailing {
    const char *to; /* as mail_address gives it */
    const char *subject, *body;
    const char *id; /* Message-ID without its angle brackets */
    int64_t at;     /* Date, ms UTC */
};
/* From mail_from under brand_name. password: of smtp_user. As submission_send. */
int mailing_submit(const struct conf *conf, const char *password, const struct mailing *mail, struct submitted *answer, struct err *err);

/* ms until the next try after `tries` that failed before this one: 1 minute, then twice as long each time up to an hour. */
int64_t mailing_pause(int tries);

#endif
