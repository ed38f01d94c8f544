/*
 * Validates mail addresses and host names. Bounds are those of the RFCs and of the mail server; asks no DNS.
 */
#include "base/base.h"

#include "mailauth/mail_address.h"

#include <idn2.h>

enum { LOCAL_PART_MAX = 64, LABEL_MAX = 63 };

const char *mail_text_trim(struct pool *pool, const char *typed, bool small_letters)
{
    static const char space[] = " \t\r\n";
    typed += strspn(typed, space);
    size_t len = strlen(typed);
    while (len > 0 && strchr(space, typed[len - 1]))
        len--;
    char *out = pool_memdup(pool, typed, len);
    for (char *p = out; small_letters && *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return out;
}

bool mail_local_part_valid(const char *s, size_t len)
{
    static const char atext[] = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{|}~-";
    if (len == 0 || len > LOCAL_PART_MAX || s[0] == '.' || s[len - 1] == '.')
        return false;
    for (size_t i = 0; i < len; i++)
        if (s[i] == '.' ? s[i - 1] == '.' : !strchr(atext, s[i]))
            return false;
    return true;
}

bool mail_host_valid(const char *s)
{
    size_t len = strlen(s), label = 0;
    if (len == 0 || len >= MAIL_HOST_SIZE)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool alnum = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9');
        if (s[i] == '.' ? label == 0 || s[i - 1] == '-' : !alnum && (s[i] != '-' || label == 0))
            return false;
        label = s[i] == '.' ? 0 : label + 1;
        if (label > LABEL_MAX)
            return false;
    }
    return label > 0 && s[len - 1] != '-';
}

const char *mail_host_to_ascii(struct pool *pool, const char *name)
{
    char *ascii = NULL;
    const char *out = NULL;
    if (idn2_lookup_u8((const uint8_t *)name, (uint8_t **)&ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) == IDN2_OK &&
        mail_host_valid(ascii))
        out = pool_strdup(pool, ascii);
    idn2_free(ascii);
    return out;
}

const char *mail_address(struct pool *pool, const char *typed)
{
    const char *text = mail_text_trim(pool, typed, true), *at = strrchr(text, '@');
    if (!at || !mail_local_part_valid(text, (size_t)(at - text)))
        return NULL;
    const char *domain = mail_host_to_ascii(pool, at + 1);
    if (!domain || !strchr(domain, '.') || (size_t)(at - text) + 1 + strlen(domain) >= MAIL_ADDRESS_SIZE)
        return NULL;
    return pool_printf(pool, "%.*s@%s", (int)(at - text), text, domain);
}
