/*
 * The rules for a sender's fields. Bounds are those of the database's constraints and of the mail server.
 */
#include "base/base.h"

#include "app/sender/sender_input.h"

#include <arpa/inet.h>

#include "base/buf.h"
#include "mailauth/mail_address.h"

static const int ports[] = {587, 465, 2525, 25};

/* x@voorbeeld.nl, @voorbeeld.nl, or voorbeeld.nl, which also means the whole domain. An account may have an address
 * at a mailbox provider, but not the provider's whole domain. */
static enum sender_fault evaluate_address(struct pool *pool, const struct name_rules *rules, const char *typed,
                                          const char **out, struct name_evaluation *why)
{
    const char *text = mail_text_trim(pool, typed, true), *at = strrchr(text, '@'), *domain = at ? at + 1 : text;
    struct name name;
    if (!*text)
        return SENDER_EMPTY;
    size_t local = at ? (size_t)(at - text) : 0;
    if (local > 0 && !mail_local_part_valid(text, local))
        return SENDER_MALFORMED;
    enum name_fault fault = name_evaluate(rules, domain, strlen(domain), &name, why);
    if (fault == NAME_MAILBOX_PROVIDER && local > 0 && mail_host_valid(domain))
        snprintf(name.ascii, sizeof(name.ascii), "%s", domain);
    else if (fault != NAME_OK)
        return SENDER_BAD_DOMAIN;
    if (local + 1 + strlen(name.ascii) >= SENDER_ADDRESS_SIZE)
        return SENDER_MALFORMED;
    *out = pool_printf(pool, "%.*s@%s", (int)local, text, name.ascii);
    return SENDER_OK;
}

/* One line of at most `most` characters. */
static bool is_line(const char *s, size_t most)
{
    size_t characters = 0;
    for (const char *p = s; *p; p++)
        characters += ((unsigned char)*p & 0xc0) != 0x80;
    return characters <= most && is_printable(s);
}

static enum sender_fault evaluate_line(const char *s, size_t most)
{
    return !*s ? SENDER_EMPTY : is_line(s, most) ? SENDER_OK : SENDER_MALFORMED;
}

static enum sender_fault evaluate_host(struct pool *pool, const char *typed, const char **out)
{
    unsigned char six[16];
    const char *text = mail_text_trim(pool, typed, true);
    if (!*text)
        return SENDER_EMPTY;
    if (inet_pton(AF_INET6, text, six) == 1)
        return SENDER_MALFORMED; /* certificates are verified by name */
    *out = mail_host_to_ascii(pool, text);
    return *out && strchr(*out, '.') ? SENDER_OK : SENDER_MALFORMED;
}

static enum sender_fault evaluate_port(const char *text, int *out)
{
    char *end;
    long port = strtol(text, &end, 10);
    for (size_t i = 0; i < ARRAY_LEN(ports); i++)
        if (end != text && !*end && port == ports[i]) {
            *out = ports[i];
            return SENDER_OK;
        }
    return *text ? SENDER_MALFORMED : SENDER_EMPTY;
}

static void evaluate_smtp(struct pool *pool, const struct sender_input *in, struct sender *out,
                          enum sender_fault fault[])
{
    out->username = mail_text_trim(pool, in->field[SENDER_USERNAME], false);
    fault[SENDER_HOST] = evaluate_host(pool, in->field[SENDER_HOST], &out->host);
    fault[SENDER_PORT] = evaluate_port(in->field[SENDER_PORT], &out->port);
    fault[SENDER_SECURITY] =
        smtp_security_parse(in->field[SENDER_SECURITY], &out->security) ? SENDER_OK : SENDER_MALFORMED;
    fault[SENDER_USERNAME] = evaluate_line(out->username, 254);
}

/* A secret is sent only to the server for which it was typed: a stolen session must not redirect it to another
 * server. */
static enum sender_fault evaluate_secret(const struct sender *before, const char *typed, struct sender *out)
{
    if (*typed) {
        out->has_secret = true;
        return strlen(typed) <= SENDER_SECRET_MAX && is_line(typed, SENDER_SECRET_MAX) ? SENDER_OK : SENDER_MALFORMED;
    }
    if (!before || !before->has_secret || before->route != out->route)
        return SENDER_EMPTY;
    bool same = out->route == MAIL_ROUTE_SENDGRID ||
                (out->host && before->host && strcmp(before->host, out->host) == 0 && before->port == out->port &&
                 before->username && strcmp(before->username, out->username) == 0);
    return same ? SENDER_OK : SENDER_SECRET_AGAIN;
}

bool sender_evaluate(struct pool *pool, const struct name_rules *rules, const struct sender *before,
                     const struct sender_input *input, struct sender *out, struct sender_evaluation *evaluation)
{
    struct sender_input in = *input;
    enum sender_fault *fault = evaluation->fault;
    bool good = true;
    *evaluation = (struct sender_evaluation){0};
    *out = before ? (struct sender){.id = before->id, .address = before->address} : (struct sender){.address = ""};
    for (size_t i = 0; i < SENDER_FIELD_COUNT; i++) {
        in.field[i] = in.field[i] ? in.field[i] : "";
        fault[i] = SENDER_OK;
    }
    if (!before)
        fault[SENDER_ADDRESS] =
            evaluate_address(pool, rules, in.field[SENDER_ADDRESS], &out->address, &evaluation->name);
    out->display_name = mail_text_trim(pool, in.field[SENDER_NAME], false);
    fault[SENDER_NAME] = is_line(out->display_name, SENDER_NAME_MAX) ? SENDER_OK : SENDER_MALFORMED;
    if (!mail_route_parse(in.field[SENDER_ROUTE], &out->route))
        fault[SENDER_ROUTE] = SENDER_EMPTY;
    if (out->route == MAIL_ROUTE_SMTP)
        evaluate_smtp(pool, &in, out, fault);
    if (out->route == MAIL_ROUTE_SMTP || out->route == MAIL_ROUTE_SENDGRID)
        fault[SENDER_SECRET] = evaluate_secret(before, in.field[SENDER_SECRET], out);
    for (size_t i = 0; i < SENDER_FIELD_COUNT; i++)
        good = good && fault[i] == SENDER_OK;
    return good;
}
