/*
 * Rows of who uses an account: users with their roles, and invitations. An account keeps one admin, whatever happens at
 * once.
 */
#include "base/base.h"

#include "model/user.h"
#include "store/event.h"
#include "store/login_parts.h"
#include "store/query.h"
#include "store/users.h"

static struct store_person person_of(const struct cell *cell, bool invited)
{
    struct store_person person = {
        .id = cell_uuid(&cell[0]), .email = cell[1].s, .role = ROLE_VIEWER, .created_at = cell[3].i};
    role_parse(cell[2].s, &person.role);
    if (invited)
        person.expires_at = cell[4].i;
    return person;
}

static int list(struct store *store, struct pool *pool, enum statement which, struct uuid account_id,
                struct store_person **out, size_t *count, struct err *err)
{
    struct rows rows = {0};
    int rc = query_again(store, pool, which, QUERY_ARGS(arg_uuid(&account_id)), &rows, NULL, err);
    *count = 0;
    *out = pool_array(pool, rows.count, sizeof(**out));
    for (; rc == 0 && *count < rows.count; ++*count)
        (*out)[*count] = person_of(rows_at(&rows, *count, 0), which == SQL_INVITATION_LIST);
    return store_outward(rc, err);
}

int store_user_list(struct store *store, struct pool *pool, struct uuid account_id, struct store_person **out,
                    size_t *count, struct err *err)
{
    return list(store, pool, SQL_USER_LIST, account_id, out, count, err);
}

int store_invitation_list(struct store *store, struct pool *pool, struct uuid account_id, struct store_person **out,
                          size_t *count, struct err *err)
{
    return list(store, pool, SQL_INVITATION_LIST, account_id, out, count, err);
}

int store_user_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                   struct store_person **out, struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool, QUERY(USER_GET, arg_uuid(&account_id), arg_uuid(&id)), &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    *out = pool_alloc(pool, sizeof(**out));
    **out = person_of(rows_at(&rows, 0, 0), false);
    return 0;
}

