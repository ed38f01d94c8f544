/* Near misses: the runs put together again give both texts, and what is shown is what a person would mark. */
#include "unit.h"

#include "app/check/difference.h"
#include "base/buf.h"
#include "base/random.h"

static struct pool *pool;

/* "v=[-DKIM1-]{+DKIM2+};…": missing in [- -], extra in {+ +}, skipped as ~. */
static const char *marked(const char *expected, const char *found)
{
    static const char *const open[] = {[RUN_EQUAL] = "", [RUN_MISSING] = "[-", [RUN_EXTRA] = "{+", [RUN_SKIPPED] = "~"};
    static const char *const close[] = {[RUN_EQUAL] = "", [RUN_MISSING] = "-]", [RUN_EXTRA] = "+}", [RUN_SKIPPED] = ""};
    struct difference d;
    struct buf out;

    difference_of(pool, expected, found, &d);
    buf_init(&out, 65536);
    for (size_t i = 0; i < d.count; i++)
        buf_addf(&out, "%s%s%s", open[d.run[i].kind], d.run[i].text ? d.run[i].text : "", close[d.run[i].kind]);
    const char *text = pool_memdup(pool, out.data, out.len);
    buf_free(&out);
    assert_int_equal(d.near, d.count > 0);
    return text;
}

static void slips(void **state)
{
    static const char *const cases[][3] = {
        {"bounce.mail.volmacht.example", "bounce.mail.volmacht.exampel", "bounce.mail.volmacht.examp[-le-]{+el+}"},
        {"bounce.mail.volmacht.example", "bounce.mail.volmacht.example.voorbeeld.nl",
         "bounce.mail.volmacht.example{+.voorbeeld.nl+}"},
        {"v=DMARC1; p=none;", "v=DMARC1 p=none;", "v=DMARC1[-;-]p=none;"},
        {"v=DMARC1; p=none", "v=dmarc1; p=none", "v=[-DMARC-]{+dmarc+}1; p=none"},
        {"v=DKIM1; k=rsa; p=abcdefgh", "\"v=DKIM1; k=rsa; p=abcdefgh\"", "{+\"+}v=DKIM1; k=rsa; p=abcdefgh{+\"+}"},
        {"v=DKIM1; k=rsa; p=abcdefgh", "v=DKIM1;k=rsa;p=abcdefgh", ""}, /* only spaces: nothing to show */
        {"same", "same", ""},
        {"abcdefgh", "zyxwvuts", ""},
        {"abcdefgh", "", ""},
        {"", "abc", ""},
        {"b\xc3\xbc"
         "cher.example",
         "b\xc3\xb6"
         "cher.example",
         "b[-\xc3\xbc-]{+\xc3\xb6+}cher.example"}, /* never half a character */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(marked(cases[i][0], cases[i][1]), cases[i][2]);
}

static void long_runs_are_cut(void **state)
{
    char expected[401] = {0}, found[401] = {0};

    (void)state;
    for (size_t i = 0; i < 400; i++)
        expected[i] = found[i] = (char)('A' + random_below(26));
    found[255] = '\0';
    const char *shortened = marked(expected, found);
    assert_true(strlen(shortened) < 200);
    assert_memory_equal(shortened, expected, 32);
    assert_non_null(strstr(shortened, "~"));
    assert_non_null(strstr(shortened, "[-"));
    found[255] = expected[255];
    found[100] = '!';
    assert_non_null(strstr(marked(expected, found), "{+!+}"));
}

/* Whatever is changed at random: what is equal or missing is the expected text, what is equal or extra the found one.
 */
static void runs_are_true(void **state)
{
    static const char base[] = "v=DKIM1;k=rsa;p=MIIBIjANBgkqhkiG9w0"; /* short: nothing is skipped */

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct buf found, a, b;
        struct difference d;
        buf_init(&found, 4096);
        buf_init(&a, 4096);
        buf_init(&b, 4096);
        for (const char *c = base; *c; c++)
            switch (random_below(12)) {
            case 0:
                break;
            case 1:
                buf_addf(&found, "%c%c", (char)('a' + random_below(26)), *c);
                break;
            case 2:
                buf_addc(&found, (char)('a' + random_below(26)));
                break;
            default:
                buf_addc(&found, *c);
            }
        difference_of(pool, base, found.data, &d);
        for (size_t i = 0; i < d.count; i++) {
            if (d.run[i].kind != RUN_EXTRA)
                buf_adds(&a, d.run[i].text);
            if (d.run[i].kind != RUN_MISSING)
                buf_adds(&b, d.run[i].text);
        }
        if (d.near) {
            assert_string_equal(a.data, base);
            assert_string_equal(b.data, found.data);
        }
        buf_free(&found);
        buf_free(&a);
        buf_free(&b);
        pool_clear(pool);
    }
}

static void strangers_are_bounded(void **state)
{
    struct difference d;
    char *big = mem_alloc(60001);

    (void)state;
    memset(big, 'x', 60000);
    big[60000] = '\0';
    difference_of(pool, "v=DKIM1; p=abc", big, &d);
    assert_false(d.near);
    big[DIFFERENCE_BYTES_MAX] = '\0'; /* as long as is looked at, and nothing in common */
    difference_of(pool, big + 1000, "v=DKIM1; p=abc", &d);
    assert_false(d.near);
    for (int i = 0; i < 400; i++) /* every second character is right: all over the place */
        big[i] = i % 2 ? 'x' : 'y';
    big[400] = '\0';
    char *other = mem_strdup(big);
    for (int i = 0; i < 400; i += 8)
        other[i] = 'z';
    difference_of(pool, big, other, &d);
    assert_true(d.count < RUNS_MAX);
    free(other);
    free(big);
}

static int start(void **state)
{
    (void)state;
    pool = pool_new();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    pool_free(&pool);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(slips), cmocka_unit_test(long_runs_are_cut),
                                       cmocka_unit_test(runs_are_true), cmocka_unit_test(strangers_are_bounded)};
    return cmocka_run_group_tests(tests, start, stop);
}
