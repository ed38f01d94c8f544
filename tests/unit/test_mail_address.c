/*
 * Mail addresses as users type them: what a mail server takes, and what it does not.
 */
#include "mailauth/mail_address.h"
#include "unit.h"

static void bare_addresses(void **state)
{
    (void)state;
    struct pool *pool = pool_new();
    static const char *const good[][2] = {{" Jan.Piet+a@Voorbeeld.NL ", "jan.piet+a@voorbeeld.nl"},
                                          {"x@bücher.example", "x@xn--bcher-kva.example"},
                                          {"o'neil@a.b", "o'neil@a.b"}};
    static const char *const bad[] = {"",
                                      "a",
                                      "@a.nl",
                                      "a@",
                                      "a@b",
                                      "a b@c.nl",
                                      "a@b c.nl",
                                      ".a@b.nl",
                                      "a.@b.nl",
                                      "a..b@c.nl",
                                      "<a@b.nl>",
                                      "a@b.nl,c",
                                      "a@-b.nl",
                                      "a@b-.nl",
                                      "a@b..nl",
                                      "a@b.nl\r\nX: y",
                                      "\"a b\"@c.nl",
                                      "a@[1.2.3.4]",
                                      "é@b.nl",
                                      "a\x01@b.nl",
                                      "a@b_c.nl"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_string_equal(mail_address(pool, good[i][0]), good[i][1]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (mail_address(pool, bad[i]))
            fail_msg("taken for an address: %s", bad[i]);
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bare_addresses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
