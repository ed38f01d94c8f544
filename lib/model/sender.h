/*
 * Senders: an address or a whole domain that an account sends from, and the route of its mail; its bounces, and test
 * mails. The mail server decides each mail's route from the same rows.
 */
#ifndef MODEL_SENDER_H
#define MODEL_SENDER_H

#include "base/base.h"
#include "model/domain.h"

enum mail_route {
    MAIL_ROUTE_NONE,
    MAIL_ROUTE_DOMAIN, /* the platform's mail server with the domain's return path, signed */
    MAIL_ROUTE_SMTP,   /* the account's own SMTP server */
    MAIL_ROUTE_SENDGRID,
    MAIL_ROUTE_DEFAULT, /* the platform's default host */
    MAIL_ROUTE_COUNT
};
enum smtp_security { SMTP_SECURITY_UNSET, SMTP_STARTTLS, SMTP_TLS }; /* RFC 3207; RFC 8314 3.3 */

const char *mail_route_word(enum mail_route route); /* "domain", "smtp", "sendgrid", "default" */
bool mail_route_parse(const char *word, enum mail_route *out);
const char *smtp_security_word(enum smtp_security security); /* "starttls", "tls" */
bool smtp_security_parse(const char *word, enum smtp_security *out);

enum { SENDER_ADDRESS_SIZE = 255, SENDER_NAME_MAX = 100 /* characters */, SENDER_SECRET_MAX = 512 };

struct sender {
    struct uuid id;
    const char *address;      /* "x@voorbeeld.nl", or "@voorbeeld.nl" for the whole domain; small letters, A-labels */
    const char *display_name; /* "" for none */
    enum mail_route route;
    const char *host; /* host to username: of MAIL_ROUTE_SMTP alone, else NULL and 0 */
    int port;
    enum smtp_security security;
    const char *username;
    bool has_secret; /* a password or API key is stored; only the mail server reads it */
    int64_t created_at;
    /* the account's own domain of that name, if it has one */
    bool has_domain;
    struct uuid domain_id;
    enum status domain_status;
};

/* The part behind the @. */
const char *sender_domain(const struct sender *sender);
bool sender_is_whole_domain(const struct sender *sender);

/* The effective route of this sender's mail, and the reason. */
enum route_reason {
    ROUTE_REASON_NONE,
    ROUTE_AS_SET,
    ROUTE_DOMAIN_VERIFIED, /* set to the domain, which is authenticated */
    ROUTE_DOMAIN_PENDING,  /* set to the domain, which is not authenticated yet: by the default host */
    ROUTE_DOMAIN_LOST,     /* ... not any more: likewise */
    ROUTE_DOMAIN_MISSING,  /* ... and the account has not added it: likewise */
    ROUTE_SECRET_MISSING,  /* set to SMTP or SendGrid, and there is no password or key: mail waits */
};
struct effective_route {
    enum mail_route route;
    enum route_reason reason;
};
struct effective_route sender_effective_route(const struct sender *sender);

/* A bounce of a sender's mail. */
struct bounce {
    const char *recipient, *status_code, *reason; /* others' text, printable ASCII */
    int64_t at;                                   /* ms UTC */
};

/* A test mail and the attempts to deliver it, as recorded by the mail server. */
struct test_mail {
    struct uuid id, sender_id;
    const char *recipient;
    int64_t at; /* ms UTC */
};
enum delivery_outcome { DELIVERY_NONE, DELIVERY_DELIVERED, DELIVERY_DEFERRED, DELIVERY_FAILED };
const char *delivery_outcome_word(enum delivery_outcome outcome); /* "delivered", "deferred", "failed" */
bool delivery_outcome_parse(const char *word, enum delivery_outcome *out);
struct delivery_attempt {
    enum mail_route route;
    enum delivery_outcome outcome;
    const char *host, *answer; /* the server that accepted or refused it, and its answer: input from strangers */
    const char *signed_as;     /* the domain in whose name it was signed; "" without a signature */
    const char *selectors;     /* of the keys that signed it, separated by : */
    int64_t at;                /* ms UTC */
};

#endif
