/*
 * Words: each language has its own, names are filled in, a browser's wish is understood.
 */
#include "unit.h"

#include "base/buf.h"
#include "base/text.h"

static void each_language_has_its_words(void **state)
{
    (void)state;
    for (int id = 0; id < TEXT_COUNT; id++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_true(strlen(text((enum lang)lang, (enum text_id)id)) > 0);
    assert_string_equal(text(LANG_NL, TEXT_STATUS_PENDING), "Wacht op DNS");
    assert_string_equal(text(LANG_EN, TEXT_STATUS_PENDING), "Waiting for DNS");
}

static void names_are_filled_in(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 1000);
    text_fill(&out, LANG_NL, TEXT_WAIT_SECONDS, TEXT_ARGS({"other", "x"}, {"count", "{count}"}));
    assert_string_equal(out.data, "over {count} seconden");
    buf_reset(&out);
    text_fill(&out, LANG_EN, TEXT_WAIT_SECONDS, TEXT_ARGS({"count", "40"}));
    assert_string_equal(out.data, "in 40 seconds");
    buf_reset(&out);
    text_fill(&out, LANG_EN, TEXT_WAIT_SECONDS, TEXT_ARGS({"coun", "40"}));
    assert_string_equal(out.data, "in {count} seconds");
    buf_free(&out);
}

static void a_browsers_wish(void **state)
{
    static const struct {
        const char *header;
        enum lang lang; /* with Dutch to fall back on */
    } wishes[] = {
        {NULL, LANG_NL},
        {"", LANG_NL},
        {"fr, de", LANG_NL},
        {"*", LANG_NL},
        {"en", LANG_EN},
        {"EN-us", LANG_EN},
        {"enx", LANG_NL},
        {"de,en;q=0.5", LANG_EN},
        {"en;q=0", LANG_NL},
        {"en;q=0.1,nl;q=0.2", LANG_NL},
        {"nl;q=0.001,en;q=0.9", LANG_EN},
        {" en ", LANG_EN},
        {";;,,q=,en", LANG_EN},
        {"en;q=", LANG_NL},
        {"en;q=0.0000000000000001", LANG_NL},
        {"en;q=9", LANG_EN},
        {"en; q=0.3, nl; q=0.4", LANG_NL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wishes); i++)
        if (lang_negotiate(wishes[i].header, LANG_NL) != wishes[i].lang)
            fail_msg("%s", wishes[i].header);
    assert_int_equal(lang_negotiate("fr", LANG_EN), LANG_EN);
}

static void codes(void **state)
{
    enum lang lang = LANG_NL;
    (void)state;
    assert_true(lang_parse("en", &lang));
    assert_int_equal(lang, LANG_EN);
    assert_false(lang_parse("EN", &lang));
    assert_false(lang_parse("", &lang));
    assert_false(lang_parse("nl-NL", &lang));
    assert_string_equal(lang_code(LANG_NL), "nl");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_language_has_its_words),
        cmocka_unit_test(names_are_filled_in),
        cmocka_unit_test(a_browsers_wish),
        cmocka_unit_test(codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
