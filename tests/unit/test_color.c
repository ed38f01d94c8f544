#include "unit.h"

/*
 * Colours: WCAG's contrast, what is derived from an accent, what is refused and what is proposed instead.
 */

#include "base/buf.h"
#include "base/color.h"
#include "base/conf.h"

static struct color color(const char *text)
{
    struct color c;
    assert_true(color_parse(text, &c));
    return c;
}

static void colours_are_read_and_written(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",        "#",    "#fff",       "0b6e66",   "#0b6e6", "#0b6e666",
                                        "#0b6e6g", "teal", "rgb(1,2,3)", "#0b 6e66", "#-b6e66"};
    char text[COLOR_TEXT_SIZE];
    struct color c = color("#0B6e66");
    assert_int_equal(c.r, 11);
    assert_int_equal(c.g, 110);
    assert_int_equal(c.b, 102);
    color_format(c, text);
    assert_string_equal(text, "#0b6e66");
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_false(color_parse(wrong[i], &c));
}

/* Values of independent calculators (WebAIM, the WCAG examples). */
static void contrast_is_wcags(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        double contrast;
    } cases[] = {
        {"#000000", "#ffffff", 21},    {"#ffffff", "#ffffff", 1},    {"#777777", "#ffffff", 4.48},
        {"#767676", "#ffffff", 4.54},  {"#ff0000", "#ffffff", 4.00}, {"#0000ff", "#ffffff", 8.59},
        {"#00ff00", "#000000", 15.30},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_float_equal((float)color_contrast(color(cases[i].a), color(cases[i].b)), (float)cases[i].contrast,
                           0.006F);
        assert_float_equal((float)color_contrast(color(cases[i].b), color(cases[i].a)), (float)cases[i].contrast,
                           0.006F);
    }
}

static void ours_is_good_and_every_proposal_is(void **state)
{
    (void)state;
    struct err err;
    for (int scheme = SCHEME_LIGHT; scheme <= SCHEME_DARK; scheme++) {
        assert_int_equal(accent_check(accent_default((enum color_scheme)scheme), (enum color_scheme)scheme, &err), 0);
        for (int n = 0; n < 8 * 8 * 8; n++) {
            struct color any = {(uint8_t)(n / 64 * 36), (uint8_t)(n / 8 % 8 * 36), (uint8_t)(n % 8 * 36)};
            struct color good = accent_nearest(any, (enum color_scheme)scheme);
            assert_int_equal(accent_check(good, (enum color_scheme)scheme, &err), 0);
            if (accent_check(any, (enum color_scheme)scheme, &err) == 0)
                assert_memory_equal(&any, &good, sizeof(any)); /* what is good stays as it is */
        }
    }
}

static void nearest_is_near(void **state)
{
    (void)state;
    struct err err;
    /* A step less dark is not good any more. */
    struct color orange = color("#f5a623"), good = accent_nearest(orange, SCHEME_LIGHT);
    assert_int_equal(accent_check(color_mix(good, 0.97, orange), SCHEME_LIGHT, &err), ERR_CONFIG);
    assert_true(good.r > good.g && good.g > good.b); /* still orange */
}

static int conf_error(const char *line, struct err *err)
{
    struct buf text;
    buf_init(&text, 4096);
    buf_addf(&text, "platform_domain = volmacht.example\nreturn_path_target = b.volmacht.example\n%s\n", line);
    struct conf *conf = conf_parse("v.conf", text.data, text.len, err);
    buf_free(&text);
    int code = conf ? 0 : err->code;
    conf_free(&conf);
    return code;
}

