/*
 * check_host() of RFC 7208: parses a record completely, so that an error anywhere in it is a permerror (4.6), and then
 * tries its mechanisms from the left. Counts terms that ask DNS over all included records (4.6.4), which also bounds
 * the depth of includes.
 */
#include "base/base.h"

#include <arpa/inet.h>

#include "base/encode.h"
#include "base/lookup.h"
#include "mailauth/spf.h"
#include "model/name.h"

enum { TERMS_MAX = 128, RECORD_MAX = 65535 };

static const struct lookup result_words[] = {
    {SPF_NONE, "none"},         {SPF_NEUTRAL, "neutral"},     {SPF_PASS, "pass"},           {SPF_FAIL, "fail"},
    {SPF_SOFTFAIL, "softfail"}, {SPF_TEMPERROR, "temperror"}, {SPF_PERMERROR, "permerror"}, {0, NULL}};

const char *spf_result_word(enum spf_result result)
{
    return lookup_word(result_words, (int)result);
}

/* --- addresses --- */

bool spf_address_parse(const char *text, struct spf_address *out)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

    *out = (struct spf_address){.family = AF_INET};
    if (inet_pton(AF_INET, text, out->byte) == 1)
        return true;
    out->family = AF_INET6;
    if (inet_pton(AF_INET6, text, out->byte) != 1)
        return false;
    if (memcmp(out->byte, mapped, sizeof(mapped)) == 0) {
        out->family = AF_INET;
        memmove(out->byte, out->byte + sizeof(mapped), 4);
    }
    return true;
}

static int bits_of(int family)
{
    return family == AF_INET ? 32 : 128;
}

static bool same_network(const struct spf_address *a, int family, const uint8_t *byte, int prefix)
{
    int whole = prefix / 8, rest = prefix % 8;

    if (a->family != family || memcmp(a->byte, byte, (size_t)whole) != 0)
        return false;
    return rest == 0 || ((a->byte[whole] ^ byte[whole]) >> (8 - rest)) == 0;
}

/* --- terms --- */

enum mechanism { M_ALL, M_INCLUDE, M_A, M_MX, M_PTR, M_IP4, M_IP6, M_EXISTS, M_COUNT };

struct term {
    const char *text;       /* as published */
    enum spf_result result; /* of a match, by the qualifier */
    enum mechanism mechanism;
    const char *target; /* a domain; NULL: the record's own */
    struct spf_address network;
    int prefix4, prefix6;
    bool macro;
};

struct spf_record {
    struct term term[TERMS_MAX];
    size_t count;
    const char *redirect; /* NULL: none */
    bool redirect_macro, has_exp;
};

/* One check_host() over the record of the domain and all that it includes. */
struct spf_check {
    struct pool *pool;
    const struct spf_address *ip;
    spf_ask *ask;
    void *self;
    struct spf_answer *out;
    int voids;
};

static enum spf_result permerror(struct spf_check *c, const char *offending_term)
{
    c->out->offending_term = offending_term;
    return SPF_PERMERROR;
}

/* A decimal number without leading zeros, at most max; -1 for anything else. */
static int read_number(const char *text, size_t len, int max)
{
    int n = 0;

    if (len == 0 || len > 3 || (len > 1 && text[0] == '0'))
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        n = n * 10 + text[i] - '0';
    }
    return n <= max ? n : -1;
}

/* "/24", "//64", "/24//64" or nothing. */
static bool read_prefixes(const char *text, struct term *t)
{
    size_t len = strcspn(text + (*text == '/'), "/");

    if (text[0] == '/' && text[1] != '/') {
        t->prefix4 = read_number(text + 1, len, 32);
        text += 1 + len;
    }
    if (t->prefix4 >= 0 && strncmp(text, "//", 2) == 0) {
        t->prefix6 = read_number(text + 2, strlen(text + 2), 128);
        text += strlen(text);
    }
    return t->prefix4 >= 0 && t->prefix6 >= 0 && *text == '\0';
}

