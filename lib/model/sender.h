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

/* --- what somebody typed --- */
enum sender_field {
    SENDER_ADDRESS,
    SENDER_NAME,
    SENDER_ROUTE,
    SENDER_HOST,
    SENDER_PORT,
    SENDER_SECURITY,
    SENDER_USERNAME,
    SENDER_SECRET,
    SENDER_FIELD_COUNT
};
enum sender_fault {
    SENDER_OK,
    SENDER_EMPTY,
    SENDER_MALFORMED,    /* not what the field holds; control characters; too long */
    SENDER_BAD_DOMAIN,   /* the address's domain: see struct sender_judgement.name */
    SENDER_TAKEN,        /* the account has this address already */
    SENDER_HOST_INWARD,  /* the host's address is loopback, private or otherwise not the internet's */
    SENDER_HOST_OURS,    /* the host is the platform's own */
    SENDER_HOST_UNKNOWN, /* DNS has no address for it */
    SENDER_HOST_SILENT,  /* DNS did not answer usably: try again */
    SENDER_SECRET_AGAIN, /* host or user changed: the password is not sent to another server than it was typed for */
};

/* As typed; NULL is "". */
struct sender_input {
    const char *field[SENDER_FIELD_COUNT];
};
struct sender_judgement {
    enum sender_fault fault[SENDER_FIELD_COUNT];
    struct name_judgement name; /* of the address's domain, with SENDER_BAD_DOMAIN */
};

/*
 * Judges what was typed and fills *out (strings in pool) with what may be stored; has_secret says that a new secret was
 * typed. before: the sender that is being changed, whose address stays; NULL for a new one. True if nothing is wrong.
 * The host is not looked up here.
 */
bool sender_judge(struct pool *pool, const struct name_rules *rules, const struct sender *before,
                  const struct sender_input *input, struct sender *out, struct sender_judgement *judgement);

/* One bare address as mail servers take it: a dot-atom, @, and a domain (accents are turned into A-labels). NULL if it
 * is none; in pool. */
const char *mail_address(struct pool *pool, const char *typed);

#endif
