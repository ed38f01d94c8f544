/*
 * The words of routes and of an SMTP server's security, and which way a sender's mail goes.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/sender.h"

LOOKUP_DEFINE(mail_route, enum mail_route, {MAIL_ROUTE_DOMAIN, "domain"}, {MAIL_ROUTE_SMTP, "smtp"},
              {MAIL_ROUTE_SENDGRID, "sendgrid"}, {MAIL_ROUTE_DEFAULT, "default"})
LOOKUP_DEFINE(smtp_security, enum smtp_security, {SMTP_STARTTLS, "starttls"}, {SMTP_TLS, "tls"})

const char *sender_domain(const struct sender *sender)
{
    const char *at = strrchr(sender->address, '@');
    return at ? at + 1 : sender->address;
}

bool sender_is_whole_domain(const struct sender *sender)
{
    return sender->address[0] == '@';
}

struct sender_way sender_way(const struct sender *sender)
{
    static const enum way_reason of_status[STATUS_COUNT] = {
        [STATUS_PENDING] = WAY_PENDING, [STATUS_VERIFIED] = WAY_VERIFIED, [STATUS_LOST] = WAY_LOST};
    if (sender->route == MAIL_ROUTE_DOMAIN) {
        enum way_reason reason = sender->has_domain ? of_status[sender->domain_status] : WAY_DOMAIN_MISSING;
        return (struct sender_way){reason == WAY_VERIFIED ? MAIL_ROUTE_DOMAIN : MAIL_ROUTE_DEFAULT, reason};
    }
    if (sender->route != MAIL_ROUTE_DEFAULT && !sender->has_secret)
        return (struct sender_way){sender->route, WAY_SECRET_MISSING};
    return (struct sender_way){sender->route, WAY_CHOSEN};
}
