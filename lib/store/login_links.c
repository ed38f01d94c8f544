/*
 * Rows of links by mail: the queued mails, the links that were sent, and the effects of using one. Knows no token, no
 * text and no SMTP.
 */
#include "base/base.h"

#include "store/event.h"
#include "store/login_links.h"
#include "store/login_parts.h"
#include "store/query.h"

/* --- the queued mails --- */

int login_mail_write(struct store *store, enum login_mail_kind kind, const char *email, const char *language,
                     const struct uuid *invitation_id, int64_t now, struct err *err)
{
    static const struct uuid nil;
    struct uuid id = uuid_new();
    return query_once(store, NULL,
                      QUERY(LOGIN_MAIL_INSERT, arg_uuid(&id), arg_text(login_mail_kind_word(kind)), arg_text(email),
                            arg_text(language), arg_uuid_or_null(invitation_id ? invitation_id : &nil), arg_int(now)),
                      NULL, NULL, err);
}

int store_login_mail_add(struct store *store, const char *email, const char *language, int64_t now, struct err *err)
{
    int rc = login_mail_write(store, LOGIN_MAIL_PASSWORD, email, language, NULL, now, err);
    if (rc == STORE_LOST) /* a repeated attempt may queue a second mail */
        rc = login_mail_write(store, LOGIN_MAIL_PASSWORD, email, language, NULL, now, err);
    return store_outward(rc, err);
}

static int take_mail(const struct cell *row, struct uuid owner, struct login_mail *out, struct err *err)
{
    const char *own_language = CELL(row, LOGIN_MAIL_CLAIMED, USER_LANGUAGE)->s,
               *asked_language = CELL(row, LOGIN_MAIL_CLAIMED, LANGUAGE)->s;
    const struct cell *kind = CELL(row, LOGIN_MAIL_CLAIMED, KIND),
                      *account_name = CELL(row, LOGIN_MAIL_CLAIMED, ACCOUNT_NAME);
    *out = (struct login_mail){.id = cell_uuid(CELL(row, LOGIN_MAIL_CLAIMED, ID)),
                               .email = CELL(row, LOGIN_MAIL_CLAIMED, EMAIL)->s,
                               .language = *own_language ? own_language : asked_language,
                               .created_at = CELL(row, LOGIN_MAIL_CLAIMED, CREATED_AT)->i,
                               .tries = (int)CELL(row, LOGIN_MAIL_CLAIMED, TRIES)->i,
                               .user_id = cell_uuid(CELL(row, LOGIN_MAIL_CLAIMED, USER_ID)),
                               .invitation_id = cell_uuid(CELL(row, LOGIN_MAIL_CLAIMED, INVITATION_ID)),
                               .expires_at = CELL(row, LOGIN_MAIL_CLAIMED, EXPIRES_AT)->i,
                               .account_name = account_name->null ? NULL : account_name->s,
                               .owner = owner};
    if (!login_mail_kind_parse(kind->s, &out->kind))
        return err_set(err, ERR_FAULT, "database: a mail carries a link of the kind \"%s\"", kind->s);
    out->account_id = cell_uuid(out->kind == LOGIN_MAIL_INVITE ? CELL(row, LOGIN_MAIL_CLAIMED, INVITATION_ACCOUNT_ID)
                                                               : CELL(row, LOGIN_MAIL_CLAIMED, USER_ACCOUNT_ID));
    return 0;
}

