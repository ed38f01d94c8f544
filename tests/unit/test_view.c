/*
 * Views: values are escaped by where they stand, sections and includes nest, languages are apart, what is unset is
 * seen, every template of every language loads and renders.
 */
#include "unit.h"

#include "base/buf.h"
#include "cgi-bin/view.h"

static int setup(void **state)
{
    struct err err = {0};
    (void)state;
    int code = view_load("templates", &err);
    if (code < 0)
        print_error("%s\n", err.text);
    return code;
}

static int teardown(void **state)
{
    (void)state;
    view_unload();
    return 0;
}

static void render(struct view *view, enum view_template what, struct buf *out)
{
    struct err err = {0};
    buf_init(out, 1 << 20);
    assert_int_equal(view_render(view, what, out, &err), 0);
}

static struct view *error_view(enum lang lang, const char *title)
{
    struct view *view = view_new(lang);
    struct view *top = view_include(view, K_FRAME_TOP, T_frame_top);
    view_set(top, K_TITLE, title);
    view_set(top, K_BRAND, "Volmacht");
    view_set(top, K_LANG, lang_code(lang));
    struct view *bottom = view_include(view, K_FRAME_BOTTOM, T_frame_bottom);
    view_show(bottom, lang == LANG_NL ? K_LANG_IS_NL : K_LANG_IS_EN);
    return view;
}

static void values_are_escaped(void **state)
{
    (void)state;
    struct view *view = error_view(LANG_NL, "<script>alert(1)</script>&\"'");
    struct buf out;
    view_show(view, K_E404);
    render(view, T_error, &out);
    assert_null(strstr(out.data, "<script>alert"));
    assert_non_null(strstr(out.data, "<title>&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"));
    buf_free(&out);
    view_free(&view);
    assert_null(view);
}

static void languages_are_apart(void **state)
{
    (void)state;
    const char *words[LANG_COUNT] = {[LANG_NL] = "Deze pagina is er niet", [LANG_EN] = "This page does not exist"};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct view *view = error_view((enum lang)lang, "t");
        struct buf out;
        view_show(view, K_E404);
        render(view, T_error, &out);
        assert_non_null(strstr(out.data, words[lang]));
        assert_null(strstr(out.data, words[!lang]));
        assert_null(strstr(out.data, "[["));
        assert_null(strstr(out.data, "{{"));
        buf_free(&out);
        view_free(&view);
    }
}

static void sections_show_once_a_call_and_see_their_parents(void **state)
{
    (void)state;
    struct view *view = view_new(LANG_NL);
    struct buf out;
    view_set(view, K_WAIT, "over 7 seconden");
    for (int i = 0; i < 3; i++)
        view_section(view, K_E429);
    render(view, T_error, &out);
    int seen = 0;
    for (const char *p = out.data; (p = strstr(p, "over 7 seconden")); p++)
        seen++;
    assert_int_equal(seen, 3);
    assert_null(strstr(out.data, "Deze pagina is er niet"));
    buf_free(&out);
    view_free(&view);
}

static void page_over_its_maximum_is_an_error(void **state)
{
    (void)state;
    struct view *view = error_view(LANG_NL, "t");
    struct buf out;
    struct err err = {0};
    buf_init(&out, 100);
    assert_int_equal(view_render(view, T_error, &out, &err), ERR_TOO_LARGE);
    buf_free(&out);
    view_free(&view);
}

static void missing_folder_is_named(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(view_load("templates/nowhere", &err), ERR_CONFIG);
    assert_non_null(strstr(err.text, "templates/nowhere"));
    assert_int_equal(view_load("templates", &err), 0);
}

static void note_unset(void *arg, const char *file, const char *key)
{
    buf_addf(arg, "%s %s\n", file, key);
}

static void unset_variables_are_seen_and_empty_ones_are_not(void **state)
{
    (void)state;
    struct buf seen, out;
    buf_init(&seen, 4096);
    view_watch_unset(note_unset, &seen);
    struct view *view = view_new(LANG_EN);
    struct view *top = view_include(view, K_FRAME_TOP, T_frame_top);
    view_set(top, K_TITLE, "");
    view_set(top, K_LANG, "en");
    render(view, T_error, &out);
    view_watch_unset(NULL, NULL);
    assert_non_null(strstr(seen.data, "en/frame_top.tpl BRAND\n"));
    assert_null(strstr(seen.data, "TITLE"));
    assert_int_equal(seen.data[0], 'e');
    assert_null(strchr(out.data, '\x01'));
    assert_null(strstr(out.data, "#{")); /* nothing of the annotations is left in the page */
    buf_free(&seen);
    buf_free(&out);
    view_free(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped),
        cmocka_unit_test(languages_are_apart),
        cmocka_unit_test(sections_show_once_a_call_and_see_their_parents),
        cmocka_unit_test(page_over_its_maximum_is_an_error),
        cmocka_unit_test(missing_folder_is_named),
        cmocka_unit_test(unset_variables_are_seen_and_empty_ones_are_not),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
