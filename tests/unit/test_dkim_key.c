/*
 * DKIM key pairs and selectors: what is made is valid and belongs together, and what does not is refused.
 */
#include "base/base.h"
#include "tests/unit/unit.h"

#include "base/pool.h"
#include "mailauth/dkim_key.h"

static void test_key(void **state)
{
    struct dkim_key *a = NULL, *b = NULL;
    struct err err = {0};
    char *damaged;

    (void)state;
    assert_int_equal(dkim_key_generate(DKIM_RSA, &a, &err), 0);
    assert_int_equal(dkim_key_generate(DKIM_RSA, &b, &err), 0);
    assert_int_equal(strlen(a->public_b64), 392); /* the SPKI of RSA 2048 is 294 bytes */
    assert_memory_equal(a->public_b64, "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", 32);
    assert_memory_equal(a->private_pem, "-----BEGIN PRIVATE KEY-----\n", 28);
    assert_null(strchr(a->public_b64, '\n'));
    assert_string_not_equal(a->public_b64, b->public_b64);
    assert_int_equal(dkim_key_verify(DKIM_RSA, a->private_pem, a->public_b64, &err), 0);
    assert_int_equal(dkim_key_verify(DKIM_RSA, a->private_pem, b->public_b64, &err), ERR_MALFORMED);
    assert_int_equal(dkim_key_verify(DKIM_RSA, "", a->public_b64, &err), ERR_MALFORMED);
    assert_int_equal(dkim_key_verify(DKIM_RSA, a->public_b64, a->public_b64, &err), ERR_MALFORMED);
    damaged = mem_strdup(a->private_pem);
    damaged[200] = damaged[200] == 'A' ? 'B' : 'A';
    assert_int_not_equal(dkim_key_verify(DKIM_RSA, damaged, a->public_b64, &err), 0);
    free(damaged);
    dkim_key_free(&a);
    assert_null(a);
    dkim_key_free(&b);
    dkim_key_free(&b);
}

/* An Ed25519 key (RFC 8410 10.3): whole and valid, and not what an RSA record promises. */
static void test_other_kinds(void **state)
{
    static const char ed25519[] = "-----BEGIN PRIVATE KEY-----\n"
                                  "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                                  "-----END PRIVATE KEY-----\n";
    struct err err = {0};

    (void)state;
    assert_int_equal(dkim_key_verify(DKIM_RSA, ed25519, "x", &err), ERR_MALFORMED);
    assert_non_null(strstr(err.text, "RSA"));
    /* Its public half, RFC 8410 10.1 */
    assert_int_equal(dkim_key_verify(DKIM_ED25519, ed25519, "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=", &err), 0);
    assert_int_equal(dkim_key_verify(DKIM_ED25519, ed25519, "x", &err), ERR_MALFORMED);
}

static void test_ed25519(void **state)
{
    struct dkim_key *a = NULL, *b = NULL, *rsa = NULL;
    struct err err;

    (void)state;
    assert_int_equal(dkim_key_generate(DKIM_ED25519, &a, &err), 0);
    assert_int_equal(dkim_key_generate(DKIM_ED25519, &b, &err), 0);
    assert_int_equal(dkim_key_generate(DKIM_RSA, &rsa, &err), 0);
    assert_int_equal(strlen(a->public_b64), 44);   /* the 32 bytes, not wrapped (RFC 8463 4.2) */
    assert_int_equal(strlen(a->private_pem), 119); /* what the mail server's view takes for one */
    assert_int_equal(dkim_key_verify(DKIM_ED25519, a->private_pem, a->public_b64, &err), 0);
    assert_int_equal(dkim_key_verify(DKIM_ED25519, a->private_pem, b->public_b64, &err), ERR_MALFORMED);
    assert_int_equal(dkim_key_verify(DKIM_ED25519, rsa->private_pem, rsa->public_b64, &err), ERR_MALFORMED);
    assert_int_equal(dkim_key_verify(DKIM_RSA, a->private_pem, a->public_b64, &err), ERR_MALFORMED);
    dkim_key_free(&a);
    dkim_key_free(&b);
    dkim_key_free(&rsa);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_key), cmocka_unit_test(test_other_kinds),
                                       cmocka_unit_test(test_ed25519), cmocka_unit_test(test_selector)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
