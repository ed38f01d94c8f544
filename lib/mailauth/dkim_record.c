/*
 * Evaluates one TXT record as a DKIM key record (RFC 6376 3.6.1) against our key, and recognises common damage:
 * truncated at 255, pasted quotes, split in two. Knows no DNS: evaluate_dkim finds the records.
 */
#include "base/base.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "base/pool.h"
#include "mailauth/dkim_record.h"
#include "mailauth/taglist.h"

enum {
    TEXT_MAX = 65536, /* a TXT RDATA is no longer */
    PIECE_MIN = 16,   /* a shorter end of our value may be a coincidence */
    HOLE_MIN = 8      /* as many characters missing inside the key are a lost string, fewer a typing error */
};

static const char base64_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Fills out with text without its white space, which folding adds (RFC 6376 2.8). Caller frees out. */
static void compact(const char *text, size_t len, struct buf *out)
{
    buf_init(out, TEXT_MAX);
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", text[i]) || text[i] == '\0')
            buf_addc(out, text[i]);
}

/* --- the key --- */

/* Base64 (RFC 4648 4) of len characters without white space. The bytes, or NULL; caller frees. By OpenSSL: libsodium
 * refuses set bits behind the last byte, which receivers ignore. */
static unsigned char *decode(const char *b64, size_t len, size_t *bytes)
{
    unsigned char *out;
    size_t digits = strspn(b64, base64_alphabet);

    if (digits > len)
        digits = len;
    if (len == 0 || len % 4 != 0 || len - digits > 2 || strspn(b64 + digits, "=") < len - digits)
        return NULL;
    out = mem_alloc(len / 4 * 3);
    if (EVP_DecodeBlock(out, (const unsigned char *)b64, (int)len) < 0) {
        free(out);
        return NULL;
    }
    *bytes = len / 4 * 3 - (len - digits);
    return out;
}

static bool same_key(const struct buf *p, const char *public_b64)
{
    size_t a_len = 0, b_len = 0;
    unsigned char *a = decode(p->data, p->len, &a_len), *b = decode(public_b64, strlen(public_b64), &b_len);
    bool same = a && b && a_len == b_len && memcmp(a, b, a_len) == 0;

    free(a);
    free(b);
    return same;
}

/* What p= decodes to. */
enum key_form {
    KEY_NOT_BASE64,
    KEY_NONE,    /* base64, but no key */
    KEY_RSA,     /* SubjectPublicKeyInfo, as OpenSSL makes it and all receivers read it */
    KEY_PKCS1,   /* the bare RSAPublicKey that RFC 6376 3.6.1 names (erratum 3017): OpenDKIM and others refuse it */
    KEY_ED25519, /* 32 raw bytes (RFC 8463 4), or wrapped as SubjectPublicKeyInfo, which no receiver reads */
};
enum { ED25519_BYTES = 32, RSA_BITS_MIN = 1024 /* RFC 8301 3.2 */ };

struct public_key {
    enum key_form form;
    int bits;
    bool same_numbers; /* our modulus and exponent, in whichever form */
};

/* Whether key has the modulus and exponent of ours. */
static bool same_numbers(const EVP_PKEY *key, const char *public_b64)
{
    size_t len = 0;
    unsigned char *der = decode(public_b64, strlen(public_b64), &len);
    const unsigned char *at = der;
    EVP_PKEY *ours = der ? d2i_PUBKEY(NULL, &at, (long)len) : NULL;
    bool same = ours && EVP_PKEY_eq(ours, key) == 1;

    EVP_PKEY_free(ours);
    free(der);
    return same;
}

static void read_der(const unsigned char *der, size_t len, const char *public_b64, struct public_key *out)
{
    const unsigned char *at = der;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)len);

    out->form = KEY_RSA;
    if (!key) {
        at = der;
        key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)len);
        out->form = KEY_PKCS1;
    }
    if (!key || at != der + len) {
        out->form = len == ED25519_BYTES ? KEY_ED25519 : KEY_NONE;
    } else if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
        out->form = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? KEY_ED25519 : KEY_NONE;
    } else {
        out->bits = EVP_PKEY_get_bits(key);
        out->same_numbers = same_numbers(key, public_b64);
    }
    EVP_PKEY_free(key);
    ERR_clear_error();
}

