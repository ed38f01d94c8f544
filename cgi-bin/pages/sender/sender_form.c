/*
 * The fields of a sender, read and filled, and the texts for its effective route. app/sender/sender_input.h validates
 * the fields. A typed secret is never shown again, not even beside another field's fault.
 */
#include "base/base.h"

#include "cgi-bin/pages/sender/sender_form.h"

static const char *const names[SENDER_FIELD_COUNT] = {
    [SENDER_ADDRESS] = "address",   [SENDER_NAME] = "name",       [SENDER_ROUTE] = "route",
    [SENDER_HOST] = "host",         [SENDER_PORT] = "port",       [SENDER_SECURITY] = "security",
    [SENDER_USERNAME] = "username", [SENDER_SECRET] = "password",
};

struct sender_input sender_form_read(struct page *page)
{
    struct sender_input in;
    const char *route = request_form(page->request, "route", NULL);
    for (size_t i = 0; i < SENDER_FIELD_COUNT; i++) {
        bool key = i == SENDER_SECRET && route && strcmp(route, mail_route_word(MAIL_ROUTE_SENDGRID)) == 0;
        size_t len = 0;
        const char *value = request_form(page->request, key ? "api_key" : names[i], &len);
        in.field[i] = value && strlen(value) != len ? "\x01" : value;
    }
    return in;
}

/* --- texts of faults --- */

static const char *fault_text(struct page *page, enum sender_field field, enum sender_fault fault,
                              const struct sender_input *typed, const struct sender_evaluation *evaluation)
{
    static const enum text_id empty[SENDER_FIELD_COUNT] = {
        [SENDER_ADDRESS] = TEXT_SENDER_EMPTY_ADDRESS,   [SENDER_ROUTE] = TEXT_SENDER_EMPTY_ROUTE,
        [SENDER_HOST] = TEXT_SENDER_EMPTY_HOST,         [SENDER_PORT] = TEXT_SENDER_BAD_PORT,
        [SENDER_USERNAME] = TEXT_SENDER_EMPTY_USERNAME, [SENDER_SECRET] = TEXT_SENDER_EMPTY_SECRET,
    };
    static const enum text_id malformed[SENDER_FIELD_COUNT] = {
        [SENDER_ADDRESS] = TEXT_SENDER_BAD_ADDRESS,   [SENDER_NAME] = TEXT_SENDER_BAD_NAME,
        [SENDER_HOST] = TEXT_SENDER_BAD_HOST,         [SENDER_PORT] = TEXT_SENDER_BAD_PORT,
        [SENDER_SECURITY] = TEXT_SENDER_BAD_SECURITY, [SENDER_USERNAME] = TEXT_SENDER_BAD_USERNAME,
        [SENDER_SECRET] = TEXT_SENDER_BAD_SECRET,
    };
    static const enum text_id others[] = {
        [SENDER_TAKEN] = TEXT_SENDER_TAKEN,
        [SENDER_HOST_INWARD] = TEXT_SENDER_HOST_INWARD,
        [SENDER_HOST_OURS] = TEXT_SENDER_HOST_OURS,
        [SENDER_HOST_UNKNOWN] = TEXT_SENDER_HOST_UNKNOWN,
        [SENDER_HOST_SILENT] = TEXT_SENDER_HOST_SILENT,
        [SENDER_SECRET_AGAIN] = TEXT_SENDER_SECRET_AGAIN,
    };
    if (fault == SENDER_BAD_DOMAIN) {
        const char *address = typed->field[SENDER_ADDRESS] ? typed->field[SENDER_ADDRESS] : "",
                   *at = strrchr(address, '@');
        const char *domain = at ? at + 1 : address;
        return name_fault_text(page->pool, page->lang, domain, strlen(domain), &evaluation->name);
    }
    return text(page->lang, fault == SENDER_EMPTY       ? empty[field]
                            : fault == SENDER_MALFORMED ? malformed[field]
                                                        : others[fault]);
}

static void fill_faults(struct page *page, struct view *form, struct view *address, const struct sender_input *typed,
                        const struct sender_evaluation *evaluation)
{
    static const enum view_key sections[SENDER_FIELD_COUNT] = {
        [SENDER_ADDRESS] = K_ADDRESS_FAULT,   [SENDER_NAME] = K_NAME_FAULT,     [SENDER_ROUTE] = K_ROUTE_FAULT,
        [SENDER_HOST] = K_HOST_FAULT,         [SENDER_PORT] = K_PORT_FAULT,     [SENDER_SECURITY] = K_SECURITY_FAULT,
        [SENDER_USERNAME] = K_USERNAME_FAULT, [SENDER_SECRET] = K_SECRET_FAULT,
    };
    const char *route = typed->field[SENDER_ROUTE];
    for (size_t i = 0; i < SENDER_FIELD_COUNT; i++) {
        enum sender_fault fault = evaluation->fault[i];
        if (fault == SENDER_OK || (i == SENDER_ADDRESS && !address))
            continue;
        bool key = i == SENDER_SECRET && route && strcmp(route, mail_route_word(MAIL_ROUTE_SENDGRID)) == 0;
        struct view *section = view_section(i == SENDER_ADDRESS ? address : form, key ? K_KEY_FAULT : sections[i]);
        view_set(section, K_FAULT, fault_text(page, (enum sender_field)i, fault, typed, evaluation));
    }
}

/* --- the fields --- */

static const char *or_typed(struct page *page, const struct sender_input *typed, enum sender_field field,
                            const char *stored)
{
    const char *value = typed ? typed->field[field] : stored;
    return value ? page_printable(page, value, strlen(value)) : "";
}

