/*
 * How many queries one resolver gets: a window (outstanding queries) that grows while that speeds up answers and
 * shrinks when queries are lost, and a token bucket. Values and arithmetic; sends nothing, and the caller passes the
 * time. Private to lib/dns.
 */
#ifndef DNS_WINDOW_H
#define DNS_WINDOW_H

#include "base/base.h"

/* trial: of another window, for a period. */
enum trial { TRIAL_NONE, TRIAL_WIDER, TRIAL_NARROWER };

struct window {
    double size;
    double most;
    int64_t lost_after_us; /* a query counts as lost after this time */
    bool slow_start;
    bool full; /* in this round more was to be asked than the window allowed: its figures are meaningful */
    int64_t round_us;
    unsigned round_answers, round_lost, flat;
    double round_size, best_rate, best_size; /* slow start */
    enum trial trial, last_trial;
    unsigned rest, resting;        /* periods without a trial: how many follow a failed trial, and how many are left */
    double usual_size, usual_rate; /* of the period before the trial */
    int64_t settled_us;            /* losses until then are of queries sent before the window shrank */
};

void window_init(struct window *window, double most, int64_t lost_after_us, int64_t now_us);
/* repeated: the query was lost before. */
void window_answered(struct window *window, bool repeated);
/* Evaluates the round, if it ends now. */
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
