/*
 * The configuration: `key = value` lines, # comments. One table (conf.c) says
 * each key's type, default, bounds and meaning; the manual page's list is
 * checked against it. A wrong line stops the program with "file:line: what".
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/base.h"
#include "base/color.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"

enum { CONF_RESOLVERS_MAX = 8, CONF_ADDRESSES_MAX = 16 };

struct conf_resolver {
    char addr[46]; /* IPv4 or IPv6, text */
    uint16_t port;
};

struct conf_limit { /* so many in so many seconds */
    int count;
    int seconds;
};

enum conf_smtp_security { SMTP_SECURITY_TLS, SMTP_SECURITY_STARTTLS, SMTP_SECURITY_NONE };

enum conf_auth { AUTH_PASSWORD, AUTH_REMOTE_USER };

struct conf {
    /* database */
    char *db_socket; /* NULL: use host and port */
    char *db_host;
    int db_port;
    char *db_name;
    char *db_user; /* the web's user; domain commands use it too */
    char *db_password_file;
    char *db_owner_user; /* migrate, account add, user add; default: db_user */
    char *db_owner_password_file;
    char *db_sweep_user; /* sweep; default: db_user */
    char *db_sweep_password_file;
    /* DNS */
    struct conf_resolver dns_resolvers[CONF_RESOLVERS_MAX];
    size_t dns_resolver_count; /* from /etc/resolv.conf when the key is absent */
    int dns_authoritative_port;
    bool dns_allow_private;
    int dns_deadline_ms;
    int dns_per_server_qps; /* of the sweep, to one name server by one process */
    int dns_resolver_qps;   /* the sweep's questions to a resolver in a second; 0: as fast as it answers */
    /* the platform */
    char *return_path_label;
    char *return_path_target;
    char *platform_domain;
    char *brand_name;
    bool has_accent; /* the colours below are the platform's own and not accent_default's */
    struct color accent_color, accent_color_dark;
    char *logo;     /* a file; NULL: the first letter of brand_name */
    int logo_width; /* px, where it is 26 px high */
    char *base_url; /* "https://…" makes cookies Secure; without a final slash */
    char *timezone;
    int sweep_at; /* minute of the day, from "HH:MM" */
    enum lang language;
    /* the platform's own mail server, as doctor examines it */
    char sending_addresses[CONF_ADDRESSES_MAX][46]; /* IPv4 or IPv6, text: from which mail leaves */
    size_t sending_address_count;
    char *mail_host; /* the name for submission, and for EHLO; NULL: unknown */
    int mail_port;
    char *exim_config; /* NULL: unknown */
    char *exim_program;
    /* the same, for the mails that this program submits */
    int key_retire_days; /* how long a replaced DKIM key stays in DNS */
    bool dkim_ed25519;   /* domains that are added, and keys that are replaced, get an Ed25519 key beside the RSA one */
    char *smtp_host;     /* NULL: it submits none */
    int smtp_port;
    enum conf_smtp_security smtp_security;
    char *smtp_user; /* for the program's own mails; NULL: it submits them without AUTH */
    char *smtp_password_file;
    char *mail_from; /* a bare address; default: noreply@ the platform's domain */
    /* program */
    char *template_dir; /* holds nl/ and en/ */
    int threads;
    int check_threads;
    int session_hours;
    int share_days;
    enum conf_auth auth;
    char *metrics_token; /* NULL: loopback only */
    enum log_level log_level;
    struct conf_limit limit_login, limit_add, limit_check, limit_test, limit_mail; /* "30/60": per account or address */
};

/* Reads path into a new conf; relative files in it are relative to path's folder. NULL, err set (ERR_CONFIG) otherwise.
 */
struct conf *conf_load(const char *path, struct err *err);
/* As conf_load, from text; name is used in messages. Also the fuzz target's entry. */
struct conf *conf_parse(const char *name, const char *text, size_t len, struct err *err);
void conf_free(struct conf **conf);

/* -c's argument if not NULL, else $VOLMACHT_CONF, else SYSCONFDIR/volmacht/volmacht.conf. Borrowed. */
const char *conf_path(const char *option);

/* The first line of a password file without its newline; caller frees. file NULL: an empty password. */
char *conf_read_secret(const char *file, struct err *err);

#endif
