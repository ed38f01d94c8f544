/*
 * The heap: parents are due before their children; each timer knows its place, so that it can leave from the middle.
 */
#include "base/base.h"

#include "base/pool.h"
#include "dns/timer.h"

enum { ROOM_FIRST = 64 };

void timers_free(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers){0};
}

static void timer_put(struct timers *timers, size_t place, struct timer *timer)
{
    timers->heap[place] = timer;
    timer->place = place;
}

static void move_up(struct timers *timers, struct timer *timer)
{
    size_t at = timer->place;

    while (at > 1 && timers->heap[at / 2]->due_us > timer->due_us) {
        timer_put(timers, at, timers->heap[at / 2]);
        at /= 2;
    }
    timer_put(timers, at, timer);
}

static void move_down(struct timers *timers, struct timer *timer)
{
    size_t at = timer->place;

    while (2 * at <= timers->count) {
        size_t child = 2 * at;

        if (child < timers->count && timers->heap[child + 1]->due_us < timers->heap[child]->due_us) {
            child++;
        }
        if (timers->heap[child]->due_us >= timer->due_us) {
            break;
        }
        timer_put(timers, at, timers->heap[child]);
        at = child;
    }
    timer_put(timers, at, timer);
}

void timers_set(struct timers *timers, struct timer *timer, int64_t due_us)
{
    timers_clear(timers, timer);
    if (timers->count + 2 > timers->room) {
        timers->room = timers->room > 0 ? 2 * timers->room : ROOM_FIRST;
        timers->heap = mem_realloc(timers->heap, timers->room * sizeof(struct timer *));
    }
    timer->due_us = due_us;
    timer_put(timers, ++timers->count, timer);
    move_up(timers, timer);
}

void timers_clear(struct timers *timers, struct timer *timer)
{
    size_t place = timer->place;
    struct timer *last;

    if (place == 0) {
        return;
    }
    timer->place = 0;
    last = timers->heap[timers->count--];
    if (last != timer) {
        timer_put(timers, place, last);
        move_up(timers, last);
        move_down(timers, last);
    }
}

struct timer *timers_first(const struct timers *timers)
{
    return timers->count > 0 ? timers->heap[1] : NULL;
}
