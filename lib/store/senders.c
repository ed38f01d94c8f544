/*
 * Rows of senders with their secrets, bounces, test mails, and credentials for submission. Secrets go in and never come
 * out: this connection's user cannot read them. Does not interpret routes.
 */
#include "base/base.h"

#include "store/event.h"
#include "store/query.h"
#include "store/senders.h"

/* --- reading --- */

static const char *senders_text_or_null(const struct cell *cell)
{
    return cell->null ? NULL : cell->s;
}

static int take_sender(const struct cell *row, struct sender *sender, struct err *err)
{
    const struct cell *domain_id = CELL(row, SENDER_ROW, DOMAIN_ID), *security = CELL(row, SENDER_ROW, SECURITY);
    *sender = (struct sender){.id = cell_uuid(CELL(row, SENDER_ROW, ID)),
                              .address = CELL(row, SENDER_ROW, ADDRESS)->s,
                              .display_name = CELL(row, SENDER_ROW, DISPLAY_NAME)->s,
                              .host = senders_text_or_null(CELL(row, SENDER_ROW, HOST)),
                              .port = (int)CELL(row, SENDER_ROW, PORT)->i,
                              .username = senders_text_or_null(CELL(row, SENDER_ROW, USERNAME)),
                              .has_secret = !CELL(row, SENDER_ROW, SECRET_OF)->null,
                              .created_at = CELL(row, SENDER_ROW, CREATED_AT)->i,
                              .has_domain = !domain_id->null,
                              .domain_id = cell_uuid(domain_id)};
    if (!mail_route_parse(CELL(row, SENDER_ROW, ROUTE)->s, &sender->route) ||
        (!security->null && !smtp_security_parse(security->s, &sender->security)) ||
        (sender->has_domain && !status_parse(CELL(row, SENDER_ROW, DOMAIN_STATUS)->s, &sender->domain_status)))
        return err_set(err, ERR_FAULT, "database: the sender %s has an unknown word", sender->address);
    return 0;
}

int store_sender_page(struct store *store, struct pool *pool, struct uuid account_id, const char *after, int limit,
                      struct sender **out, size_t *count, struct err *err)
{
    struct rows rows;
    *count = 0;
    int rc = query_again(store, pool, QUERY(SENDER_PAGE, arg_uuid(&account_id), arg_text(after), arg_int(limit)), &rows,
                         NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (size_t i = 0; i < rows.count && rc == 0; i++, ++*count)
        rc = take_sender(rows_row(&rows, i), &(*out)[i], err);
    return rc;
}

int store_sender_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                     struct sender **out, struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool, QUERY(SENDER_ROW, arg_uuid(&account_id), arg_uuid(&id)), &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    *out = pool_alloc(pool, sizeof(**out));
    return take_sender(rows_row(&rows, 0), *out, err);
}

int store_sender_bounces(struct store *store, struct pool *pool, struct uuid account_id, const struct sender *sender,
                         int limit, struct bounce **out, size_t *count, struct err *err)
{
    bool whole = sender_is_whole_domain(sender);
    struct rows rows;
    *count = 0;
    int rc = query_again(store, pool,
                         QUERY_EITHER(whole, BOUNCE_NEWEST_DOMAIN, BOUNCE_NEWEST, arg_uuid(&account_id),
                                      arg_text(whole ? sender_domain(sender) : sender->address), arg_int(limit)),
                         &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; *count < rows.count; ++*count) {
        const struct cell *row = rows_row(&rows, *count);
        (*out)[*count] = (struct bounce){.recipient = CELL(row, BOUNCE_ROW, RECIPIENT)->s,
                                         .status_code = CELL(row, BOUNCE_ROW, STATUS_CODE)->s,
                                         .reason = CELL(row, BOUNCE_ROW, REASON)->s,
                                         .at = CELL(row, BOUNCE_ROW, AT)->i};
    }
    return 0;
}

/* --- changing --- */

struct changing {
    const struct uuid *account_id;
    const struct sender *sender;
    const struct store_secret *secret;
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    enum store_added added;
    bool found;
};

static int senders_write_event(struct store *store, const struct changing *changing, enum audit_action action,
                               const char *address, struct err *err)
{
    const char *at = strrchr(address, '@');
    return event_write(store,
                       &(struct event_row){.id = &changing->event_id,
                                           .account_id = changing->account_id,
                                           .domain_name = at ? at + 1 : "",
                                           .actor = changing->actor,
                                           .action = action,
                                           .detail = address,
                                           .at = changing->now},
                       err);
}

/* ON DUPLICATE KEY UPDATE reads, which this user may not: so the old row is deleted first. */
static int write_secret(struct store *store, const struct changing *changing, struct err *err)
{
    struct arg who = arg_uuid(changing->account_id), which = arg_uuid(&changing->sender->id);
    int rc = 0;
    if (changing->secret->what != SECRET_KEEP)
        rc = query_once(store, NULL, QUERY(SENDER_SECRET_DELETE, who, which), NULL, NULL, err);
    if (rc == 0 && changing->secret->what == SECRET_SET)
        rc = query_once(store, NULL, QUERY(SENDER_SECRET_INSERT, arg_text(changing->secret->text), who, which), NULL,
                        NULL, err);
    return rc;
}

