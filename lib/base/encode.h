/*
 * Text encodings at the level of characters: ASCII letter case, hexadecimal and base32 digits, UTF-8 (by libunistring).
 * Independent of locale. Base64 is libsodium's (sodium_bin2base64). Any thread.
 */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include "base/base.h"

/* A-Z as a-z; every other byte as it is. */
char ascii_lower(char c);
/* The same of a whole string, in place. */
void ascii_lower_all(char *s);

/* The lower-case digit of value's low four bits; and the value of a digit in either case, -1 for any other byte. */
char hex_digit(unsigned value);
int hex_value(char c);

/* The lower-case digit of value's low five bits: a-z, 2-7 (RFC 4648 6). */
char base32_digit(unsigned value);

/* The UTF-8 character at s, of which len > 0 bytes are there: its length in bytes, its code point in *code; 0 if it is
 * not valid (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). */
size_t utf8_next(const void *s, size_t len, uint32_t *code);
/* The length of the longest beginning of s (len bytes) that has at most max bytes and does not end inside a character.
 * len itself if that is not over max. */
size_t utf8_cut(const char *s, size_t len, size_t max);

#endif
