/*
 * Tag lists, "a=b; c=d": the grammar of DKIM records (RFC 6376 3.2) and of DMARC records (RFC 7489 6.3). Input is
 * hostile. Names and values point into it, so it must outlive the list.
 */
#ifndef MAILAUTH_TAGLIST_H
#define MAILAUTH_TAGLIST_H

#include "base/base.h"

enum { TAGS_MAX = 32 };

struct tag {
    const char *name;
    size_t name_len;
    const char *value; /* without the white space around it; inside there may be some */
    size_t value_len;
};

/* Why a text is no tag list. */
enum tag_fault {
    TAG_FAULT_NONE,
    TAG_FAULT_SYNTAX,    /* no name or no = where one belongs, or nothing at all */
    TAG_FAULT_CHARACTER, /* a byte that no value may hold */
    TAG_FAULT_TWICE,     /* two tags of the same name: offending_tag is the second */
    TAG_FAULT_MANY,      /* over TAGS_MAX */
};

struct tag_list {
    struct tag tag[TAGS_MAX];
    size_t count;
    enum tag_fault fault;     /* the first one in the text */
    struct tag offending_tag; /* of TAG_FAULT_TWICE and TAG_FAULT_CHARACTER: the tag in which it is; else empty */
};

/*
 * False if text is no tag list: a tag without a name or =, a byte that no value may hold, an empty tag before the last,
 * the same tag twice, no tag at all, or over TAGS_MAX. Any number of ; at the end is forgiven (the grammar has one at
 * most).
 */
bool tag_list_parse(const char *text, size_t len, struct tag_list *out);

/* The tag of that name (case matters), or NULL. */
const struct tag *tag_find(const struct tag_list *list, const char *name);

/* Whether the tag's value is word, without regard to ASCII case. */
bool tag_is(const struct tag *tag, const char *word);
/* The same as it stands. */
bool tag_is_exactly(const struct tag *tag, const char *word);
/* Whether the tag's value, a list with colons, has word in it, without regard to ASCII case. */
bool tag_lists(const struct tag *tag, const char *word);

#endif