static void a_bad_accent_is_refused_with_a_better_one(void **state)
{
    (void)state;
    struct err err;
    char *hash;
    struct color better;
    assert_int_equal(conf_error("accent_color = #f5a623", &err), ERR_CONFIG);
    assert_non_null(strstr(err.text, "v.conf:3: accent_color: #f5a623 "));
    assert_non_null(strstr(err.text, "light pages"));
    assert_non_null(strstr(err.text, "contrast of 1.8"));
    assert_non_null(strstr(err.text, "4.5 is needed"));
    hash = strrchr(err.text, '#');
    assert_true(color_parse(hash, &better));
    assert_int_equal(accent_check(better, SCHEME_LIGHT, &err), 0);
    assert_int_equal(conf_error("accent_color_dark = #0b6e66", &err), ERR_CONFIG);
    assert_non_null(strstr(err.text, "dark pages"));
    assert_int_equal(conf_error("accent_color = teal", &err), ERR_CONFIG);
    assert_non_null(strstr(err.text, "must be a colour as #0b6e66"));
    assert_int_equal(conf_error("accent_color = #1d4ed8", &err), 0);
}

static void one_accent_brings_the_other(void **state)
{
    (void)state;
    static const char light[] =
        "platform_domain = v.example\nreturn_path_target = b.v.example\naccent_color = #1d4ed8\n";
    static const char dark[] =
        "platform_domain = v.example\nreturn_path_target = b.v.example\naccent_color_dark = #93c5fd\n";
    static const char none[] = "platform_domain = v.example\nreturn_path_target = b.v.example\n";
    static const char *const texts[] = {light, dark, none};
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct conf *conf = conf_parse("v.conf", texts[i], strlen(texts[i]), &err);
        assert_non_null(conf);
        assert_int_equal(conf->has_accent, i < 2);
        assert_int_equal(accent_check(conf->accent_color, SCHEME_LIGHT, &err), 0);
        assert_int_equal(accent_check(conf->accent_color_dark, SCHEME_DARK, &err), 0);
        conf_free(&conf);
    }
}

/* The custom properties of the stylesheet in one scheme: the value that follows name, the nth time it stands there. */
static struct color property(const char *css, const char *name, int nth)
{
    char hex[8] = "", rgb[4];
    const char *at = css;
    for (int i = 0; i <= nth; i++) {
        at = strstr(at, name);
        assert_non_null(at);
        at += strlen(name);
    }
    assert_int_equal(sscanf(at, " %7[#0-9a-f];", hex), 1);
    if (strlen(hex) == 4) {
        memcpy(rgb, hex, 4);
        snprintf(hex, sizeof(hex), "#%c%c%c%c%c%c", rgb[1], rgb[1], rgb[2], rgb[2], rgb[3], rgb[3]);
    }
    return color(hex);
}

static void the_stylesheet_has_the_same_colours(void **state)
{
    (void)state;
    static const char *const names[] = {"\t--ground:", "\t--card:", "\t--field:"};
    static char css[256 * 1024];
    FILE *f = fopen(TOP_SRCDIR "/static/volmacht.css", "re");
    assert_non_null(f);
    css[fread(css, 1, sizeof(css) - 1, f)] = '\0';
    fclose(f);
    for (int scheme = SCHEME_LIGHT; scheme <= SCHEME_DARK; scheme++) {
        const struct color *ground;
        assert_int_equal(accent_grounds((enum color_scheme)scheme, &ground), ARRAY_LEN(names));
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            struct color there = property(css, names[i], scheme);
            assert_memory_equal(&there, &ground[i], sizeof(there));
        }
        struct color accent = property(css, "\t--accent:", scheme), ours = accent_default((enum color_scheme)scheme);
        assert_memory_equal(&accent, &ours, sizeof(accent));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_are_read_and_written),
        cmocka_unit_test(contrast_is_wcags),
        cmocka_unit_test(ours_is_good_and_every_proposal_is),
        cmocka_unit_test(nearest_is_near),
        cmocka_unit_test(a_bad_accent_is_refused_with_a_better_one),
        cmocka_unit_test(one_accent_brings_the_other),
        cmocka_unit_test(the_stylesheet_has_the_same_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
