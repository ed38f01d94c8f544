/*
 * SMTP by libcurl, one connection for each mail. Keeps the server's last answer for the caller; decides nothing.
 */
#include "base/base.h"

#include "app/notify/submission.h"

#include <curl/curl.h>

#include "app/notify/certificate.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/pool.h"

enum { URL_MAX = 512 };

struct reading {
    const char *at;
    size_t left;
};

static size_t read_message(char *out, size_t size, size_t count, void *arg)
{
    struct reading *reading = arg;
    size_t len = size * count < reading->left ? size * count : reading->left;
    memcpy(out, reading->at, len);
    reading->at += len;
    reading->left -= len;
    return len;
}

/* libcurl passes the server's lines as headers. */
static size_t keep_answer(char *line, size_t size, size_t count, void *arg)
{
    struct submitted *out = arg;
    size_t len = size * count, kept = len;
    while (kept > 0 && (line[kept - 1] == '\r' || line[kept - 1] == '\n'))
        kept--;
    snprintf(out->answer, sizeof(out->answer), "%.*s",
             (int)(kept < sizeof(out->answer) ? kept : sizeof(out->answer) - 1), line);
    return len;
}

static void add_url(struct buf *url, const struct conf *conf)
{
    bool six = strchr(conf->smtp_host, ':') != NULL;
    /* The path is the name for EHLO (RFC 5321 4.1.1.1). */
    buf_addf(url, "%s://%s%s%s:%d/%s", conf->smtp_security == SMTP_SECURITY_TLS ? "smtps" : "smtp", six ? "[" : "",
             conf->smtp_host, six ? "]" : "", conf->smtp_port, conf->platform_domain);
}

static void prepare_connection(CURL *curl, const struct conf *conf, const char *url, struct submitted *out)
{
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* ignores proxies of the environment */
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)SUBMISSION_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     (long)(conf->smtp_security == SMTP_SECURITY_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_answer);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, out);
}

static void prepare_mail(CURL *curl, const struct submission *mail, const struct curl_slist *to,
                         struct reading *reading)
{
    if (mail->login) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, mail->login);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, mail->password);
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mail->from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
    curl_easy_setopt(curl, CURLOPT_READDATA, reading);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)mail->len);
}

int submission_send(const struct conf *conf, const struct submission *mail, struct submitted *out, struct err *err)
{
    struct reading reading = {mail->message, mail->len};
    struct curl_slist *to = NULL;
    struct buf url;
    int rc = 0;
    *out = (struct submitted){0};
    if (!conf->smtp_host)
        return err_set(err, ERR_CONFIG, "smtp_host is not set: no mail can be submitted");
    buf_init(&url, URL_MAX);
    add_url(&url, conf);
    CURL *curl = curl_easy_init();
    to = curl ? curl_slist_append(NULL, mail->to) : NULL;
    if (!to) {
        rc = err_set(err, ERR_FAULT, "libcurl gives no handle");
        goto out;
    }
    prepare_connection(curl, conf, url.data, out);
    prepare_mail(curl, mail, to, &reading);
    CURLcode code = curl_easy_perform(curl);
    out->accepted = code == CURLE_OK;
    /* Errors that mean a refusal by the server; with any other the server was not reached. */
    bool refused = code == CURLE_LOGIN_DENIED || code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY;
    if (code != CURLE_OK && (!refused || !out->answer[0]))
        rc = err_set(err, ERR_UNAVAILABLE, "mail server %s port %d: %s", conf->smtp_host, conf->smtp_port,
                     curl_easy_strerror(code));
out:
    curl_slist_free_all(to);
    curl_easy_cleanup(curl);
    buf_free(&url);
    return rc;
}

int submission_ping(const struct conf *conf, struct err *err)
{
    struct submitted answer = {0};
    struct buf url;
    int rc = 0;
    if (!conf->smtp_host)
        return err_set(err, ERR_CONFIG, "smtp_host is not set");
    buf_init(&url, URL_MAX);
    add_url(&url, conf);
    CURL *curl = curl_easy_init();
    if (!curl) {
        rc = err_set(err, ERR_FAULT, "libcurl gives no handle");
        goto out;
    }
    prepare_connection(curl, conf, url.data, &answer);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        rc =
            err_set(err, ERR_UNAVAILABLE, "%s port %d: %s", conf->smtp_host, conf->smtp_port, curl_easy_strerror(code));
out:
    curl_easy_cleanup(curl);
    buf_free(&url);
    return rc;
}

/* --- the certificate --- */

/* The expiry of the server's own certificate, the first of libcurl's list; 0: unreadable. */
static int64_t expiry_of(const struct curl_certinfo *chain)
{
    static const char key[] = "Cert:";
    int64_t expires_at = 0, left;
    for (const struct curl_slist *line = chain->num_of_certs > 0 ? chain->certinfo[0] : NULL; line; line = line->next) {
        if (strncmp(line->data, key, sizeof(key) - 1) != 0)
            continue;
        if (certificate_seconds_left(line->data + sizeof(key) - 1, &left))
            expires_at = clock_wall_ms() + left * 1000;
    }
    return expires_at;
}

static int take_certificate(CURL *curl, CURLcode code, const char *reason, struct certificate *out, struct err *err)
{
    struct curl_certinfo *chain = NULL;
    const char *said = *reason ? reason : curl_easy_strerror(code);
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
        return err_set(err, ERR_MALFORMED, "%s", said);
    if (code != CURLE_OK || curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain)
        return err_set(err, ERR_UNAVAILABLE, "%s", said);
    out->expires_at = expiry_of(chain);
    return out->expires_at ? 0 : err_set(err, ERR_UNAVAILABLE, "no certificate was shown");
}

int submission_certificate(const char *host, int port, struct certificate *out, struct err *err)
{
    enum { TLS_AT_ONCE = 465 /* RFC 8314 3.3 */ };
    struct conf conf = {.smtp_host = mem_strdup(host),
                        .smtp_port = port,
                        .smtp_security = port == TLS_AT_ONCE ? SMTP_SECURITY_TLS : SMTP_SECURITY_STARTTLS,
                        .platform_domain = mem_strdup("localhost")};
    char reason[CURL_ERROR_SIZE] = "";
    const char *authorities = getenv("SSL_CERT_FILE");
    struct submitted answer = {0};
    struct buf url;
    int rc;
    buf_init(&url, URL_MAX);
    add_url(&url, &conf);
    CURL *curl = curl_easy_init();
    if (!curl) {
        rc = err_set(err, ERR_FAULT, "libcurl gives no handle");
        goto out;
    }
    prepare_connection(curl, &conf, url.data, &answer);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    if (authorities)
        curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
    rc = take_certificate(curl, curl_easy_perform(curl), reason, out, err);
out:
    curl_easy_cleanup(curl);
    buf_free(&url);
    free(conf.smtp_host);
    free(conf.platform_domain);
    return rc;
}