/* domain-spec (RFC 7208 7.1), its macros not expanded: visible characters, and % only in %{, %%, %_ and %-. */
static bool is_domain_spec(const char *text, bool *macro)
{
    for (const char *p = text; *p; p++) {
        if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7f)
            return false;
        if (*p != '%')
            continue;
        *macro = true;
        if (p[1] == '{') {
            p += strcspn(p, "}");
            if (*p == '\0')
                return false;
        } else if (p[1] == '%' || p[1] == '_' || p[1] == '-') {
            p++;
        } else {
            return false;
        }
    }
    return *text != '\0';
}

static const char *lower_copy(struct pool *pool, const char *text, size_t len)
{
    char *copy = pool_memdup(pool, text, len);

    if (len > 0 && copy[len - 1] == '.')
        copy[len - 1] = '\0';
    ascii_lower_all(copy);
    return copy;
}

/* ip4:192.0.2.0/24, ip6:2001:db8::/32; value begins after the colon. */
static bool read_network(struct pool *pool, const char *value, struct term *t)
{
    int family = t->mechanism == M_IP4 ? AF_INET : AF_INET6, *prefix = family == AF_INET ? &t->prefix4 : &t->prefix6;
    size_t len = strcspn(value, "/");

    t->network.family = family;
    if (inet_pton(family, pool_memdup(pool, value, len), t->network.byte) != 1)
        return false;
    if (value[len] == '/')
        *prefix = read_number(value + len + 1, strlen(value + len + 1), bits_of(family));
    return *prefix >= 0;
}

/* What follows the mechanism's name: nothing, ":value", or for a and mx prefixes alone. */
static bool spf_read_value(struct pool *pool, const char *value, struct term *t)
{
    bool named = *value == ':', needs = t->mechanism == M_INCLUDE || t->mechanism == M_EXISTS;
    size_t len;

    if (t->mechanism == M_ALL)
        return *value == '\0';
    if (t->mechanism == M_IP4 || t->mechanism == M_IP6)
        return named && read_network(pool, value + 1, t);
    if (!named && needs)
        return false;
    value += named;
    /* A macro may hold a slash as a delimiter. */
    len = strchr(value, '%') ? strlen(value) : strcspn(value, "/");
    if (named) {
        t->target = lower_copy(pool, value, len);
        if (!is_domain_spec(t->target, &t->macro))
            return false;
    }
    return t->mechanism == M_A || t->mechanism == M_MX ? read_prefixes(value + len, t) : value[len] == '\0';
}

static bool read_mechanism(struct pool *pool, const char *text, struct term *t)
{
    static const char *const names[M_COUNT] = {"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"};
    static const char qualifiers[] = "+-~?";
    static const enum spf_result results[] = {SPF_PASS, SPF_FAIL, SPF_SOFTFAIL, SPF_NEUTRAL};
    const char *qualifier = strchr(qualifiers, *text);
    size_t len;

    *t = (struct term){.text = text, .result = SPF_PASS, .prefix4 = 32, .prefix6 = 128};
    if (qualifier) {
        t->result = results[qualifier - qualifiers];
        text++;
    }
    len = strcspn(text, ":/");
    for (int i = 0; i < M_COUNT; i++) {
        if (strlen(names[i]) != len || strncasecmp(names[i], text, len) != 0)
            continue;
        t->mechanism = (enum mechanism)i;
        return spf_read_value(pool, text + len, t);
    }
    return false;
}

/* name=macro-string (RFC 7208 6, 12): redirect and exp at most once, others are ignored. */
static bool read_modifier(struct pool *pool, const char *text, size_t name_len, struct spf_record *r)
{
    const char *value = text + name_len + 1;
    bool macro = false;

    if (name_len == 8 && strncasecmp(text, "redirect", 8) == 0) {
        if (r->redirect || !is_domain_spec(value, &r->redirect_macro))
            return false;
        r->redirect = lower_copy(pool, value, strlen(value));
        return true;
    }
    if (name_len == 3 && strncasecmp(text, "exp", 3) == 0) {
        if (r->has_exp || !is_domain_spec(value, &macro))
            return false;
        r->has_exp = true;
        return true;
    }
    return *value == '\0' || is_domain_spec(value, &macro);
}

