/*
 * DKIM key pairs and selectors: RSA 2048 (RFC 8301 3.2) and Ed25519 (RFC 8463) by OpenSSL. Pure but for randomness.
 */
#ifndef MAILAUTH_DKIM_KEY_H
#define MAILAUTH_DKIM_KEY_H

#include "base/base.h"
#include "base/err.h"
#include "model/key.h"

struct dkim_key {
    char *private_pem; /* PKCS#8 PEM; wiped when freed */
    char *public_b64;  /* the p=, base64 on one line. RSA: SubjectPublicKeyInfo DER (RFC 6376 3.6.1); Ed25519: the 32
                          bytes (RFC 8463 4.2) */
};

/* RSA takes 50-200 ms of CPU; caller frees. */
int dkim_key_generate(enum dkim_algorithm algorithm, struct dkim_key **key, struct err *err);
void dkim_key_free(struct dkim_key **key);
/*
 * 0 if pem is a private key of that algorithm (RSA: of at least 2048 bits) that belongs to public_b64; used before
 * anything reaches the mail server.
 */
int dkim_key_verify(enum dkim_algorithm algorithm, const char *private_pem, const char *public_b64, struct err *err);

/* "vm" and 8 characters of a-z2-7. */
void dkim_selector_new(char out[SELECTOR_SIZE]);

#endif
