/*
 * The ends of CNAME chains that leave the zone: only the resolver is asked for them, because a zone's server is
 * believed about its own zone only. Where the resolver fails, a walk from link to link finds out whether the chain is a
 * loop. Bounded in names and questions.
 */
#include "base/base.h"

#include "dns/flight.h"
#include "mailauth/name.h"
#include "model/name.h"

static lookup_done follow_step;

static void follow_end(struct follow *w, enum outcome outcome, const struct reply *reply)
{
    w->ended = true;
    w->outcome = outcome;
    w->reply = *reply;
}

static bool follow_ask(struct follow *w, const char *name, enum rr_type type, lookup_done *done)
{
    if (w->flight->follow_lookups >= FOLLOW_LOOKUPS_MAX) {
        return false;
    }
    w->flight->follow_lookups++;
    resolver_ask(&w->flight->resolver, name, type, done, w);
    return true;
}

/* One link of a chain that the resolver could not bring to its end. */
static void follow_step(void *self, struct lookup *l)
{
    struct follow *w = self;
    const struct answer_rr *link = l->reply.rr_count > 0 ? &l->reply.rr[0] : NULL;

    if (l->outcome != OUTCOME_DATA || link->type != RR_CNAME || link->target == NULL) {
        follow_end(w, OUTCOME_SERVFAIL, &w->walked); /* it ends somewhere, and there the resolver fails */
        return;
    }
    reply_append(w->flight->pool, &w->walked, &l->reply);
    for (size_t i = 0; i < w->seen_count; i++) {
        w->walked.loop |= name_equal(w->seen[i], link->target);
    }
    w->walked.loop |= w->seen_count >= FOLLOW_NAMES_MAX;
    if (w->walked.loop) {
        w->walked.answered = false;
        follow_end(w, OUTCOME_DATA, &w->walked);
        return;
    }
    w->seen[w->seen_count++] = link->target;
    if (!follow_ask(w, link->target, RR_CNAME, follow_step)) {
        follow_end(w, OUTCOME_SERVFAIL, &w->walked);
    }
}

static void follow_answer(void *self, struct lookup *l)
{
    struct follow *w = self;

    if (l->outcome == OUTCOME_SERVFAIL) {
        w->seen[w->seen_count++] = w->name;
        if (follow_ask(w, w->name, RR_CNAME, follow_step)) {
            return;
        }
    }
    follow_end(w, l->outcome, &l->reply);
}

struct follow *follow_start(struct flight *f, const char *name, enum rr_type type)
{
    struct follow *w;

    for (w = f->follows; w != NULL; w = w->next) {
        if (w->type == type && name_equal(w->name, name)) {
            return w;
        }
    }
    if (f->follow_count >= 2 * FOLLOW_NAMES_MAX) {
        return NULL;
    }
    w = pool_alloc(f->pool, sizeof(*w));
    w->flight = f;
    w->name = name;
    w->type = type;
    if (!follow_ask(w, name, type, follow_answer)) {
        return NULL;
    }
    w->next = f->follows;
    f->follows = w;
    f->follow_count++;
    return w;
}
