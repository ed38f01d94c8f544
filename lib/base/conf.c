/*
 * The configuration's one table: each key with its type, default and bounds.
 * Reads text, checks it whole before anything starts; opens no connection.
 */
#include "base/base.h"

#include "base/conf.h"
#include "base/encode.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/pool.h"

enum kind {
    KIND_TEXT,
    KIND_NAME,
    KIND_PATH,
    KIND_INT,
    KIND_BOOL,
    KIND_TIME,
    KIND_LIMIT,
    KIND_RESOLVERS,
    KIND_IPS,
    KIND_LANG,
    KIND_AUTH,
    KIND_SMTP_SECURITY,
    KIND_LOG,
    KIND_URL,
    KIND_ADDRESS,
    KIND_ZONE,
    KIND_ACCENT
};

struct key {
    const char *name;
    enum kind kind;
    size_t at;             /* offset in struct conf */
    const char *otherwise; /* the default, read as if it stood in the file; NULL: none */
    int least, most;       /* KIND_INT; of KIND_ACCENT least is its enum color_scheme */
};

#define AT(field) offsetof(struct conf, field)
static const struct key table[] = {
    {"db_socket", KIND_PATH, AT(db_socket), NULL, 0, 0},
    {"db_host", KIND_TEXT, AT(db_host), "127.0.0.1", 0, 0},
    {"db_port", KIND_INT, AT(db_port), "3306", 1, 65535},
    {"db_name", KIND_TEXT, AT(db_name), "volmacht", 0, 0},
    {"db_user", KIND_TEXT, AT(db_user), "volmacht_web", 0, 0},
    {"db_password_file", KIND_PATH, AT(db_password_file), NULL, 0, 0},
    {"db_owner_user", KIND_TEXT, AT(db_owner_user), NULL, 0, 0},
    {"db_owner_password_file", KIND_PATH, AT(db_owner_password_file), NULL, 0, 0},
    {"db_sweep_user", KIND_TEXT, AT(db_sweep_user), NULL, 0, 0},
    {"db_sweep_password_file", KIND_PATH, AT(db_sweep_password_file), NULL, 0, 0},
    {"dns_resolvers", KIND_RESOLVERS, AT(dns_resolvers), NULL, 0, 0},
    {"dns_authoritative_port", KIND_INT, AT(dns_authoritative_port), "53", 1, 65535},
    {"dns_allow_private", KIND_BOOL, AT(dns_allow_private), "no", 0, 0},
    {"dns_deadline_ms", KIND_INT, AT(dns_deadline_ms), "5000", 100, 60000},
    {"dns_per_server_qps", KIND_INT, AT(dns_per_server_qps), "100", 1, 1000000},
    {"dns_resolver_qps", KIND_INT, AT(dns_resolver_qps), "0", 0, 1000000},
    {"return_path_label", KIND_NAME, AT(return_path_label), "bounce", 0, 0},
    {"return_path_target", KIND_NAME, AT(return_path_target), NULL, 0, 0},
    {"platform_domain", KIND_NAME, AT(platform_domain), NULL, 0, 0},
    {"timezone", KIND_ZONE, AT(timezone), "Europe/Amsterdam", 0, 0},
    {"sweep_at", KIND_TIME, AT(sweep_at), "00:00", 0, 0},
    {"brand_name", KIND_TEXT, AT(brand_name), "Volmacht", 0, 0},
    {"accent_color", KIND_ACCENT, AT(accent_color), NULL, SCHEME_LIGHT, 0},
    {"accent_color_dark", KIND_ACCENT, AT(accent_color_dark), NULL, SCHEME_DARK, 0},
    {"logo", KIND_PATH, AT(logo), NULL, 0, 0},
    {"logo_width", KIND_INT, AT(logo_width), "26", 16, 240},
    {"base_url", KIND_URL, AT(base_url), "http://localhost", 0, 0},
    {"sending_addresses", KIND_IPS, AT(sending_addresses), NULL, 0, 0},
    {"mail_host", KIND_NAME, AT(mail_host), NULL, 0, 0},
    {"mail_port", KIND_INT, AT(mail_port), "587", 1, 65535},
    {"exim_config", KIND_PATH, AT(exim_config), NULL, 0, 0},
    {"exim_program", KIND_TEXT, AT(exim_program), "exim4", 0, 0},
    {"dkim_ed25519", KIND_BOOL, AT(dkim_ed25519), "no", 0, 0},
    {"key_retire_days", KIND_INT, AT(key_retire_days), "7", 0, 365},
    {"smtp_host", KIND_TEXT, AT(smtp_host), NULL, 0, 0},
    {"smtp_port", KIND_INT, AT(smtp_port), "587", 1, 65535},
    {"smtp_security", KIND_SMTP_SECURITY, AT(smtp_security), "starttls", 0, 0},
    {"smtp_user", KIND_TEXT, AT(smtp_user), NULL, 0, 0},
    {"smtp_password_file", KIND_PATH, AT(smtp_password_file), NULL, 0, 0},
    {"mail_from", KIND_ADDRESS, AT(mail_from), NULL, 0, 0},
    {"language", KIND_LANG, AT(language), "nl", 0, 0},
    {"template_dir", KIND_PATH, AT(template_dir), PKGDATADIR "/templates", 0, 0},
    {"threads", KIND_INT, AT(threads), "8", 1, 256},
    {"check_threads", KIND_INT, AT(check_threads), "40", 1, 256},
    {"session_hours", KIND_INT, AT(session_hours), "12", 1, 8760},
    {"share_days", KIND_INT, AT(share_days), "30", 1, 365},
    {"auth", KIND_AUTH, AT(auth), "password", 0, 0},
    {"metrics_token", KIND_TEXT, AT(metrics_token), NULL, 0, 0},
    {"log_level", KIND_LOG, AT(log_level), "info", 0, 0},
    {"limit_login", KIND_LIMIT, AT(limit_login), "10/300", 0, 0},
    {"limit_add", KIND_LIMIT, AT(limit_add), "120/600", 0, 0},
    {"limit_check", KIND_LIMIT, AT(limit_check), "60/60", 0, 0},
    {"limit_test", KIND_LIMIT, AT(limit_test), "10/600", 0, 0},
    {"limit_mail", KIND_LIMIT, AT(limit_mail), "3/3600", 0, 0},
};

