/*
 * Hands one mail to the platform's own mail server: SMTP submission (RFC 6409) by libcurl, to smtp_host. Knows neither
 * the content of the mail nor its further delivery. Any thread.
 */
#ifndef APP_NOTIFY_SUBMISSION_H
#define APP_NOTIFY_SUBMISSION_H

#include "base/conf.h"
#include "base/err.h"

enum { SUBMISSION_ANSWER_SIZE = 512, SUBMISSION_TIMEOUT_MS = 10000 };

struct submission {
    const char *login, *password; /* SMTP AUTH; login NULL: none */
    const char *from, *to;        /* the envelope: bare addresses, ASCII without spaces and angle brackets */
    const char *message;          /* headers, an empty line, the body; lines end with CRLF */
    size_t len;
};

struct submitted {
    bool accepted;                       /* the server has accepted the mail and is responsible for it */
    char answer[SUBMISSION_ANSWER_SIZE]; /* the last line of the server, without CRLF; any bytes */
};

/* 0 whether accepted or refused; ERR_UNAVAILABLE when the server did not answer or broke off, ERR_CONFIG without
 * smtp_host. */
int submission_send(const struct conf *conf, const struct submission *mail, struct submitted *out, struct err *err);

/* 0 if the mail server greets, offers TLS where smtp_security requires it, and answers NOOP; ERR_UNAVAILABLE,
 * ERR_CONFIG. */
int submission_ping(const struct conf *conf, struct err *err);

struct certificate {
    int64_t expires_at; /* ms UTC */
};
/*
 * The certificate of a submission port: by STARTTLS, on port 465 by implicit TLS. Verifies name and chain, with the
 * system's CA certificates or those of $SSL_CERT_FILE. ERR_UNAVAILABLE: not reachable, or no TLS; ERR_MALFORMED: not
 * valid, err says why.
 */
int submission_certificate(const char *host, int port, struct certificate *out, struct err *err);

#endif
