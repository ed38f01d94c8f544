/*
 * Domain names as users type them, and the result: name, fault, and the suggested name.
 */
#include "base/base.h"
#include "tests/unit/unit.h"

#include "app/domain/name_list.h"
#include "base/pool.h"
#include "base/random.h"
#include "mailauth/name.h"
#include "model/name.h"

static struct name_rules *rules;

struct typed {
    const char *input;
    enum name_fault fault;
    const char *name; /* on NAME_OK the name, else what is meant; "" for none */
};

static const struct typed typed[] = {
    /* plain */
    {"voorbeeld.nl", NAME_OK, "voorbeeld.nl"},
    {"  Voorbeeld.NL. \r\n", NAME_OK, "voorbeeld.nl"},
    {"\xc2\xa0\xe2\x80\x8bvoorbeeld.nl\xef\xbb\xbf\xe3\x80\x80", NAME_OK, "voorbeeld.nl"},
    {"voorbeeld.example", NAME_OK, "voorbeeld.example"},
    {"case7.example", NAME_OK, "case7.example"},
    {"x.test", NAME_OK, "x.test"},
    {"mail.a-b.voorbeeld.co.uk", NAME_OK, "mail.a-b.voorbeeld.co.uk"},
    {"ab--c.nl", NAME_OK, "ab--c.nl"},
    {"3.nl", NAME_OK, "3.nl"},
    {"www.nl", NAME_OK, "www.nl"},
    {"www2.voorbeeld.nl", NAME_OK, "www2.voorbeeld.nl"},
    {"gmail.com.voorbeeld.nl", NAME_OK, "gmail.com.voorbeeld.nl"},
    {"notgmail.com", NAME_OK, "notgmail.com"},
    /* decorations */
    {"sales@voorbeeld.nl", NAME_AT_SIGN, "voorbeeld.nl"},
    {"@voorbeeld.nl", NAME_AT_SIGN, "voorbeeld.nl"},
    {"mailto:sales@voorbeeld.nl", NAME_AT_SIGN, "voorbeeld.nl"},
    {"Jan Jansen <jan@www.voorbeeld.nl>", NAME_AT_SIGN, "voorbeeld.nl"},
    {"https://www.voorbeeld.nl/x", NAME_SCHEME, "voorbeeld.nl"},
    {"HTTPS://jan:geheim@Voorbeeld.nl:8443/@x?y#z", NAME_SCHEME, "voorbeeld.nl"},
    {"//voorbeeld.nl", NAME_SCHEME, "voorbeeld.nl"},
    {"www.voorbeeld.nl", NAME_WWW, "voorbeeld.nl"},
    {"WWW.www.Voorbeeld.nl.", NAME_WWW, "voorbeeld.nl"},
    {"voorbeeld.nl:8080", NAME_PORT, "voorbeeld.nl"},
    {"voorbeeld.nl/contact", NAME_PATH, "voorbeeld.nl"},
    {"voorbeeld.nl/@jan", NAME_PATH, "voorbeeld.nl"},
    {"*.voorbeeld.nl", NAME_BAD_CHARACTER, "voorbeeld.nl"},
    {"\"voorbeeld.nl\",", NAME_BAD_CHARACTER, "voorbeeld.nl"},
    {".voorbeeld.nl", NAME_EMPTY_LABEL, "voorbeeld.nl"},
    {"voorbeeld.nl..", NAME_EMPTY_LABEL, "voorbeeld.nl"},
    {"sales\xef\xbc\xa0voorbeeld\xe3\x80\x82nl", NAME_AT_SIGN, "voorbeeld.nl"},
    {"jan@gmail.com", NAME_MAILBOX_PROVIDER, ""},
    {"https://localhost/", NAME_SINGLE_LABEL, ""},
    {"sales@", NAME_AT_SIGN, ""},
    {"https://", NAME_SCHEME, ""},
    /* IDN */
    {"b\xc3\xbc"
     "cher.example",
     NAME_OK, "xn--bcher-kva.example"},
    {"B\xc3\x9c"
     "CHER.example",
     NAME_OK, "xn--bcher-kva.example"},
    {"bu\xcc\x88"
     "cher.example",
     NAME_OK, "xn--bcher-kva.example"},
    {"XN--bcher-KVA.example", NAME_OK, "xn--bcher-kva.example"},
    {"fa\xc3\x9f.de", NAME_OK, "xn--fa-hia.de"},
    {"info@b\xc3\xbc"
     "cher.example",
     NAME_AT_SIGN, "xn--bcher-kva.example"},
    {"\xef\xbd\x96\xef\xbd\x8f\xef\xbd\x8f\xef\xbd\x92.nl", NAME_OK, "voor.nl"},
    {"b\xc3\xbc"
     "cher\xef\xbc\x8e"
     "example",
     NAME_OK, "xn--bcher-kva.example"},
    {"xn--zzzzzzz-.example", NAME_BAD_HYPHEN, ""},
    {"xn--a.example", NAME_BAD_IDN, ""},
    {"xn--abc.example", NAME_BAD_IDN, ""},
    {"xn--fa-hia\xc3\xbc.example", NAME_BAD_IDN, ""},
    {"voor\xe2\x80\xae"
     "beeld.nl",
     NAME_BAD_IDN, ""},
    {"a\xe2\x84\x80"
     "b.nl",
     NAME_BAD_IDN, ""},
    {"b\xc3\xbc..nl", NAME_EMPTY_LABEL, ""},
    /* not names */
    {"", NAME_EMPTY, ""},
    {" \t\xe2\x80\x83", NAME_EMPTY, ""},
    {".", NAME_EMPTY_LABEL, ""},
    {".nl", NAME_EMPTY_LABEL, ""},
    {"a..nl", NAME_EMPTY_LABEL, ""},
    {"voor_beeld.nl", NAME_UNDERSCORE, ""},
    {"-voorbeeld.nl", NAME_BAD_HYPHEN, ""},
    {"voorbeeld-.nl", NAME_BAD_HYPHEN, ""},
    {"voor beeld.nl", NAME_BAD_CHARACTER, ""},
    {"voorbeeld,nl", NAME_BAD_CHARACTER, ""},
    {"<script>alert(1)</script>", NAME_BAD_CHARACTER, ""},
    {"x' OR '1'='1", NAME_BAD_CHARACTER, ""},
    {"voorbeeld.nl\r\nBcc: jan@voorbeeld.nl", NAME_BAD_CHARACTER, ""},
    {"voor\x1b[31mbeeld.nl", NAME_BAD_CHARACTER, ""},
    {"voor\xff"
     "beeld.nl",
     NAME_BAD_CHARACTER, ""},
    {"voor\xc0\xae"
     "nl",
     NAME_BAD_CHARACTER, ""},
    {"192.0.2.1", NAME_IP_ADDRESS, ""},
    {"http://192.0.2.1:80/", NAME_IP_ADDRESS, ""},
    {"192.0.2.300", NAME_IP_ADDRESS, ""},
    {"2001:db8::1", NAME_IP_ADDRESS, ""},
    {"[2001:db8::1]:80", NAME_IP_ADDRESS, ""},
    {"jan@[192.0.2.1]", NAME_IP_ADDRESS, ""},
    {"jan@[IPv6:2001:db8::1]", NAME_IP_ADDRESS, ""},
    {"localhost", NAME_SINGLE_LABEL, ""},
    {"localhost.", NAME_SINGLE_LABEL, ""},
    {"nl", NAME_PUBLIC_SUFFIX, ""},
    {"co.uk", NAME_PUBLIC_SUFFIX, ""},
    {"www.co.uk", NAME_OK, "www.co.uk"},
    {"github.io", NAME_PUBLIC_SUFFIX, ""},
    {"platform.example", NAME_PLATFORM, ""},
    {"bounce.Platform.example", NAME_PLATFORM, ""},
    {"myplatform.example", NAME_OK, "myplatform.example"},
    {"gmail.com", NAME_MAILBOX_PROVIDER, ""},
    {"www.Ziggo.nl", NAME_MAILBOX_PROVIDER, ""},
    {"jan.xs4all.nl", NAME_MAILBOX_PROVIDER, ""},
};

