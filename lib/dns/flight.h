/*
 * The parts of one flight, shared by the files that make it: zone.c finds the zone, authority.c asks its servers,
 * follow.c asks for the ends of CNAME chains, flight.c starts and gathers. Private to lib/dns. All in the flight's
 * pool.
 */
#ifndef DNS_FLIGHT_H
#define DNS_FLIGHT_H

#include "dns/dns.h"
#include "dns/resolver.h"

enum {
    NAME_SERVERS_MAX = 13,   /* names of a delegation that are looked up */
    HOST_ADDRESSES_MAX = 16, /* of one name */
    ANCESTORS_MAX = 10,      /* names from the domain upwards at which a zone may begin */
    CUTS_MAX = 6,            /* zones in one flight */
    ZONE_SERVERS_FIRST =
        4,               /* of DNS_SERVERS_MAX; the rest once it is plain that nothing inside the zone is delegated */
    ZONE_FIRST_MS = 300, /* so long is waited for that */
    CUT_DEPTH_MAX = 3,   /* referrals after one another */
    PROBE_SERVERS = 2,   /* asked in a zone that is perhaps not the domain's */
    FOLLOW_LOOKUPS_MAX = 24, /* questions for ends of CNAME chains, all told */
    FOLLOW_NAMES_MAX = 8,    /* ends followed */
};

/* The end of a CNAME chain that left the zone, asked of the resolver. */
struct follow {
    struct flight *flight;
    const char *name;
    enum rr_type type;
    bool ended;
    enum outcome outcome;
    struct reply reply;
    const char *seen[FOLLOW_NAMES_MAX + 1]; /* while looking for a loop */
    size_t seen_count;
    struct reply walked;
    struct follow *next;
};

/* One question to one server of a zone. */
struct slot {
    struct authority *authority;
    size_t question;
    bool asked, ended;
    bool again; /* asked a second time after SERVFAIL */
    enum outcome outcome;
    struct reply reply;
    int rcode, ms;
    bool away; /* the chain goes on elsewhere; follow NULL: too many of them */
    struct follow *follow;
    struct cut *child; /* REFERRAL: where to */
};

struct authority {
    struct cut *cut;
    struct server entry;
    struct address address;
    struct peer *peer;
    bool tcp;
    struct slot *slot; /* one a question of the flight */
    size_t outstanding, usable;
    struct authority *next;
};

/* A name server's name. */
struct host {
    struct cut *cut;
    const char *name;
    struct lookup *lookup[2]; /* A and AAAA */
    unsigned waiting;         /* for so many of them */
    struct address address[HOST_ADDRESSES_MAX];
    size_t count, taken;
};

enum cut_kind {
    CUT_PROBED, /* asked for the domain's NS only: is the domain in here at all? */
    CUT_ZONE,   /* the domain's zone */
    CUT_INSIDE, /* delegated inside the domain's zone */
};

/* A zone and its servers. */
struct cut {
    struct flight *flight;
    const char *zone;
    unsigned depth;
    enum cut_kind kind;
    size_t places; /* CUT_INSIDE: how many servers of its own may be asked that no other zone has; set when its first
                      address is known */
    bool placed;
    int64_t asked_us; /* when its first server was */
    bool whole;       /* CUT_ZONE: not held to ZONE_SERVERS_FIRST any longer */
    struct host *host;
    size_t host_count, waiting; /* hosts whose addresses are not all known */
    struct authority *first, **last;
    size_t enlisted, barred;
    bool tcp; /* a second look over TCP was added */
    struct cut *next;
};

struct zone_search {
    const char *name[ANCESTORS_MAX + 1];
    struct lookup *ns[ANCESTORS_MAX + 1];
    size_t count;
    bool by_soa; /* the apex that an SOA named was asked for as well */
    bool decided;
    bool impatient; /* a third of the time is over: what has not come counts as not coming */
};

struct flight {
    const struct conf *conf;
    struct pool *pool;
    struct transport *transport;
    struct pace *pace; /* of questions to name servers; NULL: none */
    struct resolver resolver;
    const char *domain;
    struct question *question; /* the caller's, and behind them NS of the domain */
    size_t question_count;     /* with that one */
    size_t probe;              /* its index */
    struct lookup **recursive; /* one a question of the caller's */
    int64_t start_us;
    struct zone_search search;
    enum zone_state zone_state;
    enum outcome zone_outcome;
    const char *zone;
    struct cut *cuts, **cuts_tail;
    size_t cut_count;
    struct follow *follows;
    size_t follow_count, follow_lookups;
    struct own_addresses own; /* read when the first address comes out of DNS */
    bool own_read;
    size_t servers; /* addresses asked, each counted once */
};

/* zone.c */
void zone_search_start(struct flight *flight);
void zone_search_tick(struct flight *flight);

/* authority.c: a zone's servers are looked up and asked. NULL where a bound is reached. */
struct cut *cut_new(struct flight *flight, const char *zone, const char *const *ns, size_t ns_count, unsigned depth,
                    enum cut_kind kind);
bool cut_has_servers(const struct cut *cut); /* at least one that may be asked */
/* Time passes: zones get the rest of their servers; after half the time a server whose address has not come is not
 * waited for where there are others. */
void cuts_tick(struct flight *flight);

/* follow.c: NULL where a bound is reached. The same name and type are asked once. */
struct follow *follow_start(struct flight *flight, const char *name, enum rr_type type);

#endif
