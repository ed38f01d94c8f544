/*
 * The words of the faults, from the one table in fault.h. Knows nothing of what they mean: the judges find them,
 * app/explain says them to people.
 */
#include "base/base.h"

#include "model/fault.h"

static const char *const words[FAULT_COUNT] = {
#define X(id, word) [FAULT_##id] = word,
    FAULTS(X)
#undef X
};

const char *fault_word(enum fault fault)
{
    return words[fault];
}

enum fault fault_parse(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i], word) == 0)
            return (enum fault)i;
    return FAULT_NONE;
}
