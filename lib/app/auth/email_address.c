/*
 * The form of users' addresses. mailauth/mail_address.h decides which addresses a mail server takes.
 */
#include "base/base.h"

#include "app/auth/email_address.h"

#include "base/buf.h"

bool email_is_valid(const char *typed)
{
    const char *at = strrchr(typed, '@');
    return at && at != typed && at[1] && strlen(typed) < EMAIL_SIZE && !strpbrk(typed, " \t\"<>(),;") &&
           strchr(at, '.') != at + 1 && is_printable(typed);
}

void email_normalize(const char *typed, char out[EMAIL_SIZE])
{
    struct buf shown;
    size_t i = 0;
    buf_init(&shown, 4 * EMAIL_SIZE);
    buf_add_printable(&shown, typed, strnlen(typed, EMAIL_SIZE));
    for (const char *s = shown.data; s[i] && i < EMAIL_SIZE - 1; i++)
        out[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] - 'A' + 'a') : s[i];
    out[i] = '\0';
    buf_free(&shown);
}
