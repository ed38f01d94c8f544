/*
 * The words of the faults, from the one table in fault.h. mailauth/evaluation determines faults, app/check/finding_text
 * has their texts.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/fault.h"

static const struct lookup fault_words[] = {
#define X(id, word) {FAULT_##id, word},
    FAULTS(X)
#undef X
        {0, NULL}};

const char *fault_word(enum fault fault)
{
    return lookup_word(fault_words, (int)fault);
}

enum fault fault_parse(const char *word)
{
    int id = FAULT_NONE;
    lookup_id(fault_words, word, &id);
    return (enum fault)id;
}
