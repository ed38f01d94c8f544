/*
 * The DMARC policy at one name, by one server (RFC 7489 6.6.3, RFC 9989 4.10). For the files of lib/mailauth alone.
 */
#ifndef MAILAUTH_EVALUATE_DMARC_H
#define MAILAUTH_EVALUATE_DMARC_H

#include "mailauth/evaluate.h"

/* The policy at host (a name that begins with _dmarc), by server or by the RESOLVER: verdict ok with tags and policy
 * set where there is exactly one valid policy. Strings of the result in the context's pool. */
struct evaluation evaluate_dmarc(const struct evaluation_context *context, const char *host, int server);

#endif