static void fill_choices(struct view *form, const struct sender *stored, const struct sender_input *typed)
{
    static const enum view_key routes[MAIL_ROUTE_COUNT] = {[MAIL_ROUTE_DOMAIN] = K_ROUTE_DOMAIN_ON,
                                                           [MAIL_ROUTE_SMTP] = K_ROUTE_SMTP_ON,
                                                           [MAIL_ROUTE_SENDGRID] = K_ROUTE_SENDGRID_ON,
                                                           [MAIL_ROUTE_DEFAULT] = K_ROUTE_DEFAULT_ON};
    static const struct {
        const char *word;
        enum view_key key;
    } port[] = {{"587", K_PORT_587_ON}, {"465", K_PORT_465_ON}, {"2525", K_PORT_2525_ON}, {"25", K_PORT_25_ON}};
    enum mail_route route = stored ? stored->route : MAIL_ROUTE_DOMAIN;
    enum smtp_security security = stored ? stored->security : SMTP_STARTTLS;
    char number[12] = "587";
    const char *chosen = number;
    if (stored && stored->port)
        snprintf(number, sizeof(number), "%d", stored->port);
    bool has_route = true;
    if (typed) {
        has_route = typed->field[SENDER_ROUTE] && mail_route_parse(typed->field[SENDER_ROUTE], &route);
        if (typed->field[SENDER_SECURITY])
            smtp_security_parse(typed->field[SENDER_SECURITY], &security);
        chosen = typed->field[SENDER_PORT] ? typed->field[SENDER_PORT] : number;
    }
    if (has_route)
        view_show(form, routes[route]);
    view_show(form, security == SMTP_TLS ? K_SECURITY_TLS_ON : K_SECURITY_STARTTLS_ON);
    for (size_t i = 0; i < ARRAY_LEN(port); i++)
        if (strcmp(chosen, port[i].word) == 0)
            view_show(form, port[i].key);
}

void sender_form_fill(struct page *page, struct view *form, const struct sender *stored,
                      const struct sender_input *typed, const struct sender_evaluation *evaluation)
{
    struct view *address = stored ? NULL : view_section(form, K_NEW_ADDRESS);
    if (address)
        view_set(address, K_TYPED_ADDRESS, or_typed(page, typed, SENDER_ADDRESS, ""));
    view_set(form, K_TYPED_NAME, or_typed(page, typed, SENDER_NAME, stored ? stored->display_name : ""));
    view_set(form, K_TYPED_HOST, or_typed(page, typed, SENDER_HOST, stored ? stored->host : ""));
    view_set(form, K_TYPED_USERNAME, or_typed(page, typed, SENDER_USERNAME, stored ? stored->username : ""));
    fill_choices(form, stored, typed);
    if (stored && stored->has_secret && stored->route == MAIL_ROUTE_SMTP)
        view_show(form, K_SECRET_KEPT);
    if (stored && stored->has_secret && stored->route == MAIL_ROUTE_SENDGRID)
        view_show(form, K_KEY_KEPT);
    if (typed && evaluation)
        fill_faults(page, form, address, typed, evaluation);
}

/* --- the route --- */

const char *sender_route_text(struct page *page, enum mail_route route)
{
    static const enum text_id words[MAIL_ROUTE_COUNT] = {[MAIL_ROUTE_DOMAIN] = TEXT_ROUTE_DOMAIN,
                                                         [MAIL_ROUTE_SMTP] = TEXT_ROUTE_SMTP,
                                                         [MAIL_ROUTE_SENDGRID] = TEXT_ROUTE_SENDGRID,
                                                         [MAIL_ROUTE_DEFAULT] = TEXT_ROUTE_DEFAULT};
    return text(page->lang, words[route]);
}

void sender_route_fill(struct page *page, struct view *view, const struct sender *sender)
{
    static const struct {
        enum text_id why;
        const char *severity;
    } of_reason[] = {
        [ROUTE_AS_SET] = {TEXT_WAY_CHOSEN, "set"},
        [ROUTE_DOMAIN_VERIFIED] = {TEXT_WAY_VERIFIED, "ok"},
        [ROUTE_DOMAIN_PENDING] = {TEXT_WAY_PENDING, "wait"},
        [ROUTE_DOMAIN_LOST] = {TEXT_WAY_LOST, "bad"},
        [ROUTE_DOMAIN_MISSING] = {TEXT_WAY_DOMAIN_MISSING, "wait"},
        [ROUTE_SECRET_MISSING] = {TEXT_WAY_SECRET_MISSING, "bad"},
    };
    struct effective_route now = sender_effective_route(sender);
    char unicode[NAME_UNICODE_SIZE];
    enum text_id why = of_reason[now.reason].why;
    if (now.reason == ROUTE_AS_SET && now.route == MAIL_ROUTE_SMTP)
        why = TEXT_WAY_SMTP;
    else if (now.reason == ROUTE_AS_SET && now.route == MAIL_ROUTE_SENDGRID)
        why = TEXT_WAY_SENDGRID;
    name_to_unicode(sender_domain(sender), unicode);
    view_set(view, K_ADDRESS, sender->address);
    view_set(view, K_ROUTE, mail_route_word(sender->route));
    view_set(view, K_ROUTE_NOW, mail_route_word(now.route));
    view_set(view, K_TONE, of_reason[now.reason].severity);
    view_set(view, K_ROUTE_NOW_WORD, sender_route_text(page, now.route));
    view_set(
        view, K_ROUTE_NOW_WHY,
        page_text(page, why,
                  TEXT_ARGS({"domain", pool_strdup(page->pool, unicode)}, {"host", sender->host ? sender->host : ""},
                            {"port", page_number(page, sender->port)})));
}
