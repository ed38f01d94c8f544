/*
 * Notices and the mails that carry them, as rows: which are due, which were sent, and the outbox. The rules of store.h
 * hold; these functions go over all accounts.
 */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "model/notice.h"
#include "store/store.h"

/*
 * Domains without a notice of that kind whose moment is from..to (ms UTC), ordered by (since, id); of those at `from`
 * itself only the ones whose id is greater than after. VERIFIED: by a nightly check. *count 0: there are no more.
 */
int store_notices_due(struct store *store, struct pool *pool, enum notice_kind kind, int64_t from, int64_t to,
                      struct uuid after, int limit, struct notice **out, size_t *count, struct err *err);
/* Adds the notice, and a mail for each admin who wants them, in one transaction. *mails: how many; 0 also when the
 * notice exists already or the domain was deleted. */
int store_notice_add(struct store *store, const struct notice *notice, int64_t now, int64_t *mails, struct err *err);

/* A mail that is due, claimed for lease_ms; *out NULL: none is due. */
int store_outbox_claim(struct store *store, struct pool *pool, int lease_ms, struct notice_mail **out, struct err *err);
/* Deletes the mail from the outbox, or makes it due again after pause_ms; does nothing if another process has
 * claimed it since. */
int store_outbox_done(struct store *store, const struct notice_mail *mail, struct err *err);
int store_outbox_postpone(struct store *store, const struct notice_mail *mail, int64_t pause_ms, struct err *err);

#endif
