/*
 * Characters and digits. Owns the tables of digits; refuses to know what the texts mean.
 */
#include "base/base.h"

#include <unistr.h>

#include "base/encode.h"

char ascii_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

void ascii_lower_all(char *s)
{
    for (; *s; s++)
        *s = ascii_lower(*s);
}

char hex_digit(unsigned value)
{
    return "0123456789abcdef"[value & 15];
}

int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char base32_digit(unsigned value)
{
    return "abcdefghijklmnopqrstuvwxyz234567"[value & 31];
}

size_t utf8_next(const void *s, size_t len, uint32_t *code)
{
    ucs4_t c;
    int n = u8_mbtoucr(&c, s, len);

    if (n <= 0)
        return 0;
    *code = c;
    return (size_t)n;
}

size_t utf8_cut(const char *s, size_t len, size_t max)
{
    if (len <= max)
        return len;
    while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80) /* a continuation byte (RFC 3629 3) */
        max--;
    return max;
}
