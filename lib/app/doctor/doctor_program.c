/*
 * The doctor on the program itself: configuration and templates.
 */
#include "base/base.h"

#include <unistd.h>

#include "app/doctor/examination.h"

/* That it was read: the doctor does not start without it. */
bool examine_configuration(struct examination *e)
{
    examination_report_ok(e, TEXT_DOCTOR_CONF, "", true, TEXT_DOCTOR_OK, "");
    return true;
}

/* Templates are parsed when the program starts; this tests whether the folder is the right one. */
bool examine_templates(struct examination *e)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const char *file = pool_printf(e->pool, "%s/%s/login.tpl", worker_app(e->worker)->conf->template_dir,
                                       lang_code((enum lang)lang));
        examination_report_ok(e, TEXT_DOCTOR_TEMPLATES, file, access(file, R_OK) == 0, TEXT_DOCTOR_TEMPLATES_ADVICE,
                              "");
    }
    return true;
}
