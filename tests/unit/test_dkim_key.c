/*
 * DKIM key pairs and selectors: what is made is valid and belongs together, and what does not is refused.
 */
#include "base/base.h"
#include "tests/unit/unit.h"

#include "base/pool.h"
#include "domain/dkim_key.h"

static void test_key(void **state)
{
    struct dkim_key *a = NULL, *b = NULL;
    struct err err = {0};
    char *damaged;

    (void)state;
    assert_int_equal(dkim_key_generate(&a, &err), 0);
    assert_int_equal(dkim_key_generate(&b, &err), 0);
    assert_int_equal(strlen(a->public_b64), 392); /* the SPKI of RSA 2048 is 294 bytes */
    assert_memory_equal(a->public_b64, "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", 32);
    assert_memory_equal(a->private_pem, "-----BEGIN PRIVATE KEY-----\n", 28);
    assert_null(strchr(a->public_b64, '\n'));
    assert_string_not_equal(a->public_b64, b->public_b64);
    assert_int_equal(dkim_key_verify(a->private_pem, a->public_b64, &err), 0);
    assert_int_equal(dkim_key_verify(a->private_pem, b->public_b64, &err), ERR_MALFORMED);
    assert_int_equal(dkim_key_verify("", a->public_b64, &err), ERR_MALFORMED);
    assert_int_equal(dkim_key_verify(a->public_b64, a->public_b64, &err), ERR_MALFORMED);
    damaged = mem_strdup(a->private_pem);
    damaged[200] = damaged[200] == 'A' ? 'B' : 'A';
    assert_int_not_equal(dkim_key_verify(damaged, a->public_b64, &err), 0);
    free(damaged);
    dkim_key_free(&a);
    assert_null(a);
    dkim_key_free(&b);
    dkim_key_free(&b);
}

/* An Ed25519 key (RFC 8410 10.3): whole and valid, but not what the records promise. */
static void test_other_kinds(void **state)
{
    static const char ed25519[] = "-----BEGIN PRIVATE KEY-----\n"
                                  "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                                  "-----END PRIVATE KEY-----\n";
    struct err err = {0};

    (void)state;
    assert_int_equal(dkim_key_verify(ed25519, "x", &err), ERR_MALFORMED);
    assert_non_null(strstr(err.text, "RSA"));
}

static void test_selector(void **state)
{
    char one[SELECTOR_SIZE], other[SELECTOR_SIZE];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        dkim_selector_new(one);
        dkim_selector_new(other);
        assert_int_equal(strlen(one), SELECTOR_SIZE - 1);
        assert_memory_equal(one, "vm", 2);
        assert_int_equal(strspn(one, "abcdefghijklmnopqrstuvwxyz234567"), SELECTOR_SIZE - 1);
        assert_string_not_equal(one, other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_key), cmocka_unit_test(test_other_kinds), cmocka_unit_test(test_selector)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
