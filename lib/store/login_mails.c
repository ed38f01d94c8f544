/*
 * Rows of links by mail: the mails that wait, the links that were sent, and what using one does. Knows no token, no
 * words and no SMTP.
 */
#include "base/base.h"

#include "model/user.h"
#include "store/event.h"
#include "store/login_parts.h"
#include "store/query.h"
#include "store/users.h"

static const char *const kind_words[] = {[LOGIN_MAIL_PASSWORD] = "password", [LOGIN_MAIL_INVITE] = "invite"};

/* --- the mails that wait --- */

int login_mail_write(struct store *store, enum store_login_mail_kind kind, const char *email, const char *language,
                     const struct uuid *invitation_id, int64_t now, struct err *err)
{
    static const struct uuid nil;
    struct uuid id = uuid_new();
    return query_once(store, NULL,
                      QUERY(LOGIN_MAIL_INSERT, arg_uuid(&id), arg_text(kind_words[kind]), arg_text(email),
                            arg_text(language), arg_uuid_or_null(invitation_id ? invitation_id : &nil), arg_int(now)),
                      NULL, NULL, err);
}

int store_login_mail_add(struct store *store, const char *email, const char *language, int64_t now, struct err *err)
{
    int rc = login_mail_write(store, LOGIN_MAIL_PASSWORD, email, language, NULL, now, err);
    if (rc == STORE_LOST) /* at the worst there are two mails */
        rc = login_mail_write(store, LOGIN_MAIL_PASSWORD, email, language, NULL, now, err);
    return store_outward(rc, err);
}

int store_login_mail_claim(struct store *store, struct pool *pool, int lease_ms, struct store_login_mail **out,
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
    const struct cell *cell = rows_at(&rows, 0, 0);
    bool invite = strcmp(cell[1].s, kind_words[LOGIN_MAIL_INVITE]) == 0;
    *out = pool_alloc(pool, sizeof(**out));
    **out = (struct store_login_mail){.id = cell_uuid(&cell[0]),
                                      .kind = invite ? LOGIN_MAIL_INVITE : LOGIN_MAIL_PASSWORD,
                                      .email = cell[2].s,
                                      .language = *cell[8].s ? cell[8].s : cell[3].s,
                                      .created_at = cell[4].i,
                                      .tries = (int)cell[5].i,
                                      .user_id = cell_uuid(&cell[6]),
                                      .account_id = cell_uuid(&cell[invite ? 10 : 7]),
                                      .invitation_id = cell_uuid(&cell[9]),
                                      .expires_at = cell[11].i,
                                      .account_name = cell[12].null ? NULL : cell[12].s,
                                      .owner = owner};
    return 0;
}

int store_login_mail_done(struct store *store, const struct store_login_mail *mail, struct err *err)
{
    return store_outward(query_again(store, NULL, QUERY(LOGIN_MAIL_DELETE, arg_uuid(&mail->id), arg_uuid(&mail->owner)),
                                     NULL, NULL, err),
                         err);
}

int store_login_mail_postpone(struct store *store, const struct store_login_mail *mail, int64_t pause_ms,
                              struct err *err)
{
    return store_outward(
        query_again(store, NULL,
                    QUERY(LOGIN_MAIL_POSTPONE, arg_int(pause_ms), arg_uuid(&mail->id), arg_uuid(&mail->owner)), NULL,
                    NULL, err),
        err);
}

int store_login_link_add(struct store *store, const struct store_login_mail *mail, const uint8_t hash[TOKEN_HASH_SIZE],
                         int64_t expires_at, struct err *err)
{
    int rc = query_again(store, NULL,
                         QUERY(LOGIN_LINK_INSERT, arg_bytes(hash, TOKEN_HASH_SIZE), arg_uuid(&mail->account_id),
                               arg_uuid_or_null(&mail->user_id), arg_uuid_or_null(&mail->invitation_id),
                               arg_int(expires_at)),
                         NULL, NULL, err);
    return rc == STORE_DUPLICATE ? 0 : store_outward(rc, err); /* 256 random bits: only our own first attempt */
}

