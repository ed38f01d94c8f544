/*
 * Randomness from the kernel, and the ids and tokens made of it. Owns the one
 * piece of state that UUIDv7 needs: the last one made by this thread.
 */
#include "base/base.h"

#include "base/random.h"

#include <errno.h>
#include <sodium.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/encode.h"

void random_bytes(void *out, size_t len)
{
    unsigned char *p = out;
    while (len) {
        ssize_t n = getrandom(p, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            abort(); /* no randomness: nothing safe can be done */
        p += n;
        len -= (size_t)n;
    }
}

uint32_t random_below(uint32_t bound)
{
    uint32_t limit = UINT32_MAX - UINT32_MAX % bound, r;
    do
        random_bytes(&r, sizeof(r));
    while (r >= limit);
    return r % bound;
}

struct uuid uuid_new(void)
{
    /* RFC 9562 6.2, method 2: within one millisecond the random part counts up by a random step. */
    static _Thread_local uint64_t last_ms;
    static _Thread_local uint32_t step;
    uint64_t ms = (uint64_t)clock_wall_ms();
    struct uuid id;
    random_bytes(id.byte, sizeof(id.byte));
    if (ms <= last_ms) {
        ms = last_ms;
        step += 1 + random_below(64);
        if (step >> 26) { /* the counter is full: borrow the next millisecond */
            ms++;
            step = random_below(1U << 20);
        }
    } else {
        step = random_below(1U << 20);
    }
    last_ms = ms;
    for (int i = 0; i < 6; i++)
        id.byte[i] = (uint8_t)(ms >> (40 - 8 * i));
    /* 12 bits of rand_a and the first 14 of rand_b carry the counter: 26 bits. */
    id.byte[6] = (uint8_t)(0x70 | (step >> 22 & 0x0f));
    id.byte[7] = (uint8_t)(step >> 14);
    id.byte[8] = (uint8_t)(0x80 | (step >> 8 & 0x3f));
    id.byte[9] = (uint8_t)step;
    return id;
}

void uuid_format(struct uuid id, char out[UUID_TEXT_SIZE])
{
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = hex_digit(id.byte[i] >> 4);
        *p++ = hex_digit(id.byte[i]);
    }
    *p = '\0';
}

bool uuid_parse(const char *text, struct uuid *out)
{
    struct uuid id;
    const char *p = text;
    for (int i = 0; i < 16; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && *p++ != '-')
            return false;
        int high = hex_value(p[0]);
        int low = high < 0 ? -1 : hex_value(p[1]);
        if (low < 0)
            return false;
        id.byte[i] = (uint8_t)(high << 4 | low);
        p += 2;
    }
    if (*p)
        return false;
    *out = id;
    return true;
}

bool uuid_is_nil(struct uuid id)
{
    static const struct uuid nil;
    return uuid_equal(id, nil);
}

bool uuid_equal(struct uuid a, struct uuid b)
{
    return memcmp(a.byte, b.byte, sizeof(a.byte)) == 0;
}

void token_new(char out[TOKEN_TEXT_SIZE])
{
    unsigned char raw[TOKEN_BYTES];

    random_bytes(raw, sizeof(raw));
    sodium_bin2base64(out, TOKEN_TEXT_SIZE, raw, sizeof(raw), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    explicit_bzero(raw, sizeof(raw));
}

void random_base32(char *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t byte;
        random_bytes(&byte, 1);
        out[i] = base32_digit(byte);
    }
}
