/*
 * Questions to the platform's recursive resolvers: failover between them, CD=1 after SERVFAIL. Private to lib/dns.
 */
#ifndef DNS_RESOLVER_H
#define DNS_RESOLVER_H

#include "base/conf.h"
#include "dns/transport.h"

struct resolver {
    const struct conf *conf;
    struct pool *pool;
    struct transport *transport;
    struct peer *peer[CONF_RESOLVERS_MAX]; /* made when first used */
    bool used[CONF_RESOLVERS_MAX];
    int64_t *dead_until_us; /* [CONF_RESOLVERS_MAX], outlives the resolution: until then the resolver is skipped,
                               because it did not answer */
};

struct lookup;
typedef void lookup_done(void *self, struct lookup *lookup);

struct lookup {
    struct resolver *resolver;
    struct question question;
    size_t by; /* which resolver answered, or was asked last */
    bool ended;
    enum outcome outcome;
    struct reply reply; /* DATA, NODATA, NXDOMAIN; with BOGUS what CD=1 gave; else zeroed */
    int rcode;          /* -1: no answer */
    int ms;
    lookup_done *done;
    void *self;
    /* internal */
    enum { LOOKUP_PLAIN, LOOKUP_UNCHECKED, LOOKUP_CONFIRM } stage;
    size_t tried;
    struct query *query;
    struct reply unchecked;
    int64_t start_us;
};

/* dead_until_us: CONF_RESOLVERS_MAX times on clock_mono_us, initially 0; the caller keeps it between resolutions. */
void resolver_init(struct resolver *resolver, const struct conf *conf, struct pool *pool, struct transport *transport,
                   int64_t *dead_until_us);
/* name is copied. done is called once, from transport_run. The lookup lives in the pool. */
struct lookup *resolver_ask(struct resolver *resolver, const char *name, enum rr_type type, lookup_done *done,
                            void *self);
/* Cancels a look-up; done is not called. */
void lookup_forgo(struct lookup *lookup);
/* Whether it has data, validated or not. */
bool lookup_has_data(const struct lookup *lookup);

enum outcome outcome_of_query(enum query_end end); /* for all but QUERY_ANSWERED */

#endif
