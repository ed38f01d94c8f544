/*
 * A growing string with a maximum. It is always NUL-terminated, may hold NUL
 * bytes, and remembers that it overflowed: add as much as you like and ask
 * once at the end. Every string of unknown length in the project is built here.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/base.h"

struct buf {
    char *data; /* never NULL, always NUL-terminated at data[len] */
    size_t len;
    size_t cap;
    size_t max;      /* len never exceeds it */
    bool overflowed; /* sticky: something did not fit and was left out whole */
};

void buf_init(struct buf *buf, size_t max);
void buf_free(struct buf *buf);  /* usable again after buf_init only */
void buf_reset(struct buf *buf); /* empty, not overflowed, memory kept */

/* Each adds its argument whole or, over max, adds nothing and sets overflowed. */
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_adds(struct buf *buf, const char *s);
void buf_addc(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * Adds bytes from outside so that they can be shown anywhere as text: valid UTF-8 is kept, and every byte that is
 * invalid, a control (C0, DEL, C1) or a bidirectional or invisible format character (U+200B-200F, U+202A-202E,
 * U+2060-2064, U+2066-2069, U+FEFF, U+2028, U+2029) becomes \DDD per byte, as in a DNS master file (RFC 1035 5.1). A
 * backslash is kept as it is: the result is for display, not for parsing.
 */
void buf_add_printable(struct buf *buf, const void *data, size_t len);
/* True if buf_add_printable changes nothing of s: UTF-8 without controls and invisible characters. */
bool is_printable(const char *s);
/* Adds s as part of a URI: all but its unreserved characters become %XX (RFC 3986 2.1, 2.3). */
void buf_add_percent(struct buf *buf, const char *s);

#endif
