/*
 * Mail addresses (RFC 5321, RFC 5322) and names of mail hosts, as typed and as mail servers accept them. Pure; strings
 * that come out live in pool.
 */
#ifndef MAILAUTH_MAIL_ADDRESS_H
#define MAILAUTH_MAIL_ADDRESS_H

#include "base/base.h"
#include "base/pool.h"

/* Bytes with the NUL: a path of 256 octets without its angle brackets (RFC 5321 4.5.3.1.3), and a name (RFC
 * 1035 2.3.4).
 */
enum { MAIL_ADDRESS_SIZE = 255, MAIL_HOST_SIZE = 254 };

/* One bare address as mail servers accept it: a dot-atom, @, and a domain of two labels or more, in lower case, an
 * IDN as A-labels. Strips surrounding white space. NULL for any other text. */
const char *mail_address(struct pool *pool, const char *typed);

/* Whether the len bytes at s are a local part: a dot-atom (RFC 5322 3.2.3) in small letters of at most 64 bytes (RFC
 * 5321 4.5.3.1.1). Quoted strings are not taken. */
bool mail_local_part_valid(const char *s, size_t len);

/* Whether s is a host's name in small letters: labels of letters, digits and inner hyphens (RFC 1123 2.1), no final
 * dot. */
bool mail_host_valid(const char *s);
/* A host's name in A-labels (UTS 46, non-transitional); NULL if it is none. */
const char *mail_host_to_ascii(struct pool *pool, const char *name);

/* The text without surrounding white space; with ASCII letters in lower case if requested. */
const char *mail_text_trim(struct pool *pool, const char *typed, bool small_letters);

#endif
