/*
 * What threads share: libraries started in the right order, and the name rules. Knows no use case.
 */
#include "base/base.h"

#include "app/app.h"

#include <curl/curl.h>
#include <jansson.h>
#include <sodium.h>

#include "base/clock.h"
#include "store/store.h"

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
    store_library_cleanup();
    curl_global_cleanup();
}
