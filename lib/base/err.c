/*
 * Filling a struct err. Knows no error of any module: only how to keep the
 * first sentence and put a place in front of it.
 */
#include "base/base.h"

#include "base/err.h"

#include <stdarg.h>

int err_set(struct err *err, int code, const char *fmt, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(err->text, sizeof(err->text), fmt, ap);
        va_end(ap);
        err->code = code;
    }
    return code;
}

int err_prefix(struct err *err, const char *fmt, ...)
{
    if (!err)
        return ERR_FAULT;
    char was[sizeof(err->text)];
    memcpy(was, err->text, sizeof(was));
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof(err->text))
        snprintf(err->text + n, sizeof(err->text) - (size_t)n, ": %s", was);
    return err->code;
}
