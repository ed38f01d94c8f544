/*
 * Users and invitations of an account: who may change them, how often, and what an address must be. Knows no page.
 */
#include "base/base.h"

#include "app/auth/members.h"

#include "app/auth/email_address.h"
#include "app/auth/login_mail.h"
#include "app/worker.h"
#include "base/clock.h"
#include "mailauth/mail_address.h"
#include "store/members.h"

#define INVITE_MS ((int64_t)7 * 24 * 3600 * 1000)

static int by_email(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->email, ((const struct member *)b)->email);
}

static int invitation_by_email(const void *a, const void *b)
{
    return strcmp(((const struct invitation *)a)->email, ((const struct invitation *)b)->email);
}

int members_list(struct worker *worker, struct pool *pool, struct uuid account_id, struct members *out, struct err *err)
{
    struct store *store = worker_store(worker);
    *out = (struct members){0};
    int rc = store_member_list(store, pool, account_id, &out->member, &out->member_count, err);
    if (rc == 0)
        rc = store_invitation_list(store, pool, account_id, &out->invitation, &out->invitation_count, err);
    if (rc != 0)
        return rc;
    qsort(out->member, out->member_count, sizeof(*out->member), by_email);
    qsort(out->invitation, out->invitation_count, sizeof(*out->invitation), invitation_by_email);
    return 0;
}

int member_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id, struct member **out,
               struct err *err)
{
    struct store *store = worker_store(worker);
    *out = NULL;
    return store_member_get(store, pool, account_id, id, out, err);
}

int member_find(struct worker *worker, struct uuid account_id, const char *email, bool *found, struct uuid *id,
                struct err *err)
{
    struct store *store = worker_store(worker);
    char address[EMAIL_SIZE];
    *found = false;
    email_normalize(email, address);
    return store_member_find(store, account_id, address, found, id, err);
}

/* Mail servers take fewer forms of address than users may log in with. */
static bool can_be_mailed(const char *email)
{
    struct pool *pool = pool_new();
    bool can = mail_address(pool, email) != NULL;
    pool_free(&pool);
    return can;
}

int member_invite(struct worker *worker, const struct actor *actor, const char *email, enum role role, enum lang lang,
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
    if (!email_is_valid(email) || !can_be_mailed(email))
        return 0;
    if (!login_mail_possible(conf)) {
        out->what = INVITE_NO_MAIL;
        return 0;
    }
    email_normalize(email, address);
    rc = worker_limit_account(worker, LIMIT_INVITE, actor, &out->limited, err);
    if (rc == 0 && !out->limited.yes)
        rc = worker_limit(worker, LIMIT_MAIL_TO, address, strlen(address), &out->limited, err);
    out->what = INVITE_LIMITED;
    if (rc != 0 || out->limited.yes)
        return rc;
    int64_t now = clock_wall_ms();
    const struct invitation invitation = {
        .id = uuid_new(), .email = address, .role = role, .created_at = now, .expires_at = now + INVITE_MS};
    out->what = INVITE_EXISTS;
    rc = store_invitation_add(store, actor->account_id, &invitation, lang_code(lang), &by, &exists, err);
    if (rc == 0 && !exists)
        out->what = INVITE_QUEUED;
    return rc;
}

int invitation_withdraw(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    struct store *store = worker_store(worker);
    *found = false;
    int rc = actor_require(actor, ROLE_ADMIN, "change users", err);
    return rc ? rc : store_invitation_withdraw(store, actor->account_id, id, &by, clock_wall_ms(), found, err);
}

/* role NULL: the user is removed. */
static int members_change(struct worker *worker, const struct actor *actor, struct uuid id, const enum role *role,
                          enum member_change *out, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    struct store *store = worker_store(worker);
    *out = MEMBER_GONE;
    int rc = actor_require(actor, ROLE_ADMIN, "change users", err);
    return rc ? rc : store_member_change(store, actor->account_id, id, role, &by, clock_wall_ms(), out, err);
}

int member_set_role(struct worker *worker, const struct actor *actor, struct uuid id, enum role role,
                    enum member_change *out, struct err *err)
{
    return members_change(worker, actor, id, &role, out, err);
}

int member_remove(struct worker *worker, const struct actor *actor, struct uuid id, enum member_change *out,
                  struct err *err)
{
    return members_change(worker, actor, id, NULL, out, err);
}