/* Required keys: the domain of the platform and the target of customers' return paths. */
static const char *const demanded[] = {"return_path_target", "platform_domain"};

/* --- one reader for each kind: stores the value, or says in err what it must look like --- */

static int read_int(const char *value, int least, int most, int *out, struct err *err)
{
    char *end;
    errno = 0;
    long n = strtol(value, &end, 10);
    if (end == value || *end || errno || n < least || n > most || isspace((unsigned char)*value))
        return err_set(err, ERR_CONFIG, "must be a whole number from %d to %d, not \"%s\"", least, most, value);
    *out = (int)n;
    return 0;
}

static int read_time(const char *value, int *out, struct err *err)
{
    if (strlen(value) != 5 || !isdigit((unsigned char)value[0]) || !isdigit((unsigned char)value[1]) ||
        value[2] != ':' || !isdigit((unsigned char)value[3]) || !isdigit((unsigned char)value[4]))
        return err_set(err, ERR_CONFIG, "must be a time of day as HH:MM, not \"%s\"", value);
    int hour = (value[0] - '0') * 10 + value[1] - '0', minute = (value[3] - '0') * 10 + value[4] - '0';
    if (hour > 23 || minute > 59)
        return err_set(err, ERR_CONFIG, "must be a time from 00:00 to 23:59, not \"%s\"", value);
    *out = hour * 60 + minute;
    return 0;
}

static int read_limit(const char *value, struct conf_limit *out, struct err *err)
{
    char count[16];
    const char *slash = strchr(value, '/');
    if (!slash || slash == value || (size_t)(slash - value) >= sizeof(count))
        return err_set(err, ERR_CONFIG, "must be COUNT/SECONDS as in 30/60, not \"%s\"", value);
    memcpy(count, value, (size_t)(slash - value));
    count[slash - value] = '\0';
    if (read_int(count, 1, 1000000, &out->count, err))
        return err->code;
    return read_int(slash + 1, 1, 86400, &out->seconds, err);
}

