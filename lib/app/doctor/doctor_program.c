/*
 * The doctor on the program itself: configuration and templates.
 */
#include "base/base.h"

#include <unistd.h>

#include "app/doctor/examination.h"

/* That it was read: without it there is no doctor. */
bool examine_configuration(struct examination *e)
{
    examination_tell_ok(e, TEXT_DOCTOR_CONF, "", true, TEXT_DOCTOR_OK, "");
    return true;
}

/* Whether each template parses is seen when the program starts; here, whether the folder is the right one. */
bool examine_templates(struct examination *e)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const char *file = pool_printf(e->pool, "%s/%s/login.tpl", worker_app(e->worker)->conf->template_dir,
                                       lang_code((enum lang)lang));
        examination_tell_ok(e, TEXT_DOCTOR_TEMPLATES, file, access(file, R_OK) == 0, TEXT_DOCTOR_TEMPLATES_ADVICE, "");
    }
    return true;
}
