/* Inside the doctor: what its examinations share. doctor.c looks at the program's own side, doctor_mail.c at the mail
 * server's. */
#ifndef APP_DOCTOR_EXAMINATION_H
#define APP_DOCTOR_EXAMINATION_H

#include "app/doctor/doctor.h"
#include "app/worker.h"

struct examination {
    struct worker *worker;
    struct pool *pool;
    enum lang lang;
    struct diagnosis *found;
    size_t count;
};

/* advice with {what} filled in; it is not used when state is OK. */
void examination_tell(struct examination *e, enum text_id subject, const char *detail, enum diagnosis_state state,
                      enum text_id advice, const char *what);

/* Sending addresses, certificate, Exim's configuration and the views. dns: the resolver answers. */
void examine_mail(struct examination *e, bool dns);

#endif
