/*
 * The DMARC policy that applies to mail from a domain, wherever it is published (RFC 9989 4.10, RFC 7489 6.6.3). For
 * the files of lib/mailauth alone.
 */
#ifndef MAILAUTH_EFFECTIVE_POLICY_H
#define MAILAUTH_EFFECTIVE_POLICY_H

#include "mailauth/evaluate.h"
#include "mailauth/name.h"
#include "model/dmarc.h"

/* In the context's pool; policy UNSET where no policy applies. NULL if no usable answer about the domain's own record
 * came. */
const struct effective_policy *effective_policy_find(const struct evaluation_context *context,
                                                     const struct name_rules *rules);

#endif
