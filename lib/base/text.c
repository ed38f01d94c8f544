/*
 * Looking up and filling in the texts of po/, and choosing a language. The tables themselves are generated; this file
 * contains no text.
 */
#include "base/base.h"

#include "base/text.h"

#include <ctype.h>

#include "base/buf.h"
#include "po/texts_table.h"

static const char *const codes[LANG_COUNT] = {[LANG_NL] = "nl", [LANG_EN] = "en"};

const char *lang_code(enum lang lang)
{
    return codes[lang];
}

bool lang_parse(const char *code, enum lang *lang)
{
    for (int i = 0; i < LANG_COUNT; i++) {
        if (strcmp(code, codes[i]) == 0) {
            *lang = (enum lang)i;
            return true;
        }
    }
    return false;
}

/* "0.8" of ";q=0.8" in thousandths; 1000 where there is none. */
static int quality(const char *params, const char *end)
{
    for (const char *p = params; p < end; p++) {
        if ((*p == 'q' || *p == 'Q') && p + 1 < end && p[1] == '=') {
            int value = 0, scale = 1000;
            bool fraction = false;
            for (p += 2; p < end && (isdigit((unsigned char)*p) || *p == '.'); p++) {
                if (*p == '.')
                    fraction = true;
                else if (!fraction)
                    value = *p > '0' ? 1000 : 0;
                else if ((scale /= 10) > 0)
                    value += (*p - '0') * scale;
            }
            return value > 1000 ? 1000 : value;
        }
    }
    return 1000;
}

enum lang lang_negotiate(const char *accept_language, enum lang fallback)
{
    enum lang best = fallback;
    int best_quality = 0;
    const char *p = accept_language ? accept_language : "";
    while (*p) {
        const char *end = p + strcspn(p, ",");
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        const char *tag_end = p;
        while (tag_end < end && (isalnum((unsigned char)*tag_end) || *tag_end == '*'))
            tag_end++; /* the primary subtag: "nl" of "nl-BE" (RFC 4647 3.4 lookup) */
        int q = quality(tag_end, end);
        for (int i = 0; i < LANG_COUNT; i++) {
            if ((size_t)(tag_end - p) == strlen(codes[i]) && strncasecmp(p, codes[i], (size_t)(tag_end - p)) == 0 &&
                q > best_quality) {
                best = (enum lang)i;
                best_quality = q;
            }
        }
        p = *end ? end + 1 : end;
    }
    return best;
}

void text_fill(struct buf *out, enum lang lang, enum text_id id, const struct text_arg *args)
{
    const char *p = text(lang, id);
    while (*p) {
        size_t plain = strcspn(p, "{");
        buf_add(out, p, plain);
        p += plain;
        if (!*p)
            break;
        size_t name_len = strcspn(p + 1, "}");
        const struct text_arg *arg = args;
        while (arg->name && (strlen(arg->name) != name_len || memcmp(arg->name, p + 1, name_len) != 0))
            arg++;
        if (arg->name && p[1 + name_len] == '}') {
            buf_adds(out, arg->value);
            p += name_len + 2;
        } else {
            buf_addc(out, *p++);
        }
    }
}

const char *text(enum lang lang, enum text_id id)
{
    static const char *const *const tables[LANG_COUNT] = {[LANG_NL] = texts_nl, [LANG_EN] = texts_en};
    return tables[lang][id];
}