static void test_typed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        struct name out;
        struct name_evaluation j;
        enum name_fault fault = name_evaluate(rules, typed[i].input, strlen(typed[i].input), &out, &j);

        if (fault != typed[i].fault || j.fault != fault)
            fail_msg("\"%s\": fault %d, wanted %d", typed[i].input, (int)fault, (int)typed[i].fault);
        assert_string_equal(fault == NAME_OK ? out.ascii : j.suggested.ascii, typed[i].name);
        if (fault != NAME_OK)
            assert_string_equal(out.ascii, "");
    }
}

static void test_lengths(void **state)
{
    struct name out;
    struct name_evaluation j;
    char name[400];

    (void)state;
    memset(name, 'a', sizeof(name));
    assert_int_equal(name_evaluate(rules, name, 300, &out, &j), NAME_TOO_LONG);
    memcpy(name + 63, ".nl", 3);
    assert_int_equal(name_evaluate(rules, name, 66, &out, &j), NAME_OK);
    memset(name, 'a', sizeof(name));
    memcpy(name + 64, ".nl", 3);
    assert_int_equal(name_evaluate(rules, name, 67, &out, &j), NAME_LABEL_TOO_LONG);
    memset(name, 'a', sizeof(name));
    name[60] = name[120] = name[180] = '.';
    memcpy(name + 228, ".nl", 3);
    assert_int_equal(name_evaluate(rules, name, 231, &out, &j), NAME_OK);
    memset(name + 228, 'a', 3);
    memcpy(name + 229, ".nl", 3);
    assert_int_equal(name_evaluate(rules, name, 232, &out, &j), NAME_TOO_LONG);
}

