/* The expiry of a TLS certificate, for the doctor. Pure. */
#ifndef APP_NOTIFY_CERTIFICATE_H
#define APP_NOTIFY_CERTIFICATE_H

#include "base/base.h"

/* pem: one certificate in PEM. *left: seconds from now until its notAfter (RFC 5280 4.1.2.5), negative after it;
 * false: no certificate. */
bool certificate_seconds_left(const char *pem, int64_t *left);

#endif
