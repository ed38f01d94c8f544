/*
 * Domain names as typed: strips what is often pasted along (scheme, address, path, port, www), maps IDNs by UTS 46
 * non-transitional (libidn2), and refuses names that cannot be a customer's sending domain (libpsl, the list of mailbox
 * providers, the platform's own). Input is hostile: any bytes of any length. Knows no DNS and no texts.
 */
#include "base/base.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <libpsl.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/pool.h"
#include "mailauth/name.h"

enum {
    INPUT_MAX = 4096, /* bytes looked at; no name with its decorations is longer */
    ASCII_MAX = NAME_ASCII_SIZE - 1,
    LABEL_MAX = 63,                         /* RFC 1035 2.3.4 */
    SELECTOR_PART = 22,                     /* "vm7k2m9qxa._domainkey." */
    SENDING_MAX = ASCII_MAX - SELECTOR_PART /* a longer name has no room for its own DKIM record */
};

struct name_rules {
    const psl_ctx_t *psl;
    psl_ctx_t *psl_loaded; /* psl, if it was read from a file; NULL for the built-in list, which is static */
    char *platform;        /* "" if there is none */
};

static const char *const mailbox_providers[] = {
#include "mailauth/mailbox_table.inc"
};

struct name_rules *name_rules_new(const char *platform_domain)
{
    struct name_rules *rules = mem_alloc(sizeof(*rules));

    /* The distribution keeps its list fresher than the one built into the library. */
    rules->psl_loaded = psl_latest(NULL);
    rules->psl = rules->psl_loaded ? rules->psl_loaded : psl_builtin();
    rules->platform = mem_strdup(platform_domain ? platform_domain : "");
    return rules;
}

void name_rules_free(struct name_rules **rules)
{
    if (!*rules)
        return;
    psl_free((*rules)->psl_loaded);
    free((*rules)->platform);
    free(*rules);
    *rules = NULL;
}

/* --- comparing --- */

static int compare_provider(const void *key, const void *element)
{
    return strcmp(key, *(const char *const *)element);
}

/* A provider's domain or a name below it: the provider's users own neither. */
static bool is_mailbox_provider(const char *ascii)
{
    for (const char *at = ascii; at; at = strchr(at, '.') ? strchr(at, '.') + 1 : NULL)
        if (bsearch(at, mailbox_providers, ARRAY_LEN(mailbox_providers), sizeof(mailbox_providers[0]),
                    compare_provider))
            return true;
    return false;
}

/*
 * Also the list's private section (blogspot.com, github.io): the holder of a name below such a suffix does not control
 * the suffix itself or its DNS.
 */
static bool is_public_suffix(const struct name_rules *rules, const char *ascii)
{
    /* Without the default rule *, by which every single label ("localhost") is a suffix. */
    return rules->psl && psl_is_public_suffix2(rules->psl, ascii, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
}

const char *name_organisational(const struct name_rules *rules, const char *ascii)
{
    const char *registrable = rules->psl ? psl_registrable_domain(rules->psl, ascii) : NULL;
    return registrable ? registrable : ascii;
}

/* --- characters --- */

/* White space, and the zero-width characters that word processors and chat programs add to a pasted name. */
static bool is_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200b) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x2060 ||
           c == 0x3000 || c == 0xfeff;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* Full-width forms and ideographic full stops as ASCII: UTS 46 maps them so, and here they must be seen before @, / and
 * : are looked for. */
static uint32_t fold_width(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        return c - 0xff01 + '!';
    return c == 0x3002 || c == 0xff61 ? '.' : c;
}

/*
 * Adds input to out without surrounding white space and with full-width ASCII folded. False if it has a control
 * character or is not UTF-8: it was not typed as a name, and no suggestion is made.
 */
static bool clean(const char *input, size_t len, struct buf *out)
{
    size_t kept = 0;
    bool line_end = false; /* a control character that is white space: accepted around the name, not inside */

    for (size_t i = 0, n; i < len; i += n) {
        uint32_t code;
        n = utf8_next(input + i, len - i, &code);
        if (n == 0)
            return false;
        if (is_space(code)) {
            line_end = line_end || (out->len > 0 && is_control(code));
            if (out->len > 0)
                buf_add(out, input + i, n);
            continue;
        }
        if (is_control(code) || line_end)
            return false;
        if (fold_width(code) != code)
            buf_addc(out, (char)fold_width(code));
        else
            buf_add(out, input + i, n);
        kept = out->len;
    }
    out->len = kept;
    out->data[kept] = '\0';
    return true;
}

