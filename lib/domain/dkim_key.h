/*
 * DKIM key pairs and selectors. RSA 2048 by OpenSSL (RFC 8301 3.2). Pure but for randomness.
 */
#ifndef DOMAIN_DKIM_KEY_H
#define DOMAIN_DKIM_KEY_H

#include "base/base.h"
#include "base/err.h"

struct dkim_key {
    char *private_pem; /* PKCS#8 PEM; wiped when freed */
    char *public_b64;  /* SubjectPublicKeyInfo DER in base64, one line: the p= of RFC 6376 3.6.1 */
};

int dkim_key_generate(struct dkim_key **key, struct err *err); /* 50-200 ms of CPU; caller frees */
void dkim_key_free(struct dkim_key **key);
/* 0 if pem is an RSA private key of at least 2048 bits that belongs to public_b64; used before anything reaches the mail server. */
int dkim_key_verify(const char *private_pem, const char *public_b64, struct err *err);

enum { SELECTOR_SIZE = 11 };
/* "vm" and 8 characters of a-z2-7. */
void dkim_selector_new(char out[SELECTOR_SIZE]);

#endif
