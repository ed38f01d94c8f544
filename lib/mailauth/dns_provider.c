/*
 * The table of DNS providers and its look-ups. Owns how a name server's name is matched; app/check/finding_text gives
 * the advice.
 */
#include "base/base.h"

#include "base/encode.h"
#include "mailauth/dns_provider.h"

static const struct row {
    struct dns_provider provider;
    const char *patterns; /* each with a NUL behind it, an empty one at the end */
} table[] = {
#include "mailauth/provider_table.inc"
};

/* name (len characters) against a pattern in which * is any number of any characters. */
static bool matches(const char *pattern, const char *name, size_t len)
{
    const char *star = NULL;
    size_t at = 0, from = 0;

    while (at < len) {
        if (*pattern == '*') {
            star = ++pattern;
            from = at;
        } else if (*pattern == ascii_lower(name[at])) {
            pattern++;
            at++;
        } else if (star) { /* the last star takes one character more */
            pattern = star;
            at = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

const struct dns_provider *dns_provider_by_server(const char *ns)
{
    size_t len = strlen(ns);

    if (len > 0 && ns[len - 1] == '.')
        len--;
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        for (const char *pattern = table[i].patterns; *pattern; pattern += strlen(pattern) + 1)
            if (matches(pattern, ns, len))
                return &table[i].provider;
    return NULL;
}

const struct dns_provider *dns_provider_by_id(const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].provider.id, id) == 0)
            return &table[i].provider;
    return NULL;
}

const struct dns_provider *dns_provider_at(size_t index)
{
    return index < ARRAY_LEN(table) ? &table[index].provider : NULL;
}
