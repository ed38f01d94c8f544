/*
 * Inside the doctor: what its examinations share, and the examinations themselves, one file for each group.
 */
#ifndef APP_DOCTOR_EXAMINATION_H
#define APP_DOCTOR_EXAMINATION_H

#include "app/doctor/diagnosis.h"
#include "app/worker.h"

struct examination {
    struct worker *worker;
    struct pool *pool;
    enum lang lang;
    struct diagnosis *found;
    size_t count;
};
void examination_init(struct examination *e, struct worker *worker, struct pool *pool, enum lang lang);

/* advice with {what} filled in; unused when state is OK. */
void examination_report(struct examination *e, enum text_id subject, const char *detail, enum diagnosis_state state,
                        enum text_id advice, const char *what);
/* As examination_report: OK or WRONG. */
void examination_report_ok(struct examination *e, enum text_id subject, const char *detail, bool ok,
                           enum text_id advice, const char *what);

/* Reports its findings, one diagnosis or more. True: examinations that depend on it can run. */
typedef bool examine(struct examination *e);
examine examine_configuration, examine_templates;        /* doctor_program.c */
examine examine_database, examine_rights, examine_sweep; /* doctor_database.c; rights: of the web's user */
examine examine_resolver, examine_target;                /* doctor_dns.c */
examine examine_smtp, examine_certificate;               /* doctor_smtp.c */
examine examine_sending_addresses;                       /* doctor_sending.c */
examine examine_exim, examine_mail_views;                /* doctor_exim.c */

#endif
