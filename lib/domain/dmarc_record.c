/*
 * Judges one TXT string as a DMARC policy record (RFC 7489 6.3 and 6.6.3, RFC 9989). Knows no DNS and no other domain's
 * record: where to look for policies is verdict's matter.
 */
#include "base/base.h"

#include "base/buf.h"
#include "domain/dmarc_record.h"
#include "domain/taglist.h"

static bool is_policy(const struct tag *tag)
{
    return tag_is(tag, "none") || tag_is(tag, "quarantine") || tag_is(tag, "reject");
}

/* At least one reporting URI (RFC 7489 6.2): a scheme and something behind it. */
static bool has_uri(const struct tag *rua)
{
    const char *colon = rua ? memchr(rua->value, ':', rua->value_len) : NULL;

    return colon && colon > rua->value && colon + 1 < rua->value + rua->value_len;
}

/* Whether tags say no more than "p=none": every other tag is absent or has its default. */
static bool equals_ours(const struct tag_list *tags)
{
    static const char *const defaults[][2] = {
        {"p", "none"}, {"sp", "none"}, {"np", "none"},  {"adkim", "r"}, {"aspf", "r"}, {"pct", "100"},
        {"fo", "0"},   {"rf", "afrf"}, {"ri", "86400"}, {"psd", "u"},   {"t", "n"},
    };

    for (size_t i = 1; i < tags->count; i++) {
        bool known = false;
        for (size_t d = 0; d < ARRAY_LEN(defaults); d++)
            known = known || (tag_find(tags, defaults[d][0]) == &tags->tag[i] && tag_is(&tags->tag[i], defaults[d][1]));
        if (!known)
            return false;
    }
    return tag_find(tags, "p") != NULL;
}

/* The tags behind v=DMARC1. A p=, sp= or np= that is not valid counts as p=none when reports are asked for, and else spoils the record (RFC 7489 6.6.3). */
static void judge_tags(const struct tag_list *tags, struct dmarc_judgement *out)
{
    const struct tag *p = tag_find(tags, "p"), *sp = tag_find(tags, "sp"), *np = tag_find(tags, "np");
    bool valid = p && is_policy(p) && (!sp || is_policy(sp)) && (!np || is_policy(np));

    out->rua = has_uri(tag_find(tags, "rua"));
    out->kind = valid || out->rua ? DMARC_POLICY : DMARC_BROKEN;
    out->ours = valid && !out->rua && equals_ours(tags);
}

/* Adds text in small letters without white space, quotes and backslashes; *quoted if there were such. */
static void skeleton(const char *text, size_t len, struct buf *out, bool *quoted)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '"' || c == '\\' || c == '\'')
            *quoted = true;
        else if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            buf_addc(out, (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
    }
}

/* A string that does not begin with v=DMARC1: did somebody mean it to? */
static void judge_attempt(const char *text, size_t len, struct dmarc_judgement *out)
{
    static const char *const policies[] = {"p=none", "p=quarantine", "p=reject"};
    struct buf bare;
    bool quoted = false, meant;

    buf_init(&bare, 65536);
    skeleton(text, len, &bare, &quoted);
    meant = strstr(bare.data, "v=dmarc") || strncmp(bare.data, "dmarc1", 6) == 0;
    for (size_t i = 0; i < ARRAY_LEN(policies) && !meant; i++)
        meant = strncmp(bare.data, policies[i], strlen(policies[i])) == 0;
    if (meant) {
        out->kind = DMARC_ATTEMPT;
        out->quoted = quoted;
    }
    buf_free(&bare);
}

void dmarc_record_judge(const char *text, size_t len, struct dmarc_judgement *out)
{
    struct tag_list tags;
    bool parsed;

    *out = (struct dmarc_judgement){.kind = DMARC_UNRELATED};
    parsed = tag_list_parse(text, len, &tags);
    /* Case matters, it comes first, and not even white space may stand before it (RFC 7489 6.4). On failure the list holds what came before. */
    if (tags.count > 0 && tags.tag[0].name == text && tag_find(&tags, "v") == &tags.tag[0] && tag_is_exactly(&tags.tag[0], "DMARC1")) {
        if (parsed)
            judge_tags(&tags, out);
        else
            out->kind = DMARC_BROKEN;
        out->quoted = out->kind == DMARC_BROKEN && (memchr(text, '"', len) || memchr(text, '\\', len));
        return;
    }
    judge_attempt(text, len, out);
}