static struct public_key read_key(const struct buf *p, const char *public_b64)
{
    struct public_key key = {.form = KEY_NOT_BASE64};
    size_t len = 0;
    unsigned char *der = decode(p->data, p->len, &len);

    if (der)
        read_der(der, len, public_b64, &key);
    free(der);
    return key;
}

/* Our Ed25519 key wrapped as SubjectPublicKeyInfo: it ends in the raw bytes. */
static bool is_wrapped(const struct buf *p, const char *public_b64)
{
    size_t len = 0, raw_len = 0;
    unsigned char *der = decode(p->data, p->len, &len), *raw = decode(public_b64, strlen(public_b64), &raw_len);
    bool wrapped =
        der && raw && raw_len == ED25519_BYTES && len > raw_len && memcmp(der + len - raw_len, raw, raw_len) == 0;

    free(der);
    free(raw);
    return wrapped;
}

/* Whether p is our p= without its end, or without at least HOLE_MIN characters inside it. */
static bool is_cut(const char *p, size_t len, const char *public_b64)
{
    size_t whole = strlen(public_b64), front = 0, back = 0;

    if (len == 0 || len >= whole)
        return false;
    while (front < len && p[front] == public_b64[front])
        front++;
    while (back < len && p[len - 1 - back] == public_b64[whole - 1 - back])
        back++;
    return front == len || (front > 0 && front + back >= len && whole - len >= HOLE_MIN);
}

/* --- the role of a record --- */

/* Where the p= of text (without white space) begins, whether or not the rest is a tag list; NULL if there is none. */
static const char *find_p(const struct buf *text)
{
    const char *at = text->data;

    if (strncmp(at, "p=", 2) == 0)
        return at + 2;
    at = strstr(at, ";p=");
    return at ? at + 3 : NULL;
}

static enum dkim_role role_of(const struct buf *text, const char *expected)
{
    struct buf ours;
    enum dkim_role role = DKIM_UNRELATED;

    if (strncasecmp(text->data, "v=DKIM", 6) == 0)
        return DKIM_CANDIDATE;
    if (strncasecmp(text->data, "v=", 2) == 0)
        return DKIM_UNRELATED; /* v=spf1, v=DMARC1 */
    if (find_p(text))
        return DKIM_CANDIDATE;
    compact(expected, strlen(expected), &ours);
    if (text->len >= PIECE_MIN && text->len < ours.len &&
        memcmp(ours.data + ours.len - text->len, text->data, text->len) == 0)
        role = DKIM_PIECE;
    buf_free(&ours);
    return role;
}

/* --- the tags --- */

/* Adds a reason why receivers will not verify our signatures with the record; keeps the first fault. */
static void add_fault(struct dkim_evaluation *out, enum finding finding, enum fault fault)
{
    out->findings |= FINDING_BIT(finding);
    if (out->fault == FAULT_NONE)
        out->fault = fault;
}

/* A k=rsa record whose p= is not our RSA key byte for byte. */
static void evaluate_other_rsa(const struct buf *p, const char *public_b64, struct dkim_evaluation *out)
{
    struct public_key key = read_key(p, public_b64);

    if (key.form == KEY_PKCS1 && key.same_numbers)
        add_fault(out, FINDING_MALFORMED, FAULT_PKCS1);
    else if (is_cut(p->data, p->len, public_b64))
        add_fault(out, FINDING_TRUNCATED, FAULT_NONE);
    else if (key.form == KEY_NOT_BASE64)
        add_fault(out, FINDING_MALFORMED, FAULT_NOT_BASE64);
    else if (key.form == KEY_ED25519)
        add_fault(out, FINDING_MALFORMED, FAULT_ED25519);
    else if (key.form == KEY_NONE || key.same_numbers)
        add_fault(out, FINDING_MALFORMED, FAULT_NOT_A_KEY);
    else
        add_fault(out, FINDING_OTHER_KEY, key.bits < RSA_BITS_MIN ? FAULT_WEAK_KEY : FAULT_NONE);
}

