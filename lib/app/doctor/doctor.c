/*
 * What an operator must have right, one examination a function. Each only looks and tells; the words are in po/, the
 * table below is the order in which they are told.
 */
#include "base/base.h"

#include "app/doctor/doctor.h"

#include <unistd.h>

#include "app/doctor/examination.h"
#include "app/notify/submission.h"
#include "base/buf.h"

enum { DIAGNOSES_MAX = 64 };

void examination_tell(struct examination *e, enum text_id subject, const char *detail, enum diagnosis_state state,
                      enum text_id advice, const char *what)
{
    if (e->count == DIAGNOSES_MAX)
        return;
    struct buf words;
    buf_init(&words, 4096);
    if (state != DIAGNOSIS_OK)
        text_fill(&words, e->lang, advice, TEXT_ARGS({"what", what}));
    e->found[e->count++] = (struct diagnosis){.subject = subject,
                                              .detail = pool_strdup(e->pool, detail),
                                              .state = state,
                                              .advice = pool_strdup(e->pool, words.data)};
    buf_free(&words);
}

static void tell(struct examination *e, enum text_id subject, const char *detail, bool ok, enum text_id advice,
                 const char *what)
{
    examination_tell(e, subject, detail, ok ? DIAGNOSIS_OK : DIAGNOSIS_WRONG, advice, what);
}

/* Of one connection, that answers: does its user have what its program needs, and no private keys? */
static void rights(struct examination *e, struct worker *worker, const char *user, enum store_program program,
                   enum text_id advice)
{
    struct err err = {0};
    struct store *store = worker_store(worker);
    const char *missing = "";
    bool readable = false;
    if (store_private_keys_readable(store, &readable, &err) ||
        store_rights_missing(store, e->pool, program, &missing, &err)) {
        tell(e, TEXT_DOCTOR_DATABASE, user, false, TEXT_DOCTOR_DATABASE_ADVICE, err.text);
        return;
    }
    tell(e, TEXT_DOCTOR_GRANT, user, !readable, TEXT_DOCTOR_GRANT_ADVICE, "");
    tell(e, program == STORE_SWEEP ? TEXT_DOCTOR_SWEEP_RIGHTS : TEXT_DOCTOR_RIGHTS, user, !*missing, advice, missing);
}

static void database(struct examination *e)
{
    struct err err = {0};
    const struct conf *conf = worker_app(e->worker)->conf;
    bool answers = worker_ping(e->worker, &err) == 0;
    tell(e, TEXT_DOCTOR_DATABASE, conf->db_name, answers, TEXT_DOCTOR_DATABASE_ADVICE, err.text);
    if (answers)
        rights(e, e->worker, conf->db_user, STORE_WEB, TEXT_DOCTOR_RIGHTS_ADVICE);
}

/* The night works as a user of its own, with a password of its own, while nobody looks. */
static void sweep_database(struct examination *e)
{
    struct err err = {0};
    const struct conf *conf = worker_app(e->worker)->conf;
    struct worker *worker = worker_new(worker_app(e->worker), WORKER_SWEEP);
    bool same_user = strcmp(conf->db_sweep_user, conf->db_user) == 0;
    bool answers = worker_ping(worker, &err) == 0;
    tell(e, TEXT_DOCTOR_SWEEP, conf->db_sweep_user, answers, TEXT_DOCTOR_SWEEP_ADVICE, err.text);
    if (answers)
        rights(e, worker, conf->db_sweep_user, STORE_SWEEP,
               same_user ? TEXT_DOCTOR_SWEEP_USER_ADVICE : TEXT_DOCTOR_RIGHTS_ADVICE);
    worker_free(&worker);
}

/* Whether each template parses is seen when the program starts; here, whether the folder is the right one. */
static void templates(struct examination *e)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const char *file = pool_printf(e->pool, "%s/%s/login.tpl", worker_app(e->worker)->conf->template_dir,
                                       lang_code((enum lang)lang));
        tell(e, TEXT_DOCTOR_TEMPLATES, file, access(file, R_OK) == 0, TEXT_DOCTOR_TEMPLATES_ADVICE, "");
    }
}

/* Asked for the platform's own name: the one that must resolve also in a closed network. */
static bool resolver(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    struct question question = {.name = conf->return_path_target, .type = RR_A};
    struct observation seen;
    struct err err = {0};
    bool asked = dns_ask(worker_dns(e->worker), e->pool, &question, &seen, &err) == 0;
    bool ok = asked && outcome_usable(seen.outcome);
    tell(e, TEXT_DOCTOR_RESOLVER, conf->dns_resolvers[0].addr, ok, TEXT_DOCTOR_RESOLVER_ADVICE,
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
    tell(e, subject, name, ok, TEXT_DOCTOR_TARGET_ADVICE, what);
}

/* Only where there is one: a platform may submit nothing from here. */
static void mail_server(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    struct err err = {0};
    if (conf->smtp_host)
        tell(e, TEXT_DOCTOR_SMTP, conf->smtp_host, submission_ping(conf, &err) == 0, TEXT_DOCTOR_SMTP_ADVICE, err.text);
}

void doctor_examine(struct worker *worker, struct pool *pool, enum lang lang, struct diagnosis **out, size_t *count)
{
    struct examination e = {.worker = worker,
                            .pool = pool,
                            .lang = lang,
                            .found = pool_array(pool, DIAGNOSES_MAX, sizeof(struct diagnosis))};
    tell(&e, TEXT_DOCTOR_CONF, "", true, TEXT_DOCTOR_OK, "");
    database(&e);
    sweep_database(&e);
    templates(&e);
    bool dns = resolver(&e);
    if (dns) {
        target(&e, TEXT_DOCTOR_TARGET_ADDRESS, (const enum rr_type[]){RR_A, RR_AAAA}, 2);
        target(&e, TEXT_DOCTOR_TARGET_MX, (const enum rr_type[]){RR_MX}, 1);
    }
    mail_server(&e);
    examine_mail(&e, dns);
    *out = e.found;
    *count = e.count;
}