static void test_nul_and_huge(void **state)
{
    struct name out;
    struct name_evaluation j;
    char *huge = mem_alloc(1 << 20);

    (void)state;
    assert_int_equal(name_evaluate(rules, "voorbeeld.nl\0", 13, &out, &j), NAME_BAD_CHARACTER);
    assert_int_equal(name_evaluate(rules, "voor\0beeld.nl", 13, &out, &j), NAME_BAD_CHARACTER);
    memset(huge, 'a', 1 << 20);
    assert_int_equal(name_evaluate(rules, huge, 1 << 20, &out, &j), NAME_TOO_LONG);
    free(huge);
}

/* Whatever comes in: no crash, and a name that is given out is evaluated to be itself. */
static void test_any_bytes(void **state)
{
    static const char alphabet[] = "aAzw.@:/-_*<>[]\"' \t\r\n0x1n%\xc3\xbc\xe2\x80\xae\xef\xbc\xa0\xf0\x9f\x98\x80";

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct name out, again;
        struct name_evaluation j, j2;
        char input[40];
        size_t len = random_below(sizeof(input));

        for (size_t i = 0; i < len; i++)
            input[i] = random_below(8) == 0 ? (char)random_below(256) : alphabet[random_below(sizeof(alphabet) - 1)];
        name_evaluate(rules, input, len, &out, &j);
        if (j.fault != NAME_OK)
            out = j.suggested;
        if (out.ascii[0] != '\0') {
            assert_int_equal(name_evaluate(rules, out.ascii, strlen(out.ascii), &again, &j2), NAME_OK);
            assert_string_equal(again.ascii, out.ascii);
            assert_string_equal(again.unicode, out.unicode);
        }
    }
}

static void test_unicode(void **state)
{
    struct name out;
    struct name_evaluation j;
    char unicode[NAME_UNICODE_SIZE];

    (void)state;
    name_evaluate(rules, "XN--BCHER-KVA.example", 21, &out, &j);
    assert_string_equal(out.unicode, "b\xc3\xbc"
                                     "cher.example");
    name_evaluate(rules, "voorbeeld.nl", 12, &out, &j);
    assert_string_equal(out.unicode, "voorbeeld.nl");
    name_to_unicode("xn--abc.example", unicode);
    assert_string_equal(unicode, "xn--abc.example");
}

static void test_compare(void **state)
{
    (void)state;
    assert_true(name_equal("Voorbeeld.nl.", "voorbeeld.NL"));
    assert_false(name_equal("voorbeeld.nl", "voorbeeld.n"));
    assert_true(name_within("a.voorbeeld.nl.", "voorbeeld.nl"));
    assert_true(name_within("voorbeeld.nl", "voorbeeld.nl."));
    assert_false(name_within("eenvoorbeeld.nl", "voorbeeld.nl"));
    assert_false(name_within("voorbeeld.nl", ""));
    assert_string_equal(name_organisational(rules, "mail.voorbeeld.co.uk"), "voorbeeld.co.uk");
    assert_string_equal(name_organisational(rules, "voorbeeld.example"), "voorbeeld.example");
    assert_string_equal(name_organisational(rules, "co.uk"), "co.uk");
}

static int setup(void **state)
{
    (void)state;
    rules = name_rules_new("platform.example.");
    return rules ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    name_rules_free(&rules);
    return 0;
}

static void test_lists(void **state)
{
    static const struct {
        const char *list, *pieces;
    } cases[] = {
        {"", ""},
        {" \n,;\t\r\n\"\" ' ", ""},
        {"een.nl", "een.nl|"},
        {"een.nl\r\ntwee.nl\n\n drie.nl \n", "een.nl|twee.nl|drie.nl|"},
        {"een.nl, twee.nl;drie.nl\tvier.nl", "een.nl|twee.nl|drie.nl|vier.nl|"},
        {"\"een.nl\",'twee.nl'", "een.nl|twee.nl|"},
        {"een nl\n\xff\xfe", "een nl|\xff\xfe|"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *at = cases[i].list, *end = at + strlen(at), *piece;
        char pieces[200] = "";
        size_t len, used = 0;
        while (name_list_next(&at, end, &piece, &len))
            used += (size_t)snprintf(pieces + used, sizeof(pieces) - used, "%.*s|", (int)len, piece);
        assert_string_equal(pieces, cases[i].pieces);
        assert_ptr_equal(at, end);
    }
}

/* What nobody evaluated is refused. */
static void test_zero(void **state)
{
    (void)state;
    struct name_evaluation zero = {0};

    assert_int_equal(zero.fault, NAME_NOT_EVALUATED);
    assert_int_not_equal(zero.fault, NAME_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typed),        cmocka_unit_test(test_lists),     cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_nul_and_huge), cmocka_unit_test(test_any_bytes), cmocka_unit_test(test_unicode),
        cmocka_unit_test(test_compare),      cmocka_unit_test(test_zero),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
