/*
 * The words of routes, of an SMTP server's security and of deliveries, and the effective route of a sender.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/sender.h"

LOOKUP_DEFINE(mail_route, enum mail_route, {MAIL_ROUTE_DOMAIN, "domain"}, {MAIL_ROUTE_SMTP, "smtp"},
              {MAIL_ROUTE_SENDGRID, "sendgrid"}, {MAIL_ROUTE_DEFAULT, "default"})
LOOKUP_DEFINE(smtp_security, enum smtp_security, {SMTP_STARTTLS, "starttls"}, {SMTP_TLS, "tls"})
LOOKUP_DEFINE(delivery_outcome, enum delivery_outcome, {DELIVERY_DELIVERED, "delivered"},
              {DELIVERY_DEFERRED, "deferred"}, {DELIVERY_FAILED, "failed"})

const char *sender_domain(const struct sender *sender)
{
    const char *at = strrchr(sender->address, '@');
    return at ? at + 1 : sender->address;
}

bool sender_is_whole_domain(const struct sender *sender)
{
    return sender->address[0] == '@';
}

struct effective_route sender_effective_route(const struct sender *sender)
{
    static const enum route_reason of_status[STATUS_COUNT] = {[STATUS_PENDING] = ROUTE_DOMAIN_PENDING,
                                                              [STATUS_VERIFIED] = ROUTE_DOMAIN_VERIFIED,
                                                              [STATUS_LOST] = ROUTE_DOMAIN_LOST};
    if (sender->route == MAIL_ROUTE_DOMAIN) {
        enum route_reason reason = sender->has_domain ? of_status[sender->domain_status] : ROUTE_DOMAIN_MISSING;
        bool verified = reason == ROUTE_DOMAIN_VERIFIED;
        return (struct effective_route){verified ? MAIL_ROUTE_DOMAIN : MAIL_ROUTE_DEFAULT, reason};
    }
    bool needs_secret = sender->route == MAIL_ROUTE_SMTP || sender->route == MAIL_ROUTE_SENDGRID;
    if (needs_secret && !sender->has_secret)
        return (struct effective_route){sender->route, ROUTE_SECRET_MISSING};
    return (struct effective_route){sender->route, sender->route ? ROUTE_AS_SET : ROUTE_REASON_NONE};
}
