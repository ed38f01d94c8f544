/*
 * Rows of people being told: what was told of which domain, the mails that wait, and what a user has set about it. A
 * notice and its mails are one transaction; a claim is a due moment moved on. Knows no SMTP and no words.
 */
#include "base/base.h"

#include "store/query.h"

static const char *const notice_words[NOTICE_COUNT] = {
    [NOTICE_VERIFIED] = "verified", [NOTICE_WAITING_3] = "waiting_3", [NOTICE_WAITING_14] = "waiting_14"};

const char *store_notice_word(enum store_notice_kind kind)
{
    return notice_words[kind];
}

/* --- what there is to tell --- */

int store_notices_due(struct store *store, struct pool *pool, enum store_notice_kind kind, int64_t from, int64_t to,
                      struct uuid after, int limit, struct store_notice **out, size_t *count, struct err *err)
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
                               arg_text(notice_words[kind]), arg_int(limit)),
                         &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; *count < rows.count; ++*count) {
        const struct cell *cell = rows_at(&rows, *count, 0);
        (*out)[*count] = (struct store_notice){
            .account_id = cell_uuid(&cell[0]), .domain_id = cell_uuid(&cell[1]), .kind = kind, .since = cell[2].i};
    }
    return 0;
}

struct telling {
    const struct store_notice *notice;
    int64_t now;
    int64_t mails;
    bool told;
};

/* > 0: told already, or the domain is gone. Done once more after a lost COMMIT it finds by itself that it was done. */
static int tell_work(struct store *store, void *arg, struct err *err)
{
    struct telling *telling = arg;
    const struct store_notice *n = telling->notice;
    struct arg who = arg_uuid(&n->account_id), which = arg_uuid(&n->domain_id), kind = arg_text(notice_words[n->kind]),
               since = arg_int(n->since), now = arg_int(telling->now);
    int rc = query_once(store, NULL, QUERY(NOTICE_INSERT, who, which, kind, since, now), NULL, NULL, err);
    telling->told = rc == 0;
    if (rc == STORE_DUPLICATE || rc == STORE_NO_PARENT)
        return 1;
    return rc ? rc
              : query_once(store, NULL, QUERY(NOTICE_MAILS, which, kind, since, now, who), NULL, &telling->mails, err);
}

int store_notice_add(struct store *store, const struct store_notice *notice, int64_t now, int64_t *mails,
                     struct err *err)
{
    struct telling telling = {.notice = notice, .now = now};
    struct uuid no_event = uuid_new();
    int rc = transaction_run(store, tell_work, &telling, notice->account_id, &no_event, err);
    *mails = telling.told ? telling.mails : 0;
    return store_outward(rc, err);
}

/* --- the mails that wait --- */

static bool notice_parse(const char *word, enum store_notice_kind *out)
{
    for (int i = 0; i < NOTICE_COUNT; i++)
        if (strcmp(word, notice_words[i]) == 0) {
            *out = (enum store_notice_kind)i;
            return true;
        }
    return false;
}

int store_outbox_claim(struct store *store, struct pool *pool, int lease_ms, struct store_mail **out, struct err *err)
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
    const struct cell *cell = rows_at(&rows, 0, 0);
    struct store_mail *mail = pool_alloc(pool, sizeof(*mail));
    *mail = (struct store_mail){
        .notice = {.account_id = cell_uuid(&cell[0]), .domain_id = cell_uuid(&cell[1]), .since = cell[3].i},
        .user_id = cell_uuid(&cell[4]),
        .created_at = cell[5].i,
        .tries = (int)cell[6].i,
        .email = cell[7].s,
        .language = *cell[8].s ? cell[8].s : NULL,
        .wanted = cell[9].i != 0,
        .owner = owner};
    if (!notice_parse(cell[2].s, &mail->notice.kind))
        return err_set(err, ERR_FAULT, "database: a mail tells of \"%s\"", cell[2].s);
    *out = mail;
    return 0;
}

int store_outbox_done(struct store *store, const struct store_mail *mail, struct err *err)
{
    const struct store_notice *n = &mail->notice;
    return store_outward(query_again(store, NULL,
                                     QUERY(OUTBOX_DELETE, arg_uuid(&n->account_id), arg_uuid(&n->domain_id),
                                           arg_text(notice_words[n->kind]), arg_int(n->since), arg_uuid(&mail->user_id),
                                           arg_uuid(&mail->owner)),
                                     NULL, NULL, err),
                         err);
}

int store_outbox_postpone(struct store *store, const struct store_mail *mail, int64_t pause_ms, struct err *err)
{
    const struct store_notice *n = &mail->notice;
    return store_outward(query_again(store, NULL,
                                     QUERY(OUTBOX_POSTPONE, arg_int(pause_ms), arg_uuid(&n->account_id),
                                           arg_uuid(&n->domain_id), arg_text(notice_words[n->kind]), arg_int(n->since),
                                           arg_uuid(&mail->user_id), arg_uuid(&mail->owner)),
                                     NULL, NULL, err),
                         err);
}

/* --- what a user has set --- */

int store_user_settings(struct store *store, struct pool *pool, struct uuid account_id, struct uuid user_id,
                        const char **language, bool *notify, struct err *err)
{
    struct rows rows;
    *language = NULL;
    *notify = false;
    int rc =
        query_again(store, pool, QUERY(USER_SETTINGS, arg_uuid(&account_id), arg_uuid(&user_id)), &rows, NULL, err);
    if (rc == 0 && rows.count) {
        *language = *rows_at(&rows, 0, 0)->s ? rows_at(&rows, 0, 0)->s : NULL;
        *notify = rows_at(&rows, 0, 1)->i != 0;
    }
    return store_outward(rc, err);
}

int store_user_settings_change(struct store *store, struct uuid account_id, struct uuid user_id, const char *language,
                               bool notify, struct err *err)
{
    return store_outward(query_again(store, NULL,
                                     QUERY(USER_SETTINGS_UPDATE, arg_text(language ? language : ""), arg_int(notify),
                                           arg_uuid(&account_id), arg_uuid(&user_id)),
                                     NULL, NULL, err),
                         err);
}
