/*
 * The texts that C shows to users. They are in po/texts.def (Dutch, the original) and in po/<language>.po; a build
 * script makes of them one table for each language, so the language is an argument of each call: no locale, no state of
 * the process. C holds only the keys, and a misspelt key does not compile.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/base.h"

enum lang { LANG_NL, LANG_EN, LANG_COUNT };

enum text_id {
#define TEXT(id, dutch) TEXT_##id,
#include "po/texts.def"
#undef TEXT
    TEXT_COUNT
};

/* The text as it stands, UTF-8, static. */
const char *text(enum lang lang, enum text_id id);

struct text_arg {
    const char *name;  /* NULL ends the list */
    const char *value; /* UTF-8, inserted unchanged: the output must escape it */
};
#define TEXT_ARGS(...) ((const struct text_arg[]){__VA_ARGS__, {0}})

struct buf;
/* Adds the text with each {name} replaced by its argument. A {name} without an argument is kept. */
void text_fill(struct buf *out, enum lang lang, enum text_id id, const struct text_arg *args);

const char *lang_code(enum lang lang); /* "nl", "en" */
bool lang_parse(const char *code, enum lang *lang);
/* Best language of an Accept-Language header (RFC 9110 12.5.4); fallback if it names none of ours or is NULL. */
enum lang lang_negotiate(const char *accept_language, enum lang fallback);

#endif
