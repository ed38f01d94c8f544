/*
 * The fixed words of the findings, from the one table in finding.h. Knows nothing of what they mean:
 * verdict.c decides them, app/explain says them to people.
 */
#include "base/base.h"

#include "model/finding.h"

static const char *const words[FINDING_COUNT] = {
#define X(id, word) [FINDING_##id] = word,
    FINDINGS(X)
#undef X
};

const char *finding_word(enum finding f)
{
    return words[f];
}

bool finding_parse(const char *word, enum finding *out)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i], word) == 0) {
            *out = (enum finding)i;
            return true;
        }
    return false;
}
