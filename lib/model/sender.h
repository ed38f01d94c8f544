/*
 * Senders: an address or a whole domain that an account sends from, and by which route its mail leaves. Pure: what may
 * stand in the fields of one, and which way a mail goes as things are. How mail is really routed is decided by the mail
 * server from the same rows.
 */
#ifndef MODEL_SENDER_H
#define MODEL_SENDER_H

#include "base/base.h"
#include "base/pool.h"
#include "model/domain.h"

enum mail_route {
    MAIL_ROUTE_DOMAIN, /* the platform's mail server in the domain's name, signed */
    MAIL_ROUTE_SMTP,   /* the account's own SMTP server */
    MAIL_ROUTE_SENDGRID,
    MAIL_ROUTE_DEFAULT, /* the platform's default host */
    MAIL_ROUTE_COUNT
};
enum smtp_security { SMTP_STARTTLS, SMTP_TLS };

const char *mail_route_word(enum mail_route route); /* "domain", "smtp", "sendgrid", "default" */
bool mail_route_parse(const char *word, enum mail_route *out);
const char *smtp_security_word(enum smtp_security security); /* "starttls", "tls" */
bool smtp_security_parse(const char *word, enum smtp_security *out);

enum {
    SENDER_ADDRESS_SIZE = 255,
    SENDER_HOST_SIZE = 254,
    SENDER_NAME_MAX = 100 /* characters */,
    SENDER_SECRET_MAX = 512
};

struct sender {
    struct uuid id;
    const char *address;      /* "x@voorbeeld.nl", or "@voorbeeld.nl" for the whole domain; small letters, A-labels */
    const char *display_name; /* "" for none */
    enum mail_route route;
    const char *host; /* host to username: of MAIL_ROUTE_SMTP alone, else NULL and 0 */
    int port;
    enum smtp_security security;
    const char *username;
    bool has_secret; /* a password or API key is kept; nobody but the mail server reads it */
    int64_t created_at;
    /* the account's own domain of that name, if it has one */
    bool has_domain;
    struct uuid domain_id;
    enum status domain_status;
};

/* The part behind the @. */
const char *sender_domain(const struct sender *sender);
bool sender_is_whole_domain(const struct sender *sender);

/* Which way a mail of this sender goes now, and why that way. */
enum way_reason {
    WAY_CHOSEN,         /* as it is set */
    WAY_VERIFIED,       /* set to the domain, and that is authenticated */
    WAY_PENDING,        /* set to the domain, which is not authenticated yet: by the default host */
    WAY_LOST,           /* … not any more */
    WAY_DOMAIN_MISSING, /* … and the account has not added it */
    WAY_SECRET_MISSING, /* set to SMTP or SendGrid, and there is no password or key: mail waits */
};
struct sender_way {
    enum mail_route route;
    enum way_reason reason;
};
struct sender_way sender_way(const struct sender *sender);

#endif
