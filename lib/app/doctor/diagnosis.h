/*
 * What one test of the doctor found.
 */
#ifndef APP_DOCTOR_DIAGNOSIS_H
#define APP_DOCTOR_DIAGNOSIS_H

#include "base/text.h"

/* WARNING: it works, or could not be tested; somebody should look at it. */
enum diagnosis_state { DIAGNOSIS_UNSET, DIAGNOSIS_OK, DIAGNOSIS_WARNING, DIAGNOSIS_WRONG };

struct diagnosis {
    enum text_id subject; /* what was tested */
    const char *detail;   /* which one: a file, an address, a name; "" for none */
    enum diagnosis_state state;
    const char *advice; /* what is wrong and what to do, in lang; "" when ok */
};

#endif
