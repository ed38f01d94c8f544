/*
 * The parser of tag lists (RFC 6376 3.2): one cursor over the text with a sticky error, asked once at the end. Knows
 * the grammar and no tag's meaning.
 */
#include "base/base.h"

#include "mailauth/taglist.h"

struct cursor {
    const char *at, *end;
    enum tag_fault fault; /* sticky: the first */
};

static void taglist_set_fault(struct cursor *c, enum tag_fault fault)
{
    if (c->fault == TAG_FAULT_NONE)
        c->fault = fault;
}

static bool is_wsp(char c)
{
    return c == ' ' || c == '\t';
}

/* FWS = [*WSP CRLF] 1*WSP (RFC 6376 2.8): a line end counts as white space only when white space follows it. */
static void skip_fws(struct cursor *c)
{
    for (;;) {
        if (c->at < c->end && is_wsp(*c->at))
            c->at++;
        else if (c->end - c->at >= 3 && c->at[0] == '\r' && c->at[1] == '\n' && is_wsp(c->at[2]))
            c->at += 3;
        else
            return;
    }
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void taglist_read_name(struct cursor *c, struct tag *tag)
{
    tag->name = c->at;
    if (c->at < c->end && is_alpha(*c->at))
        while (c->at < c->end && (is_alpha(*c->at) || (*c->at >= '0' && *c->at <= '9') || *c->at == '_'))
            c->at++;
    tag->name_len = (size_t)(c->at - tag->name);
    if (tag->name_len == 0)
        taglist_set_fault(c, TAG_FAULT_SYNTAX);
}

static void read_equals(struct cursor *c)
{
    skip_fws(c);
    if (c->at < c->end && *c->at == '=')
        c->at++;
    else
        taglist_set_fault(c, TAG_FAULT_SYNTAX);
    skip_fws(c);
}

/* VALCHAR = %x21-3A / %x3C-7E, with FWS between them. */
static void taglist_read_value(struct cursor *c, struct tag *tag)
{
    const char *last = c->at;

    tag->value = c->at;
    while (c->at < c->end && *c->at > 0x20 && *c->at < 0x7f && *c->at != ';') {
        while (c->at < c->end && *c->at > 0x20 && *c->at < 0x7f && *c->at != ';')
            c->at++;
        last = c->at;
        skip_fws(c);
    }
    tag->value_len = (size_t)(last - tag->value);
    if (c->at < c->end && *c->at != ';')
        taglist_set_fault(c, TAG_FAULT_CHARACTER);
}

/* True when nothing but white space and ; is left. */
static bool only_ends_left(struct cursor c)
{
    for (;;) {
        skip_fws(&c);
        if (c.at == c.end)
            return true;
        if (*c.at != ';')
            return false;
        c.at++;
    }
}

static void keep(struct cursor *c, struct tag_list *list, const struct tag *tag)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->tag[i].name_len == tag->name_len && memcmp(list->tag[i].name, tag->name, tag->name_len) == 0)
            taglist_set_fault(c, TAG_FAULT_TWICE);
    if (list->count == TAGS_MAX)
        taglist_set_fault(c, TAG_FAULT_MANY);
    else
        list->tag[list->count++] = *tag;
}

bool tag_list_parse(const char *text, size_t len, struct tag_list *out)
{
    struct cursor c = {.at = text, .end = text + len};

    out->count = 0;
    out->offending_tag = (struct tag){.name = text, .value = text};
    while (c.fault == TAG_FAULT_NONE) {
        struct tag tag;
        skip_fws(&c);
        taglist_read_name(&c, &tag);
        read_equals(&c);
        taglist_read_value(&c, &tag);
        if (c.fault == TAG_FAULT_NONE)
            keep(&c, out, &tag);
        if (c.fault == TAG_FAULT_TWICE || c.fault == TAG_FAULT_CHARACTER)
            out->offending_tag = tag;
        if (c.fault != TAG_FAULT_NONE || only_ends_left(c))
            break;
        c.at++; /* the ; at which the value ended */
    }
    out->fault = c.fault;
    return c.fault == TAG_FAULT_NONE;
}

const struct tag *tag_find(const struct tag_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->tag[i].name_len == strlen(name) && memcmp(list->tag[i].name, name, list->tag[i].name_len) == 0)
            return &list->tag[i];
    return NULL;
}

bool tag_is(const struct tag *tag, const char *word)
{
    return tag->value_len == strlen(word) && strncasecmp(tag->value, word, tag->value_len) == 0;
}

bool tag_is_exactly(const struct tag *tag, const char *word)
{
    return tag->value_len == strlen(word) && memcmp(tag->value, word, tag->value_len) == 0;
}

bool tag_lists(const struct tag *tag, const char *word)
{
    const char *at = tag->value, *end = tag->value + tag->value_len;

    while (at <= end) {
        const char *colon = memchr(at, ':', (size_t)(end - at));
        const char *stop = colon ? colon : end, *last = stop;
        struct cursor c = {.at = at, .end = stop};

        skip_fws(&c);
        while (last > c.at && (is_wsp(last[-1]) || last[-1] == '\r' || last[-1] == '\n'))
            last--;
        if ((size_t)(last - c.at) == strlen(word) && strncasecmp(c.at, word, strlen(word)) == 0)
            return true;
        at = stop + 1;
    }
    return false;
}
