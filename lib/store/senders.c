/*
 * Rows of senders with their secrets, what came back of their mail, test mails, and logins for submitting. Secrets go
 * in and never come out: this connection's user cannot read them. Knows no route's meaning.
 */
#include "base/base.h"

#include "store/event.h"
#include "store/query.h"

/* --- reading --- */

/* The columns of sender_page and sender_row. */
enum {
    ID,
    ADDRESS,
    DISPLAY_NAME,
    ROUTE,
    HOST,
    PORT,
    SECURITY,
    USERNAME,
    CREATED_AT,
    SECRET_OF,
    DOMAIN_ID,
    DOMAIN_STATUS
};

static int take_sender(const struct cell *cell, struct sender *sender, struct err *err)
{
    *sender = (struct sender){.id = cell_uuid(&cell[ID]),
                              .address = cell[ADDRESS].s,
                              .display_name = cell[DISPLAY_NAME].s,
                              .host = cell[HOST].null ? NULL : cell[HOST].s,
                              .port = (int)cell[PORT].i,
                              .username = cell[USERNAME].null ? NULL : cell[USERNAME].s,
                              .has_secret = !cell[SECRET_OF].null,
                              .created_at = cell[CREATED_AT].i,
                              .has_domain = !cell[DOMAIN_ID].null,
                              .domain_id = cell_uuid(&cell[DOMAIN_ID])};
    if (!mail_route_parse(cell[ROUTE].s, &sender->route) ||
        (!cell[SECURITY].null && !smtp_security_parse(cell[SECURITY].s, &sender->security)) ||
        (sender->has_domain && !status_parse(cell[DOMAIN_STATUS].s, &sender->domain_status)))
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
        rc = take_sender(rows_at(&rows, i, 0), &(*out)[i], err);
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
    return take_sender(rows_at(&rows, 0, 0), *out, err);
}

int store_sender_bounces(struct store *store, struct pool *pool, struct uuid account_id, const struct sender *sender,
                         int limit, struct store_bounce **out, size_t *count, struct err *err)
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
        const struct cell *cell = rows_at(&rows, *count, 0);
        (*out)[*count] = (struct store_bounce){
            .recipient = cell[0].s, .status_code = cell[1].s, .reason = cell[2].s, .at = cell[3].i};
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

static int write_event(struct store *store, const struct changing *changing, enum audit_action action,
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

/* ON DUPLICATE KEY reads, which this user may not: so the old one goes first. */
static int write_secret(struct store *store, const struct changing *changing, struct err *err)
{
    struct arg who = arg_uuid(changing->account_id), which = arg_uuid(&changing->sender->id);
    int rc = 0;
    if (changing->secret->what != SECRET_STAYS)
        rc = query_once(store, NULL, QUERY(SENDER_SECRET_DELETE, who, which), NULL, NULL, err);
    if (rc == 0 && changing->secret->what == SECRET_IS)
        rc = query_once(store, NULL, QUERY(SENDER_SECRET_INSERT, arg_text(changing->secret->text), who, which), NULL,
                        NULL, err);
    return rc;
}

static struct arg security_of(const struct sender *sender)
{
    return arg_text(sender->route == MAIL_ROUTE_SMTP ? smtp_security_word(sender->security) : NULL);
}

/* > 0: nothing was added, changing->added says why. */
static int add_work(struct store *store, void *arg, struct err *err)
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
    return rc ? rc : write_event(store, changing, ACTION_SENDER_ADDED, sender->address, err);
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
    int rc = transaction_run(store, add_work, &changing, account_id, &changing.event_id, err);
    *added = changing.added;
    return store_outward(rc, err);
}

/* The row under its lock: two changes at once come one after the other. *address in pool. */
static int lock_sender(struct store *store, struct pool *pool, struct changing *changing, const char **address,
                       struct err *err)
{
    struct rows rows;
    int rc =
        query_once(store, pool, QUERY(SENDER_LOCK, arg_uuid(changing->account_id), arg_uuid(&changing->sender->id)),
                   &rows, NULL, err);
    changing->found = rc == 0 && rows.count > 0;
    if (changing->found)
        *address = rows_at(&rows, 0, 0)->s;
    return rc;
}

static int change_work(struct store *store, void *arg, struct err *err)
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
        rc = write_event(store, changing, ACTION_SENDER_CHANGED, address, err);
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
    int rc = transaction_run(store, change_work, &changing, account_id, &changing.event_id, err);
    *found = changing.found;
    return store_outward(rc, err);
}

static int delete_work(struct store *store, void *arg, struct err *err)
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
        rc = write_event(store, changing, ACTION_SENDER_DELETED, address, err);
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
    int rc = transaction_run(store, delete_work, &changing, account_id, &changing.event_id, err);
    *found = changing.found;
    return store_outward(rc, err);
}

/* --- test mails and logins --- */

enum { TEST_MAILS_KEPT_MS = 30 * 60 * 1000 };

/* Each statement may be done twice: a login or test that stands already is the one from the try whose answer was lost.
 */
int store_test_mail_add(struct store *store, struct uuid account_id, const struct store_test_mail *test,
                        const char *login, const char *hash, int64_t expires_at, struct err *err)
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

static int take_attempts(const struct rows *rows, struct store_attempt *out, struct err *err)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct cell *cell = rows_at(rows, i, 0);
        out[i] = (struct store_attempt){.outcome = cell[1].s,
                                        .host = cell[2].s,
                                        .answer = cell[3].s,
                                        .signed_as = cell[4].s,
                                        .selectors = cell[5].s,
                                        .at = cell[6].i};
        if (!mail_route_parse(cell[0].s, &out[i].route))
            return err_set(err, ERR_FAULT, "database: a test mail has the route \"%s\"", cell[0].s);
    }
    return 0;
}

int store_test_mail_last(struct store *store, struct pool *pool, struct uuid account_id, struct uuid sender_id,
                         bool *found, struct store_test_mail *test, struct store_attempt **out, size_t *count,
                         struct err *err)
{
    struct arg who = arg_uuid(&account_id);
    struct rows rows;
    *count = 0;
    int rc = query_again(store, pool, QUERY(TEST_MAIL_NEWEST, who, arg_uuid(&sender_id)), &rows, NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (!*found)
        return store_outward(rc, err);
    const struct cell *cell = rows_at(&rows, 0, 0);
    *test = (struct store_test_mail){
        .id = cell_uuid(&cell[0]), .sender_id = sender_id, .recipient = cell[1].s, .at = cell[2].i};
    rc = query_again(store, pool, QUERY(TEST_ATTEMPTS, who, arg_uuid(&test->id)), &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    *count = rows.count;
    return take_attempts(&rows, *out, err);
}

int store_credential_add(struct store *store, struct uuid account_id, const char *login, const char *hash, int64_t now,
                         enum store_added *added, struct err *err)
{
    int rc = query_again(
        store, NULL,
        QUERY(CREDENTIAL_INSERT, arg_text(login), arg_uuid(&account_id), arg_text(hash), arg_int(now), arg_text(NULL)),
        NULL, NULL, err);
    *added = rc == STORE_DUPLICATE ? STORE_EXISTS : rc == STORE_NO_PARENT ? STORE_NO_ACCOUNT : STORE_ADDED;
    return store_outward(rc == STORE_DUPLICATE || rc == STORE_NO_PARENT ? 0 : rc, err);
}
