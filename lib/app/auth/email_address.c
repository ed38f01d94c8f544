/*
 * What an e-mail address is to this program. Knows no mail.
 */
#include "base/base.h"

#include "app/auth/email_address.h"

#include "base/buf.h"
#include "base/encode.h"

bool email_evaluate(const char *typed)
{
    const char *at = strrchr(typed, '@');
    return at && at != typed && at[1] && strlen(typed) < EMAIL_SIZE && !strpbrk(typed, " \t\"<>(),;") &&
           strchr(at, '.') != at + 1 && is_printable(typed);
}

void email_typed(const char *typed, char out[EMAIL_SIZE])
{
    struct buf shown;
    size_t i = 0;
    buf_init(&shown, 4 * EMAIL_SIZE);
    buf_add_printable(&shown, typed, strnlen(typed, EMAIL_SIZE));
    for (const char *s = shown.data; s[i] && i < EMAIL_SIZE - 1; i++)
        out[i] = ascii_lower(s[i]);
    out[i] = '\0';
    buf_free(&shown);
}