static struct arg security_of(const struct sender *sender)
{
    return arg_text(sender->route == MAIL_ROUTE_SMTP ? smtp_security_word(sender->security) : NULL);
}

/* > 0: nothing was added; changing->added has the reason. */
static int senders_add_work(struct store *store, void *arg, struct err *err)
{
    struct changing *changing = arg;
    const struct sender *sender = changing->sender;
    changing->added = STORE_ADDED;
    int rc = query_once(store, NULL,
                        QUERY(SENDER_INSERT, arg_uuid(&sender->id), arg_uuid(changing->account_id),
                              arg_text(sender->address), arg_text(sender->display_name),
                              arg_text(mail_route_word(sender->route)), arg_text(sender->host),
                              arg_int_or_null(sender->port), security_of(sender), arg_text(sender->username),
                              arg_int(sender->created_at)),
                        NULL, NULL, err);
    if (rc == STORE_DUPLICATE || rc == STORE_NO_PARENT) {
        changing->added = rc == STORE_DUPLICATE ? STORE_EXISTS : STORE_NO_ACCOUNT;
        return 1;
    }
    if (rc == 0)
        rc = write_secret(store, changing, err);
    return rc ? rc : senders_write_event(store, changing, ACTION_SENDER_ADDED, sender->address, err);
}

int store_sender_add(struct store *store, struct uuid account_id, const struct sender *sender,
                     const struct store_secret *secret, const struct store_actor *actor, enum store_added *added,
                     struct err *err)
{
    struct changing changing = {.account_id = &account_id,
                                .sender = sender,
                                .secret = secret,
                                .actor = actor,
                                .event_id = uuid_new(),
                                .now = sender->created_at};
    int rc = transaction_run(store, senders_add_work, &changing, account_id, &changing.event_id, err);
    *added = changing.added;
    return store_outward(rc, err);
}

/* Locks the row: two concurrent changes run one after the other. *address in pool. */
static int lock_sender(struct store *store, struct pool *pool, struct changing *changing, const char **address,
                       struct err *err)
{
    struct rows rows;
    int rc =
        query_once(store, pool, QUERY(SENDER_LOCK, arg_uuid(changing->account_id), arg_uuid(&changing->sender->id)),
                   &rows, NULL, err);
    changing->found = rc == 0 && rows.count > 0;
    if (changing->found)
        *address = CELL(rows_row(&rows, 0), SENDER_LOCK, ADDRESS)->s;
    return rc;
}

static int senders_change_work(struct store *store, void *arg, struct err *err)
{
    struct changing *changing = arg;
    const struct sender *sender = changing->sender;
    struct pool *pool = pool_new();
    const char *address;
    int rc = lock_sender(store, pool, changing, &address, err);
    if (rc == 0 && changing->found)
        rc = query_once(store, NULL,
                        QUERY(SENDER_UPDATE, arg_text(sender->display_name), arg_text(mail_route_word(sender->route)),
                              arg_text(sender->host), arg_int_or_null(sender->port), security_of(sender),
                              arg_text(sender->username), arg_uuid(changing->account_id), arg_uuid(&sender->id)),
                        NULL, NULL, err);
    if (rc == 0 && changing->found)
        rc = write_secret(store, changing, err);
    if (rc == 0 && changing->found)
        rc = senders_write_event(store, changing, ACTION_SENDER_CHANGED, address, err);
    pool_free(&pool);
    return rc ? rc : !changing->found;
}

int store_sender_change(struct store *store, struct uuid account_id, const struct sender *sender,
                        const struct store_secret *secret, const struct store_actor *actor, int64_t now, bool *found,
                        struct err *err)
{
    struct changing changing = {.account_id = &account_id,
                                .sender = sender,
                                .secret = secret,
                                .actor = actor,
                                .event_id = uuid_new(),
                                .now = now};
    int rc = transaction_run(store, senders_change_work, &changing, account_id, &changing.event_id, err);
    *found = changing.found;
    return store_outward(rc, err);
}

static int senders_delete_work(struct store *store, void *arg, struct err *err)
{
    struct changing *changing = arg;
    struct pool *pool = pool_new();
    const char *address;
    int rc = lock_sender(store, pool, changing, &address, err);
    if (rc == 0 && changing->found)
        rc = query_once(store, NULL,
                        QUERY(SENDER_DELETE, arg_uuid(changing->account_id), arg_uuid(&changing->sender->id)), NULL,
                        NULL, err);
    if (rc == 0 && changing->found)
        rc = senders_write_event(store, changing, ACTION_SENDER_DELETED, address, err);
    pool_free(&pool);
    return rc ? rc : !changing->found;
}

