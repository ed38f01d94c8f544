/*
 * Tokens to their hashes. Does not know what a token opens.
 */
#include "base/base.h"

#include "app/auth/token.h"

#include <sodium.h>

bool token_digest(const char *token, uint8_t out[TOKEN_HASH_SIZE])
{
    if (strlen(token) != TOKEN_TEXT_SIZE - 1)
        return false;
    crypto_hash_sha256(out, (const unsigned char *)token, TOKEN_TEXT_SIZE - 1);
    return true;
}
