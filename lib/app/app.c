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

struct app {
    const struct app_shared *shared;
    enum app_as as;
    char *password; /* NULL until the store is made; wiped when freed */
    struct store *store;
    struct dns *dns;
    const atomic_bool *stop; /* NULL: none */
};

int app_shared_new(const struct conf *conf, struct app_shared **out, struct err *err)
{
    *out = NULL;
    if (sodium_init() < 0)
        return err_set(err, ERR_FAULT, "libsodium does not start");
    json_object_seed(0); /* once, before threads: the first object of a thread would do it under a lock */
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(err, ERR_FAULT, "libcurl does not start");
    int rc = store_library_init(err);
    if (rc == 0)
        rc = clock_zone_set(conf->timezone, err);
    if (rc != 0)
        return rc;
    struct name_rules *names = name_rules_new(conf->platform_domain);
    if (!names)
        return err_set(err, ERR_FAULT, "no public suffix list: install the Debian package publicsuffix");
    struct app_shared *shared = mem_alloc(sizeof(*shared));
    *shared = (struct app_shared){.conf = conf, .names = names};
    *out = shared;
    return 0;
}

void app_shared_free(struct app_shared **shared)
{
    if (!*shared)
        return;
    name_rules_free(&(*shared)->names);
    free(*shared);
    *shared = NULL;
    store_library_cleanup();
    curl_global_cleanup();
}

struct app *app_new(const struct app_shared *shared, enum app_as as)
{
    struct app *app = mem_alloc(sizeof(*app));
    *app = (struct app){.shared = shared, .as = as};
    return app;
}

void app_free(struct app **app)
{
    if (!*app)
        return;
    store_free(&(*app)->store);
    dns_free(&(*app)->dns);
    if ((*app)->password)
        explicit_bzero((*app)->password, strlen((*app)->password));
    free((*app)->password);
    free(*app);
    *app = NULL;
}

const struct app_shared *app_shared(const struct app *app)
{
    return app->shared;
}

struct store *worker_store(struct app *app, struct err *err)
{
    const struct conf *conf = app->shared->conf;
    if (app->store)
        return app->store;
    const char *user = conf->db_user, *file = conf->db_password_file;
    if (app->as == APP_OWNER && conf->db_owner_user) {
        user = conf->db_owner_user;
        file = conf->db_owner_password_file;
    } else if (app->as == APP_SWEEP && conf->db_sweep_user) {
        user = conf->db_sweep_user;
        file = conf->db_sweep_password_file;
    }
    app->password = conf_read_secret(file, err);
    if (!app->password)
        return NULL;
    app->store = store_new(&(struct store_login){.socket = conf->db_socket,
                                                 .host = conf->db_host,
                                                 .port = conf->db_port,
                                                 .schema = conf->db_name,
                                                 .user = user,
                                                 .password = app->password,
                                                 .patient = app->as == APP_OWNER});
    return app->store;
}

struct dns *worker_dns(struct app *app)
{
    if (!app->dns)
        app->dns = dns_new(app->shared->conf);
    return app->dns;
}

void worker_stop_on(struct app *app, const atomic_bool *stop)
{
    app->stop = stop;
    dns_stop_on(worker_dns(app), stop);
}

void worker_keep_pace(struct app *app, struct pace *pace)
{
    dns_keep_pace(worker_dns(app), pace);
}

bool worker_stopped(const struct app *app)
{
    return app->stop && *app->stop;
}

struct store_actor worker_actor(const struct actor *actor)
{
    return (struct store_actor){.user_id = actor->user_id, .email = actor->email, .addr = actor->addr};
}

int app_ping(struct app *app, struct err *err)
{
    struct store *store = worker_store(app, err);
    return store ? store_ping(store, err) : err->code;
}

int worker_limit(struct app *app, const char *kind, const char *subject, size_t len, const struct conf_limit *limit,
                 struct limited *out, struct err *err)
{
    struct store *store = worker_store(app, err);
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

int worker_limit_addr(struct app *app, const char *kind, const char *addr, const struct conf_limit *limit,
                      struct limited *out, struct err *err)
{
    struct in6_addr six;
    if (inet_pton(AF_INET6, addr, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six))
        return worker_limit(app, kind, (const char *)six.s6_addr, 8, limit, out, err);
    return worker_limit(app, kind, addr, strlen(addr), limit, out, err);
}
