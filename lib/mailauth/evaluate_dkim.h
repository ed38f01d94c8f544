/*
 * The DKIM records of the RSA and of the Ed25519 key, by one server (RFC 6376 3.6.2). For the files of lib/mailauth
 * alone.
 */
#ifndef MAILAUTH_EVALUATE_DKIM_H
#define MAILAUTH_EVALUATE_DKIM_H

#include "mailauth/evaluate.h"

/* The key record at host, by server or by the RESOLVER. Strings of the result in the context's pool. */
struct evaluation evaluate_dkim(const struct evaluation_context *context, const char *host, int server);
struct evaluation evaluate_dkim_ed25519(const struct evaluation_context *context, const char *host, int server);

#endif
