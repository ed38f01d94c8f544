/*
 * The doctor on the database: that it answers with this schema, and which rights each of the program's users has.
 */
#include "base/base.h"

#include "app/doctor/examination.h"

/* One working connection: does its user have the rights that its program needs, and no access to private keys? */
static void rights(struct examination *e, struct worker *worker, const char *user, enum store_program program,
                   enum text_id advice)
{
    struct err err = {0};
    struct store *store = worker_store(worker);
    const char *missing = "";
    bool readable = false;
    if (store_private_keys_readable(store, &readable, &err) ||
        store_rights_missing(store, e->pool, program, &missing, &err)) {
        examination_report_ok(e, TEXT_DOCTOR_DATABASE, user, false, TEXT_DOCTOR_DATABASE_ADVICE, err.text);
        return;
    }
    examination_report_ok(e, TEXT_DOCTOR_GRANT, user, !readable, TEXT_DOCTOR_GRANT_ADVICE, "");
    examination_report_ok(e, program == STORE_SWEEP ? TEXT_DOCTOR_SWEEP_RIGHTS : TEXT_DOCTOR_RIGHTS, user, !*missing,
                          advice, missing);
}

bool examine_database(struct examination *e)
{
    struct err err = {0};
    bool answers = worker_ping(e->worker, &err) == 0;
    examination_report_ok(e, TEXT_DOCTOR_DATABASE, worker_app(e->worker)->conf->db_name, answers,
                          TEXT_DOCTOR_DATABASE_ADVICE, err.text);
    return answers;
}

bool examine_rights(struct examination *e)
{
    rights(e, e->worker, worker_app(e->worker)->conf->db_user, STORE_WEB, TEXT_DOCTOR_RIGHTS_ADVICE);
    return true;
}

/* The sweep runs unattended, as a database user of its own with its own password. */
bool examine_sweep(struct examination *e)
{
    struct err err = {0};
    const struct conf *conf = worker_app(e->worker)->conf;
    struct worker *worker = worker_new(worker_app(e->worker), WORKER_SWEEP);
    bool same_user = strcmp(conf->db_sweep_user, conf->db_user) == 0;
    bool answers = worker_ping(worker, &err) == 0;
    examination_report_ok(e, TEXT_DOCTOR_SWEEP, conf->db_sweep_user, answers, TEXT_DOCTOR_SWEEP_ADVICE, err.text);
    if (answers)
        rights(e, worker, conf->db_sweep_user, STORE_SWEEP,
               same_user ? TEXT_DOCTOR_SWEEP_USER_ADVICE : TEXT_DOCTOR_RIGHTS_ADVICE);
    worker_free(&worker);
    return answers;
}