int store_login_mail_claim(struct store *store, struct pool *pool, int lease_ms, struct login_mail **out,
                           struct err *err)
{
    struct uuid owner = uuid_new();
    struct rows rows = {0};
    int64_t affected = 0;
    *out = NULL;
    int rc =
        query_again(store, NULL, QUERY(LOGIN_MAIL_CLAIM, arg_uuid(&owner), arg_int(lease_ms)), NULL, &affected, err);
    if (rc == 0 && affected > 0)
        rc = query_again(store, pool, QUERY(LOGIN_MAIL_CLAIMED, arg_uuid(&owner)), &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    struct login_mail *mail = pool_alloc(pool, sizeof(*mail));
    rc = take_mail(rows_row(&rows, 0), owner, mail, err);
    if (rc == 0)
        *out = mail;
    return rc;
}

int store_login_mail_done(struct store *store, const struct login_mail *mail, struct err *err)
{
    int rc = query_again(store, NULL, QUERY(LOGIN_MAIL_DELETE, arg_uuid(&mail->id), arg_uuid(&mail->owner)), NULL, NULL,
                         err);
    return store_outward(rc, err);
}

int store_login_mail_postpone(struct store *store, const struct login_mail *mail, int64_t pause_ms, struct err *err)
{
    int rc = query_again(store, NULL,
                         QUERY(LOGIN_MAIL_POSTPONE, arg_int(pause_ms), arg_uuid(&mail->id), arg_uuid(&mail->owner)),
                         NULL, NULL, err);
    return store_outward(rc, err);
}

/* --- the links --- */

int store_login_link_add(struct store *store, const struct login_mail *mail, const uint8_t hash[TOKEN_HASH_SIZE],
                         int64_t expires_at, struct err *err)
{
    int rc = query_again(store, NULL,
                         QUERY(LOGIN_LINK_INSERT, arg_bytes(hash, TOKEN_HASH_SIZE), arg_uuid(&mail->account_id),
                               arg_uuid_or_null(&mail->user_id), arg_uuid_or_null(&mail->invitation_id),
                               arg_int(expires_at)),
                         NULL, NULL, err);
    return rc == STORE_DUPLICATE ? 0
                                 : store_outward(rc, err); /* 256 random bits: a duplicate is our own first attempt */
}

int store_login_link_open(struct store *store, struct pool *pool, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                          struct login_link **out, struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool, QUERY(LOGIN_LINK_OPEN, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(now)), &rows,
                         NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    const struct cell *row = rows_row(&rows, 0), *role = CELL(row, LOGIN_LINK_OPEN, ROLE);
    struct login_link *link = pool_alloc(pool, sizeof(*link));
    *link = (struct login_link){.account_id = cell_uuid(CELL(row, LOGIN_LINK_OPEN, ACCOUNT_ID)),
                                .account_name = CELL(row, LOGIN_LINK_OPEN, ACCOUNT_NAME)->s,
                                .user_id = cell_uuid(CELL(row, LOGIN_LINK_OPEN, USER_ID)),
                                .invitation_id = cell_uuid(CELL(row, LOGIN_LINK_OPEN, INVITATION_ID))};
    bool invitation = login_link_is_invitation(link);
    link->email =
        (invitation ? CELL(row, LOGIN_LINK_OPEN, INVITATION_EMAIL) : CELL(row, LOGIN_LINK_OPEN, USER_EMAIL))->s;
    if (invitation && !role_parse(role->s, &link->role))
        return err_set(err, ERR_FAULT, "database: an invitation has the role \"%s\"", role->s);
    *out = link;
    return 0;
}

struct link_use {
    const uint8_t *hash;
    const struct login_link *link;
    const char *password_hash;
    struct uuid user_id;
    struct store_actor actor;
    struct uuid event_id;
    int64_t now;
    enum login_link_result result;
};

static int add_invited_user(struct store *store, const struct link_use *u, struct err *err)
{
    const struct login_link *link = u->link;
    struct arg account = arg_uuid(&link->account_id);
    int rc = query_once(store, NULL,
                        QUERY(USER_INSERT, arg_uuid(&u->user_id), account, arg_text(link->email),
                              arg_text(u->password_hash), arg_text(role_word(link->role)), arg_int(u->now)),
                        NULL, NULL, err);
    if (rc == 0)
        rc =
            query_once(store, NULL, QUERY(INVITATION_DELETE, account, arg_uuid(&link->invitation_id)), NULL, NULL, err);
    return rc;
}

/* Deleting the link's row makes it single-use: of two concurrent uses one deletes it. */
static int use_work(struct store *store, void *arg, struct err *err)
{
    struct link_use *u = arg;
    bool invitation = login_link_is_invitation(u->link);
    int64_t taken = 0;
    bool found;
    int rc = query_once(
        store, NULL,
        QUERY(LOGIN_LINK_TAKE, arg_bytes(u->hash, TOKEN_HASH_SIZE), arg_uuid(&u->link->account_id), arg_int(u->now)),
        NULL, &taken, err);
    u->result = LINK_GONE;
    if (rc != 0 || taken == 0)
        return rc ? rc : 1;
    rc = invitation
             ? add_invited_user(store, u, err)
             : user_password_write(store, &u->link->account_id, &u->user_id, u->password_hash, NULL, &found, err);
    if (rc == STORE_DUPLICATE) {
        u->result = LINK_ADDRESS_TAKEN;
        return 1;
    }
    if (rc != 0)
        return rc;
    u->result = LINK_USED;
    return event_write(store,
                       &(struct event_row){.id = &u->event_id,
                                           .account_id = &u->link->account_id,
                                           .domain_name = "",
                                           .actor = &u->actor,
                                           .action = invitation ? ACTION_USER_JOINED : ACTION_PASSWORD_RESET,
                                           .detail = u->link->email,
                                           .at = u->now},
                       err);
}

int store_login_link_use(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], const struct login_link *link,
                         struct uuid user_id, const char *password_hash, const char *addr, int64_t now,
                         enum login_link_result *result, struct err *err)
{
    struct link_use use = {.hash = hash,
                           .link = link,
                           .password_hash = password_hash,
                           .user_id = login_link_is_invitation(link) ? user_id : link->user_id,
                           .event_id = uuid_new(),
                           .now = now};
    use.actor = (struct store_actor){.user_id = use.user_id, .email = link->email, .addr = addr};
    int rc = transaction_run(store, use_work, &use, link->account_id, &use.event_id, err);
    *result = use.result;
    return store_outward(rc, err);
}
