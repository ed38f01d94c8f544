/*
 * What one worker holds: a store under the right database user, a DNS handle, rights and rate limits. Knows no use
 * case.
 */
#include "base/base.h"

#include "app/worker.h"

#include <arpa/inet.h>
#include <sodium.h>

#include "base/clock.h"
#include "store/rate_limits.h"

struct worker {
    const struct app *app;
    enum worker_kind as;
    struct store *store; /* NULL until it is needed, as dns */
    struct dns *dns;
    const atomic_bool *stop; /* NULL: none */
};

struct worker *worker_new(const struct app *app, enum worker_kind as)
{
    struct worker *worker = mem_alloc(sizeof(*worker));
    *worker = (struct worker){.app = app, .as = as};
    return worker;
}

void worker_free(struct worker **worker)
{
    if (!*worker)
        return;
    store_free(&(*worker)->store);
    dns_free(&(*worker)->dns);
    free(*worker);
    *worker = NULL;
}

const struct app *worker_app(const struct worker *worker)
{
    return worker->app;
}

struct store *worker_store(struct worker *worker)
{
    const struct conf *conf = worker->app->conf;
    if (worker->store)
        return worker->store;
    const char *user = conf->db_user, *file = conf->db_password_file;
    if (worker->as == WORKER_OWNER && conf->db_owner_user) {
        user = conf->db_owner_user;
        file = conf->db_owner_password_file;
    } else if (worker->as == WORKER_SWEEP && conf->db_sweep_user) {
        user = conf->db_sweep_user;
        file = conf->db_sweep_password_file;
    }
    worker->store = store_new(&(struct store_login){.socket = conf->db_socket,
                                                    .host = conf->db_host,
                                                    .port = conf->db_port,
                                                    .schema = conf->db_name,
                                                    .user = user,
                                                    .password_file = file,
                                                    .long_running = worker->as == WORKER_OWNER});
    return worker->store;
}

struct dns *worker_dns(struct worker *worker)
{
    if (!worker->dns)
        worker->dns = dns_new(worker->app->conf);
    return worker->dns;
}

void worker_stop_on(struct worker *worker, const atomic_bool *stop)
{
    worker->stop = stop;
    dns_stop_on(worker_dns(worker), stop);
}

void worker_keep_pace(struct worker *worker, struct pace *pace)
{
    dns_keep_pace(worker_dns(worker), pace);
}

bool worker_stopped(const struct worker *worker)
{
    return worker->stop && *worker->stop;
}

struct store_actor worker_actor(const struct actor *actor)
{
    return (struct store_actor){.user_id = actor->user_id, .email = actor->email, .addr = actor->addr};
}

int worker_ping(struct worker *worker, struct err *err)
{
    return store_ping(worker_store(worker), err);
}

/* --- rights --- */

static bool actor_may(const struct actor *actor, enum role needed)
{
    switch (actor->role) {
    case ROLE_ADMIN:
        return needed == ROLE_ADMIN || needed == ROLE_VIEWER;
    case ROLE_VIEWER:
        return needed == ROLE_VIEWER;
    case ROLE_NONE:
        break;
    }
    return false;
}

int actor_require(const struct actor *actor, enum role needed, const char *what, struct err *err)
{
    if (actor_may(actor, needed))
        return 0;
    return err_set(err, ERR_FAULT, "%s may not %s", actor->role == ROLE_VIEWER ? "a viewer" : "who has no role", what);
}

/* --- rate limits --- */

static const struct conf_limit *limit_setting(const struct conf *conf, enum limit limit)
{
#define LIMIT_SETTING(id, word, setting) [LIMIT_##id] = &conf->limit_##setting,
    const struct conf_limit *const settings[LIMIT_COUNT] = {LIMITS(LIMIT_SETTING)};
#undef LIMIT_SETTING
    return settings[limit];
}

int worker_limit(struct worker *worker, enum limit limit, const void *subject, size_t len, struct limited *out,
                 struct err *err)
{
#define LIMIT_WORD(id, word, setting) [LIMIT_##id] = word,
    static const char *const words[LIMIT_COUNT] = {LIMITS(LIMIT_WORD)};
#undef LIMIT_WORD
    const struct conf_limit *allowed = limit_setting(worker->app->conf, limit);
    uint8_t hash[LIMIT_SUBJECT_SIZE];
    int64_t wait_ms;
    /* Hashed: the table holds no addresses and no e-mail addresses. */
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof(hash));
    crypto_generichash_update(&state, (const unsigned char *)words[limit], strlen(words[limit]) + 1);
    crypto_generichash_update(&state, subject, len);
    crypto_generichash_final(&state, hash, sizeof(hash));
    int rc = store_limit(worker_store(worker), hash, allowed->count, allowed->seconds, clock_wall_ms(), &wait_ms, err);
    if (rc == 0 && wait_ms > 0)
        *out = (struct limited){.yes = true, .retry_after_s = (int)((wait_ms + 999) / 1000)};
    return rc;
}

int worker_limit_account(struct worker *worker, enum limit limit, const struct actor *actor, struct limited *out,
                         struct err *err)
{
    const struct uuid *account = &actor->account_id;
    return *actor->addr ? worker_limit(worker, limit, account->byte, sizeof(account->byte), out, err) : 0;
}

int worker_limit_addr(struct worker *worker, enum limit limit, const char *addr, struct limited *out, struct err *err)
{
    struct in6_addr six;
    if (!*addr)
        return 0;
    if (inet_pton(AF_INET6, addr, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six))
        return worker_limit(worker, limit, six.s6_addr, 8, out, err);
    return worker_limit(worker, limit, addr, strlen(addr), out, err);
}
