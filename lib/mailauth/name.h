/*
 * Domain names as typed, and as DNS carries them. Pure. IDNs: UTS 46 non-transitional (libidn2) to A-labels for storage
 * and queries, back to U-labels for display.
 */
#ifndef MAILAUTH_NAME_H
#define MAILAUTH_NAME_H

#include "base/base.h"
#include "model/name.h"

/* Why a typed name cannot be a sending domain. Zero refuses. */
enum name_fault {
    NAME_NOT_EVALUATED,
    NAME_OK,
    NAME_EMPTY,
    NAME_AT_SIGN,        /* sales@voorbeeld.nl */
    NAME_SCHEME,         /* https://voorbeeld.nl */
    NAME_WWW,            /* www.voorbeeld.nl; but www.nl is a name as any other */
    NAME_PATH,           /* voorbeeld.nl/contact */
    NAME_PORT,           /* voorbeeld.nl:8080 */
    NAME_TOO_LONG,       /* over 231 characters as A-labels: with selector and _domainkey before it, over the 253 of RFC
                            1035 2.3.4 */
    NAME_LABEL_TOO_LONG, /* a label over 63 */
    NAME_EMPTY_LABEL,    /* a..b, .nl */
    NAME_UNDERSCORE,
    NAME_BAD_HYPHEN,    /* a label begins or ends with one */
    NAME_BAD_CHARACTER, /* anything else that is no letter, digit, hyphen or dot */
    NAME_BAD_IDN,       /* not allowed by UTS 46, or a bad xn-- label */
    NAME_IP_ADDRESS,
    NAME_SINGLE_LABEL,     /* localhost */
    NAME_PUBLIC_SUFFIX,    /* nl, co.uk (libpsl): no registrant owns it */
    NAME_PLATFORM,         /* the platform's own domain or below it */
    NAME_MAILBOX_PROVIDER, /* gmail.com: "dit domein is niet van jou" */
};

struct name_evaluation {
    enum name_fault fault;
    struct name suggested; /* a name that would be accepted in place of what was typed; ascii is "" if there is none */
};

struct name_rules; /* the public suffix list, the mailbox providers and the platform's domain; immutable, shared by
                      threads */

/* platform_domain may be NULL. Uses libpsl's built-in or newest system list and the compiled-in provider list. Caller
 * frees. */
struct name_rules *name_rules_new(const char *platform_domain);
void name_rules_free(struct name_rules **rules);

/*
 * Evaluates a typed name: ignores surrounding white space, letter case and one final dot; input is any bytes of any
 * length. On NAME_OK *out holds the name; otherwise *out is empty and evaluation->suggested may hold one.
 */
enum name_fault name_evaluate(const struct name_rules *rules, const char *input, size_t len, struct name *out,
                              struct name_evaluation *evaluation);

/* U-label form of an A-label name of ours; copies ascii if it does not convert back to itself. */
void name_to_unicode(const char *ascii, char out[NAME_UNICODE_SIZE]);

/* The organisational domain by the public suffix list (RFC 7489 3.2): points into ascii; ascii itself if it is one, or
 * is unknown. */
const char *name_organisational(const struct name_rules *rules, const char *ascii);

#endif
