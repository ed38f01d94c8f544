/*
 * Tag lists (RFC 6376 3.2), and the property that counts: every rewriting of our DKIM record that the RFC allows is
 * right, and no change of a single byte of its key is.
 */
#include "base/base.h"
#include "tests/unit/unit.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "base/pool.h"
#include "base/random.h"
#include "mailauth/dkim_key.h"
#include "mailauth/dkim_record.h"
#include "mailauth/dmarc_record.h"
#include "mailauth/taglist.h"
#include "model/dmarc.h"

static struct dkim_key *key;
static char *expected;

static bool parses(const char *text, size_t *count)
{
    struct tag_list list;
    bool ok = tag_list_parse(text, strlen(text), &list);

    *count = list.count;
    return ok;
}

static void test_grammar(void **state)
{
    static const struct {
        const char *text;
        size_t count; /* 0: does not parse */
    } lists[] = {
        {"a=b", 1},        {"a=b;", 1},       {"a=b;;", 1}, {"a=b; ; ;", 1}, {" a = b ; c=d ", 2}, {"a=", 1},
        {"a=;b=", 2},      {"a=b\r\n c;", 1}, {"a=b=c", 1}, {"a=b c\td", 1}, {"a_1=x", 1},         {"", 0},
        {";", 0},          {" ", 0},          {"a", 0},     {"=b", 0},       {"a=b;;c=d", 0},      {";a=b", 0},
        {"a=b;a=c", 0},    {"1a=b", 0},       {"a b=c", 0}, {"a=b\r\nc", 0}, {"a=b\nc", 0},        {"a=b\x01", 0},
        {"a=\xc3\xbc", 0}, {"a-b=c", 0},      {"a=b;c", 0}, {"_a=b", 0},     {"a=b; A=c", 2},      {"a=b;\r\n\tc=d", 2},
        {"a=b\x7f", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        size_t count;
        bool ok = parses(lists[i].text, &count);
        if (ok != (lists[i].count > 0) || (ok && count != lists[i].count))
            fail_msg("\"%s\": %d, %zu tags", lists[i].text, (int)ok, count);
    }
}

static void test_values(void **state)
{
    static const char text[] = " v=DKIM1 ; h = sha1 :\r\n SHA256 ; t=y:s;n=";
    struct tag_list list;

    (void)state;
    assert_true(tag_list_parse(text, sizeof(text) - 1, &list));
    assert_true(tag_is_exactly(tag_find(&list, "v"), "DKIM1"));
    assert_false(tag_is_exactly(tag_find(&list, "v"), "dkim1"));
    assert_true(tag_is(tag_find(&list, "v"), "dkim1"));
    assert_true(tag_lists(tag_find(&list, "h"), "sha256") && tag_lists(tag_find(&list, "h"), "sha1"));
    assert_false(tag_lists(tag_find(&list, "h"), "sha") || tag_lists(tag_find(&list, "n"), "x"));
    assert_true(tag_lists(tag_find(&list, "t"), "y"));
    assert_int_equal(tag_find(&list, "n")->value_len, 0);
    assert_null(tag_find(&list, "V"));
    assert_null(tag_find(&list, ""));
}

static void test_many_tags(void **state)
{
    struct tag_list list;
    struct buf text;

    (void)state;
    buf_init(&text, 4096);
    for (int i = 0; i < TAGS_MAX; i++)
        buf_addf(&text, "a%d=b;", i);
    assert_true(tag_list_parse(text.data, text.len, &list));
    buf_adds(&text, "z=b");
    assert_false(tag_list_parse(text.data, text.len, &list));
    buf_free(&text);
}

/* --- the property --- */

static bool right(const char *text, size_t len, finding_set *findings)
{
    struct dkim_evaluation j;

    dkim_record_evaluate(text, len, &(struct dkim_expected){.value = expected, .public_b64 = key->public_b64}, &j);
    *findings = j.findings;
    return j.right;
}

static void add_space(struct buf *out)
{
    static const char *const spaces[] = {"", "", " ", "\t", "  ", "\r\n "};
    buf_adds(out, spaces[random_below(ARRAY_LEN(spaces))]);
}

static void add_key(struct buf *out)
{
    for (const char *c = key->public_b64; *c; c++) {
        buf_addc(out, *c);
        if (random_below(60) == 0)
            add_space(out);
    }
}

/* A tag list with our key, as somebody else might write it: v= first or not at all, the others in any order. */
static void add_rewriting(struct buf *out)
{
    static const char *const others[][2] = {
        {"k=rsa", "k=RSA"}, {"h=sha256", "h=sha1 : SHA256"}, {"s=email", "s=*"}, {"t=s", "t="}, {"n=a note", "x=?"}};
    static const char *const ends[] = {"", ";", ";;", " ; "};
    size_t before = random_below(3), after = random_below(3), at = random_below(ARRAY_LEN(others));

    if (random_below(2))
        buf_adds(out, "v=DKIM1;");
    for (size_t i = 0; i <= before + after; i++) {
        if (i > 0)
            buf_addc(out, ';');
        add_space(out);
        if (i == before) {
            buf_addc(out, 'p');
            add_space(out);
            buf_addc(out, '=');
            add_space(out);
            add_key(out);
        } else {
            buf_adds(out, others[at++ % ARRAY_LEN(others)][random_below(2)]);
        }
        add_space(out);
    }
    buf_adds(out, ends[random_below(ARRAY_LEN(ends))]);
}

static void test_rewritings(void **state)
{
    struct buf text;
    finding_set findings;

    (void)state;
    buf_init(&text, 8192);
    for (int round = 0; round < 3000; round++) {
        buf_reset(&text);
        add_rewriting(&text);
        if (!right(text.data, text.len, &findings) || findings != 0)
            fail_msg("not right (%llx): %s", (unsigned long long)findings, text.data);
    }
    buf_free(&text);
}

/* Each single bit of the key turned: one character of base64 becomes another. */
static void test_each_bit(void **state)
{
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t start = strlen(expected) - strlen(key->public_b64);
    char *text = mem_strdup(expected);
    finding_set findings;

    (void)state;
    for (size_t at = start; text[at]; at++) {
        char own = text[at];
        for (int bit = 0; bit < 6; bit++) {
            text[at] = base64[(strchr(base64, own) - base64) ^ (1 << bit)];
            if (right(text, strlen(text), &findings) || findings == 0)
                fail_msg("right although bit %d of character %zu is turned: %s", bit, at, text);
        }
        text[at] = own;
    }
    free(text);
}

/* Each byte of the key, changed to another character of base64, dropped, duplicated, or changed to anything at all. */
static void test_changes(void **state)
{
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    size_t start = strlen(expected) - strlen(key->public_b64), len = strlen(expected);
    finding_set findings;
    struct buf text;

    (void)state;
    buf_init(&text, 8192);
    for (size_t at = start; at < len; at++) {
        for (int change = 0; change < 6; change++) {
            char c = change < 3 ? base64[random_below(sizeof(base64) - 1)] : (char)random_below(256);
            buf_reset(&text);
            buf_add(&text, expected, at);
            if (change < 4 && c != expected[at])
                buf_addc(&text, c);
            else if (change == 4)
                buf_addf(&text, "%c%c", expected[at], expected[at]);
            buf_adds(&text, expected + at + 1);
            if (right(text.data, text.len, &findings) || findings == 0)
                fail_msg("right although byte %zu was changed: %s", at, text.data);
        }
    }
    buf_free(&text);
}

/* A record truncated anywhere inside the key is recognised as truncated. */
static void test_cuts(void **state)
{
    size_t start = strlen(expected) - strlen(key->public_b64);
    finding_set findings;

    (void)state;
    for (size_t len = start + 1; len < strlen(expected); len++) {
        assert_false(right(expected, len, &findings));
        assert_int_equal(findings, FINDING_BIT(FINDING_TRUNCATED));
    }
    assert_false(right(expected, start, &findings));
    assert_int_equal(findings, FINDING_BIT(FINDING_REVOKED));
    assert_true(right(expected, strlen(expected), &findings));
}

/* --- which fault it is --- */

static char *b64_of(const unsigned char *der, size_t len)
{
    char *out = mem_alloc(len * 2 + 8);

    EVP_EncodeBlock((unsigned char *)out, der, (int)len);
    return out;
}

/* Our key as PKCS#1 RSAPublicKey, and another RSA key of bits as SubjectPublicKeyInfo. */
static char *our_pkcs1(void)
{
    unsigned char spki[1024], *der = NULL;
    const unsigned char *at = spki;
    int len = EVP_DecodeBlock(spki, (const unsigned char *)key->public_b64, (int)strlen(key->public_b64));
    EVP_PKEY *own = d2i_PUBKEY(NULL, &at, len);
    int out_len = i2d_PublicKey(own, &der);
    char *out = b64_of(der, (size_t)out_len);

    OPENSSL_free(der);
    EVP_PKEY_free(own);
    return out;
}

static char *other_rsa(unsigned bits)
{
    unsigned char *der = NULL;
    EVP_PKEY *other = EVP_RSA_gen(bits);
    int len = i2d_PUBKEY(other, &der);
    char *out = b64_of(der, (size_t)len);

    OPENSSL_free(der);
    EVP_PKEY_free(other);
    return out;
}

static void expect_fault(const char *format, const char *value, enum finding finding, enum fault fault)
{
    struct dkim_evaluation j;
    struct buf text;

    buf_init(&text, 8192);
    buf_addf(&text, "%.*s%s%s", (int)strcspn(format, "%"), format, value,
             format + strcspn(format, "%") + (strchr(format, '%') != NULL));
    dkim_record_evaluate(text.data, text.len, &(struct dkim_expected){.value = expected, .public_b64 = key->public_b64},
                         &j);
    if (j.right || !(j.findings & FINDING_BIT(finding)) || j.fault != fault)
        fail_msg("%s: findings %llx, fault %s", text.data, (unsigned long long)j.findings, fault_word(j.fault));
    buf_free(&text);
}

static const char raw[] = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="; /* RFC 8463 A.2 */

/* The same where that Ed25519 key belongs; findings: all of them. */
static void expect_ed25519(const char *format, const char *value, finding_set findings, enum fault fault)
{
    const struct dkim_expected ours = {.algorithm = DKIM_ED25519,
                                       .value = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                                       .public_b64 = raw};
    struct dkim_evaluation j;
    struct buf text;

    buf_init(&text, 8192);
    buf_addf(&text, "%.*s%s%s", (int)strcspn(format, "%"), format, value,
             format + strcspn(format, "%") + (strchr(format, '%') != NULL));
    dkim_record_evaluate(text.data, text.len, &ours, &j);
    if (j.findings != findings || j.fault != fault || j.right != ((findings & ~FINDING_BIT(FINDING_TESTING)) == 0))
        fail_msg("%s: findings %llx, fault %s", text.data, (unsigned long long)j.findings, fault_word(j.fault));
    buf_free(&text);
}

static void test_faults(void **state)
{
    static const char wrapped[] = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    char *pkcs1 = our_pkcs1(), *weak = other_rsa(768), *enough = other_rsa(1024);
    const char *p = key->public_b64;

    (void)state;
    expect_fault("v=DKIM1; k=rsa; p=%", pkcs1, FINDING_MALFORMED, FAULT_PKCS1);
    expect_fault("v=DKIM1; p=%", weak, FINDING_OTHER_KEY, FAULT_WEAK_KEY);
    expect_fault("v=DKIM1; p=%", enough, FINDING_OTHER_KEY, FAULT_NONE);
    expect_fault("v=DKIM1; k=ed25519; p=%", raw, FINDING_UNUSABLE, FAULT_ED25519);
    expect_fault("v=DKIM1; k=ed25519; p=%", wrapped, FINDING_UNUSABLE, FAULT_ED25519);
    expect_fault("v=DKIM1; k=rsa; p=%", raw, FINDING_MALFORMED, FAULT_ED25519);
    expect_fault("v=DKIM1; k=ed25519; p=%", p, FINDING_UNUSABLE, FAULT_KEY_TYPE);
    expect_ed25519("v=DKIM1; k=ed25519; p=%", raw, 0, FAULT_NONE);
    expect_ed25519("k=ED25519; p=%", raw, 0, FAULT_NONE);
    expect_ed25519("v=DKIM1; k=ed25519; t=y; p=%", raw, FINDING_BIT(FINDING_TESTING), FAULT_NONE);
    expect_ed25519("v=DKIM1; p=%", raw, FINDING_BIT(FINDING_UNUSABLE), FAULT_NO_ED25519);
    expect_ed25519("v=DKIM1; k=rsa; p=%", raw, FINDING_BIT(FINDING_UNUSABLE), FAULT_NO_ED25519);
    expect_ed25519("v=DKIM1; k=rsa; p=%", p, FINDING_BIT(FINDING_UNUSABLE), FAULT_RSA);
    expect_ed25519("v=DKIM1; k=dsa; p=%", p, FINDING_BIT(FINDING_UNUSABLE), FAULT_KEY_TYPE);
    expect_ed25519("v=DKIM1; k=ed25519; p=%", p, FINDING_BIT(FINDING_MALFORMED), FAULT_RSA);
    expect_ed25519("v=DKIM1; k=ed25519; p=%", wrapped, FINDING_BIT(FINDING_MALFORMED), FAULT_NOT_A_KEY);
    expect_ed25519("v=DKIM1; k=ed25519; p=%", "AAAA", FINDING_BIT(FINDING_MALFORMED), FAULT_NOT_A_KEY);
    expect_ed25519("v=DKIM1; k=ed25519; p=%", "????", FINDING_BIT(FINDING_MALFORMED), FAULT_NOT_BASE64);
    expect_ed25519("v=DKIM1; k=ed25519; p=%",
                   "21qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", FINDING_BIT(FINDING_OTHER_KEY), FAULT_NONE);
    expect_ed25519("v=DKIM1; k=ed25519; p=%", "11qYAYKxCrfVS/7TyWQH", FINDING_BIT(FINDING_TRUNCATED), FAULT_NONE);
    expect_ed25519("v=DKIM1; k=ed25519; p=%", "", FINDING_BIT(FINDING_REVOKED), FAULT_NONE);
    expect_ed25519("\"v=DKIM1; k=ed25519; p=%\"", raw, FINDING_BIT(FINDING_QUOTED), FAULT_NONE);
    expect_fault("v=DKIM1; k=dsa; p=%", p, FINDING_UNUSABLE, FAULT_KEY_TYPE);
    expect_fault("v=DKIM1; h=sha1; p=%", p, FINDING_UNUSABLE, FAULT_HASH);
    expect_fault("v=DKIM1; s=tlsrpt; p=%", p, FINDING_UNUSABLE, FAULT_SERVICE);
    expect_fault("v=DKIM2; p=%", p, FINDING_MALFORMED, FAULT_VERSION);
    expect_fault("v=dkim1; p=%", p, FINDING_MALFORMED, FAULT_VERSION);
    expect_fault("k=rsa; v=DKIM1; p=%", p, FINDING_MALFORMED, FAULT_VERSION_NOT_FIRST);
    expect_fault("v=DKIM1; k=rsa; q=%", p, FINDING_MALFORMED, FAULT_NO_KEY);
    expect_fault("v=DKIM1; k=rsa; k=rsa; p=%", p, FINDING_MALFORMED, FAULT_TAG_TWICE);
    expect_fault("v=DKIM1; rsa; p=%", p, FINDING_MALFORMED, FAULT_SYNTAX);
    expect_fault("v=DKIM1; p=%", "!!!!", FINDING_MALFORMED, FAULT_NOT_BASE64);
    expect_fault("v=DKIM1; p=%", "AAAA", FINDING_MALFORMED, FAULT_NOT_A_KEY);
    expect_fault("v=DKIM1; n=\x80; p=%", p, FINDING_MALFORMED, FAULT_CHARACTER);
    free(pkcs1);
    free(weak);
    free(enough);
}

static void test_dmarc_faults(void **state)
{
    static const struct {
        const char *text;
        enum fault fault;
        const char *offending_tag, *suggested;
    } records[] = {
        {"v=dmarc1; p=reject; rua=mailto:a@b.example", FAULT_VERSION, "", "v=DMARC1; p=reject; rua=mailto:a@b.example"},
        {"V=DMARC1; p=none", FAULT_VERSION, "", "v=DMARC1; p=none"},
        {"v=DMARC2; p=none", FAULT_VERSION, "", "v=DMARC1; p=none"},
        {"v=DMARC1 p=quarantine", FAULT_NO_SEMICOLON, "", "v=DMARC1; p=quarantine"},
        {"p=reject", FAULT_NO_VERSION, "", "v=DMARC1; p=reject"},
        {"DMARC1; p=none", FAULT_NO_VERSION, "", "v=DMARC1; p=none"},
        {"p=none; v=DMARC1", FAULT_VERSION_NOT_FIRST, "", "v=DMARC1; p=none"},
        {"\"v=DMARC1; p=none\"", FAULT_VERSION_NOT_FIRST, "", "v=DMARC1; p=none"},
        {"v=DMARC1\\; p=none", FAULT_SYNTAX, "", "v=DMARC1; p=none"},
        {"v=DMARC1;; p=none", FAULT_SYNTAX, "", "v=DMARC1; p=none"},
        {"v=DMARC1", FAULT_NO_POLICY, "", ""},
        {"v=DMARC1; p=monitor", FAULT_POLICY_WORD, "p", ""},
        {"v=DMARC1; p=none; sp=off", FAULT_POLICY_WORD, "sp", ""},
        {"v=DMARC1; p=none; p=reject", FAULT_TAG_TWICE, "p", ""},
        {"v=DMARC1; p=none\x01", FAULT_CHARACTER, "p", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        struct dmarc_evaluation j, again;
        dmarc_record_evaluate(records[i].text, strlen(records[i].text), &j);
        if (j.kind == DMARC_POLICY || (!j.quoted && j.fault != records[i].fault) ||
            strcmp(j.offending_tag, records[i].offending_tag) != 0 || strcmp(j.suggested, records[i].suggested) != 0)
            fail_msg("\"%s\": %s, offending tag \"%s\", suggested \"%s\"", records[i].text, fault_word(j.fault),
                     j.offending_tag, j.suggested);
        dmarc_record_evaluate(j.suggested, strlen(j.suggested), &again);
        assert_true(!j.suggested[0] || again.kind == DMARC_POLICY);
    }
}

static void test_dmarc_tags(void **state)
{
    static const char text[] =
        "v=DMARC1; p=reject; sp=quarantine; np=none; adkim=S; aspf=s; psd=n; t=y; pct=30; ri=3600; x=?";
    struct dmarc_evaluation j;

    (void)state;
    dmarc_record_evaluate(text, sizeof(text) - 1, &j);
    assert_int_equal(j.kind, DMARC_POLICY);
    assert_true(j.tags.strict_dkim && j.tags.strict_spf && j.tags.testing);
    assert_int_equal(j.tags.psd, DMARC_PSD_NO);
    assert_int_equal(j.tags.obsolete_tags, DMARC_OBSOLETE_PCT | DMARC_OBSOLETE_RI);
    assert_int_equal(j.tags.pct, 30);
    j.tags.testing = false;
    assert_int_equal(dmarc_policy_for(&j.tags, false, true), DMARC_P_REJECT);
    assert_int_equal(dmarc_policy_for(&j.tags, true, true), DMARC_P_QUARANTINE);
    assert_int_equal(dmarc_policy_for(&j.tags, true, false), DMARC_P_NONE);
    j.tags.np = DMARC_P_UNSET;
    assert_int_equal(dmarc_policy_for(&j.tags, true, false), DMARC_P_QUARANTINE);
    j.tags.sp = DMARC_P_UNSET;
    assert_int_equal(dmarc_policy_for(&j.tags, true, false), DMARC_P_REJECT);
    j.tags.testing = true;
    assert_int_equal(dmarc_policy_for(&j.tags, true, true), DMARC_P_QUARANTINE);
    dmarc_record_evaluate("v=DMARC1; p=bad; rua=mailto:a@b.example; pct=200", 48, &j);
    assert_int_equal(j.tags.p, DMARC_P_NONE);
    assert_int_equal(j.tags.pct, 100);
}

static void test_report_hosts(void **state)
{
    static const char text[] =
        "v=DMARC1; p=none; rua=mailto:a@One.example!10m , mailto:b@two.example,https://x.example/r,mailto:c@one.example;"
        "ruf=mailto:d@three.example,mailto:e@bad_host.example,mailto:f@nodot,mailto:@.example,mailto:g@four.example,mailto:h@five.example";
    char host[REPORT_HOSTS_MAX][REPORT_HOST_SIZE];

    (void)state;
    assert_int_equal(dmarc_report_hosts(text, sizeof(text) - 1, host), 4);
    assert_string_equal(host[0], "one.example");
    assert_string_equal(host[1], "two.example");
    assert_string_equal(host[2], "three.example");
    assert_string_equal(host[3], "four.example");
    assert_int_equal(dmarc_report_hosts("not a list", 10, host), 0);
}

static void test_dmarc(void **state)
{
    static const struct {
        const char *text;
        enum dmarc_kind kind;
        bool quoted, ours, rua;
    } records[] = {
        {"v=DMARC1; p=none;", DMARC_POLICY, false, true, false},
        {"v=DMARC1;p=None", DMARC_POLICY, false, true, false},
        {"v=DMARC1; sp=none; p=none; pct=100; fo=0", DMARC_POLICY, false, true, false},
        {"v=DMARC1; p=none; sp=reject", DMARC_POLICY, false, false, false},
        {"v=DMARC1; p=none; aspf=s", DMARC_POLICY, false, false, false},
        {"v=DMARC1; p=none; rua=mailto:a@b.example", DMARC_POLICY, false, false, true},
        {"v=DMARC1; p=none; rua=", DMARC_POLICY, false, false, false},
        {"v=DMARC1; p=none; sp=bad", DMARC_BROKEN, false, false, false},
        {"v=DMARC1; p=bad; rua=mailto:a@b.example", DMARC_POLICY, false, false, true},
        {"v=DMARC1; p=none p=reject", DMARC_BROKEN, false, false, false},
        {"v=DMARC1 p=none", DMARC_ATTEMPT, false, false, false},
        {" v=DMARC1; p=none", DMARC_ATTEMPT, false, false, false},
        {"V=DMARC1; p=none", DMARC_ATTEMPT, false, false, false},
        {"v=DMARC2; p=none", DMARC_ATTEMPT, false, false, false},
        {"DMARC1; p=none", DMARC_ATTEMPT, false, false, false},
        {"p=reject", DMARC_ATTEMPT, false, false, false},
        {"\"v=DMARC1; p=none\"", DMARC_ATTEMPT, true, false, false},
        {"v=DMARC1; p=\"none\"", DMARC_BROKEN, true, false, false},
        {"", DMARC_UNRELATED, false, false, false},
        {"v=spf1 -all", DMARC_UNRELATED, false, false, false},
        {"v=DKIM1; p=abc", DMARC_UNRELATED, false, false, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        struct dmarc_evaluation j;
        dmarc_record_evaluate(records[i].text, strlen(records[i].text), &j);
        if (j.kind != records[i].kind || j.quoted != records[i].quoted || j.ours != records[i].ours ||
            j.rua != records[i].rua)
            fail_msg("\"%s\": kind %d, quoted %d, ours %d, rua %d", records[i].text, (int)j.kind, (int)j.quoted,
                     (int)j.ours, (int)j.rua);
    }
}

static int setup(void **state)
{
    struct err err;
    struct buf value;

    (void)state;
    if (dkim_key_generate(DKIM_RSA, &key, &err))
        return -1;
    buf_init(&value, 1024);
    buf_addf(&value, "v=DKIM1; k=rsa; p=%s", key->public_b64);
    expected = mem_strdup(value.data);
    buf_free(&value);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dkim_key_free(&key);
    free(expected);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grammar),      cmocka_unit_test(test_values),     cmocka_unit_test(test_many_tags),
        cmocka_unit_test(test_rewritings),   cmocka_unit_test(test_changes),    cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_dmarc),        cmocka_unit_test(test_each_bit),   cmocka_unit_test(test_faults),
        cmocka_unit_test(test_dmarc_faults), cmocka_unit_test(test_dmarc_tags), cmocka_unit_test(test_report_hosts)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
