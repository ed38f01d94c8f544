/*
 * A mail's headers and body in wire format: dates, encoded words (RFC 2047), quoted-printable (RFC 2045). Knows neither
 * the reason of a mail nor its recipient.
 */
#include "base/base.h"

#include "app/notify/message.h"

#include "base/encode.h"
#include <sodium.h>

enum { QP_LINE_MAX = 76 };

/* RFC 5322 3.3; the RFC fixes the English words. */
static void add_date(struct buf *out, int64_t at)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(at / 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    buf_addf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
             tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* RFC 2047: any text as base64 words of at most 75 characters each, split between characters. */
static void add_encoded(struct buf *out, const char *text_utf8)
{
    enum { WORD_BYTES = 39 };
    char word[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    const char *p = text_utf8;
    size_t left = strlen(text_utf8);
    for (bool first = true; left > 0; first = false) {
        size_t len = utf8_cut(p, left, WORD_BYTES);
        if (len == 0) /* not UTF-8 */
            len = 1;
        sodium_bin2base64(word, sizeof(word), (const unsigned char *)p, len, sodium_base64_VARIANT_ORIGINAL);
        buf_addf(out, "%s=?UTF-8?B?%s?=", first ? "" : "\r\n ", word);
        p += len;
        left -= len;
    }
}

/* RFC 2045 6.7. libcurl escapes a dot at the start of a line (RFC 5321 4.5.2); encoding it here protects against a
 * server that does not unescape it. */
static void add_quoted_printable(struct buf *out, const char *text_utf8)
{
    int column = 0;
    for (const char *p = text_utf8; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '\n') {
            buf_adds(out, "\r\n");
            column = 0;
            continue;
        }
        bool at_end = p[1] == '\n' || p[1] == '\0';
        bool plain = c > ' ' && c < 0x7f && c != '=' && !(c == '.' && column == 0);
        plain = plain || (c == ' ' && !at_end);
        int width = plain ? 1 : 3;
        if (column + width > QP_LINE_MAX - !at_end) { /* the last column is for the soft line break */
            buf_adds(out, "=\r\n");
            column = 0;
            plain = plain && c != '.';
            width = plain ? 1 : 3;
        }
        if (plain)
            buf_addc(out, *p);
        else
            buf_addf(out, "=%02X", c);
        column += width;
    }
    if (column > 0)
        buf_adds(out, "\r\n");
}

void message_write(struct buf *out, const struct message *message)
{
    buf_adds(out, "From: ");
    if (*message->from_name) {
        add_encoded(out, message->from_name);
        buf_adds(out, "\r\n ");
    }
    buf_addf(out, "<%s>\r\nTo: <%s>\r\nSubject: ", message->from, message->to);
    add_encoded(out, message->subject);
    buf_adds(out, "\r\n");
    add_date(out, message->at);
    buf_addf(out, "Message-ID: <%s>\r\n", message->id);
    buf_adds(
        out,
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        "Auto-Submitted: auto-generated\r\n\r\n");
    add_quoted_printable(out, message->body);
}
