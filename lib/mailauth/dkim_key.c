/*
 * DKIM key pairs by OpenSSL: generates, verifies and wipes RSA 2048 (RFC 8301 3.2) and Ed25519 (RFC 8463) keys, and
 * makes their selectors. Keeps no key and knows neither the database nor the mail server.
 */
#include "base/base.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "base/pool.h"
#include "base/random.h"
#include "mailauth/dkim_key.h"

enum { KEY_BITS = 2048, ED25519_BYTES = 32 };

static int openssl_failed(struct err *err, const char *what)
{
    char text[256];

    ERR_error_string_n(ERR_get_error(), text, sizeof(text));
    ERR_clear_error();
    return err_set(err, ERR_FAULT, "%s: %s", what, text);
}

/* Base64 on one line (RFC 4648 4). Caller frees. */
static char *base64(const unsigned char *bytes, size_t len)
{
    size_t size = sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL);

    return sodium_bin2base64(mem_alloc(size), size, bytes, len, sodium_base64_VARIANT_ORIGINAL);
}

/* The p= of a key, on one line. Caller frees; NULL if OpenSSL fails. */
static char *public_base64(const EVP_PKEY *pkey)
{
    unsigned char *der = NULL, raw[ED25519_BYTES];
    size_t raw_len = sizeof(raw);
    char *text = NULL;
    int len;

    if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519)
        return EVP_PKEY_get_raw_public_key(pkey, raw, &raw_len) == 1 ? base64(raw, raw_len) : NULL;
    len = i2d_PUBKEY(pkey, &der);
    if (len > 0)
        text = base64(der, (size_t)len);
    OPENSSL_free(der);
    return text;
}

static char *private_pem(EVP_PKEY *pkey)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *data, *pem = NULL;
    long len;

    if (bio && PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) == 1 &&
        (len = BIO_get_mem_data(bio, &data)) > 0) {
        pem = mem_alloc((size_t)len + 1);
        memcpy(pem, data, (size_t)len);
        pem[len] = '\0';
    }
    BIO_free(bio);
    return pem;
}

int dkim_key_generate(enum dkim_algorithm algorithm, struct dkim_key **key, struct err *err)
{
    EVP_PKEY *pkey = algorithm == DKIM_RSA ? EVP_RSA_gen(KEY_BITS) : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    struct dkim_key *made = mem_alloc(sizeof(*made));
    int rc = 0;

    *key = NULL;
    *made = (struct dkim_key){0};
    if (pkey) {
        made->private_pem = private_pem(pkey);
        made->public_b64 = public_base64(pkey);
    }
    if (made->private_pem && made->public_b64)
        *key = made;
    else {
        rc = openssl_failed(err, "DKIM key");
        dkim_key_free(&made);
    }
    EVP_PKEY_free(pkey);
    return rc;
}

void dkim_key_free(struct dkim_key **key)
{
    if (!*key)
        return;
    if ((*key)->private_pem)
        explicit_bzero((*key)->private_pem, strlen((*key)->private_pem));
    free((*key)->private_pem);
    free((*key)->public_b64);
    free(*key);
    *key = NULL;
}

/* Refuses an encrypted key: without this callback OpenSSL would ask the terminal for its password. */
static int no_password(char *out, int size, int writing, void *arg)
{
    (void)out;
    (void)size;
    (void)writing;
    (void)arg;
    return -1;
}

/* Of the algorithm, and long enough. */
static bool is_of(enum dkim_algorithm algorithm, const EVP_PKEY *pkey)
{
    if (algorithm == DKIM_ED25519)
        return EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519;
    return EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA && EVP_PKEY_get_bits(pkey) >= KEY_BITS;
}

int dkim_key_verify(enum dkim_algorithm algorithm, const char *private_pem_text, const char *public_b64,
                    struct err *err)
{
    BIO *bio = BIO_new_mem_buf(private_pem_text, -1);
    EVP_PKEY *pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
    EVP_PKEY_CTX *ctx = NULL;
    char *belongs = NULL;
    int rc = 0;

    if (!pkey) {
        ERR_clear_error();
        rc = err_set(err, ERR_MALFORMED, "not a private key in PEM");
        goto out;
    }
    if (!is_of(algorithm, pkey)) {
        rc = err_set(err, ERR_MALFORMED,
                     algorithm == DKIM_RSA ? "not an RSA key of at least 2048 bits" : "not an Ed25519 key");
        goto out;
    }
    ctx = EVP_PKEY_CTX_new(pkey, NULL);
    if (!ctx || EVP_PKEY_pairwise_check(ctx) != 1) {
        ERR_clear_error();
        rc = err_set(err, ERR_MALFORMED, "the private key is damaged");
        goto out;
    }
    belongs = public_base64(pkey);
    if (!belongs)
        rc = openssl_failed(err, "public key");
    else if (strcmp(belongs, public_b64) != 0)
        rc = err_set(err, ERR_MALFORMED, "the private key does not belong to the public key");
out:
    free(belongs);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(pkey);
    BIO_free(bio);
    return rc;
}

void dkim_selector_new(char out[SELECTOR_SIZE])
{
    memcpy(out, "vm", 2);
    random_base32(out + 2, SELECTOR_SIZE - 3);
    out[SELECTOR_SIZE - 1] = '\0';
}