/* The length of a modifier's name in front of its =, 0 if text is no modifier. */
static size_t modifier_name(const char *text)
{
    size_t len = 0;

    if (!((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z')))
        return 0;
    while ((text[len] >= 'a' && text[len] <= 'z') || (text[len] >= 'A' && text[len] <= 'Z') ||
           (text[len] >= '0' && text[len] <= '9') || (text[len] && strchr("-_.", text[len])))
        len++;
    return text[len] == '=' ? len : 0;
}

/* False if a term is not valid: *offending_term. */
static bool read_record(struct pool *pool, const char *text, struct spf_record *r, const char **offending_term)
{
    const char *at = text + strlen("v=spf1");

    *r = (struct spf_record){0};
    for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        const char *term = pool_memdup(pool, at, len);
        size_t name_len = modifier_name(term);
        bool right = name_len > 0            ? read_modifier(pool, term, name_len, r)
                     : r->count == TERMS_MAX ? false
                                             : read_mechanism(pool, term, &r->term[r->count++]);
        *offending_term = term;
        if (!right)
            return false;
        at += len;
    }
    return true;
}

/* --- DNS --- */

/* *failed: no usable answer (temperror). is_void counts void lookups (RFC 7208 4.6.4). */
static const struct observation *spf_look_up(struct spf_check *c, const char *name, enum rr_type type, bool *failed)
{
    const struct observation *o = c->ask(c->self, name, type);

    *failed = !o || !outcome_usable(o->outcome);
    if (*failed)
        c->out->offending_term = name;
    return *failed ? NULL : o;
}

/* The one SPF record of name in *text; anything but SPF_PASS is the result of the check. */
static enum spf_result find_record(struct spf_check *c, const char *name, const char **text)
{
    bool failed;
    const struct observation *o = spf_look_up(c, name, RR_TXT, &failed);

    *text = NULL;
    if (failed)
        return SPF_TEMPERROR;
    for (size_t i = 0; i < o->rr_count; i++) {
        const struct answer_rr *rr = &o->rr[i];
        if (rr->type != RR_TXT || !rr->data || !spf_is_record(rr->data, rr->data_len))
            continue;
        if (*text || rr->data_len > RECORD_MAX || memchr(rr->data, '\0', rr->data_len))
            return permerror(c, name); /* RFC 7208 4.5: more than one */
        *text = pool_memdup(c->pool, rr->data, rr->data_len);
    }
    return *text ? SPF_PASS : SPF_NONE;
}

bool spf_is_record(const void *text, size_t len)
{
    static const char version[] = "v=spf1";
    const char *at = text;

    return len >= sizeof(version) - 1 && strncasecmp(at, version, sizeof(version) - 1) == 0 &&
           (len == sizeof(version) - 1 || at[sizeof(version) - 1] == ' ');
}

enum match { MATCH_NO, MATCH_YES, MATCH_TEMPERROR, MATCH_PERMERROR };

/* Counts a void lookup (RFC 7208 4.6.4: no such name or no such records); true when there were too many. */
static bool is_void(struct spf_check *c, const struct observation *o)
{
    return o->outcome != OUTCOME_DATA && ++c->voids > SPF_VOID_MAX;
}

static enum match match_addresses(struct spf_check *c, const struct term *t, const char *name, bool count_void)
{
    enum rr_type type = c->ip->family == AF_INET ? RR_A : RR_AAAA;
    bool failed;
    const struct observation *o = spf_look_up(c, name, type, &failed);

    if (failed)
        return MATCH_TEMPERROR;
    if (count_void && is_void(c, o))
        return MATCH_PERMERROR;
    for (size_t i = 0; i < o->rr_count; i++) {
        const struct answer_rr *rr = &o->rr[i];
        if (rr->type == (int)type && rr->data && rr->data_len * 8 == (size_t)bits_of(c->ip->family) &&
            same_network(c->ip, c->ip->family, rr->data, c->ip->family == AF_INET ? t->prefix4 : t->prefix6))
            return MATCH_YES;
    }
    return MATCH_NO;
}

static enum match match_mx(struct spf_check *c, const struct term *t, const char *name)
{
    bool failed;
    const struct observation *o = spf_look_up(c, name, RR_MX, &failed);
    size_t names = 0;

    if (failed)
        return MATCH_TEMPERROR;
    if (is_void(c, o))
        return MATCH_PERMERROR;
    for (size_t i = 0; i < o->rr_count; i++) {
        enum match match;
        if (o->rr[i].type != RR_MX || !o->rr[i].target)
            continue;
        if (++names > SPF_MX_MAX)
            return MATCH_PERMERROR;
        match = match_addresses(c, t, o->rr[i].target, false);
        if (match != MATCH_NO)
            return match;
    }
    return MATCH_NO;
}

static enum spf_result check_host(struct spf_check *c, const char *domain);

/* The result of the included record, as a match (RFC 7208 5.2). */
static enum match match_include(struct spf_check *c, const struct term *t)
{
    switch (check_host(c, t->target)) {
    case SPF_PASS:
        return MATCH_YES;
    case SPF_TEMPERROR:
        return MATCH_TEMPERROR;
    case SPF_NONE:
        c->out->offending_term = t->text;
        return MATCH_PERMERROR;
    case SPF_PERMERROR:
        return MATCH_PERMERROR;
    default:
        return MATCH_NO;
    }
}

static bool too_many(struct spf_check *c)
{
    return ++c->out->lookups > SPF_LOOKUPS_MAX;
}

static enum match match_term(struct spf_check *c, const struct term *t, const char *domain)
{
    const char *name = t->target ? t->target : domain;

    if (t->mechanism == M_ALL)
        return MATCH_YES;
    if (t->mechanism == M_IP4 || t->mechanism == M_IP6)
        return same_network(c->ip, t->network.family, t->network.byte, t->mechanism == M_IP4 ? t->prefix4 : t->prefix6)
                   ? MATCH_YES
                   : MATCH_NO;
    if (too_many(c))
        return MATCH_PERMERROR;
    if (t->macro || t->mechanism == M_EXISTS || t->mechanism == M_PTR) {
        c->out->skipped = true;
        return MATCH_NO;
    }
    return t->mechanism == M_INCLUDE ? match_include(c, t)
           : t->mechanism == M_MX    ? match_mx(c, t, name)
                                     : match_addresses(c, t, name, true);
}

static enum spf_result evaluate_terms(struct spf_check *c, const struct spf_record *r, const char *domain)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct term *t = &r->term[i];
        switch (match_term(c, t, domain)) {
        case MATCH_YES:
            c->out->offending_term = t->result == SPF_PASS ? NULL : t->text;
            return t->result;
        case MATCH_TEMPERROR:
            return SPF_TEMPERROR;
        case MATCH_PERMERROR:
            return permerror(c, c->out->offending_term ? c->out->offending_term : t->text);
        case MATCH_NO:
            c->out->offending_term = NULL;
            break;
        }
    }
    if (!r->redirect)
        return SPF_NEUTRAL; /* RFC 7208 4.7 */
    if (too_many(c))
        return permerror(c, r->redirect);
    if (r->redirect_macro) {
        c->out->skipped = true;
        return SPF_NEUTRAL;
    }
    enum spf_result result = check_host(c, r->redirect);
    return result == SPF_NONE ? permerror(c, r->redirect) : result;
}

static enum spf_result check_host(struct spf_check *c, const char *domain)
{
    struct spf_record *record;
    const char *text, *offending_term = NULL;
    enum spf_result found;

    if (strlen(domain) >= NAME_ASCII_SIZE || !strchr(domain, '.'))
        return SPF_NONE; /* RFC 7208 4.3 */
    found = find_record(c, domain, &text);
    if (found != SPF_PASS)
        return found;
    record = pool_alloc(c->pool, sizeof(*record));
    if (!read_record(c->pool, text, record, &offending_term))
        return permerror(c, offending_term);
    return evaluate_terms(c, record, domain);
}

void spf_check(struct pool *pool, const struct spf_address *ip, const char *domain, spf_ask *ask, void *self,
               struct spf_answer *out)
{
    struct spf_check c = {.pool = pool, .ip = ip, .ask = ask, .self = self, .out = out};

    *out = (struct spf_answer){0};
    out->result = check_host(&c, domain);
    if (out->result == SPF_PASS || out->result == SPF_NONE)
        out->offending_term = NULL;
}
