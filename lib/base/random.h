/*
 * Random bytes from the kernel, the ids made of them, and the text forms of tokens.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/base.h"

void random_bytes(void *out, size_t len); /* getrandom(2); aborts if the kernel has none */
/* Evenly spread over 0..bound-1; bound > 0. */
uint32_t random_below(uint32_t bound);

struct uuid {
    uint8_t byte[16];
};
enum { UUID_TEXT_SIZE = 37 };

/* UUIDv7 (RFC 9562 5.7): 48 bits of ms, then random; sorts by time of making, also within one thread's millisecond. */
struct uuid uuid_new(void);
void uuid_format(struct uuid id, char out[UUID_TEXT_SIZE]); /* small letters, with hyphens */
/* Exactly the 36-character form, either case; false for anything else. */
bool uuid_parse(const char *text, struct uuid *out);
bool uuid_is_nil(struct uuid id);
bool uuid_equal(struct uuid a, struct uuid b);

/* 256-bit token as 43 characters of unpadded base64url. */
enum { TOKEN_BYTES = 32, TOKEN_TEXT_SIZE = 44 };
void token_new(char out[TOKEN_TEXT_SIZE]);

/* count random base32 digits in small letters (a-z, 2-7; 5 bits each); no NUL behind them. */
void random_base32(char *out, size_t count);

#endif
