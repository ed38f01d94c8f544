/*
 * The doctor on the mail server as a client sees it: it takes submissions, and its certificate is valid, and for how
 * long.
 */
#include "base/base.h"

#include "app/doctor/examination.h"
#include "app/notify/submission.h"
#include "base/clock.h"

enum { EXPIRES_SOON_DAYS = 14 };

/* Only with smtp_host set: a platform need not submit mail itself. */
bool examine_smtp(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    struct err err = {0};
    if (conf->smtp_host)
        examination_report_ok(e, TEXT_DOCTOR_SMTP, conf->smtp_host, submission_ping(conf, &err) == 0,
                              TEXT_DOCTOR_SMTP_ADVICE, err.text);
    return true;
}

bool examine_certificate(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    struct certificate found;
    struct err err = {0};
    char day[CLOCK_ISO_SIZE] = "";
    if (!conf->mail_host) {
        examination_report(e, TEXT_DOCTOR_CERTIFICATE, "", DIAGNOSIS_WARNING, TEXT_DOCTOR_NOT_TESTED_ADVICE,
                           "mail_host");
        return true;
    }
    const char *where = pool_printf(e->pool, "%s:%d", conf->mail_host, conf->mail_port);
    if (submission_certificate(conf->mail_host, conf->mail_port, &found, &err)) {
        examination_report(e, TEXT_DOCTOR_CERTIFICATE, where, DIAGNOSIS_WRONG,
                           err.code == ERR_MALFORMED ? TEXT_DOCTOR_CERTIFICATE_ADVICE : TEXT_DOCTOR_UNREACHABLE_ADVICE,
                           err.text);
        return true;
    }
    clock_iso(found.expires_at, day);
    day[strcspn(day, "T")] = '\0';
    int days = (int)((found.expires_at - clock_wall_ms()) / (24 * 60 * 60 * 1000));
    examination_report(e, TEXT_DOCTOR_CERTIFICATE, pool_printf(e->pool, "%s (%s)", where, day),
                       days < EXPIRES_SOON_DAYS ? DIAGNOSIS_WARNING : DIAGNOSIS_OK, TEXT_DOCTOR_CERTIFICATE_SOON_ADVICE,
                       pool_printf(e->pool, "%d", days));
    return true;
}
