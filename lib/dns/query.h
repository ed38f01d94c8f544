/*
 * One query to one server and what became of it: the values that a transport, its peers and their callers share.
 * Private to lib/dns.
 */
#ifndef DNS_QUERY_H
#define DNS_QUERY_H

#include "base/base.h"
#include "dns/wire.h"

enum query_end {
    QUERY_WAITING,
    QUERY_ANSWERED,    /* reply is set */
    QUERY_TIMEOUT,     /* no answer after the last retransmission */
    QUERY_UNREACHABLE, /* the network or the host refused, or hung up (TCP); at once */
    QUERY_MALFORMED, /* something came that is no answer, and nothing better within the time; or the resolution's share
                        of bytes is used up */
    QUERY_DEADLINE,  /* still waiting when the resolution's time was up, or not sent any more */
};

struct query {
    struct question question;
    enum query_end end;
    struct reply reply; /* strings in the transport's pool */
    int ms;
};
/* Called from transport_run, never from inside transport_query; may ask more. */
typedef void query_done(void *self, struct query *query);

/* Bytes of answers read in one resolution: an ordinary one takes a tenth. Servers that swell theirs cannot fill our
 * memory. */
enum { TRANSPORT_BYTES_MAX = 1024 * 1024 };

struct peer_timing {
    int timeout_ms; /* of the first try by UDP; doubles with each */
    int tries;
    int tcp_ms; /* for the answer over TCP, with the time to connect; from the last answer that the connection brought
                 */
};

#endif
