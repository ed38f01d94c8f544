/*
 * The parts of one resolution, shared by its files: zone.c finds the zone, auth_server.c asks its servers, cname.c asks
 * for the ends of CNAME chains, resolution.c starts and gathers. Private to lib/dns. All in the resolution's pool.
 */
#ifndef DNS_RESOLUTION_H
#define DNS_RESOLUTION_H

#include "dns/dns.h"
#include "dns/resolver.h"

enum {
    NAME_SERVERS_MAX = 13,    /* names of a delegation that are looked up */
    HOST_ADDRESSES_MAX = 16,  /* of one name */
    ANCESTORS_MAX = 10,       /* names from the domain upwards at which a zone may begin */
    DELEGATIONS_MAX = 6,      /* zones in one resolution */
    ZONE_SERVERS_FIRST = 4,   /* of DNS_SERVERS_MAX; the rest once nothing inside the zone turns out to be delegated */
    ZONE_FIRST_MS = 300,      /* how long to wait for that */
    DELEGATION_DEPTH_MAX = 3, /* nested referrals */
    PROBE_SERVERS = 2,        /* asked in a zone that may not be the domain's */
    CNAME_QUESTIONS_MAX = 24, /* questions for ends of CNAME chains, in total */
    CNAME_NAMES_MAX = 8,      /* ends followed */
};

/* The end of a CNAME chain that left the zone, asked of the resolver. */
struct cname_lookup {
    struct resolution *resolution;
    const char *name;
    enum rr_type type;
    bool ended;
    enum outcome outcome;
    struct reply reply;
    const char *seen[CNAME_NAMES_MAX + 1]; /* while looking for a loop */
    size_t seen_count;
    struct reply walked;
    struct cname_lookup *next;
};

/* One question to one server of a zone. */
struct server_query {
    struct auth_server *server;
    size_t question;
    bool asked, ended;
    bool again; /* asked a second time after SERVFAIL */
    enum outcome outcome;
    struct reply reply;
    int rcode, ms;
    bool away; /* the chain leaves the zone; cname NULL: too many of them */
    struct cname_lookup *cname;
    struct delegation *child; /* REFERRAL: where to */
};

struct auth_server {
    struct delegation *delegation;
    struct server entry;
    struct address address;
    struct peer *peer;
    bool tcp;
    struct server_query *query; /* one a question of the resolution */
    size_t outstanding, usable;
    struct auth_server *next;
};

/* A name server's name. */
struct host {
    struct delegation *delegation;
    const char *name;
    struct lookup *lookup[2]; /* A and AAAA */
    unsigned waiting;         /* number of look-ups that are pending */
    struct address address[HOST_ADDRESSES_MAX];
    size_t count, taken;
};

enum delegation_kind {
    DELEGATION_PROBED, /* asked for the domain's NS only: does the domain exist here? */
    DELEGATION_ZONE,   /* the domain's zone */
    DELEGATION_INSIDE, /* delegated inside the domain's zone */
};

/* A zone and its servers. */
struct delegation {
    struct resolution *resolution;
    const char *zone;
    unsigned depth;
    enum delegation_kind kind;
    size_t places; /* DELEGATION_INSIDE: how many servers that no other zone has may be asked; set when its first
                      address is known */
    bool placed;
    int64_t asked_us; /* when its first server was asked */
    bool whole;       /* DELEGATION_ZONE: not limited to ZONE_SERVERS_FIRST any longer */
    struct host *host;
    size_t host_count, waiting; /* hosts whose addresses are not all known */
    struct auth_server *first, **last;
    size_t enlisted, barred;
    bool tcp; /* a second query over TCP was added */
    struct delegation *next;
};

struct zone_search {
    const char *name[ANCESTORS_MAX + 1];
    struct lookup *ns[ANCESTORS_MAX + 1];
    size_t count;
    bool by_soa; /* the apex that an SOA named was asked for as well */
    bool decided;
    bool impatient; /* a third of the time has passed: outstanding answers are not waited for */
};

struct resolution {
    const struct conf *conf;
    struct pool *pool;
    struct transport *transport;
    struct pace *pace; /* of questions to name servers; NULL: none */
    struct resolver resolver;
    const char *domain;
    struct question *question; /* the caller's, followed by NS of the domain */
    size_t question_count;     /* with that one */
    size_t probe;              /* its index */
    struct lookup **recursive; /* one a question of the caller's */
    int64_t start_us;
    struct zone_search search;
    enum zone_state zone_state;
    enum outcome zone_outcome;
    const char *zone;
    struct delegation *delegations, **delegations_tail;
    size_t delegation_count;
    struct cname_lookup *cname_lookups;
    size_t cname_lookup_count, cname_questions;
    struct own_addresses own; /* read when the first address from DNS arrives */
    bool own_read;
    size_t servers; /* addresses asked, each counted once */
};

/* zone.c */
void zone_search_start(struct resolution *resolution);
void zone_search_tick(struct resolution *resolution);

/* auth_server.c: looks up and asks a zone's servers. NULL at a limit. */
struct delegation *delegation_new(struct resolution *resolution, const char *zone, const char *const *ns,
                                  size_t ns_count, unsigned depth, enum delegation_kind kind);
bool delegation_has_servers(const struct delegation *delegation); /* at least one that may be asked */
/* Called periodically: gives zones the rest of their servers; after half the time it stops waiting for a server's
 * address if there are other servers. */
void delegations_tick(struct resolution *resolution);

/* cname.c: NULL at a limit. The same name and type are asked once. */
struct cname_lookup *cname_lookup_start(struct resolution *resolution, const char *name, enum rr_type type);

#endif
