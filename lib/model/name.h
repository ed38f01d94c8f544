/*
 * A domain name as it is stored and shown. mailauth/name.h makes one of typed text.
 */
#ifndef MODEL_NAME_H
#define MODEL_NAME_H

#include "base/base.h"

enum { NAME_ASCII_SIZE = 254, NAME_UNICODE_SIZE = 1024 };

struct name {
    char ascii[NAME_ASCII_SIZE];     /* A-labels, lower case, no final dot; at most 253 characters (RFC 1035 2.3.4) */
    char unicode[NAME_UNICODE_SIZE]; /* U-labels, NFC, UTF-8; equals ascii where there is nothing to show */
};

/* DNS names as text: equal without regard to ASCII case and one final dot. */
bool name_equal(const char *a, const char *b);
/* a is b or below b. */
bool name_within(const char *a, const char *b);

#endif