static int read_resolver(const char *value, size_t len, struct conf_resolver *out, struct err *err)
{
    char one[80];
    if (len >= sizeof(one))
        return err_set(err, ERR_CONFIG, "must be addresses as ADDR or ADDR@PORT");
    memcpy(one, value, len);
    one[len] = '\0';
    int port = 53;
    char *at = strchr(one, '@');
    if (at) {
        *at = '\0';
        if (read_int(at + 1, 1, 65535, &port, err))
            return err->code;
    }
    unsigned char addr[16];
    int family = inet_pton(AF_INET, one, addr) == 1 ? AF_INET : AF_INET6;
    if (family == AF_INET6 && inet_pton(AF_INET6, one, addr) != 1)
        return err_set(err, ERR_CONFIG, "must be addresses as ADDR or ADDR@PORT; \"%s\" is no IP address", one);
    inet_ntop(family, addr, out->addr, sizeof(out->addr));
    out->port = (uint16_t)port;
    return 0;
}

static int read_resolvers(const char *value, struct conf *conf, struct err *err)
{
    static const char gaps[] = " \t,";
    conf->dns_resolver_count = 0;
    for (const char *p = value + strspn(value, gaps); *p; p += strspn(p, gaps)) {
        size_t len = strcspn(p, gaps);
        if (conf->dns_resolver_count == CONF_RESOLVERS_MAX)
            return err_set(err, ERR_CONFIG, "at most %d resolvers", CONF_RESOLVERS_MAX);
        if (read_resolver(p, len, &conf->dns_resolvers[conf->dns_resolver_count], err))
            return err->code;
        conf->dns_resolver_count++;
        p += len;
    }
    return conf->dns_resolver_count ? 0 : err_set(err, ERR_CONFIG, "needs at least one address");
}

static int read_ips(const char *value, struct conf *conf, struct err *err)
{
    static const char gaps[] = " \t,";
    conf->sending_address_count = 0;
    for (const char *p = value + strspn(value, gaps); *p; p += strspn(p, gaps)) {
        char *to = conf->sending_addresses[conf->sending_address_count];
        size_t len = strcspn(p, gaps), size = sizeof(conf->sending_addresses[0]);
        unsigned char byte[16];
        if (conf->sending_address_count == CONF_ADDRESSES_MAX)
            return err_set(err, ERR_CONFIG, "at most %d addresses", CONF_ADDRESSES_MAX);
        snprintf(to, size, "%.*s", (int)(len < size ? len : size - 1), p);
        if (len >= size || (inet_pton(AF_INET, to, byte) != 1 && inet_pton(AF_INET6, to, byte) != 1))
            return err_set(err, ERR_CONFIG, "must be IPv4 or IPv6 addresses, not \"%.*s\"", (int)len, p);
        conf->sending_address_count++;
        p += len;
    }
    return conf->sending_address_count ? 0 : err_set(err, ERR_CONFIG, "needs at least one address");
}

/* Letters, digits, hyphens and dots; lower-cased. Whether it is a sending domain is not asked here. */
static int conf_read_name(const char *value, char **out, struct err *err)
{
    size_t len = strlen(value);
    if (!len || len > 253 ||
        strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") != len || value[0] == '.' ||
        strstr(value, ".."))
        return err_set(err, ERR_CONFIG, "must be a DNS name (an IDN in its xn-- form), not \"%s\"", value);
    free(*out);
    *out = mem_strdup(value);
    if ((*out)[len - 1] == '.')
        (*out)[len - 1] = '\0';
    ascii_lower_all(*out);
    return 0;
}

static int read_url(const char *value, char **out, struct err *err)
{
    size_t prefix = strncmp(value, "https://", 8) == 0 ? 8 : strncmp(value, "http://", 7) == 0 ? 7 : 0;
    size_t host = strcspn(value + prefix, "/?#@ \t");
    if (!prefix || !host || (value[prefix + host] && strcmp(value + prefix + host, "/") != 0))
        return err_set(err, ERR_CONFIG, "must be http://HOST[:PORT] or https://HOST[:PORT], not \"%s\"", value);
    free(*out);
    *out = mem_strdup(value);
    (*out)[prefix + host] = '\0';
    return 0;
}

