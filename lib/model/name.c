/*
 * Comparing DNS names as text: ignores letter case (RFC 4343) and one final dot.
 */
#include "base/base.h"

#include "model/name.h"

static size_t length_without_dot(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && name[len - 1] == '.' ? len - 1 : len;
}

bool name_equal(const char *a, const char *b)
{
    size_t len = length_without_dot(a);
    return len == length_without_dot(b) && strncasecmp(a, b, len) == 0;
}

bool name_within(const char *a, const char *b)
{
    size_t a_len = length_without_dot(a), b_len = length_without_dot(b);

    if (b_len == 0 || a_len < b_len || strncasecmp(a + a_len - b_len, b, b_len) != 0)
        return false;
    return a_len == b_len || a[a_len - b_len - 1] == '.';
}
