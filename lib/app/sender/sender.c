/*
 * Listing, looking at, adding, changing and deleting senders. Decides who may and how often, and looks an SMTP server's
 * name up, so that nobody makes the platform's mail server talk to its own network. Test mails have their own file.
 */
#include "base/base.h"

#include "app/sender/sender.h"

#include <arpa/inet.h>

#include "app/worker.h"
#include "base/clock.h"
#include "model/name.h"
#include "model/user.h"

enum { PAGE_MAX = 200 };

int sender_list(struct worker *worker, struct pool *pool, struct uuid account_id, const char *after, int page_size,
                struct sender_list *out, struct err *err)
{
    struct store *store = worker_store(worker);
    int size = page_size < 1 ? 1 : page_size > PAGE_MAX ? PAGE_MAX : page_size;
    bool plain = after && strlen(after) < SENDER_ADDRESS_SIZE;
    for (const char *p = after; plain && *p; p++)
        plain = *p > 0x20 && *p < 0x7f; /* an ascii column is compared with nothing else */
    *out = (struct sender_list){0};
    int rc = store_sender_page(store, pool, account_id, plain ? after : "", size + 1, &out->sender, &out->count, err);
    out->more = out->count > (size_t)size;
    out->count = out->more ? (size_t)size : out->count;
    return rc;
}

/* --- one sender --- */

static int get_bounces(struct store *store, struct pool *pool, struct uuid account_id, struct sender_detail *detail,
                       struct err *err)
{
    struct store_bounce *row;
    int rc =
        store_sender_bounces(store, pool, account_id, &detail->sender, BOUNCES_SHOWN, &row, &detail->bounce_count, err);
    if (rc != 0)
        return rc;
    detail->bounce = pool_array(pool, detail->bounce_count, sizeof(*detail->bounce));
    for (size_t i = 0; i < detail->bounce_count; i++)
        detail->bounce[i] = (struct sender_bounce){
            .recipient = row[i].recipient, .status_code = row[i].status_code, .reason = row[i].reason, .at = row[i].at};
    return 0;
}

static int get_test(struct store *store, struct pool *pool, struct uuid account_id, struct sender_detail *detail,
                    struct err *err)
{
    struct store_test_mail test;
    struct store_attempt *row;
    int rc = store_test_mail_last(store, pool, account_id, detail->sender.id, &detail->tested, &test, &row,
                                  &detail->attempt_count, err);
    if (rc != 0 || !detail->tested)
        return rc;
    detail->test_recipient = test.recipient;
    detail->test_at = test.at;
    detail->attempt = pool_array(pool, detail->attempt_count, sizeof(*detail->attempt));
    for (size_t i = 0; i < detail->attempt_count; i++)
        detail->attempt[i] =
            (struct sender_attempt){.route = row[i].route,
                                    .outcome = strcmp(row[i].outcome, "delivered") == 0  ? ATTEMPT_DELIVERED
                                               : strcmp(row[i].outcome, "deferred") == 0 ? ATTEMPT_DEFERRED
                                                                                         : ATTEMPT_FAILED,
                                    .host = row[i].host,
                                    .answer = row[i].answer,
                                    .signed_as = row[i].signed_as,
                                    .selectors = row[i].selectors,
                                    .at = row[i].at};
    return 0;
}

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
    detail->sender = *sender;
    rc = get_bounces(store, pool, account_id, detail, err);
    if (rc == 0)
        rc = get_test(store, pool, account_id, detail, err);
    if (rc == 0)
        *out = detail;
    return rc;
}

/* --- where an SMTP server stands --- */

enum { ADDRESSES_MAX = 16 };

struct addresses {
    struct {
        int family;
        uint8_t byte[16];
    } at[ADDRESSES_MAX];
    size_t count;
    bool silent; /* DNS did not answer usably to one of the questions */
};

static int look_up(struct worker *worker, struct pool *pool, const char *host, struct addresses *out, struct err *err)
{
    static const enum rr_type types[] = {RR_A, RR_AAAA};
    *out = (struct addresses){0};
    if (inet_pton(AF_INET, host, out->at[0].byte) == 1) {
        out->at[0].family = AF_INET;
        out->count = 1;
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct observation seen;
        int rc = dns_ask(worker_dns(worker), pool, &(struct question){.name = host, .type = types[i]}, &seen, err);
        if (rc != 0)
            return rc;
        out->silent = out->silent || !outcome_usable(seen.outcome);
        for (size_t j = 0; j < seen.rr_count && out->count < ADDRESSES_MAX; j++) {
            if (seen.rr[j].type != (int)types[i] || !seen.rr[j].data || seen.rr[j].data_len > sizeof(out->at[0].byte))
                continue;
            out->at[out->count].family = types[i] == RR_A ? AF_INET : AF_INET6;
            memcpy(out->at[out->count++].byte, seen.rr[j].data, seen.rr[j].data_len);
        }
    }
    return 0;
}