/* A bare address whose local part is a dot-atom, near enough (RFC 5321 4.1.2): it stands in envelopes and headers as it
 * is. */
static int read_address(const char *value, char **out, struct err *err)
{
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    const char *at = strchr(value, '@');
    size_t local = at ? (size_t)(at - value) : 0;
    if (!local || local > 64 || strlen(value) > 254 || strspn(value, LETTERS ".!#$%&'*+-/=?^_`{|}~") != local ||
        !at[1] || at[1] == '.' || strspn(at + 1, LETTERS ".-") != strlen(at + 1))
        return err_set(err, ERR_CONFIG, "must be a mail address as noreply@platform.example, not \"%s\"", value);
    free(*out);
    *out = mem_strdup(value);
    return 0;
}

/* #RRGGBB that can be read wherever the pages use it. */
static int read_accent(const char *value, enum color_scheme scheme, struct color *out, struct err *err)
{
    if (!color_parse(value, out))
        return err_set(err, ERR_CONFIG, "must be a colour as #0b6e66, not \"%s\"", value);
    return accent_check(*out, scheme, err);
}

static char *path_from(const char *folder, size_t folder_len, const char *value)
{
    struct buf path;
    buf_init(&path, PATH_MAX);
    if (*value != '/')
        buf_add(&path, folder, folder_len);
    buf_adds(&path, value);
    char *out = mem_strdup(path.data);
    buf_free(&path);
    return out;
}

static int read_word(const char *value, const char *const *words, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(value, words[i]) == 0)
            return (int)i;
    return err_set(err, ERR_CONFIG, "must be %s or %s, not \"%s\"", words[0], words[1], value);
}

static int conf_read_value(const struct key *key, const char *value, const char *file, struct conf *conf,
                           struct err *err)
{
    void *at = (char *)conf + key->at;
    const char *slash = strrchr(file, '/');
    int word;
    switch (key->kind) {
    case KIND_ZONE:
        if (clock_zone_check(value, err))
            return ERR_CONFIG;
        free(*(char **)at);
        *(char **)at = mem_strdup(value);
        return 0;
    case KIND_TEXT:
        if (!*value)
            return err_set(err, ERR_CONFIG, "must not be empty");
        free(*(char **)at);
        *(char **)at = mem_strdup(value);
        return 0;
    case KIND_PATH:
        if (!*value)
            return err_set(err, ERR_CONFIG, "must not be empty");
        free(*(char **)at);
        *(char **)at = path_from(file, slash ? (size_t)(slash - file) + 1 : 0, value);
        return 0;
    case KIND_NAME:
        return conf_read_name(value, at, err);
    case KIND_URL:
        return read_url(value, at, err);
    case KIND_ADDRESS:
        return read_address(value, at, err);
    case KIND_ACCENT:
        return read_accent(value, (enum color_scheme)key->least, at, err);
    case KIND_INT:
        return read_int(value, key->least, key->most, at, err);
    case KIND_TIME:
        return read_time(value, at, err);
    case KIND_LIMIT:
        return read_limit(value, at, err);
    case KIND_RESOLVERS:
        return read_resolvers(value, conf, err);
    case KIND_IPS:
        return read_ips(value, conf, err);
    case KIND_BOOL:
        word = read_word(value, (const char *const[]){"no", "yes"}, 2, err);
        *(bool *)at = word == 1;
        return word < 0 ? word : 0;
    case KIND_AUTH:
        word = read_word(value, (const char *const[]){"password", "remote_user"}, 2, err);
        *(enum conf_auth *)at = word == 1 ? AUTH_REMOTE_USER : AUTH_PASSWORD;
        return word < 0 ? word : 0;
    case KIND_SMTP_SECURITY:
        if (strcmp(value, "none") == 0) {
            *(enum conf_smtp_security *)at = SMTP_SECURITY_NONE;
            return 0;
        }
        word = read_word(value, (const char *const[]){"starttls", "tls"}, 2, err);
        *(enum conf_smtp_security *)at = word == 1 ? SMTP_SECURITY_TLS : SMTP_SECURITY_STARTTLS;
        return word < 0 ? word : 0;
    case KIND_LANG:
        return lang_parse(value, at) ? 0 : err_set(err, ERR_CONFIG, "must be nl or en, not \"%s\"", value);
    case KIND_LOG:
        return log_level_parse(value, at)
                   ? 0
                   : err_set(err, ERR_CONFIG, "must be debug, info, warn or error, not \"%s\"", value);
    }
    return err_set(err, ERR_FAULT, "key %s has no reader", key->name);
}

