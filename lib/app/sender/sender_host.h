/*
 * Inside the use cases: the addresses of an account's own SMTP server.
 */
#ifndef APP_SENDER_SENDER_HOST_H
#define APP_SENDER_SENDER_HOST_H

#include "app/app.h"
#include "app/sender/sender_input.h"

/*
 * Resolves the host (A and AAAA; an IPv4 address stands for itself). *fault: SENDER_OK, HOST_INWARD (one of its
 * addresses is not global, unless dns_allow_private), HOST_OURS, HOST_UNKNOWN or HOST_SILENT.
 */
int sender_host_evaluate(struct worker *worker, struct pool *pool, const char *host, enum sender_fault *fault,
                         struct err *err);

#endif