int store_sender_delete(struct store *store, struct uuid account_id, struct uuid id, const struct store_actor *actor,
                        int64_t now, bool *found, struct err *err)
{
    struct changing changing = {.account_id = &account_id,
                                .sender = &(struct sender){.id = id},
                                .actor = actor,
                                .event_id = uuid_new(),
                                .now = now};
    int rc = transaction_run(store, senders_delete_work, &changing, account_id, &changing.event_id, err);
    *found = changing.found;
    return store_outward(rc, err);
}

/* --- test mails and credentials --- */

enum { TEST_MAILS_KEPT_MS = 30 * 60 * 1000 };

/* Each statement may be repeated: a login or test that exists already is from the attempt whose answer was lost. */
int store_test_mail_add(struct store *store, struct uuid account_id, const struct test_mail *test, const char *login,
                        const char *hash, int64_t expires_at, struct err *err)
{
    struct arg who = arg_uuid(&account_id), of = arg_uuid(&test->sender_id);
    int rc = query_again(store, NULL, QUERY(CREDENTIAL_DROP_EXPIRED, who, arg_int(test->at)), NULL, NULL, err);
    if (rc == 0)
        rc = query_again(store, NULL, QUERY(TEST_MAIL_OLD, who, of, arg_int(test->at - TEST_MAILS_KEPT_MS)), NULL, NULL,
                         err);
    if (rc == 0)
        rc = query_again(
            store, NULL,
            QUERY(TEST_MAIL_INSERT, arg_uuid(&test->id), who, of, arg_text(test->recipient), arg_int(test->at)), NULL,
            NULL, err);
    if (rc == 0 || rc == STORE_DUPLICATE)
        rc = query_again(
            store, NULL,
            QUERY(CREDENTIAL_INSERT, arg_text(login), who, arg_text(hash), arg_int(test->at), arg_int(expires_at)),
            NULL, NULL, err);
    return store_outward(rc == STORE_DUPLICATE ? 0 : rc, err);
}

static int take_attempt(const struct cell *row, struct delivery_attempt *out, struct err *err)
{
    const struct cell *route = CELL(row, TEST_ATTEMPTS, ROUTE), *outcome = CELL(row, TEST_ATTEMPTS, OUTCOME);
    *out = (struct delivery_attempt){.host = CELL(row, TEST_ATTEMPTS, HOST)->s,
                                     .answer = CELL(row, TEST_ATTEMPTS, ANSWER)->s,
                                     .signed_as = CELL(row, TEST_ATTEMPTS, SIGNED_AS)->s,
                                     .selectors = CELL(row, TEST_ATTEMPTS, SELECTORS)->s,
                                     .at = CELL(row, TEST_ATTEMPTS, AT)->i};
    if (!mail_route_parse(route->s, &out->route) || !delivery_outcome_parse(outcome->s, &out->outcome))
        return err_set(err, ERR_FAULT, "database: a test mail has the route \"%s\" and the outcome \"%s\"", route->s,
                       outcome->s);
    return 0;
}

int store_test_mail_last(struct store *store, struct pool *pool, struct uuid account_id, struct uuid sender_id,
                         bool *found, struct test_mail *test, struct delivery_attempt **out, size_t *count,
                         struct err *err)
{
    struct arg who = arg_uuid(&account_id);
    struct rows rows;
    *count = 0;
    int rc = query_again(store, pool, QUERY(TEST_MAIL_NEWEST, who, arg_uuid(&sender_id)), &rows, NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (!*found)
        return store_outward(rc, err);
    const struct cell *row = rows_row(&rows, 0);
    *test = (struct test_mail){.id = cell_uuid(CELL(row, TEST_MAIL_NEWEST, ID)),
                               .sender_id = sender_id,
                               .recipient = CELL(row, TEST_MAIL_NEWEST, RECIPIENT)->s,
                               .at = CELL(row, TEST_MAIL_NEWEST, AT)->i};
    rc = query_again(store, pool, QUERY(TEST_ATTEMPTS, who, arg_uuid(&test->id)), &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; rc == 0 && *count < rows.count; ++*count)
        rc = take_attempt(rows_row(&rows, *count), &(*out)[*count], err);
    return rc;
}

int store_credential_add(struct store *store, struct uuid account_id, const char *login, const char *hash, int64_t now,
                         enum store_added *added, struct err *err)
{
    int rc = query_again(
        store, NULL,
        QUERY(CREDENTIAL_INSERT, arg_text(login), arg_uuid(&account_id), arg_text(hash), arg_int(now), arg_text(NULL)),
        NULL, NULL, err);
    *added = rc == 0                 ? STORE_ADDED
             : rc == STORE_DUPLICATE ? STORE_EXISTS
             : rc == STORE_NO_PARENT ? STORE_NO_ACCOUNT
                                     : STORE_NOT_ADDED;
    return store_outward(rc == STORE_DUPLICATE || rc == STORE_NO_PARENT ? 0 : rc, err);
}
