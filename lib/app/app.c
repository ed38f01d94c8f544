/*
 * What threads share and what one worker holds: libraries started in the right order, a store under the right database
 * user, a DNS handle, and the rate limits. Knows no use case.
 */
#include "base/base.h"

#include "app/app.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <jansson.h>
#include <sodium.h>

#include "app/worker.h"
#include "base/clock.h"
#include "store/rate_limits.h"

struct worker {
    const struct app *app;
    enum worker_kind as;
    char *password; /* NULL until the store is made; wiped when freed */
    struct store *store;
    struct dns *dns;
    const atomic_bool *stop; /* NULL: none */
};

int app_new(const struct conf *conf, struct app **out, struct err *err)
{
    *out = NULL;
    if (sodium_init() < 0)
        return err_set(err, ERR_FAULT, "libsodium does not start");
    json_object_seed(0); /* once, before threads: the first object of a thread would do it under a lock */
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(err, ERR_FAULT, "libcurl does not start");
    int rc = store_library_init(err);
    if (rc == 0)
        rc = dns_library_init(err);
    if (rc == 0)
        rc = clock_zone_set(conf->timezone, err);
    if (rc != 0)
        return rc;
    struct name_rules *names = name_rules_new(conf->platform_domain);
    if (!names)
        return err_set(err, ERR_FAULT, "no public suffix list: install the Debian package publicsuffix");
    struct app *app = mem_alloc(sizeof(*app));
    *app = (struct app){.conf = conf, .names = names};
    *out = app;
    return 0;
}

void app_free(struct app **app)
{
    if (!*app)
        return;
    name_rules_free(&(*app)->names);
    free(*app);
    *app = NULL;
    dns_library_cleanup();
    store_library_cleanup();
    curl_global_cleanup();
}

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
    if ((*worker)->password)
        explicit_bzero((*worker)->password, strlen((*worker)->password));
    free((*worker)->password);
    free(*worker);
    *worker = NULL;
}

const struct app *worker_app(const struct worker *worker)
{
    return worker->app;
}

struct store *worker_store(struct worker *worker, struct err *err)
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
    worker->password = conf_read_secret(file, err);
    if (!worker->password)
        return NULL;
    worker->store = store_new(&(struct store_login){.socket = conf->db_socket,
                                                    .host = conf->db_host,
                                                    .port = conf->db_port,
                                                    .schema = conf->db_name,
                                                    .user = user,
                                                    .password = worker->password,
                                                    .patient = worker->as == WORKER_OWNER});
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
    struct store *store = worker_store(worker, err);
    return store ? store_ping(store, err) : err->code;
}

int worker_limit(struct worker *worker, const char *kind, const char *subject, size_t len,
                 const struct conf_limit *limit, struct limited *out, struct err *err)
{
    struct store *store = worker_store(worker, err);
    if (!store)
        return err->code;
    if (len == 0)
        return 0;
    uint8_t hash[LIMIT_SUBJECT_SIZE];
    int64_t wait_ms;
    /* Hashed: the table holds no addresses and no e-mail addresses. */
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof(hash));
    crypto_generichash_update(&state, (const unsigned char *)kind, strlen(kind) + 1);
    crypto_generichash_update(&state, (const unsigned char *)subject, len);
    crypto_generichash_final(&state, hash, sizeof(hash));
    int rc = store_limit(store, hash, limit->count, limit->seconds, clock_wall_ms(), &wait_ms, err);
    if (rc == 0 && wait_ms > 0)
        *out = (struct limited){.yes = true, .retry_after_s = (int)((wait_ms + 999) / 1000)};
    return rc;
}

int worker_limit_addr(struct worker *worker, const char *kind, const char *addr, const struct conf_limit *limit,
                      struct limited *out, struct err *err)
{
    struct in6_addr six;
    if (inet_pton(AF_INET6, addr, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six))
        return worker_limit(worker, kind, (const char *)six.s6_addr, 8, limit, out, err);
    return worker_limit(worker, kind, addr, strlen(addr), limit, out, err);
}