/* --- a name without decorations --- */

static bool is_address(const char *s)
{
    unsigned char addr[sizeof(struct in6_addr)];
    char inner[64];
    size_t len = strlen(s);

    if (len > 2 && len < sizeof(inner) && s[0] == '[' && s[len - 1] == ']') {
        memcpy(inner, s + 1, len - 2);
        inner[len - 2] = '\0';
        if (strncasecmp(inner, "IPv6:", 5) == 0) /* an address literal of RFC 5321 4.1.3 */
            memmove(inner, inner + 5, strlen(inner + 5) + 1);
        s = inner;
    }
    return inet_pton(AF_INET, s, addr) == 1 || inet_pton(AF_INET6, s, addr) == 1;
}

/* The ASCII characters of a name before IDNA; other ASCII is refused, even where UTS 46 maps it. */
static enum name_fault characters_fault(const char *s)
{
    enum name_fault fault = NAME_OK;

    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
            c == '.')
            continue;
        if (c != '_')
            return NAME_BAD_CHARACTER;
        fault = NAME_UNDERSCORE;
    }
    return fault;
}

static bool has_a_label(const char *ascii)
{
    for (const char *at = ascii; at; at = strchr(at, '.') ? strchr(at, '.') + 1 : NULL)
        if (strncasecmp(at, "xn--", 4) == 0)
            return true;
    return false;
}

static bool name_is_ascii(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= 0x80)
            return false;
    return true;
}

/* Converts to lower-case A-labels; labels_fault checks them afterwards. */
static enum name_fault to_ascii(const char *s, char out[NAME_ASCII_SIZE])
{
    uint8_t *converted = NULL;
    enum name_fault fault = NAME_OK;
    size_t len;
    int rc;

    if (name_is_ascii(s)) { /* not by UTS 46: it changes nothing of ASCII names, and refuses some that exist
                          (ab--c.nl) */
        len = strlen(s);
        if (len > ASCII_MAX)
            return NAME_TOO_LONG;
        memcpy(out, s, len + 1);
        ascii_lower_all(out);
        return NAME_OK;
    }
    if (s[0] == '.' || strstr(s, ".."))
        return NAME_EMPTY_LABEL;
    rc = idn2_lookup_u8((const uint8_t *)s, &converted, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    if (rc == IDN2_HYPHEN_STARTEND)
        fault = NAME_BAD_HYPHEN;
    else if (rc == IDN2_TOO_BIG_DOMAIN)
        fault = NAME_TOO_LONG;
    else if (rc == IDN2_TOO_BIG_LABEL)
        fault = NAME_LABEL_TOO_LONG;
    else if (rc != IDN2_OK)
        fault = NAME_BAD_IDN;
    else if (strlen((char *)converted) > ASCII_MAX)
        fault = NAME_TOO_LONG;
    else if (characters_fault((char *)converted) != NAME_OK)
        fault = NAME_BAD_IDN; /* UTS 46 mapped to a slash, an at sign or a space */
    else
        memcpy(out, converted, strlen((char *)converted) + 1);
    idn2_free(converted);
    return fault;
}

/* The labels of an A-label name without final dot. */
static enum name_fault labels_fault(const char *ascii)
{
    const char *label = ascii;

