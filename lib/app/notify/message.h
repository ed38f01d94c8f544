/*
 * A plain mail in wire format: RFC 5322 headers, text/plain in UTF-8, quoted-printable. The fields cannot add a header:
 * text goes in encoded words, the caller validates addresses (mail_address). Sends nothing.
 */
#ifndef APP_NOTIFY_MESSAGE_H
#define APP_NOTIFY_MESSAGE_H

#include "base/buf.h"

enum { MESSAGE_MAX = 64 * 1024 };

struct message {
    const char *from_name; /* any UTF-8; "" for none */
    const char *from, *to; /* bare addresses, ASCII without spaces, control characters and angle brackets */
    const char *subject;   /* any UTF-8 */
    const char *id;        /* Message-ID without its angle brackets: printable ASCII */
    int64_t at;            /* Date, ms UTC */
    const char *body;      /* any UTF-8; lines end with \n */
};
/* Adds the whole message, lines ending with CRLF and at most 76 characters long but for the addresses; out->max should
 * be MESSAGE_MAX. */
void message_write(struct buf *out, const struct message *message);

#endif