/* The nameserver lines of /etc/resolv.conf; 127.0.0.1 when there are none (resolv.conf(5)). */
static void resolvers_of_system(struct conf *conf)
{
    char line[256];
    struct err ignored;
    FILE *f = fopen("/etc/resolv.conf", "re");
    while (f && fgets(line, sizeof(line), f) && conf->dns_resolver_count < CONF_RESOLVERS_MAX) {
        static const char word[] = "nameserver";
        if (strncmp(line, word, sizeof(word) - 1) != 0 || !isspace((unsigned char)line[sizeof(word) - 1]))
            continue;
        const char *addr = line + sizeof(word) + strspn(line + sizeof(word), " \t");
        if (!read_resolver(addr, strcspn(addr, " \t\r\n"), &conf->dns_resolvers[conf->dns_resolver_count], &ignored))
            conf->dns_resolver_count++;
    }
    if (f)
        fclose(f);
    if (!conf->dns_resolver_count) {
        snprintf(conf->dns_resolvers[0].addr, sizeof(conf->dns_resolvers[0].addr), "127.0.0.1");
        conf->dns_resolvers[0].port = 53;
        conf->dns_resolver_count = 1;
    }
}

/* Splits "key = value" in place; false for a line without text. *value is NULL where there is no '='. */
static bool split_line(char *line, char **name, char **value)
{
    char *p = line + strspn(line, " \t");
    char *end = p + strlen(p);
    while (end > p && isspace((unsigned char)end[-1]))
        *--end = '\0';
    if (!*p || *p == '#')
        return false;
    *name = p;
    *value = strchr(p, '=');
    if (*value) {
        char *name_end = *value;
        while (name_end > p && isspace((unsigned char)name_end[-1]))
            name_end--;
        ++*value;
        *value += strspn(*value, " \t");
        *name_end = '\0';
    }
    return true;
}

static int read_line(struct conf *conf, const char *file, char *line, bool seen[], struct err *err)
{
    char *name, *value;
    if (!split_line(line, &name, &value))
        return 0;
    if (!value)
        return err_set(err, ERR_CONFIG, "a line is `key = value`, not \"%s\"", name);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strcmp(name, table[i].name) != 0)
            continue;
        if (seen[i])
            return err_set(err, ERR_CONFIG, "%s stands here for the second time", name);
        seen[i] = true;
        if (conf_read_value(&table[i], value, file, conf, err))
            return err_prefix(err, "%s", name);
        return 0;
    }
    return err_set(err, ERR_CONFIG, "unknown key %s", name);
}

static int read_lines(struct conf *conf, const char *file, const char *text, size_t len, bool seen[], struct err *err)
{
    struct buf line;
    int number = 0, rc = 0;
    buf_init(&line, 4096);
    for (const char *p = text, *end = text + len; p < end && !rc;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        size_t line_len = newline ? (size_t)(newline - p) : (size_t)(end - p);
        number++;
        buf_reset(&line);
        buf_add(&line, p, line_len);
        if (line.overflowed || memchr(p, '\0', line_len))
            rc = err_set(err, ERR_CONFIG, "the line is too long or holds a NUL byte");
        else
            rc = line.len ? read_line(conf, file, line.data, seen, err) : 0;
        if (rc)
            err_prefix(err, "%s:%d", file, number);
        p += line_len + 1;
    }
    buf_free(&line);
    return rc;
}

/* If one accent is configured, derives the other: the same hue, lighter or darker as needed. */
static void fill_accents(struct conf *conf, const bool seen[])
{
    bool light = false, dark = false;
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (seen[i] && table[i].kind == KIND_ACCENT)
            *(table[i].least == SCHEME_DARK ? &dark : &light) = true;
    conf->has_accent = light || dark;
    if (!dark)
        conf->accent_color_dark = light ? accent_nearest(conf->accent_color, SCHEME_DARK) : accent_default(SCHEME_DARK);
    if (!light)
        conf->accent_color =
            dark ? accent_nearest(conf->accent_color_dark, SCHEME_LIGHT) : accent_default(SCHEME_LIGHT);
}

