/*
 * The ends of CNAME chains that leave the zone: only the resolver is asked for them, because a zone's server is
 * believed about its own zone only. Where the resolver fails, a walk from link to link finds out whether the chain is a
 * loop. Bounded in names and questions.
 */
#include "base/base.h"

#include "dns/resolution.h"
#include "model/name.h"

static lookup_done cname_lookup_step;

static void cname_lookup_end(struct cname_lookup *w, enum outcome outcome, const struct reply *reply)
{
    w->ended = true;
    w->outcome = outcome;
    w->reply = *reply;
}

static bool cname_lookup_ask(struct cname_lookup *w, const char *name, enum rr_type type, lookup_done *done)
{
    if (w->resolution->cname_questions >= CNAME_QUESTIONS_MAX) {
        return false;
    }
    w->resolution->cname_questions++;
    resolver_ask(&w->resolution->resolver, name, type, done, w);
    return true;
}

/* One link of a chain that the resolver could not bring to its end. */
static void cname_lookup_step(void *self, struct lookup *l)
{
    struct cname_lookup *w = self;
    const struct answer_rr *link = l->reply.rr_count > 0 ? &l->reply.rr[0] : NULL;

    if (l->outcome != OUTCOME_DATA || link->type != RR_CNAME || !link->target) {
        cname_lookup_end(w, OUTCOME_SERVFAIL, &w->walked); /* it ends somewhere, and there the resolver fails */
        return;
    }
    reply_append(w->resolution->pool, &w->walked, &l->reply);
    for (size_t i = 0; i < w->seen_count; i++) {
        w->walked.loop |= name_equal(w->seen[i], link->target);
    }
    w->walked.loop |= w->seen_count >= CNAME_NAMES_MAX;
    if (w->walked.loop) {
        w->walked.answered = false;
        cname_lookup_end(w, OUTCOME_DATA, &w->walked);
        return;
    }
    w->seen[w->seen_count++] = link->target;
    if (!cname_lookup_ask(w, link->target, RR_CNAME, cname_lookup_step)) {
        cname_lookup_end(w, OUTCOME_SERVFAIL, &w->walked);
    }
}

static void cname_lookup_answer(void *self, struct lookup *l)
{
    struct cname_lookup *w = self;

    if (l->outcome == OUTCOME_SERVFAIL) {
        w->seen[w->seen_count++] = w->name;
        if (cname_lookup_ask(w, w->name, RR_CNAME, cname_lookup_step)) {
            return;
        }
    }
    cname_lookup_end(w, l->outcome, &l->reply);
}

struct cname_lookup *cname_lookup_start(struct resolution *res, const char *name, enum rr_type type)
{
    struct cname_lookup *w;

    for (w = res->cname_lookups; w; w = w->next) {
        if (w->type == type && name_equal(w->name, name)) {
            return w;
        }
    }
    if (res->cname_lookup_count >= 2 * CNAME_NAMES_MAX) {
        return NULL;
    }
    w = pool_alloc(res->pool, sizeof(*w));
    w->resolution = res;
    w->name = name;
    w->type = type;
    if (!cname_lookup_ask(w, name, type, cname_lookup_answer)) {
        return NULL;
    }
    w->next = res->cname_lookups;
    res->cname_lookups = w;
    res->cname_lookup_count++;
    return w;
}
