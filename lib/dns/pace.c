/*
 * The next free time of each server: a small table of addresses under a lock. Knows no packets and does not wait.
 */
#include "base/base.h"

#include <pthread.h>

#include "base/pool.h"
#include "dns/address.h"
#include "dns/pace.h"

enum { SETS = 512, WAYS = 8 };

struct place {
    struct address address;
    int64_t next_us; /* 0: never used */
};

struct pace {
    pthread_mutex_t lock;
    int64_t step_us;
    struct place place[SETS][WAYS];
};

struct pace *pace_new(int per_second)
{
    struct pace *pace = mem_alloc(sizeof(*pace));

    memset(pace, 0, sizeof(*pace));
    pace->step_us = (1000000 + per_second - 1) / per_second;
    pthread_mutex_init(&pace->lock, NULL);
    return pace;
}

void pace_free(struct pace **pace)
{
    if (!*pace) {
        return;
    }
    pthread_mutex_destroy(&(*pace)->lock);
    free(*pace);
    *pace = NULL;
}

/* FNV-1a: an attacker who makes addresses collide only makes the table drop a server with a short wait. */
static unsigned set_of(const struct address *address)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < sizeof(address->byte); i++) {
        hash = (hash ^ address->byte[i]) * 16777619u;
    }
    return (hash ^ hash >> 16) % SETS;
}

static struct place *place_of(struct pace *pace, const struct address *address)
{
    struct place *set = pace->place[set_of(address)], *least = set;

    for (unsigned i = 0; i < WAYS; i++) {
        if (set[i].next_us != 0 && address_equal(&set[i].address, address)) {
            return &set[i];
        }
        if (set[i].next_us < least->next_us) {
            least = &set[i];
        }
    }
    *least = (struct place){.address = *address};
    return least;
}

int64_t pace_reserve(struct pace *pace, const struct address *address, int64_t now_us)
{
    struct place *place;
    int64_t at;

    pthread_mutex_lock(&pace->lock);
    place = place_of(pace, address);
    at = place->next_us > now_us ? place->next_us : now_us;
    place->next_us = at + pace->step_us;
    pthread_mutex_unlock(&pace->lock);
    return at;
}