    for (;;) {
        size_t len = strcspn(label, ".");
        if (len == 0)
            return NAME_EMPTY_LABEL;
        if (len > LABEL_MAX)
            return NAME_LABEL_TOO_LONG;
        if (label[0] == '-' || label[len - 1] == '-')
            return NAME_BAD_HYPHEN;
        if (label[len] == '\0')
            break;
        label += len + 1;
    }
    /* No top-level domain is all digits (RFC 3696 2): 192.0.2.300 is meant as an address too. */
    return strchr(ascii, '.') && label[strspn(label, "0123456789")] == '\0' ? NAME_IP_ADDRESS : NAME_OK;
}

/* Converts A-labels to U-labels; false unless the result converts back to the same. */
static bool round_trip(const char *ascii, char out[NAME_UNICODE_SIZE])
{
    char *unicode = NULL;
    uint8_t *back = NULL;
    bool same = false;

    if (idn2_to_unicode_8z8z(ascii, &unicode, IDN2_NONTRANSITIONAL) == IDN2_OK && strlen(unicode) < NAME_UNICODE_SIZE &&
        idn2_lookup_u8((const uint8_t *)unicode, &back, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) == IDN2_OK &&
        strcmp((char *)back, ascii) == 0) {
        memcpy(out, unicode, strlen(unicode) + 1);
        same = true;
    }
    idn2_free(unicode);
    idn2_free(back);
    return same;
}

void name_to_unicode(const char *ascii, char out[NAME_UNICODE_SIZE])
{
    if (has_a_label(ascii) && round_trip(ascii, out))
        return;
    snprintf(out, NAME_UNICODE_SIZE, "%s", ascii);
}

/* A name that cannot be the customer's own. */
static enum name_fault owner_fault(const struct name_rules *rules, const char *ascii)
{
    if (is_public_suffix(rules, ascii))
        return NAME_PUBLIC_SUFFIX;
    if (!strchr(ascii, '.'))
        return NAME_SINGLE_LABEL;
    if (name_within(ascii, rules->platform))
        return NAME_PLATFORM;
    return is_mailbox_provider(ascii) ? NAME_MAILBOX_PROVIDER : NAME_OK;
}

/* Evaluates s, which has no decorations but perhaps www and one final dot. Fills out on NAME_OK, and with the www on
 * NAME_WWW. */
static enum name_fault evaluate_bare(const struct name_rules *rules, const char *s, struct name *out)
{
    char ascii[NAME_ASCII_SIZE + 1] = "";
    enum name_fault fault;
    size_t len;

    memset(out, 0, sizeof(*out));
    if (*s == '\0')
        return NAME_EMPTY;
    if (is_address(s))
        return NAME_IP_ADDRESS;
    fault = characters_fault(s);
    if (fault == NAME_OK)
        fault = to_ascii(s, ascii);
    if (fault != NAME_OK)
        return fault;
    len = strlen(ascii);
    if (len > 1 && ascii[len - 1] == '.')
        ascii[--len] = '\0';
    if (len > SENDING_MAX)
        return NAME_TOO_LONG;
    fault = labels_fault(ascii);
    if (fault != NAME_OK)
        return fault;
    if (has_a_label(ascii) && !round_trip(ascii, out->unicode))
        return NAME_BAD_IDN;
    fault = owner_fault(rules, ascii);
    if (fault == NAME_OK && strncmp(ascii, "www.", 4) == 0 && !is_public_suffix(rules, ascii + 4) &&
        strchr(ascii + 4, '.'))
        fault = NAME_WWW; /* www.nl is a domain like any other: without www only a top-level domain is left */
    if (fault != NAME_OK && fault != NAME_WWW) {
        memset(out, 0, sizeof(*out));
        return fault;
    }
    memcpy(out->ascii, ascii, len + 1);
    if (out->unicode[0] == '\0')
        memcpy(out->unicode, ascii, len + 1);
    return fault;
}

/* --- decorations --- */

/* Text from which decorations are taken off. The first one found is reported, others before quotes and brackets. */
struct decorated {
    char *s; /* what is left; changed in place */
    enum name_fault first;
};

static void add_decoration(struct decorated *text, enum name_fault fault)
{
    if (text->first == NAME_OK || text->first == NAME_BAD_CHARACTER)
        text->first = fault;
}

/* Removes quotes and brackets around, punctuation after, and *. and dots before the name. */
static void strip_marks(struct decorated *text)
{
    size_t len;

    for (;;) {
        len = strlen(text->s);
        if (strncmp(text->s, "*.", 2) == 0) {
            add_decoration(text, NAME_BAD_CHARACTER);
            text->s += 2;
        } else if (text->s[0] == '.') {
            add_decoration(text, NAME_EMPTY_LABEL);
            text->s++;
        } else if (len > 0 && strchr("<\"'(`", text->s[0])) {
            add_decoration(text, NAME_BAD_CHARACTER);
            text->s++;
        } else if (len > 0 && strchr(">\"')`,;!", text->s[len - 1])) {
            add_decoration(text, NAME_BAD_CHARACTER);
            text->s[len - 1] = '\0';
        } else if (len > 1 && text->s[len - 1] == '.' && text->s[len - 2] == '.') {
            add_decoration(text, NAME_EMPTY_LABEL);
            text->s[len - 1] = '\0';
        } else {
            return;
        }
    }
}

/* Removes "mailto:", "https://" or "//". */
static void strip_scheme(struct decorated *text)
{
    size_t n = 0;

    if (strncasecmp(text->s, "mailto:", 7) == 0) {
        text->s += 7;
        add_decoration(text, strchr(text->s, '@') ? NAME_AT_SIGN : NAME_SCHEME);
        return;
    }
    while ((text->s[n] >= 'a' && text->s[n] <= 'z') || (text->s[n] >= 'A' && text->s[n] <= 'Z') ||
           (n > 0 && text->s[n] && strchr("0123456789+-.", text->s[n])))
        n++;
    if (n > 0 && text->s[n] == ':')
        n++;
    else
        n = 0;
    if (strncmp(text->s + n, "//", 2) == 0) { /* RFC 3986 3 */
        add_decoration(text, NAME_SCHEME);
        text->s += n + 2;
    }
}

static void strip_path(struct decorated *text)
{
    size_t n = strcspn(text->s, "/?#\\");
    if (text->s[n] != '\0') {
        add_decoration(text, NAME_PATH);
        text->s[n] = '\0';
    }
}

/* Removes the local part and @ of an address, a display name and < > too. */
static void strip_local_part(struct decorated *text)
{
    char *at = strrchr(text->s, '@');
    size_t len;

    if (!at)
        return;
    add_decoration(text, NAME_AT_SIGN);
    text->s = at + 1;
    len = strcspn(text->s, "> ");
    text->s[len] = '\0';
}

static void strip_port(struct decorated *text)
{
    char *colon = strrchr(text->s, ':');

    /* A colon that is not the only one, outside brackets, belongs to an IPv6 address. */
    if (!colon || colon[1 + strspn(colon + 1, "0123456789")] != '\0')
        return;
    if (strchr(text->s, ':') != colon && colon > text->s && colon[-1] != ']')
        return;
    add_decoration(text, NAME_PORT);
    *colon = '\0';
}

/* Whether the fault of the name itself is reported rather than the decoration around it. */
static bool is_more_specific(enum name_fault own, enum name_fault decoration)
{
    if (own == NAME_EMPTY || decoration == NAME_EMPTY_LABEL)
        return false; /* "sales@", ".nl" */
    return !(own == NAME_SINGLE_LABEL && decoration == NAME_AT_SIGN);
}

/* s: cleaned and not empty; changed in place. */
static enum name_fault evaluate_typed(const struct name_rules *rules, char *s, struct name *out, struct name *suggested)
{
    struct decorated text = {.s = s, .first = NAME_OK};
    char without_www[NAME_ASCII_SIZE];
    enum name_fault own;

