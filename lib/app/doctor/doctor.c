/*
 * The doctor: the table of examinations, in the order of the report. Each only reads and reports (doctor_database.c,
 * doctor_dns.c, doctor_exim.c, doctor_program.c, doctor_sending.c, doctor_smtp.c); the texts are in po/.
 */
#include "base/base.h"

#include "app/doctor/doctor.h"

#include "app/doctor/examination.h"

enum {
    ALWAYS,
    CONFIGURATION,
    DATABASE,
    RIGHTS,
    SWEEP,
    TEMPLATES,
    RESOLVER,
    TARGET,
    SMTP,
    SENDING_ADDRESSES,
    CERTIFICATE,
    EXIM,
    MAIL_VIEWS,
    EXAMINATION_COUNT
};

/* depends_on: an earlier examination; this one runs only if that one succeeded. */
static const struct {
    examine *run;
    int depends_on;
} examinations[EXAMINATION_COUNT] = {
    [CONFIGURATION] = {examine_configuration, ALWAYS},
    [DATABASE] = {examine_database, ALWAYS},
    [RIGHTS] = {examine_rights, DATABASE},
    [SWEEP] = {examine_sweep, ALWAYS},
    [TEMPLATES] = {examine_templates, ALWAYS},
    [RESOLVER] = {examine_resolver, ALWAYS},
    [TARGET] = {examine_target, RESOLVER},
    [SMTP] = {examine_smtp, ALWAYS},
    [SENDING_ADDRESSES] = {examine_sending_addresses, RESOLVER},
    [CERTIFICATE] = {examine_certificate, ALWAYS},
    [EXIM] = {examine_exim, ALWAYS},
    [MAIL_VIEWS] = {examine_mail_views, EXIM},
};

void doctor_examine(struct worker *worker, struct pool *pool, enum lang lang, struct diagnosis **out, size_t *count)
{
    struct examination e;
    bool well[EXAMINATION_COUNT] = {[ALWAYS] = true};
    examination_init(&e, worker, pool, lang);
    for (int i = ALWAYS + 1; i < EXAMINATION_COUNT; i++)
        well[i] = well[examinations[i].depends_on] && examinations[i].run(&e);
    *out = e.found;
    *count = e.count;
}
