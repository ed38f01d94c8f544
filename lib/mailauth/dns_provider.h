/*
 * The DNS provider of a zone, by the names of its name servers, and the input rules of that provider's panel, for
 * advice. The data is in dns_providers.txt.
 */
#ifndef MAILAUTH_DNS_PROVIDER_H
#define MAILAUTH_DNS_PROVIDER_H

#include "base/base.h"

enum provider_host {
    PROVIDER_HOST_RELATIVE, /* without the zone's name: the panel appends it */
    PROVIDER_HOST_FULL,     /* the whole name */
    PROVIDER_HOST_DOT,      /* the whole name with a final dot */
};

/* What a panel expects in the name field for the zone itself. */
enum provider_apex { PROVIDER_APEX_AT, PROVIDER_APEX_EMPTY, PROVIDER_APEX_FULL };

struct dns_provider {
    const char *id;   /* kept with checks: [a-z0-9], never changes */
    const char *name; /* for display */
    enum provider_host host;
    enum provider_apex apex;
    bool splits_by_hand; /* long values are typed as quoted strings of at most 255 characters; else pasted as they are,
                            without quotes */
    bool target_dot;     /* a CNAME's target is typed with a final dot, or the zone is appended */
    const char
        *proxy;       /* the switch that answers with the provider's own addresses, as the panel calls it; NULL: none */
    const char *page; /* https URL where its customers log in, or its front page; NULL: none that is sure */
};

/* By the name of one name server (any letter case, final dot or none). NULL: not known. */
const struct dns_provider *dns_provider_by_server(const char *ns);
/* By id; NULL: none of that id (any more). */
const struct dns_provider *dns_provider_by_id(const char *id);
/* The index-th of the table, NULL after the last. */
const struct dns_provider *dns_provider_at(size_t index);

#endif
