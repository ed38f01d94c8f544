/*
 * Thousands of outstanding cheap questions to the recursive resolvers, in one thread: for the sweep run. An answer is
 * reduced to its outcome. Each resolver has some UDP sockets with a source port each, reopened after so many questions,
 * and a TCP connection for truncated answers.
 *
 * Each resolver has a window (outstanding questions) that grows while that speeds up answers and shrinks when questions
 * are lost, and a token bucket whose rate is dns_resolver_qps (0: none). A question without an answer is sent five
 * times; after a failure of one resolver the next is asked.
 */
#ifndef DNS_BULK_H
#define DNS_BULK_H

#include "base/conf.h"
#include "base/err.h"
#include "model/observation.h"

enum { BULK_IN_FLIGHT_MAX = 4096 };

struct bulk;
/* Called from bulk_run only; may ask more. */
typedef void bulk_done(void *self, void *tag, enum outcome outcome);

/* conf is borrowed. NULL: no descriptors or memory, err set. Caller frees; outstanding questions are then dropped. */
struct bulk *bulk_new(const struct conf *conf, bulk_done *done, void *self, struct err *err);
void bulk_free(struct bulk **bulk);

/* Whether a question may be sent now: window and bucket have room. */
bool bulk_has_room(struct bulk *bulk);
/* name is copied. done is called once with tag, also for a name that is no DNS name (OUTCOME_MALFORMED). Only while
 * bulk_has_room. The packet goes out with the next bulk_run at the latest. */
void bulk_ask(struct bulk *bulk, const char *name, enum rr_type type, void *tag);
size_t bulk_in_flight(const struct bulk *bulk);

/* Waits for packets, at most max_ms, and delivers the ended questions. ERR_UNAVAILABLE: descriptors or memory ran
 * out. */
int bulk_run(struct bulk *bulk, int max_ms, struct err *err);

struct bulk_figures {
    int64_t asked, answered, lost; /* questions; lost: at least one packet of it was retransmitted */
    int window;                    /* of the resolver in use */
};
struct bulk_figures bulk_figures(const struct bulk *bulk);

#endif
