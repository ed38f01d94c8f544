/*
 * Rows of notices and of the outbox. A notice and its mails are one transaction; a claim moves the due time on. Knows
 * no SMTP and no text.
 */
#include "base/base.h"

#include "store/outbox.h"
#include "store/query.h"

/* --- notices --- */

int store_notices_due(struct store *store, struct pool *pool, enum notice_kind kind, int64_t from, int64_t to,
                      struct uuid after, int limit, struct notice **out, size_t *count, struct err *err)
{
    struct rows rows;
    int rc;
    *count = 0;
    if (kind == NOTICE_VERIFIED)
        rc = query_again(
            store, pool,
            QUERY(NIGHTLY_VERIFIED, arg_int(from), arg_int(to), arg_int(from), arg_uuid(&after), arg_int(limit)), &rows,
            NULL, err);
    else
        rc = query_again(store, pool,
                         QUERY(NIGHTLY_WAITING, arg_int(from), arg_int(to), arg_int(from), arg_uuid(&after),
                               arg_text(notice_kind_word(kind)), arg_int(limit)),
                         &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; *count < rows.count; ++*count) {
        const struct cell *row = rows_row(&rows, *count), *since = kind == NOTICE_VERIFIED
                                                                       ? CELL(row, NIGHTLY_VERIFIED, SINCE)
                                                                       : CELL(row, NIGHTLY_WAITING, SINCE);
        (*out)[*count] = (struct notice){.account_id = cell_uuid(CELL(row, NOTICE_DUE, ACCOUNT_ID)),
                                         .domain_id = cell_uuid(CELL(row, NOTICE_DUE, DOMAIN_ID)),
                                         .kind = kind,
                                         .since = since->i};
    }
    return 0;
}

struct adding {
    const struct notice *notice;
    int64_t now;
    int64_t mails;
    bool added;
};

/* > 0: the notice exists already, or the domain was deleted. Repeated after a lost COMMIT it finds its own rows. */
static int outbox_add_work(struct store *store, void *arg, struct err *err)
{
    struct adding *adding = arg;
    const struct notice *n = adding->notice;
    struct arg who = arg_uuid(&n->account_id), which = arg_uuid(&n->domain_id),
               kind = arg_text(notice_kind_word(n->kind)), since = arg_int(n->since), now = arg_int(adding->now);
    int rc = query_once(store, NULL, QUERY(NOTICE_INSERT, who, which, kind, since, now), NULL, NULL, err);
    adding->added = rc == 0;
    if (rc == STORE_DUPLICATE || rc == STORE_NO_PARENT)
        return 1;
    return rc ? rc
              : query_once(store, NULL, QUERY(NOTICE_MAILS, which, kind, since, now, who), NULL, &adding->mails, err);
}

int store_notice_add(struct store *store, const struct notice *notice, int64_t now, int64_t *mails, struct err *err)
{
    struct adding adding = {.notice = notice, .now = now};
    struct uuid no_event = uuid_new();
    int rc = transaction_run(store, outbox_add_work, &adding, notice->account_id, &no_event, err);
    *mails = adding.added ? adding.mails : 0;
    return store_outward(rc, err);
}

/* --- the queued mails --- */

int store_outbox_claim(struct store *store, struct pool *pool, int lease_ms, struct notice_mail **out, struct err *err)
{
    struct uuid owner = uuid_new();
    struct rows rows = {0};
    int64_t affected = 0;
    *out = NULL;
    int rc = query_again(store, NULL, QUERY(OUTBOX_CLAIM, arg_uuid(&owner), arg_int(lease_ms)), NULL, &affected, err);
    if (rc == 0 && affected > 0)
        rc = query_again(store, pool, QUERY(OUTBOX_CLAIMED, arg_uuid(&owner)), &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    const struct cell *row = rows_row(&rows, 0), *kind = CELL(row, OUTBOX_CLAIMED, KIND),
                      *language = CELL(row, OUTBOX_CLAIMED, LANGUAGE);
    struct notice_mail *mail = pool_alloc(pool, sizeof(*mail));
    *mail = (struct notice_mail){.notice = {.account_id = cell_uuid(CELL(row, OUTBOX_CLAIMED, ACCOUNT_ID)),
                                            .domain_id = cell_uuid(CELL(row, OUTBOX_CLAIMED, DOMAIN_ID)),
                                            .since = CELL(row, OUTBOX_CLAIMED, SINCE)->i},
                                 .user_id = cell_uuid(CELL(row, OUTBOX_CLAIMED, USER_ID)),
                                 .created_at = CELL(row, OUTBOX_CLAIMED, CREATED_AT)->i,
                                 .tries = (int)CELL(row, OUTBOX_CLAIMED, TRIES)->i,
                                 .email = CELL(row, OUTBOX_CLAIMED, EMAIL)->s,
                                 .language = *language->s ? language->s : NULL,
                                 .wanted = CELL(row, OUTBOX_CLAIMED, NOTIFY)->i != 0,
                                 .owner = owner};
    if (!notice_kind_parse(kind->s, &mail->notice.kind))
        return err_set(err, ERR_FAULT, "database: a mail carries a notice of the kind \"%s\"", kind->s);
    *out = mail;
    return 0;
}

int store_outbox_done(struct store *store, const struct notice_mail *mail, struct err *err)
{
    const struct notice *n = &mail->notice;
    return store_outward(query_again(store, NULL,
                                     QUERY(OUTBOX_DELETE, arg_uuid(&n->account_id), arg_uuid(&n->domain_id),
                                           arg_text(notice_kind_word(n->kind)), arg_int(n->since),
                                           arg_uuid(&mail->user_id), arg_uuid(&mail->owner)),
                                     NULL, NULL, err),
                         err);
}

int store_outbox_postpone(struct store *store, const struct notice_mail *mail, int64_t pause_ms, struct err *err)
{
    const struct notice *n = &mail->notice;
    return store_outward(query_again(store, NULL,
                                     QUERY(OUTBOX_POSTPONE, arg_int(pause_ms), arg_uuid(&n->account_id),
                                           arg_uuid(&n->domain_id), arg_text(notice_kind_word(n->kind)),
                                           arg_int(n->since), arg_uuid(&mail->user_id), arg_uuid(&mail->owner)),
                                     NULL, NULL, err),
                         err);
}