static bool share_one(const struct addresses *a, const struct addresses *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (a->at[i].family == b->at[j].family &&
                memcmp(a->at[i].byte, b->at[j].byte, a->at[i].family == AF_INET ? 4 : 16) == 0)
                return true;
    return false;
}

/* All addresses must be the world's: a name with one of each would lead inwards every other time. The mail server looks
 * again at delivery. */
static int evaluate_host(struct worker *worker, struct pool *pool, const char *host, enum sender_fault *fault,
                         struct err *err)
{
    const struct conf *conf = worker_app(worker)->conf;
    struct addresses theirs, ours;
    *fault = SENDER_OK;
    if (name_within(host, conf->platform_domain) || name_equal(host, conf->return_path_target)) {
        *fault = SENDER_HOST_OURS;
        return 0;
    }
    int rc = look_up(worker, pool, host, &theirs, err);
    if (rc != 0)
        return rc;
    if (theirs.count == 0)
        *fault = theirs.silent ? SENDER_HOST_SILENT : SENDER_HOST_UNKNOWN;
    for (size_t i = 0; i < theirs.count && !conf->dns_allow_private; i++)
        if (!dns_address_is_global(theirs.at[i].family, theirs.at[i].byte))
            *fault = SENDER_HOST_INWARD;
    const char *const own[] = {conf->return_path_target, conf->platform_domain};
    for (size_t i = 0; i < ARRAY_LEN(own) && *fault == SENDER_OK; i++) {
        rc = look_up(worker, pool, own[i], &ours, err);
        if (rc != 0)
            return rc;
        if (share_one(&theirs, &ours))
            *fault = SENDER_HOST_OURS;
    }
    return 0;
}

/* --- saving --- */

static struct store_secret secret_of(const struct sender *before, const struct sender *after,
                                     const struct sender_input *input)
{
    bool needed = after->route == MAIL_ROUTE_SMTP || after->route == MAIL_ROUTE_SENDGRID;
    if (after->has_secret)
        return (struct store_secret){SECRET_IS, input->field[SENDER_SECRET]};
    return (struct store_secret){needed && before ? SECRET_STAYS : SECRET_GOES, NULL};
}

static int write_sender(struct worker *worker, const struct actor *actor, const struct sender *before,
                        struct sender *sender, const struct sender_input *input, struct sender_save *out,
                        struct err *err)
{
    struct store *store = worker_store(worker);
    const struct store_actor by = worker_actor(actor);
    struct store_secret secret = secret_of(before, sender, input);
    int64_t now = clock_wall_ms();
    if (before) {
        bool found = false;
        int rc = store_sender_change(store, actor->account_id, sender, &secret, &by, now, &found, err);
        out->what = found ? SENDER_SAVED : SENDER_GONE;
        out->id = sender->id;
        return rc;
    }
    enum store_added added = STORE_ADDED;
    sender->id = uuid_new();
    sender->created_at = now;
    int rc = store_sender_add(store, actor->account_id, sender, &secret, &by, &added, err);
    if (rc == 0 && added == STORE_NO_ACCOUNT)
        return err_set(err, ERR_FAULT, "the account is gone");
    out->what = added == STORE_ADDED ? SENDER_SAVED : SENDER_REFUSED;
    out->evaluation.fault[SENDER_ADDRESS] = added == STORE_EXISTS ? SENDER_TAKEN : SENDER_OK;
    if (out->what == SENDER_SAVED)
        out->id = sender->id;
    return rc;
}

int sender_save(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                const struct sender_input *input, struct sender_save *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct sender *before = NULL, sender;
    *out = (struct sender_save){.what = SENDER_GONE};
    int rc = actor_require(actor, ROLE_ADMIN, "change senders", err);
    if (rc == 0 && !uuid_is_nil(id))
        rc = store_sender_get(store, pool, actor->account_id, id, &before, err);
    if (rc != 0 || (!before && !uuid_is_nil(id)))
        return rc;
    out->what = SENDER_REFUSED;
    if (!sender_evaluate(pool, worker_app(worker)->names, before, input, &sender, &out->evaluation))
        return 0;
    rc = worker_limit_account(worker, LIMIT_SENDER, actor, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    if (sender.route == MAIL_ROUTE_SMTP) {
        rc = evaluate_host(worker, pool, sender.host, &out->evaluation.fault[SENDER_HOST], err);
        if (rc != 0 || out->evaluation.fault[SENDER_HOST] != SENDER_OK)
            return rc;
    }
    return write_sender(worker, actor, before, &sender, input, out, err);
}

int sender_delete(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    *found = false;
    int rc = actor_require(actor, ROLE_ADMIN, "delete senders", err);
    return rc ? rc : store_sender_delete(worker_store(worker), actor->account_id, id, &by, clock_wall_ms(), found, err);
}