/* A k=ed25519 record whose p= is not our Ed25519 key byte for byte. */
static void evaluate_other_ed25519(const struct buf *p, const char *public_b64, struct dkim_evaluation *out)
{
    struct public_key key = read_key(p, public_b64);

    if (is_cut(p->data, p->len, public_b64))
        add_fault(out, FINDING_TRUNCATED, FAULT_NONE);
    else if (key.form == KEY_NOT_BASE64)
        add_fault(out, FINDING_MALFORMED, FAULT_NOT_BASE64);
    else if (key.form == KEY_RSA || key.form == KEY_PKCS1)
        add_fault(out, FINDING_MALFORMED, FAULT_RSA);
    else if (key.form == KEY_NONE || is_wrapped(p, public_b64))
        add_fault(out, FINDING_MALFORMED, FAULT_NOT_A_KEY);
    else
        add_fault(out, FINDING_OTHER_KEY, FAULT_NONE);
}

/* A record whose k= is not the type of our key. */
static void evaluate_other_type(const struct tag *k, const struct buf *p, const struct dkim_expected *expected,
                                struct dkim_evaluation *out)
{
    struct public_key key = read_key(p, expected->public_b64);
    bool rsa = !k || tag_is(k, "rsa"); /* RFC 6376 3.6.1: without k= it is rsa */

    if (expected->algorithm == DKIM_RSA)
        add_fault(out, FINDING_UNUSABLE,
                  tag_is(k, "ed25519") && key.form == KEY_ED25519 ? FAULT_ED25519 : FAULT_KEY_TYPE);
    else if (same_key(p, expected->public_b64))
        add_fault(out, FINDING_UNUSABLE, FAULT_NO_ED25519);
    else
        add_fault(out, FINDING_UNUSABLE, rsa && key.form == KEY_RSA ? FAULT_RSA : FAULT_KEY_TYPE);
}

static void dkim_record_evaluate_key(const struct tag *k, const struct tag *p, const struct dkim_expected *expected,
                                     struct dkim_evaluation *out)
{
    bool type_right = k ? tag_is(k, dkim_algorithm_word(expected->algorithm)) : expected->algorithm == DKIM_RSA;
    struct buf key;

    compact(p->value, p->value_len, &key);
    if (!type_right)
        evaluate_other_type(k, &key, expected, out);
    else if (!same_key(&key, expected->public_b64))
        (expected->algorithm == DKIM_RSA ? evaluate_other_rsa : evaluate_other_ed25519)(&key, expected->public_b64,
                                                                                        out);
    buf_free(&key);
}

static void dkim_record_evaluate_tags(const struct tag_list *tags, const struct dkim_expected *expected,
                                      struct dkim_evaluation *out)
{
    const struct tag *v = tag_find(tags, "v"), *k = tag_find(tags, "k"), *p = tag_find(tags, "p");
    const struct tag *h = tag_find(tags, "h"), *s = tag_find(tags, "s"), *t = tag_find(tags, "t");

    if (v && !tag_is_exactly(v, "DKIM1"))
        add_fault(out, FINDING_MALFORMED, FAULT_VERSION);
    else if (v && v != &tags->tag[0])
        add_fault(out, FINDING_MALFORMED, FAULT_VERSION_NOT_FIRST);
    else if (!p)
        add_fault(out, FINDING_MALFORMED, FAULT_NO_KEY);
    else if (p->value_len == 0)
        add_fault(out, FINDING_REVOKED, FAULT_NONE);
    if (out->findings)
        return;
    dkim_record_evaluate_key(k, p, expected, out);
    if (h && !tag_lists(h, "sha256"))
        add_fault(out, FINDING_UNUSABLE, FAULT_HASH);
    if (s && !tag_lists(s, "email") && !tag_lists(s, "*"))
        add_fault(out, FINDING_UNUSABLE, FAULT_SERVICE);
    if (out->findings == 0 && t && tag_lists(t, "y"))
        out->findings = FINDING_BIT(FINDING_TESTING);
}

