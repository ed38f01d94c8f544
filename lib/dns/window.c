/*
 * The window follows the rate of answers as well as losses: a window that only fills the resolver's socket buffer
 * speeds up nothing, and each overflow there costs a whole timeout.
 */
#include "base/base.h"

#include "dns/window.h"

enum {
    SIZE_FIRST = 128,
    SIZE_LEAST = 32,
    ROUND_US = 100000,   /* while it grows: a round is as long as this and as a window of answers */
    PERIOD_US = 1000000, /* after that: losses and trials are evaluated every second */
    RESTS_MAX = 7,
    FLAT_ROUNDS = 2, /* after this many rounds without half more answers a second a larger window would only wait in the
                        resolver's queue */
    LOST_LEAST = 8,  /* fewer in a period are not significant */
};
static const double GAIN_FIRST = 1.5;
static const double TRIAL_STEP = 1.25, TRIAL_GAIN = 1.1, TRIAL_COST = 0.95;
static const double LOST_ORDINARY = 0.1, SHRINK_LEAST = 0.5, SHRINK_MOST = 0.125; /* LOST: to answered */
static const double BURST_S = 0.02, BURST_LEAST = 16;                             /* of the bucket */

static double clamp(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

static void round_begin(struct window *w, int64_t now_us)
{
    w->round_us = now_us;
    w->round_answers = w->round_lost = 0;
    w->round_size = w->size;
    w->full = false;
}

void window_init(struct window *w, double most, int64_t lost_after_us, int64_t now_us)
{
    *w = (struct window){.size = SIZE_FIRST, .most = most, .lost_after_us = lost_after_us, .slow_start = true};
    round_begin(w, now_us);
}

void window_answered(struct window *w, bool repeated)
{
    w->round_answers++;
    w->round_lost += repeated;
    if (w->slow_start && w->flat == 0 && w->full && w->size < 2 * w->round_size && w->size < w->most) {
        w->size++;
    }
}

/*
 * A query counts as lost if it was answered when it was repeated: one that is never answered is the fault of its
 * domain's own servers. Losses shrink the window; a few are ordinary (slow zones, whose answer the resolver has the
 * second time).
 */
static void losses_weigh(struct window *w, int64_t now_us)
{
    double lost = (double)w->round_lost / (w->round_answers ? w->round_answers : 1);

    if (now_us < w->settled_us || w->round_lost < LOST_LEAST || lost <= LOST_ORDINARY) {
        return;
    }
    w->slow_start = false;
    w->trial = TRIAL_NONE;
    w->size *= clamp(LOST_ORDINARY / 2 / lost, SHRINK_MOST, SHRINK_LEAST);
    w->settled_us = now_us + PERIOD_US + w->lost_after_us;
}

/* Doubles the window each round, until answers do not come faster. */
static void slow_start_round(struct window *w, double rate)
{
    if (rate > w->best_rate * GAIN_FIRST) {
        w->best_rate = rate;
        w->best_size = w->round_size;
        w->flat = 0;
    } else if (++w->flat == FLAT_ROUNDS) {
        w->slow_start = false;
        w->size = w->best_size;
    }
}

/* After trials without effect they become rare. */
static void trial_begin(struct window *w, double rate)
{
    if (w->resting > 0) {
        w->resting--;
        return;
    }
    w->usual_size = w->size;
    w->usual_rate = rate;
    w->trial = w->last_trial == TRIAL_WIDER && w->size > SIZE_FIRST ? TRIAL_NARROWER : TRIAL_WIDER;
    w->size *= w->trial == TRIAL_WIDER ? TRIAL_STEP : 1 / TRIAL_STEP;
}

/* Alternates a period as it is with one with a wider or narrower window: a wider one must gain something, a narrower
 * one may lose nothing. */
static void trial_end(struct window *w, double rate)
{
    if (rate < w->usual_rate * (w->trial == TRIAL_WIDER ? TRIAL_GAIN : TRIAL_COST)) {
        w->size = w->usual_size;
        w->rest = w->rest < RESTS_MAX ? 2 * w->rest + 1 : RESTS_MAX;
    } else {
        w->rest = 0;
    }
    w->resting = w->rest;
    w->last_trial = w->trial;
    w->trial = TRIAL_NONE;
}

void window_tick(struct window *w, int64_t now_us)
{
    int64_t took = now_us - w->round_us;
    bool period = took >= PERIOD_US;
    bool round = w->slow_start && took >= ROUND_US && w->round_answers >= w->round_size && w->round_lost == 0;
    double rate = w->round_answers * 1e6 / (double)(took > 0 ? took : 1);

    if (!round && !period) {
        return;
    }
    if (period) {
        losses_weigh(w, now_us);
    }
    if (w->slow_start && w->full) {
        slow_start_round(w, rate);
    } else if (w->trial != TRIAL_NONE && period) {
        trial_end(w, w->full ? rate : 0);
    } else if (period && w->full && now_us >= w->settled_us) {
        trial_begin(w, rate);
    }
    w->size = clamp(w->size, SIZE_LEAST, w->most);
    round_begin(w, now_us);
}

void bucket_init(struct bucket *b, double rate, int64_t now_us)
{
    *b = (struct bucket){.rate = rate, .filled_us = now_us};
}

void bucket_fill(struct bucket *b, int64_t now_us)
{
    double burst = b->rate * BURST_S > BURST_LEAST ? b->rate * BURST_S : BURST_LEAST;

    b->tokens += b->rate * (double)(now_us - b->filled_us) / 1e6;
    if (b->tokens > burst) {
        b->tokens = burst;
    }
    b->filled_us = now_us;
}

bool bucket_has(const struct bucket *b)
{
    return b->rate == 0 || b->tokens >= 1;
}

void bucket_take(struct bucket *b)
{
    b->tokens -= b->rate > 0;
}
