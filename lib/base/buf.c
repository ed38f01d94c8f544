/*
 * The growing string. Knows how to hold bytes within a maximum and how to make outside bytes printable; knows no
 * escaping of HTML, SQL or JSON.
 */
#include "base/base.h"

#include "base/buf.h"

#include <stdarg.h>

#include "base/encode.h"
#include "base/pool.h"

static char empty[1]; /* data of a buffer that holds nothing yet */

void buf_init(struct buf *buf, size_t max)
{
    *buf = (struct buf){.data = empty, .max = max};
}

void buf_free(struct buf *buf)
{
    if (buf->cap)
        free(buf->data);
    *buf = (struct buf){.data = empty};
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->overflowed = false;
    if (buf->cap)
        buf->data[0] = '\0';
}

/* Room for more bytes and a NUL; false when that is over the maximum. */
static bool buf_grow(struct buf *buf, size_t more)
{
    if (more > buf->max - buf->len) {
        buf->overflowed = true;
        return false;
    }
    size_t need = buf->len + more + 1;
    if (need > buf->cap) {
        size_t cap = buf->cap ? buf->cap : 64;
        while (cap < need)
            cap += cap / 2 + 64;
        buf->data = mem_realloc(buf->cap ? buf->data : NULL, cap);
        buf->cap = cap;
    }
    return true;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
    if (!len || !buf_grow(buf, len))
        return;
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_adds(struct buf *buf, const char *s)
{
    buf_add(buf, s, strlen(s));
}

void buf_addc(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_addf(struct buf *buf, const char *fmt, ...)
{
    char most[512]; /* nearly every text fits: formatted once */
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(most, sizeof(most), fmt, ap);
    va_end(ap);
    if (n <= 0 || !buf_grow(buf, (size_t)n))
        return;
    if ((size_t)n < sizeof(most)) {
        memcpy(buf->data + buf->len, most, (size_t)n + 1);
    } else {
        va_start(ap, fmt);
        vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, ap);
        va_end(ap);
    }
    buf->len += (size_t)n;
}

/* Characters that hide, reorder or control text. */
static bool is_treacherous(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xad || cp == 0x61c || (cp >= 0x200b && cp <= 0x200f) ||
           (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff ||
           (cp >= 0xfff9 && cp <= 0xfffb) || (cp >= 0xe0000 && cp <= 0xe007f);
}

void buf_add_printable(struct buf *buf, const void *data, size_t len)
{
    const unsigned char *p = data, *end = p + len;
    while (p < end) {
        uint32_t cp = 0;
        size_t n = utf8_next(p, (size_t)(end - p), &cp);
        if (n && !is_treacherous(cp)) {
            buf_add(buf, p, n);
            p += n;
        } else {
            for (n = n ? n : 1; n; n--)
                buf_addf(buf, "\\%03u", *p++);
        }
    }
}

bool is_printable(const char *s)
{
    struct buf shown;
    buf_init(&shown, 4 * strlen(s) + 1);
    buf_add_printable(&shown, s, strlen(s));
    bool same = strcmp(shown.data, s) == 0;
    buf_free(&shown);
    return same;
}

void buf_add_percent(struct buf *buf, const char *s)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *s; s++)
        if (strchr(unreserved, *s))
            buf_addc(buf, *s);
        else
            buf_addf(buf, "%%%02X", (unsigned char)*s);
}
