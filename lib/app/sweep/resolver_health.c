/*
 * Whether the resolver is down, rather than the domains' servers. Tested when many questions in a row had no usable
 * answer, or when nothing else is left to ask. While the resolver is down the sweep reads, checks and changes nothing.
 */
#include "base/base.h"

#include "app/sweep/prober.h"
#include "base/clock.h"
#include "base/log.h"

static char tag;
void *const resolver_health_tag = &tag;

/* First the root, which a working resolver knows; then the platform's own name. */
static void ask_root(struct prober *p)
{
    p->health = HEALTH_ROOT;
    bulk_ask(p->bulk, ".", RR_NS, resolver_health_tag);
}

static void ask_target(struct prober *p)
{
    p->health = HEALTH_TARGET;
    bulk_ask(p->bulk, p->sweep->app->conf->return_path_target, RR_A, resolver_health_tag);
}

static void resolver_up(struct prober *p)
{
    p->health = HEALTH_NONE;
    p->failures_in_row = 0;
    p->health_pause_ms = HEALTH_PAUSE_FIRST_MS;
    if (p->sweep->dns_down) {
        p->sweep->dns_down = false;
        log_event(LOG_WARN, "sweep_dns_back", LOG_I("again", p->queries.count));
    }
    prober_retry_once(p);
}

static void resolver_down(struct prober *p)
{
    p->health = HEALTH_NONE;
    if (!p->sweep->dns_down) {
        p->sweep->dns_down = true;
        log_event(LOG_ERROR, "sweep_dns_down", LOG_I("failures", p->failures_in_row),
                  LOG_S("what", "no resolver answers usably; nothing is changed, waiting"));
    }
    prober_retry_all(p);
    p->health_at_us = clock_mono_us() + (int64_t)p->health_pause_ms * 1000;
    p->health_pause_ms = p->health_pause_ms * 2 < HEALTH_PAUSE_MAX_MS ? p->health_pause_ms * 2 : HEALTH_PAUSE_MAX_MS;
}

void resolver_health_answered(struct prober *p, enum outcome outcome)
{
    /* A server that refuses the root but answers for domains (an authoritative server in a resolver's place) is
     * healthy. */
    if (outcome_usable(outcome) || (outcome == OUTCOME_REFUSED && p->answered))
        resolver_up(p);
    else if (p->health == HEALTH_ROOT && p->sweep->app->conf->return_path_target)
        p->health = HEALTH_TARGET_DUE;
    else
        resolver_down(p);
}

static bool suspicious(const struct prober *p)
{
    bool idle = bulk_in_flight(p->bulk) == 0 && !p->page && !p->queries.count;
    return p->failures_in_row >= OUTAGE_FAILURES || (p->retry.count && idle);
}

void resolver_health_check(struct prober *p)
{
    if (!bulk_has_room(p->bulk))
        return;
    if (p->health == HEALTH_TARGET_DUE)
        ask_target(p);
    else if (p->health == HEALTH_NONE && (p->sweep->dns_down ? clock_mono_us() >= p->health_at_us : suspicious(p)))
        ask_root(p);
}
