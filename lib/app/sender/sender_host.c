/*
 * The addresses of an account's own SMTP server: no sender may make the platform's mail server connect to its own
 * network. The mail server tests them again at each delivery.
 */
#include "base/base.h"

#include "app/sender/sender_host.h"

#include <arpa/inet.h>

#include "app/worker.h"
#include "model/name.h"

enum { ADDRESSES_MAX = 16 };

struct addresses {
    struct {
        int family;
        uint8_t byte[16];
    } at[ADDRESSES_MAX];
    size_t count;
    bool silent; /* one of the questions had no usable answer */
};

static int sender_host_look_up(struct worker *worker, struct pool *pool, const char *host, struct addresses *out,
                               struct err *err)
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

int sender_host_evaluate(struct worker *worker, struct pool *pool, const char *host, enum sender_fault *fault,
                         struct err *err)
{
    const struct conf *conf = worker_app(worker)->conf;
    struct addresses theirs, ours;
    *fault = SENDER_OK;
    if (name_within(host, conf->platform_domain) || name_equal(host, conf->return_path_target)) {
        *fault = SENDER_HOST_OURS;
        return 0;
    }
    int rc = sender_host_look_up(worker, pool, host, &theirs, err);
    if (rc != 0)
        return rc;
    if (theirs.count == 0)
        *fault = theirs.silent ? SENDER_HOST_SILENT : SENDER_HOST_UNKNOWN;
    for (size_t i = 0; i < theirs.count && !conf->dns_allow_private; i++)
        if (!dns_address_is_global(theirs.at[i].family, theirs.at[i].byte))
            *fault = SENDER_HOST_INWARD;
    const char *const own[] = {conf->return_path_target, conf->platform_domain};
    for (size_t i = 0; i < ARRAY_LEN(own) && *fault == SENDER_OK; i++) {
        rc = sender_host_look_up(worker, pool, own[i], &ours, err);
        if (rc != 0)
            return rc;
        if (share_one(&theirs, &ours))
            *fault = SENDER_HOST_OURS;
    }
    return 0;
}
