/*
 * Reads a certificate's expiry by OpenSSL. Issuer and name are verified where the connection is made.
 */
#include "base/base.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "app/notify/certificate.h"

bool certificate_seconds_left(const char *pem, int64_t *left)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    int days = 0, seconds = 0;
    bool read = x && ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(x)) == 1;

    *left = (int64_t)days * 86400 + seconds;
    X509_free(x);
    BIO_free(bio);
    ERR_clear_error();
    return read;
}