/* --- the links --- */

int store_login_link_open(struct store *store, struct pool *pool, const uint8_t hash[TOKEN_HASH_SIZE], int64_t now,
                          struct store_login_link **out, struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool, QUERY(LOGIN_LINK_OPEN, arg_bytes(hash, TOKEN_HASH_SIZE), arg_int(now)), &rows,
                         NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    const struct cell *cell = rows_at(&rows, 0, 0);
    bool invite = cell[2].null;
    *out = pool_alloc(pool, sizeof(**out));
    **out = (struct store_login_link){.account_id = cell_uuid(&cell[0]),
                                      .account_name = cell[1].s,
                                      .user_id = cell_uuid(&cell[2]),
                                      .invitation_id = cell_uuid(&cell[4]),
                                      .email = invite ? cell[5].s : cell[3].s,
                                      .role = ROLE_VIEWER};
    if (invite)
        role_parse(cell[6].s, &(*out)->role);
    return 0;
}

struct link_using {
    const uint8_t *hash;
    const struct store_login_link *link;
    const char *password_hash;
    struct uuid user_id;
    struct store_actor actor;
    struct uuid event_id;
    int64_t now;
    enum store_link_used used;
};

static int make_user(struct store *store, const struct link_using *u, struct err *err)
{
    const struct store_login_link *link = u->link;
    int rc = query_once(store, NULL,
                        QUERY(USER_INSERT, arg_uuid(&u->user_id), arg_uuid(&link->account_id), arg_text(link->email),
                              arg_text(u->password_hash), arg_text(role_word(link->role)), arg_int(u->now)),
                        NULL, NULL, err);
    if (rc == 0)
        rc = query_once(store, NULL,
                        QUERY(INVITATION_DELETE, arg_uuid(&link->account_id), arg_uuid(&link->invitation_id)), NULL,
                        NULL, err);
    return rc;
}

/* Taking the link's row is what makes it good for once: of two that use it at once, one takes it. */
static int link_work(struct store *store, void *arg, struct err *err)
{
    struct link_using *u = arg;
    bool invite = uuid_is_nil(u->link->user_id);
    int64_t taken = 0;
    bool found;
    int rc = query_once(
        store, NULL,
        QUERY(LOGIN_LINK_TAKE, arg_bytes(u->hash, TOKEN_HASH_SIZE), arg_uuid(&u->link->account_id), arg_int(u->now)),
        NULL, &taken, err);
    u->used = STORE_LINK_GONE;
    if (rc != 0 || taken == 0)
        return rc ? rc : 1;
    rc = invite ? make_user(store, u, err)
                : user_password_write(store, &u->link->account_id, &u->user_id, u->password_hash, NULL, &found, err);
    u->used = rc == STORE_DUPLICATE ? STORE_LINK_TAKEN : STORE_LINK_DONE;
    if (rc == STORE_DUPLICATE)
        return 1;
    if (rc == 0)
        rc = event_write(store,
                         &(struct event_row){.id = &u->event_id,
                                             .account_id = &u->link->account_id,
                                             .domain_name = "",
                                             .actor = &u->actor,
                                             .action = invite ? ACTION_USER_JOINED : ACTION_PASSWORD_RESET,
                                             .detail = u->link->email,
                                             .at = u->now},
                         err);
    return rc;
}

int store_login_link_use(struct store *store, const uint8_t hash[TOKEN_HASH_SIZE], const struct store_login_link *link,
                         struct uuid user_id, const char *password_hash, const char *addr, int64_t now,
                         enum store_link_used *used, struct err *err)
{
    struct link_using using = {.hash = hash,
                               .link = link,
                               .password_hash = password_hash,
                               .user_id = uuid_is_nil(link->user_id) ? user_id : link->user_id,
                               .event_id = uuid_new(),
                               .now = now};
    using.actor = (struct store_actor){.user_id = using.user_id, .email = link->email, .addr = addr};
    int rc = transaction_run(store, link_work, &using, link->account_id, &using.event_id, err);
    *used = using.used;
    return store_outward(rc, err);
}
