/*
 * Rows of an account's members: users with their roles, and invitations. An account keeps at least one admin, also when
 * two changes run at once.
 */
#include "base/base.h"

#include "store/event.h"
#include "store/login_parts.h"
#include "store/members.h"
#include "store/query.h"

/* --- reading --- */

static int take_role(const struct cell *cell, enum role *out, struct err *err)
{
    return role_parse(cell->s, out) ? 0 : err_set(err, ERR_FAULT, "database: a user has the role \"%s\"", cell->s);
}

static int members_take_member(const struct cell *row, struct member *out, struct err *err)
{
    *out = (struct member){.id = cell_uuid(CELL(row, MEMBER_ROW, ID)),
                           .email = CELL(row, MEMBER_ROW, EMAIL)->s,
                           .created_at = CELL(row, MEMBER_ROW, CREATED_AT)->i};
    return take_role(CELL(row, MEMBER_ROW, ROLE), &out->role, err);
}

static int take_invitation(const struct cell *row, struct invitation *out, struct err *err)
{
    *out = (struct invitation){.id = cell_uuid(CELL(row, INVITATION_LIST, ID)),
                               .email = CELL(row, INVITATION_LIST, EMAIL)->s,
                               .created_at = CELL(row, INVITATION_LIST, CREATED_AT)->i,
                               .expires_at = CELL(row, INVITATION_LIST, EXPIRES_AT)->i};
    return take_role(CELL(row, INVITATION_LIST, ROLE), &out->role, err);
}

int store_member_list(struct store *store, struct pool *pool, struct uuid account_id, struct member **out,
                      size_t *count, struct err *err)
{
    struct rows rows = {0};
    *count = 0;
    int rc = query_again(store, pool, QUERY(MEMBER_LIST, arg_uuid(&account_id)), &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; rc == 0 && *count < rows.count; ++*count)
        rc = members_take_member(rows_row(&rows, *count), &(*out)[*count], err);
    return rc;
}

int store_invitation_list(struct store *store, struct pool *pool, struct uuid account_id, struct invitation **out,
                          size_t *count, struct err *err)
{
    struct rows rows = {0};
    *count = 0;
    int rc = query_again(store, pool, QUERY(INVITATION_LIST, arg_uuid(&account_id)), &rows, NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; rc == 0 && *count < rows.count; ++*count)
        rc = take_invitation(rows_row(&rows, *count), &(*out)[*count], err);
    return rc;
}

int store_member_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                     struct member **out, struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool, QUERY(MEMBER_GET, arg_uuid(&account_id), arg_uuid(&id)), &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    *out = pool_alloc(pool, sizeof(**out));
    return members_take_member(rows_row(&rows, 0), *out, err);
}

int store_member_find(struct store *store, struct uuid account_id, const char *email, bool *found, struct uuid *id,
                      struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(MEMBER_FIND, arg_uuid(&account_id), arg_text(email)), &rows, NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (*found)
        *id = cell_uuid(CELL(rows_row(&rows, 0), MEMBER_FIND, ID));
    pool_free(&pool);
    return store_outward(rc, err);
}

/* --- changes --- */

struct changing {
    const struct uuid *account_id, *id;
    const enum role *role; /* NULL: the user is removed */
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    enum member_change change;
};

/* Whether the account would be left without an admin. */
static bool is_last_admin(const struct rows *admins, const struct changing *c)
{
    if (admins->count != 1 || (c->role && *c->role == ROLE_ADMIN))
        return false;
    return uuid_equal(cell_uuid(CELL(rows_row(admins, 0), MEMBER_ADMINS_LOCK, ID)), *c->id);
}

static int members_write_change(struct store *store, struct changing *c, const char *email, struct err *err)
{
    struct arg account = arg_uuid(c->account_id), user = arg_uuid(c->id);
    int rc = c->role ? query_once(store, NULL, QUERY(MEMBER_ROLE_UPDATE, arg_text(role_word(*c->role)), account, user),
                                  NULL, NULL, err)
                     : query_once(store, NULL, QUERY(MEMBER_DELETE, account, user), NULL, NULL, err);
    if (rc != 0)
        return rc;
    return event_write(store,
                       &(struct event_row){.id = &c->event_id,
                                           .account_id = c->account_id,
                                           .domain_name = "",
                                           .actor = c->actor,
                                           .action = !c->role                 ? ACTION_USER_REMOVED
                                                     : *c->role == ROLE_ADMIN ? ACTION_USER_MADE_ADMIN
                                                                              : ACTION_USER_MADE_VIEWER,
                                           .detail = email,
                                           .at = c->now},
                       err);
}

