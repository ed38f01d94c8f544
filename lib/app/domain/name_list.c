/*
 * Splits a pasted list into pieces. Owns the separators and quotes; does not know what a name is.
 */
#include "base/base.h"

#include "app/domain/name_list.h"

static bool separates(char c)
{
    return c == '\n' || c == '\r' || c == ',' || c == ';' || c == '\t';
}

static bool surrounds(char c)
{
    return c == ' ' || c == '"' || c == '\'';
}

bool name_list_next(const char **at, const char *end, const char **piece, size_t *len)
{
    while (*at < end) {
        const char *from = *at, *to = from;
        while (to < end && !separates(*to))
            to++;
        *at = to < end ? to + 1 : end;
        while (from < to && surrounds(*from))
            from++;
        while (from < to && surrounds(to[-1]))
            to--;
        if (from < to) {
            *piece = from;
            *len = (size_t)(to - from);
            return true;
        }
    }
    return false;
}