    own = evaluate_bare(rules, s, out);
    if (own == NAME_OK || own == NAME_IP_ADDRESS)
        return own;
    memset(out, 0, sizeof(*out));
    strip_marks(&text);
    strip_scheme(&text);
    strip_path(&text);
    strip_local_part(&text);
    strip_marks(&text);
    if (!is_address(text.s))
        strip_port(&text);
    own = evaluate_bare(rules, text.s, suggested);
    while (own == NAME_WWW) { /* also www.www.voorbeeld.nl */
        add_decoration(&text, NAME_WWW);
        snprintf(without_www, sizeof(without_www), "%s", suggested->ascii + 4);
        own = evaluate_bare(rules, without_www, suggested);
    }
    if (own == NAME_OK || (text.first != NAME_OK && !is_more_specific(own, text.first)))
        return text.first;
    return own;
}

enum name_fault name_evaluate(const struct name_rules *rules, const char *input, size_t len, struct name *out,
                              struct name_evaluation *evaluation)
{
    struct buf typed;

    memset(out, 0, sizeof(*out));
    memset(evaluation, 0, sizeof(*evaluation));
    buf_init(&typed, (size_t)INPUT_MAX * 2);
    if (len > INPUT_MAX)
        evaluation->fault = NAME_TOO_LONG;
    else if (!clean(input, len, &typed))
        evaluation->fault = NAME_BAD_CHARACTER;
    else if (typed.len == 0)
        evaluation->fault = NAME_EMPTY;
    else
        evaluation->fault = evaluate_typed(rules, typed.data, out, &evaluation->suggested);
    buf_free(&typed);
    return evaluation->fault;
}
