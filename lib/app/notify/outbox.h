/*
 * Notices about domains by mail: verified by a nightly check, pending for 3 and for 14 days. Each admin of the account
 * who has not switched them off gets one mail, in the admin's language. Two steps: notices and their mails are queued
 * in the database, in one transaction and under a key that prevents a second notice; then each mail that is due is sent
 * by the process that claims it.
 *
 * A mail that the mail server accepted and whose row could not be deleted (process or database died in between) is sent
 * once more, with the same Message-ID: at-least-once delivery, since the alternative would lose mails. Both functions
 * work with WORKER_SWEEP; any number of processes may run at once.
 */
#ifndef APP_NOTIFY_OUTBOX_H
#define APP_NOTIFY_OUTBOX_H

#include "app/app.h"

/* Queues the notices that are due; call at the end of a sweep run. now: ms UTC. Without smtp_host it queues nothing
 * and no notice counts as sent. */
int outbox_queue_notices(struct worker *worker, int64_t now, struct err *err);

/*
 * Sends what is due. Ends when no mail is due, when stop (may be NULL) returns true between two mails, or when the mail
 * server is unreachable. A mail that is not accepted waits 1 minute, doubled each time up to an hour, and is given up
 * after 4 days with a log line.
 */
int outbox_send(struct worker *worker, bool (*stop)(void *), void *stop_arg, struct err *err);

#endif