int store_user_of_address(struct store *store, struct uuid account_id, const char *email, bool *found, struct uuid *id,
                          struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_again(store, pool, QUERY(USER_OF_ADDRESS, arg_uuid(&account_id), arg_text(email)), &rows, NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (*found)
        *id = cell_uuid(rows_at(&rows, 0, 0));
    pool_free(&pool);
    return store_outward(rc, err);
}

/* --- changes --- */

struct person_changing {
    const struct uuid *account_id, *id;
    const enum role *role; /* NULL: he goes */
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    enum store_user_change change;
};

/* Whether the account would be left without an admin. */
static bool is_last_admin(const struct rows *admins, const struct person_changing *c)
{
    if (admins->count != 1 || (c->role && *c->role == ROLE_ADMIN))
        return false;
    return uuid_equal(cell_uuid(rows_at(admins, 0, 0)), *c->id);
}

static int write_change(struct store *store, struct person_changing *c, const char *email, struct err *err)
{
    struct arg account = arg_uuid(c->account_id), user = arg_uuid(c->id);
    int rc = c->role ? query_once(store, NULL, QUERY(USER_ROLE_UPDATE, arg_text(role_word(*c->role)), account, user),
                                  NULL, NULL, err)
                     : query_once(store, NULL, QUERY(USER_DELETE, account, user), NULL, NULL, err);
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

static int person_work(struct store *store, void *arg, struct err *err)
{
    struct person_changing *c = arg;
    struct pool *pool = pool_new();
    struct rows admins, user;
    c->change = STORE_USER_GONE;
    int rc = query_once(store, pool, QUERY(USER_ADMINS_LOCK, arg_uuid(c->account_id)), &admins, NULL, err);
    if (rc == 0)
        rc = query_once(store, pool, QUERY(USER_GET, arg_uuid(c->account_id), arg_uuid(c->id)), &user, NULL, err);
    if (rc == 0 && user.count > 0)
        c->change = is_last_admin(&admins, c) ? STORE_USER_LAST_ADMIN : STORE_USER_CHANGED;
    if (rc == 0)
        rc = c->change == STORE_USER_CHANGED ? write_change(store, c, rows_at(&user, 0, 1)->s, err) : 1;
    pool_free(&pool);
    return rc;
}

int store_user_change(struct store *store, struct uuid account_id, struct uuid id, const enum role *role,
                      const struct store_actor *actor, int64_t now, enum store_user_change *change, struct err *err)
{
    struct person_changing changing = {
        .account_id = &account_id, .id = &id, .role = role, .actor = actor, .event_id = uuid_new(), .now = now};
    int rc = transaction_run(store, person_work, &changing, account_id, &changing.event_id, err);
    *change = changing.change;
    return store_outward(rc, err);
}

/* --- invitations --- */

struct inviting {
    const struct uuid *account_id, *id;
    const struct store_person *invited; /* NULL: it is withdrawn */
    const char *language;
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    bool found; /* the invitation to withdraw; or, when inviting, a user with that address */
};

static int invite(struct store *store, struct inviting *i, struct err *err)
{
    const struct store_person *who = i->invited;
    struct arg account = arg_uuid(i->account_id), email = arg_text(who->email);
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool, QUERY(USER_OF_ADDRESS, account, email), &rows, NULL, err);
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
    if (rc == STORE_DUPLICATE) /* another's, written since ours was looked for: once more, to replace that */
        return STORE_CONFLICT;
    return rc ? rc
              : login_mail_write(store, LOGIN_MAIL_INVITE, who->email, i->language, &who->id, who->created_at, err);
}

static int invitation_work(struct store *store, void *arg, struct err *err)
{
    struct inviting *i = arg;
    struct pool *pool = pool_new();
    struct rows rows;
    const char *email = i->invited ? i->invited->email : "";
    int rc;
    if (i->invited) {
        rc = invite(store, i, err);
    } else {
        rc = query_once(store, pool, QUERY(INVITATION_GET, arg_uuid(i->account_id), arg_uuid(i->id)), &rows, NULL, err);
        i->found = rc == 0 && rows.count > 0;
        if (rc == 0)
            rc = i->found ? query_once(store, NULL, QUERY(INVITATION_DELETE, arg_uuid(i->account_id), arg_uuid(i->id)),
                                       NULL, NULL, err)
                          : 1;
        if (rc == 0)
            email = rows_at(&rows, 0, 0)->s;
    }
    if (rc == 0)
        rc = event_write(store,
                         &(struct event_row){.id = &i->event_id,
                                             .account_id = i->account_id,
                                             .domain_name = "",
                                             .actor = i->actor,
                                             .action = i->invited ? ACTION_USER_INVITED : ACTION_INVITATION_WITHDRAWN,
                                             .detail = email,
                                             .at = i->now},
                         err);
    pool_free(&pool);
    return rc;
}

int store_invitation_add(struct store *store, struct uuid account_id, const struct store_person *invited,
                         const char *language, const struct store_actor *actor, bool *exists, struct err *err)
{
    struct inviting inviting = {.account_id = &account_id,
                                .id = &invited->id,
                                .invited = invited,
                                .language = language,
                                .actor = actor,
                                .event_id = uuid_new(),
                                .now = invited->created_at};
    int rc = transaction_run(store, invitation_work, &inviting, account_id, &inviting.event_id, err);
    *exists = inviting.found;
    return store_outward(rc, err);
}

int store_invitation_withdraw(struct store *store, struct uuid account_id, struct uuid id,
                              const struct store_actor *actor, int64_t now, bool *found, struct err *err)
{
    struct inviting inviting = {
        .account_id = &account_id, .id = &id, .actor = actor, .event_id = uuid_new(), .now = now};
    int rc = transaction_run(store, invitation_work, &inviting, account_id, &inviting.event_id, err);
    *found = inviting.found;
    return store_outward(rc, err);
}
