/*
 * The words of the outcomes, and the search for an observation and for a record in it. Asks no DNS and evaluates
 * nothing.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/name.h"
#include "model/observation.h"

static const struct lookup outcome_words[] = {
    {OUTCOME_DATA, "data"},           {OUTCOME_NODATA, "nodata"},     {OUTCOME_NXDOMAIN, "nxdomain"},
    {OUTCOME_SERVFAIL, "servfail"},   {OUTCOME_BOGUS, "bogus"},       {OUTCOME_REFUSED, "refused"},
    {OUTCOME_LAME, "lame"},           {OUTCOME_REFERRAL, "referral"}, {OUTCOME_TIMEOUT, "timeout"},
    {OUTCOME_MALFORMED, "malformed"}, {OUTCOME_DEADLINE, "deadline"}, {0, NULL}};

const char *outcome_word(enum outcome o)
{
    return lookup_word(outcome_words, (int)o);
}

bool outcome_usable(enum outcome o)
{
    return o == OUTCOME_DATA || o == OUTCOME_NODATA || o == OUTCOME_NXDOMAIN;
}

const struct observation *observation_find(const struct observations *all, const char *name, enum rr_type type,
                                           int server)
{
    for (size_t i = 0; i < all->observed_count; i++) {
        const struct observation *o = &all->observed[i];
        if (o->server == server && o->question < all->question_count && all->questions[o->question].type == type &&
            name_equal(all->questions[o->question].name, name))
            return o;
    }
    return NULL;
}

bool observation_has_equal(const struct observation *o, const struct answer_rr *rr)
{
    for (size_t i = 0; i < o->rr_count; i++) {
        const struct answer_rr *other = &o->rr[i];
        if (other->type != rr->type || other->data_len != rr->data_len || !other->target != !rr->target)
            continue;
        if ((!rr->target || name_equal(rr->target, other->target)) &&
            (rr->data_len == 0 || memcmp(rr->data, other->data, rr->data_len) == 0))
            return true;
    }
    return false;
}
