/*
 * Looks words up in their tables. The tables have at most some thirty rows, so both directions walk them.
 */
#include "base/base.h"

#include "base/lookup.h"

const char *lookup_word(const struct lookup *table, int id)
{
    for (; table->word; table++)
        if (table->id == id)
            return table->word;
    return "";
}

bool lookup_id(const struct lookup *table, const char *word, int *id)
{
    for (; word && table->word; table++)
        if (strcmp(table->word, word) == 0) {
            *id = table->id;
            return true;
        }
    return false;
}
