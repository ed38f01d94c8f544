/*
 * The return path's CNAME, by one server. For the files of lib/mailauth alone.
 */
#ifndef MAILAUTH_EVALUATE_RETURN_PATH_H
#define MAILAUTH_EVALUATE_RETURN_PATH_H

#include "mailauth/evaluate.h"

/* The CNAME at host, by server or by the RESOLVER. Strings of the result in the context's pool. */
struct evaluation evaluate_return_path(const struct evaluation_context *context, const char *host, int server);

#endif