/* A text that is no tag list: our key truncated, or malformed in another way. */
static void evaluate_broken(const struct buf *text, const struct tag_list *tags, const char *public_b64,
                            struct dkim_evaluation *out)
{
    const char *p = find_p(text);

    if (p && is_cut(p, strspn(p, base64_alphabet), public_b64)) {
        add_fault(out, FINDING_TRUNCATED, FAULT_NONE);
        return;
    }
    add_fault(out, FINDING_MALFORMED,
              tags->fault == TAG_FAULT_TWICE       ? FAULT_TAG_TWICE
              : tags->fault == TAG_FAULT_CHARACTER ? FAULT_CHARACTER
                                                   : FAULT_SYNTAX);
    snprintf(out->offending_tag, sizeof(out->offending_tag), "%.*s", (int)tags->offending_tag.name_len,
             tags->offending_tag.name);
}

static void evaluate_plain(const char *text, size_t len, const struct dkim_expected *expected,
                           struct dkim_evaluation *out)
{
    struct tag_list tags;
    struct buf dense;

    compact(text, len, &dense);
    *out = (struct dkim_evaluation){.role = role_of(&dense, expected->value)};
    if (out->role == DKIM_PIECE)
        out->findings = FINDING_BIT(FINDING_TRUNCATED);
    else if (out->role == DKIM_CANDIDATE && tag_list_parse(text, len, &tags))
        dkim_record_evaluate_tags(&tags, expected, out);
    else if (out->role == DKIM_CANDIDATE)
        evaluate_broken(&dense, &tags, expected->public_b64, out);
    out->right = out->role == DKIM_CANDIDATE && (out->findings & ~FINDING_BIT(FINDING_TESTING)) == 0;
    buf_free(&dense);
}

/* Adds text without quotes, also typographic ones (U+2018, U+2019, U+201C, U+201D), and without backslashes. False if
 * there were none. */
static bool without_quotes(const char *text, size_t len, struct buf *out)
{
    bool any = false;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"' || text[i] == '\\' || text[i] == '\'') {
            any = true;
        } else if (len - i >= 3 && memcmp(text + i, "\xe2\x80", 2) == 0 && strchr("\x98\x99\x9c\x9d", text[i + 2]) &&
                   text[i + 2]) {
            any = true;
            i += 2;
        } else {
            buf_addc(out, text[i]);
        }
    }
    return any;
}

void dkim_record_evaluate(const char *text, size_t len, const struct dkim_expected *expected,
                          struct dkim_evaluation *out)
{
    const finding_set also = FINDING_BIT(FINDING_OTHER_KEY) | FINDING_BIT(FINDING_TRUNCATED) |
                             FINDING_BIT(FINDING_REVOKED) | FINDING_BIT(FINDING_UNUSABLE);
    struct dkim_evaluation inner;
    struct buf bare;

    evaluate_plain(text, len, expected, out);
    if (out->right) /* quotes in the notes (n=) are allowed */
        return;
    buf_init(&bare, TEXT_MAX);
    if (without_quotes(text, len, &bare)) {
        const char *v = strstr(bare.data, "v=DKIM1"); /* a whole line of a zone file was pasted */
        size_t skip = v ? (size_t)(v - bare.data) : 0;
        evaluate_plain(bare.data + skip, bare.len - skip, expected, &inner);
        if (inner.role != DKIM_UNRELATED)
            *out = (struct dkim_evaluation){.role = inner.role,
                                            .findings = FINDING_BIT(FINDING_QUOTED) | (inner.findings & also),
                                            .fault = inner.findings & also ? inner.fault : FAULT_NONE};
    }
    buf_free(&bare);
}
