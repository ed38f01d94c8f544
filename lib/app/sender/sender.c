/*
 * Listing, reading, adding, changing and deleting senders: rights and limits. sender_input.c validates the fields,
 * sender_host.c an SMTP server's addresses; sender_test.c sends test mails.
 */
#include "base/base.h"

#include "app/sender/sender.h"

#include "app/sender/sender_host.h"
#include "app/worker.h"
#include "base/clock.h"
#include "model/user.h"
#include "store/senders.h"

enum { PAGE_MAX = 200 };

int sender_list(struct worker *worker, struct pool *pool, struct uuid account_id, const char *after, int page_size,
                struct sender_list *out, struct err *err)
{
    struct store *store = worker_store(worker);
    int size = page_size < 1 ? 1 : page_size > PAGE_MAX ? PAGE_MAX : page_size;
    bool plain = after && strlen(after) < SENDER_ADDRESS_SIZE;
    for (const char *p = after; plain && *p; p++)
        plain = *p > 0x20 && *p < 0x7f; /* an ascii column can only be compared with ASCII */
    *out = (struct sender_list){0};
    int rc = store_sender_page(store, pool, account_id, plain ? after : "", size + 1, &out->sender, &out->count, err);
    out->more = out->count > (size_t)size;
    out->count = out->more ? (size_t)size : out->count;
    return rc;
}

/* --- one sender --- */

int sender_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
               struct sender_detail **out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct sender *sender;
    *out = NULL;
    int rc = store_sender_get(store, pool, account_id, id, &sender, err);
    if (rc != 0 || !sender)
        return rc;
    struct sender_detail *detail = pool_alloc(pool, sizeof(*detail));
    *detail = (struct sender_detail){.sender = *sender};
    rc = store_sender_bounces(store, pool, account_id, sender, BOUNCES_SHOWN, &detail->bounce, &detail->bounce_count,
                              err);
    if (rc == 0)
        rc = store_test_mail_last(store, pool, account_id, id, &detail->tested, &detail->test, &detail->attempt,
                                  &detail->attempt_count, err);
    if (rc == 0)
        *out = detail;
    return rc;
}

/* --- saving --- */

static struct store_secret secret_of(const struct sender *before, const struct sender *after,
                                     const struct sender_input *input)
{
    bool needed = after->route == MAIL_ROUTE_SMTP || after->route == MAIL_ROUTE_SENDGRID;
    if (after->has_secret)
        return (struct store_secret){SECRET_SET, input->field[SENDER_SECRET]};
    return (struct store_secret){needed && before ? SECRET_KEEP : SECRET_REMOVE, NULL};
}

static int sender_write_change(struct store *store, const struct actor *actor, const struct sender *sender,
                               const struct store_secret *secret, struct sender_save *out, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    bool found = false;
    int rc = store_sender_change(store, actor->account_id, sender, secret, &by, clock_wall_ms(), &found, err);
    out->what = rc == 0 && found ? SENDER_SAVED : SENDER_GONE;
    if (out->what == SENDER_SAVED)
        out->id = sender->id;
    return rc;
}

static int write_new(struct store *store, const struct actor *actor, struct sender *sender,
                     const struct store_secret *secret, struct sender_save *out, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    enum store_added added = STORE_NOT_ADDED;
    sender->id = uuid_new();
    sender->created_at = clock_wall_ms();
    int rc = store_sender_add(store, actor->account_id, sender, secret, &by, &added, err);
    if (rc != 0)
        return rc;
    if (added == STORE_NO_ACCOUNT)
        return err_set(err, ERR_FAULT, "the account is gone");
    if (added == STORE_EXISTS)
        out->evaluation.fault[SENDER_ADDRESS] = SENDER_TAKEN;
    if (added == STORE_ADDED) {
        out->what = SENDER_SAVED;
        out->id = sender->id;
    }
    return 0;
}

int sender_save(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                const struct sender_input *input, struct sender_save *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct sender *before = NULL, sender;
    bool is_new = uuid_is_nil(id);
    *out = (struct sender_save){.what = SENDER_GONE};
    int rc = actor_require(actor, ROLE_ADMIN, "change senders", err);
    if (rc == 0 && !is_new)
        rc = store_sender_get(store, pool, actor->account_id, id, &before, err);
    if (rc != 0 || (!before && !is_new))
        return rc;
    out->what = SENDER_REFUSED;
    if (!sender_evaluate(pool, worker_app(worker)->names, before, input, &sender, &out->evaluation))
        return 0;
    rc = worker_limit_account(worker, LIMIT_SENDER, actor, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    if (sender.route == MAIL_ROUTE_SMTP) {
        rc = sender_host_evaluate(worker, pool, sender.host, &out->evaluation.fault[SENDER_HOST], err);
        if (rc != 0 || out->evaluation.fault[SENDER_HOST] != SENDER_OK)
            return rc;
    }
    const struct store_secret secret = secret_of(before, &sender, input);
    return is_new ? write_new(store, actor, &sender, &secret, out, err)
                  : sender_write_change(store, actor, &sender, &secret, out, err);
}

int sender_delete(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    *found = false;
    int rc = actor_require(actor, ROLE_ADMIN, "delete senders", err);
    return rc ? rc : store_sender_delete(worker_store(worker), actor->account_id, id, &by, clock_wall_ms(), found, err);
}
