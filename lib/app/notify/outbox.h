/*
 * Notices about domains by mail: verified by a nightly check, pending for 3 and for 14 days. Each admin of the account
 * who has not switched it off gets one mail, in the language set. Two steps: notices and their mails are queued in the
 * database, in one transaction and by a key that makes a second one impossible; then what is due is sent, by whichever
 * process claims it.
 *
 * A mail that the mail server took and whose row could not be removed any more (the process or the database died in
 * between) is sent once more, with the same Message-ID: at least once, because the other choice would lose mails. Both
 * work with WORKER_SWEEP; any number of processes at once.
 */
#ifndef APP_NOTIFY_OUTBOX_H
#define APP_NOTIFY_OUTBOX_H

#include "app/app.h"

/* Queues the notices that are due; call at the end of a sweep run. now: ms UTC. Without smtp_host nothing is queued and
 * no notice counts as given. */
int outbox_queue_notices(struct worker *worker, int64_t now, struct err *err);

/*
 * Sends what is due. Ends when nothing is, when stop (may be NULL) says so between two mails, or when the mail server
 * is away. A mail that is not taken waits 1 minute, then twice as long each time up to an hour, and is given up after 4
 * days with a log line.
 */
int outbox_send(struct worker *worker, bool (*stop)(void *), void *stop_arg, struct err *err);

#endif
