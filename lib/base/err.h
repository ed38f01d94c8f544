/*
 * How a function reports failure: it returns one of the negative codes below and leaves an English sentence for the log
 * in the caller's struct err. An outcome that the outside world may cause (a name that does not exist, a form field
 * that is wrong) is a value of the result, never an error.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/base.h"

enum err_code {
    ERR_FAULT = -1,       /* a library failed or an invariant does not hold */
    ERR_UNAVAILABLE = -2, /* database, DNS or mail server unreachable: try later, page 503 */
    ERR_CONFIG = -3,      /* the configuration is wrong: tell the operator, do not start */
    ERR_TOO_LARGE = -4,   /* input over its limit */
    ERR_MALFORMED = -5,   /* input that does not parse */
};

struct err {
    int code;       /* 0 or an enum err_code */
    char text[512]; /* for the log: never holds a secret; may hold outside bytes, the log escapes them */
};

/* Fills err (which may be NULL) and returns code, so that a caller can write `return err_set(...)`. */
int err_set(struct err *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "prefix: " before the text that err holds; returns err->code. For adding the file or key concerned. */
int err_prefix(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