static int members_change_work(struct store *store, void *arg, struct err *err)
{
    struct changing *c = arg;
    struct pool *pool = pool_new();
    struct rows admins, user;
    c->change = MEMBER_GONE;
    int rc = query_once(store, pool, QUERY(MEMBER_ADMINS_LOCK, arg_uuid(c->account_id)), &admins, NULL, err);
    if (rc == 0)
        rc = query_once(store, pool, QUERY(MEMBER_GET, arg_uuid(c->account_id), arg_uuid(c->id)), &user, NULL, err);
    if (rc == 0 && user.count > 0)
        c->change = is_last_admin(&admins, c) ? MEMBER_LAST_ADMIN : MEMBER_CHANGED;
    if (rc == 0)
        rc = c->change == MEMBER_CHANGED
                 ? members_write_change(store, c, CELL(rows_row(&user, 0), MEMBER_ROW, EMAIL)->s, err)
                 : 1;
    pool_free(&pool);
    return rc;
}

int store_member_change(struct store *store, struct uuid account_id, struct uuid id, const enum role *role,
                        const struct store_actor *actor, int64_t now, enum member_change *change, struct err *err)
{
    struct changing changing = {
        .account_id = &account_id, .id = &id, .role = role, .actor = actor, .event_id = uuid_new(), .now = now};
    int rc = transaction_run(store, members_change_work, &changing, account_id, &changing.event_id, err);
    *change = changing.change;
    return store_outward(rc, err);
}

/* --- invitations --- */

struct inviting {
    const struct uuid *account_id, *id;
    const struct invitation *invitation; /* NULL: it is withdrawn */
    const char *language;
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    bool found; /* the invitation to withdraw; or, when inviting, a user with that address */
};

static int write_invitation_event(struct store *store, const struct inviting *i, const char *email, struct err *err)
{
    return event_write(store,
                       &(struct event_row){.id = &i->event_id,
                                           .account_id = i->account_id,
                                           .domain_name = "",
                                           .actor = i->actor,
                                           .action = i->invitation ? ACTION_USER_INVITED : ACTION_INVITATION_WITHDRAWN,
                                           .detail = email,
                                           .at = i->now},
                       err);
}

/* > 0: nothing was done; i->found has the reason. */
static int invite_work(struct store *store, void *arg, struct err *err)
{
    struct inviting *i = arg;
    const struct invitation *who = i->invitation;
    struct arg account = arg_uuid(i->account_id), email = arg_text(who->email);
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool, QUERY(MEMBER_FIND, account, email), &rows, NULL, err);
    i->found = rc == 0 && rows.count > 0;
    pool_free(&pool);
    if (rc != 0 || i->found)
        return rc ? rc : 1;
    rc = query_once(store, NULL, QUERY(INVITATION_REPLACE, account, email), NULL, NULL, err);
    if (rc == 0)
        rc = query_once(store, NULL,
                        QUERY(INVITATION_INSERT, arg_uuid(&who->id), account, email, arg_text(role_word(who->role)),
                              arg_int(who->created_at), arg_int(who->expires_at)),
                        NULL, NULL, err);
    if (rc == STORE_DUPLICATE) /* a concurrent one was added since the lookup: repeats once, to replace it */
        return STORE_CONFLICT;
    if (rc == 0)
        rc = login_mail_write(store, LOGIN_MAIL_INVITE, who->email, i->language, &who->id, who->created_at, err);
    return rc ? rc : write_invitation_event(store, i, who->email, err);
}

static int withdraw_work(struct store *store, void *arg, struct err *err)
{
    struct inviting *i = arg;
    struct arg account = arg_uuid(i->account_id), which = arg_uuid(i->id);
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool, QUERY(INVITATION_GET, account, which), &rows, NULL, err);
    i->found = rc == 0 && rows.count > 0;
    if (rc == 0)
        rc = i->found ? query_once(store, NULL, QUERY(INVITATION_DELETE, account, which), NULL, NULL, err) : 1;
    if (rc == 0)
        rc = write_invitation_event(store, i, CELL(rows_row(&rows, 0), INVITATION_GET, EMAIL)->s, err);
    pool_free(&pool);
    return rc;
}

int store_invitation_add(struct store *store, struct uuid account_id, const struct invitation *invitation,
                         const char *language, const struct store_actor *actor, bool *exists, struct err *err)
{
    struct inviting inviting = {.account_id = &account_id,
                                .id = &invitation->id,
                                .invitation = invitation,
                                .language = language,
                                .actor = actor,
                                .event_id = uuid_new(),
                                .now = invitation->created_at};
    int rc = transaction_run(store, invite_work, &inviting, account_id, &inviting.event_id, err);
    *exists = inviting.found;
    return store_outward(rc, err);
}

int store_invitation_withdraw(struct store *store, struct uuid account_id, struct uuid id,
                              const struct store_actor *actor, int64_t now, bool *found, struct err *err)
{
    struct inviting inviting = {
        .account_id = &account_id, .id = &id, .actor = actor, .event_id = uuid_new(), .now = now};
    int rc = transaction_run(store, withdraw_work, &inviting, account_id, &inviting.event_id, err);
    *found = inviting.found;
    return store_outward(rc, err);
}
