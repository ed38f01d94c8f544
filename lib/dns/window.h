/*
 * How many queries one resolver gets: a window (outstanding queries) that grows while answers come faster for it and
 * shrinks when they get lost, and a token bucket. Values and arithmetic; sends nothing, and is told the time. Private
 * to lib/dns.
 */
#ifndef DNS_WINDOW_H
#define DNS_WINDOW_H

#include "base/base.h"

/* trial: of another window, for a period. */
enum trial { TRIAL_NONE, TRIAL_WIDER, TRIAL_NARROWER };

struct window {
    double size;
    double most;
    int64_t lost_after_us; /* a query is taken for lost after so long */
    bool slow_start;
    bool full; /* in this round there was more to ask than it let through: its figures tell something */
    int64_t round_us;
    unsigned round_answers, round_lost, flat;
    double round_size, best_rate, best_size; /* slow start */
    enum trial trial, last_trial;
    unsigned rest, resting;        /* periods without a trial: after one that failed, of them to come */
    double usual_size, usual_rate; /* of the period before the trial */
    int64_t settled_us;            /* what gets lost until then was sent before it shrank */
};

void window_init(struct window *window, double most, int64_t lost_after_us, int64_t now_us);
/* repeated: it had been lost before. */
void window_answered(struct window *window, bool repeated);
/* Looks at the round that ends, if one does. */
void window_tick(struct window *window, int64_t now_us);

struct bucket {
    double rate, tokens; /* a second; rate 0: no bucket */
    int64_t filled_us;
};

void bucket_init(struct bucket *bucket, double rate, int64_t now_us);
void bucket_fill(struct bucket *bucket, int64_t now_us);
bool bucket_has(const struct bucket *bucket);
void bucket_take(struct bucket *bucket);

#endif
