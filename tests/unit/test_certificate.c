/* How long a certificate is still valid, with certificates made here; and that no bytes trip the reader up. */
#include "unit.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "app/notify/certificate.h"

enum { HOUR = 3600, DAY = 86400 };

/* A self-signed certificate for names ("DNS:…", "IP:…"), valid from and until so many seconds from now. */
static X509 *issue(int64_t from, int64_t until, const char *names)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_NAME *who = X509_NAME_new();
    X509_EXTENSION *alt = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);

    assert_non_null(alt);
    X509_set_version(x, 2);
    X509_NAME_add_entry_by_txt(who, "CN", MBSTRING_ASC, (const unsigned char *)"mail.volmacht.example", -1, -1, 0);
    X509_set_subject_name(x, who);
    X509_set_issuer_name(x, who);
    X509_time_adj_ex(X509_getm_notBefore(x), (int)(from / DAY), from % DAY, NULL);
    X509_time_adj_ex(X509_getm_notAfter(x), (int)(until / DAY), until % DAY, NULL);
    X509_set_pubkey(x, key);
    X509_add_ext(x, alt, -1);
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    X509_EXTENSION_free(alt);
    X509_NAME_free(who);
    EVP_PKEY_free(key);
    return x;
}

static char *pem_of(X509 *x)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes, *pem;
    long len;

    assert_int_equal(PEM_write_bio_X509(bio, x), 1);
    len = BIO_get_mem_data(bio, &bytes);
    pem = strndup(bytes, (size_t)len);
    BIO_free(bio);
    X509_free(x);
    return pem;
}

/* A minute for the test itself. */
static void expect_left(const char *pem, int64_t seconds)
{
    int64_t left;

    assert_true(certificate_seconds_left(pem, &left));
    assert_in_range(left - seconds + 60, 0, 60);
}

static void expect_issued_left(int64_t from, int64_t until, const char *names)
{
    char *pem = pem_of(issue(from, until, names));

    expect_left(pem, until);
    free(pem);
}

static void test_the_end_counts(void **state)
{
    (void)state;
    expect_issued_left(-DAY, 90 * DAY + HOUR, "DNS:mail.volmacht.example");
    expect_issued_left(-DAY, 30, "DNS:mail.volmacht.example");
    /* Expired: just now, and long ago. */
    expect_issued_left(-DAY, -90, "DNS:mail.volmacht.example");
    expect_issued_left(-4000 * (int64_t)DAY, -3000 * (int64_t)DAY - HOUR, "DNS:mail.volmacht.example");
    /* Not valid yet: whether it may be used now is for the connection to say, its end is what it is. */
    expect_issued_left(5 * DAY, 90 * DAY, "DNS:mail.volmacht.example");
    /* GeneralizedTime: from 2050 on (RFC 5280 4.1.2.5). */
    expect_issued_left(-DAY, 30000 * (int64_t)DAY, "DNS:mail.volmacht.example");
}

static void test_no_end(void **state)
{
    X509 *x = issue(-DAY, DAY, "DNS:mail.volmacht.example");
    char *pem;
    int64_t left;

    (void)state;
    /* "no well-defined expiration date" (RFC 5280 4.1.2.5). */
    assert_int_equal(ASN1_TIME_set_string(X509_getm_notAfter(x), "99991231235959Z"), 1);
    pem = pem_of(x);
    assert_true(certificate_seconds_left(pem, &left));
    assert_true(left > 7000 * 365 * (int64_t)DAY);
    free(pem);
}

/* For which name it is was evaluated where the connection was made. */
static void test_names_are_not_looked_at(void **state)
{
    (void)state;
    expect_issued_left(-DAY, 9 * DAY, "DNS:elders.example");
    expect_issued_left(-DAY, 9 * DAY, "DNS:*.volmacht.example");
    expect_issued_left(-DAY, 9 * DAY, "IP:192.0.2.25,IP:2001:db8::25");
}

static void test_the_first_of_several_counts(void **state)
{
    char *first = pem_of(issue(-DAY, 9 * DAY, "DNS:a.example")),
         *second = pem_of(issue(-DAY, 99 * DAY, "DNS:b.example")), *chain = NULL;

    (void)state;
    assert_true(asprintf(&chain, "Server certificate\n%s%s", first, second) > 0);
    expect_left(chain, 9 * DAY);
    free(chain);
    free(second);
    free(first);
}

static void test_no_certificate(void **state)
{
    static const char *const none[] = {
        "",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n-----END PUBLIC KEY-----\n",
    };
    int64_t left;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        assert_false(certificate_seconds_left(none[i], &left));
    assert_int_equal(ERR_peek_error(), 0); /* nothing is left lying for the next connection of this thread */
}

/* Truncated at each byte, and with each byte changed: a value or an error, never a crash. */
static void test_broken_bytes(void **state)
{
    char *pem = pem_of(issue(-DAY, 9 * DAY, "DNS:mail.volmacht.example"));
    size_t len = strlen(pem), truncated_read = 0;
    int64_t left;

    (void)state;
    for (size_t i = 0; i < len; i++) {
        char *truncated = strndup(pem, i);
        truncated_read += certificate_seconds_left(truncated, &left);
        free(truncated);
        for (const char *other = "A/=\n-\x80"; *other; other++) {
            char *changed = strdup(pem);
            changed[i] = *other;
            certificate_seconds_left(changed, &left);
            free(changed);
        }
    }
    assert_true(truncated_read <= 1); /* without the last newline it is whole */
    assert_int_equal(ERR_peek_error(), 0);
    free(pem);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_end_counts),          cmocka_unit_test(test_no_end),
        cmocka_unit_test(test_names_are_not_looked_at), cmocka_unit_test(test_the_first_of_several_counts),
        cmocka_unit_test(test_no_certificate),          cmocka_unit_test(test_broken_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
