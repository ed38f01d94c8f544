/*
 * Tables of fixed words: the text forms of enums in JSON, HTML hooks and SQL, in both directions. One table an enum,
 * ended by a NULL word.
 */
#ifndef BASE_LOOKUP_H
#define BASE_LOOKUP_H

#include "base/base.h"

struct lookup {
    int id;
    const char *word; /* static; NULL ends the table */
};

/* The word of id; "" where the table has none. Static. */
const char *lookup_word(const struct lookup *table, int id);
/* The id of word, case-sensitive. False where the table has no such word or word is NULL: *id is unchanged. */
bool lookup_id(const struct lookup *table, const char *word, int *id);

/*
 * Defines NAME_word() and NAME_parse() of an enum over its table: LOOKUP_DEFINE(status, enum status,
 * {STATUS_PENDING, "pending"}, ...). Their declarations stand in the enum's header. NAME_parse leaves *out unchanged
 * when it returns false.
 */
#define LOOKUP_DEFINE(name, type, ...)                                                                                 \
    static const struct lookup name##_words[] = {__VA_ARGS__, {0, NULL}};                                              \
    const char *name##_word(type value)                                                                                \
    {                                                                                                                  \
        return lookup_word(name##_words, (int)value);                                                                  \
    }                                                                                                                  \
    bool name##_parse(const char *word, type *out)                                                                     \
    {                                                                                                                  \
        int id;                                                                                                        \
        if (!lookup_id(name##_words, word, &id))                                                                       \
            return false;                                                                                              \
        *out = (type)id;                                                                                               \
        return true;                                                                                                   \
    }

#endif
