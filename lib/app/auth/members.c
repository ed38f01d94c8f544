/*
 * Users and invitations of an account, from the store and back. Knows no page.
 */
#include "base/base.h"

#include "app/auth/members.h"

#include "app/auth/email_address.h"
#include "app/auth/login_mail.h"
#include "app/sender/sender_input.h"
#include "app/worker.h"
#include "base/clock.h"
#include "model/user.h"
#include "store/users.h"

#define INVITE_MS ((int64_t)7 * 24 * 3600 * 1000)

static int by_email(const void *a, const void *b)
{
    return strcmp(((const struct person *)a)->email, ((const struct person *)b)->email);
}

static struct person *persons(struct pool *pool, const struct store_person *row, size_t count, int64_t now)
{
    struct person *out = pool_array(pool, count, sizeof(*out));
    for (size_t i = 0; i < count; i++)
        out[i] = (struct person){.id = row[i].id,
                                 .email = row[i].email,
                                 .role = row[i].role,
                                 .since = row[i].created_at,
                                 .expires_at = row[i].expires_at,
                                 .expired = row[i].expires_at && row[i].expires_at <= now};
    qsort(out, count, sizeof(*out), by_email);
    return out;
}

int people_list(struct worker *worker, struct pool *pool, struct uuid account_id, struct people *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct store_person *user, *invited;
    *out = (struct people){0};
    int rc = store_user_list(store, pool, account_id, &user, &out->user_count, err);
    if (rc == 0)
        rc = store_invitation_list(store, pool, account_id, &invited, &out->invited_count, err);
    if (rc != 0)
        return rc;
    out->user = persons(pool, user, out->user_count, 0);
    out->invited = persons(pool, invited, out->invited_count, clock_wall_ms());
    return 0;
}

int people_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id, struct person **out,
               struct err *err)
{
    struct store *store = worker_store(worker);
    struct store_person *row;
    *out = NULL;
    int rc = store_user_get(store, pool, account_id, id, &row, err);
    if (rc == 0 && row)
        *out = persons(pool, row, 1, 0);
    return rc;
}

int people_find(struct worker *worker, struct uuid account_id, const char *email, bool *found, struct uuid *id,
                struct err *err)
{
    struct store *store = worker_store(worker);
    char address[EMAIL_SIZE];
    *found = false;
    email_typed(email, address);
    return store_user_of_address(store, account_id, address, found, id, err);
}

/* Mail servers take less than what may log in. */
static bool can_be_mailed(const char *email)
{
    struct pool *pool = pool_new();
    bool can = mail_address(pool, email) != NULL;
    pool_free(&pool);
    return can;
}

int people_invite(struct worker *worker, const struct actor *actor, const char *email, enum role role, enum lang lang,
                  struct invite *out, struct err *err)
{
    const struct conf *conf = worker_app(worker)->conf;
    const struct store_actor by = worker_actor(actor);
    struct store *store = worker_store(worker);
    char address[EMAIL_SIZE];
    bool exists = false;
    *out = (struct invite){.what = INVITE_BAD_EMAIL};
    int rc = actor_require(actor, ROLE_ADMIN, "change users", err);
    if (rc != 0)
        return rc;
    if (!email_evaluate(email) || !can_be_mailed(email))
        return 0;
    if (!login_mail_possible(conf)) {
        out->what = INVITE_NO_MAIL;
        return 0;
    }
    email_typed(email, address);
    rc = worker_limit_account(worker, LIMIT_INVITE, actor, &out->limited, err);
    if (rc == 0 && !out->limited.yes)
        rc = worker_limit(worker, LIMIT_MAIL_TO, address, strlen(address), &out->limited, err);
    out->what = INVITE_LIMITED;
    if (rc != 0 || out->limited.yes)
        return rc;
    int64_t now = clock_wall_ms();
    const struct store_person invited = {
        .id = uuid_new(), .email = address, .role = role, .created_at = now, .expires_at = now + INVITE_MS};
    rc = store_invitation_add(store, actor->account_id, &invited, lang_code(lang), &by, &exists, err);
    out->what = exists ? INVITE_EXISTS : INVITED;
    return rc;
}

int people_withdraw(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    struct store *store = worker_store(worker);
    *found = false;
    int rc = actor_require(actor, ROLE_ADMIN, "change users", err);
    return rc ? rc : store_invitation_withdraw(store, actor->account_id, id, &by, clock_wall_ms(), found, err);
}

static int change(struct worker *worker, const struct actor *actor, struct uuid id, const enum role *role,
                  enum person_change *out, struct err *err)
{
    static const enum person_change outcome[] = {[STORE_USER_CHANGED] = PERSON_CHANGED,
                                                 [STORE_USER_GONE] = PERSON_GONE,
                                                 [STORE_USER_LAST_ADMIN] = PERSON_LAST_ADMIN};
    const struct store_actor by = worker_actor(actor);
    struct store *store = worker_store(worker);
    enum store_user_change done = STORE_USER_GONE;
    int rc = actor_require(actor, ROLE_ADMIN, "change users", err);
    if (rc == 0)
        rc = store_user_change(store, actor->account_id, id, role, &by, clock_wall_ms(), &done, err);
    *out = outcome[done];
    return rc;
}

int people_set_role(struct worker *worker, const struct actor *actor, struct uuid id, enum role role,
                    enum person_change *out, struct err *err)
{
    return change(worker, actor, id, &role, out, err);
}

int people_remove(struct worker *worker, const struct actor *actor, struct uuid id, enum person_change *out,
                  struct err *err)
{
    return change(worker, actor, id, NULL, out, err);
}
