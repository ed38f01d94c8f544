/*
 * The doctor on DNS: the resolver, and the platform's own return-path target.
 */
#include "base/base.h"

#include "app/doctor/examination.h"

/* Asks for the platform's own name: it must resolve even in a closed network. */
bool examine_resolver(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    struct question question = {.name = conf->return_path_target, .type = RR_A};
    struct observation seen;
    struct err err = {0};
    bool asked = dns_ask(worker_dns(e->worker), e->pool, &question, &seen, &err) == 0;
    bool ok = asked && outcome_usable(seen.outcome);
    examination_report_ok(e, TEXT_DOCTOR_RESOLVER, conf->dns_resolvers[0].addr, ok, TEXT_DOCTOR_RESOLVER_ADVICE,
                          asked ? outcome_word(seen.outcome) : err.text);
    return ok;
}

/* Does the return path's target have a record of one of the types? */

static void target(struct examination *e, enum text_id subject, const enum rr_type *types, size_t count)
{
    const char *name = worker_app(e->worker)->conf->return_path_target;
    bool ok = false;
    const char *what = "";
    for (size_t i = 0; i < count && !ok; i++) {
        struct observation seen;
        struct err err = {0};
        if (dns_ask(worker_dns(e->worker), e->pool, &(struct question){.name = name, .type = types[i]}, &seen, &err)) {
            what = pool_strdup(e->pool, err.text);
            continue;
        }
        what = outcome_word(seen.outcome);
        for (size_t j = 0; j < seen.rr_count; j++)
            ok = ok || seen.rr[j].type == (int)types[i];
    }
    examination_report_ok(e, subject, name, ok, TEXT_DOCTOR_TARGET_ADVICE, what);
}

bool examine_target(struct examination *e)
{
    target(e, TEXT_DOCTOR_TARGET_ADDRESS, (const enum rr_type[]){RR_A, RR_AAAA}, 2);
    target(e, TEXT_DOCTOR_TARGET_MX, (const enum rr_type[]){RR_MX}, 1);
    return true;
}