static int fill_defaults(struct conf *conf, const char *file, const bool seen[], struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (!seen[i] && table[i].otherwise && conf_read_value(&table[i], table[i].otherwise, "", conf, err))
            return err_prefix(err, "default of %s", table[i].name);
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        for (size_t j = 0; j < ARRAY_LEN(demanded); j++)
            if (!seen[i] && strcmp(table[i].name, demanded[j]) == 0)
                return err_set(err, ERR_CONFIG, "%s: %s is missing", file, demanded[j]);
    if (!conf->dns_resolver_count)
        resolvers_of_system(conf);
    fill_accents(conf, seen);
    if (!conf->mail_from) {
        struct buf from;
        buf_init(&from, 512);
        buf_addf(&from, "noreply@%s", conf->platform_domain);
        conf->mail_from = mem_strdup(from.data);
        buf_free(&from);
    }
    if (!conf->db_owner_user)
        conf->db_owner_user = mem_strdup(conf->db_user);
    if (!conf->db_sweep_user)
        conf->db_sweep_user = mem_strdup(conf->db_user);
    if (!conf->db_owner_password_file && conf->db_password_file && strcmp(conf->db_owner_user, conf->db_user) == 0)
        conf->db_owner_password_file = mem_strdup(conf->db_password_file);
    if (!conf->db_sweep_password_file && conf->db_password_file && strcmp(conf->db_sweep_user, conf->db_user) == 0)
        conf->db_sweep_password_file = mem_strdup(conf->db_password_file);
    return 0;
}

struct conf *conf_parse(const char *name, const char *text, size_t len, struct err *err)
{
    bool seen[ARRAY_LEN(table)] = {false};
    struct conf *conf = mem_alloc(sizeof(*conf));
    *conf = (struct conf){0};
    if (read_lines(conf, name, text, len, seen, err) || fill_defaults(conf, name, seen, err))
        conf_free(&conf);
    return conf;
}

struct conf *conf_load(const char *path, struct err *err)
{
    enum { FILE_MAX = 256 * 1024 };
    struct conf *conf = NULL;
    struct buf content;
    char chunk[4096];
    size_t n;
    buf_init(&content, FILE_MAX);
    FILE *f = fopen(path, "re");
    if (!f) {
        err_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
        goto out;
    }
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        buf_add(&content, chunk, n);
    if (ferror(f)) {
        err_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
        goto out;
    }
    if (content.overflowed) {
        err_set(err, ERR_CONFIG, "%s: larger than %d bytes", path, FILE_MAX);
        goto out;
    }
    conf = conf_parse(path, content.data, content.len, err);
out:
    if (f)
        fclose(f);
    buf_free(&content);
    return conf;
}

void conf_free(struct conf **conf)
{
    if (!*conf)
        return;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        enum kind kind = table[i].kind;
        if (kind == KIND_TEXT || kind == KIND_PATH || kind == KIND_NAME || kind == KIND_URL || kind == KIND_ADDRESS ||
            kind == KIND_ZONE)
            free(*(char **)((char *)*conf + table[i].at));
    }
    free(*conf);
    *conf = NULL;
}

const char *conf_path(const char *option)
{
    if (option)
        return option;
    const char *env = getenv("VOLMACHT_CONF");
    return env && *env ? env : SYSCONFDIR "/volmacht/volmacht.conf";
}

char *conf_read_secret(const char *file, struct err *err)
{
    enum { SECRET_MAX = 1024 };
    char line[SECRET_MAX + 2];
    if (!file)
        return mem_strdup("");
    FILE *f = fopen(file, "re");
    if (!f) {
        err_set(err, ERR_CONFIG, "%s: %s", file, strerror(errno));
        return NULL;
    }
    char *got = fgets(line, sizeof(line), f);
    fclose(f);
    if (!got) {
        err_set(err, ERR_CONFIG, "%s: holds no password", file);
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    char *out = mem_strdup(line);
    explicit_bzero(line, sizeof(line));
    return out;
}
