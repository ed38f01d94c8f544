/*
 * The night's questions, by c-ares: see bulk.h. Beside transport.c the only file that knows it. c-ares carries and
 * repeats packets and matches id and question; when a packet may go out is decided here. Knows no domains and no
 * verdicts.
 */
#include "base/base.h"

#include "dns/bulk.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "dns/address.h"
#include "dns/wire.h"

enum {
    CHANNELS = 8,              /* of a resolver: a source port each, and a socket buffer each */
    CHANNEL_IN_FLIGHT = 512,   /* answers to so many fit in one socket's buffer as kernels size it (212992 bytes) */
    CHANNEL_QUESTIONS = 50000, /* then it is made anew: a fresh port, and EDNS again should c-ares have given it up */
    TRY_MS = 1500,
    TRIES = 5,      /* 7.5 s in all: a resolver with an empty cache and a slow zone needs some. Repeated here and not by
                       c-ares: under window and bucket */
    TRIES_DEAD = 2, /* while nothing at all is answered */
    TICK_US = 20000, /* c-ares looks for what has timed out */
    WINDOW_FIRST = 128,
    WINDOW_LEAST = 32,
    ROUND_US = 100000,   /* while it grows: a round is as long as this and as a window of answers */
    PERIOD_US = 1000000, /* after that: losses and the effect of another window are looked at by the second */
    RESTS_MAX = 7,
    FLAT_ROUNDS =
        2, /* so many rounds without half more answers a second: a larger window only waits in the resolver's queue */
    LOST_LEAST = 8,  /* fewer in a period say nothing */
    DEAD_AFTER = 32, /* questions lost in a row */
    DEAD_US = 10000000,
    SOCKET_BUFFER = 1024 * 1024,
    IDS = 256,
};
static const double GAIN_FIRST = 1.5;
static const double TRIAL_STEP = 1.25, TRIAL_GAIN = 1.1, TRIAL_COST = 0.95;
static const double LOST_ORDINARY = 0.1, SHRINK_LEAST = 0.5, SHRINK_MOST = 0.125; /* LOST: to answered */

struct slot {
    struct bulk *bulk;
    struct channel *channel;
    void *tag;
    unsigned first, tried; /* resolvers: where it began, how many were asked */
    unsigned sent;         /* to the one that is being asked */
    enum outcome outcome;
    uint8_t packet[WIRE_QUESTION_MAX];
    size_t len;
    struct slot *next; /* free, or to be sent again, or ended and to be delivered */
};

struct channel {
    struct upstream *of;
    ares_channel ares; /* NULL: not open */
    unsigned in_flight, asked;
};

struct upstream {
    struct address address;
    struct channel channel[CHANNELS];
    unsigned in_flight, lost_in_row;
    int64_t dead_until_us, answered_us;
    double window;
    bool slow_start;
    bool full; /* in this round there was more to ask than the window let through: its figures tell something */
    int64_t round_us;
    unsigned round_answers, round_lost, flat;
    double round_window, best_rate, best_window;                              /* slow start */
    enum trial { TRIAL_NONE, TRIAL_WIDER, TRIAL_NARROWER } trial, last_trial; /* of another window, for a period */
    unsigned rest, resting;          /* periods without a trial: after one that failed, of them to come */
    double usual_window, usual_rate; /* of the period before it */
    int64_t settled_us;              /* what gets lost until then was sent before it shrank */
    /* the bucket */
    double rate, tokens; /* a second; rate 0: no bucket */
    int64_t filled_us;
};

struct bulk {
    const struct conf *conf;
    bulk_done *done;
    void *self;
    struct upstream up[CONF_RESOLVERS_MAX];
    unsigned up_count;
    struct slot *slots, *free, *again, **again_tail, *ended, **ended_tail;
    size_t in_flight;        /* with those ended and not delivered yet */
    struct pool *pool;       /* of one answer */
    int64_t tick_us, now_us; /* now: as of this round of bulk_run */
    uint16_t id[IDS];
    unsigned ids_left;
    bool no_memory;
    struct bulk_figures figures;
};

/* --- channels --- */

static int channel_open(struct channel *channel)
{
    static char lookups[] = "b";
    const struct address *to = &channel->of->address;
    struct in_addr nobody = {.s_addr = htonl(INADDR_LOOPBACK)}; /* replaced below, before anything is sent */
    struct ares_options options = {
        .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS | ARES_FLAG_STAYOPEN,
        .timeout = TRY_MS,
        .tries = 1,
        .ndots = 1,
        .lookups = lookups,
        .ednspsz = WIRE_EDNS_SIZE,
        .socket_receive_buffer_size = SOCKET_BUFFER,
        .servers = &nobody,
        .nservers = 1,
    };
    struct ares_addr_port_node server = {.family = to->family, .udp_port = to->port, .tcp_port = to->port};
    int rc = ares_init_options(&channel->ares, &options,
                               ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
                                   ARES_OPT_LOOKUPS | ARES_OPT_EDNSPSZ | ARES_OPT_DOMAINS | ARES_OPT_SORTLIST |
                                   ARES_OPT_SERVERS | ARES_OPT_NOROTATE | ARES_OPT_SOCK_RCVBUF);
    if (rc == ARES_SUCCESS) {
        memcpy(&server.addr, to->byte, sizeof(server.addr));
        rc = ares_set_servers_ports(channel->ares, &server);
        if (rc != ARES_SUCCESS) {
            ares_destroy(channel->ares);
            channel->ares = NULL;
        }
    }
    channel->asked = random_below(CHANNEL_QUESTIONS / 2); /* so that they are not all made anew at once */
    return rc;
}

/* One with room, the emptiest; one that has served long enough is made anew once it is empty. */
static struct channel *channel_for(struct upstream *up)
{
    struct channel *best = NULL;
    for (unsigned i = 0; i < CHANNELS; i++) {
        struct channel *channel = &up->channel[i];
        if (channel->asked >= CHANNEL_QUESTIONS && channel->in_flight == 0 && channel->ares) {
            ares_destroy(channel->ares);
            channel->ares = NULL;
        }
        if (!channel->ares && channel_open(channel) != ARES_SUCCESS)
            continue;
        if (channel->asked < CHANNEL_QUESTIONS && channel->in_flight < CHANNEL_IN_FLIGHT &&
            (!best || channel->in_flight < best->in_flight))
            best = channel;
    }
    return best;
}

/* --- window and bucket --- */

static double clamp(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

static void bucket_fill(struct upstream *up, int64_t now)
{
    double burst = up->rate / 50 > 16 ? up->rate / 50 : 16; /* 20 ms' worth */
    up->tokens += up->rate * (double)(now - up->filled_us) / 1e6;
    if (up->tokens > burst)
        up->tokens = burst;
    up->filled_us = now;
}

static void upstream_answered(struct upstream *up, bool repeated)
{
    up->round_answers++;
    up->round_lost += repeated;
    up->lost_in_row = 0;
    up->dead_until_us = 0;
    if (up->slow_start && up->flat == 0 && up->full && up->window < 2 * up->round_window &&
        up->window < BULK_IN_FLIGHT_MAX)
        up->window++;
}

static void round_begin(struct upstream *up, int64_t now)
{
    up->round_us = now;
    up->round_answers = up->round_lost = 0;
    up->round_window = up->window;
    up->full = false;
}

/*
 * Lost is what was answered when it was asked again: what is never answered is the fault of its domain's own servers.
 * What gets lost goes with the window; a little is ordinary (slow zones, of which the resolver has the answer the
 * second time).
 */
static void losses_weigh(struct upstream *up, int64_t now)
{
    double lost = (double)up->round_lost / (up->round_answers ? up->round_answers : 1);
    if (now < up->settled_us || up->round_lost < LOST_LEAST || lost <= LOST_ORDINARY)
        return;
    up->slow_start = false;
    up->trial = TRIAL_NONE;
    up->window *= clamp(LOST_ORDINARY / 2 / lost, SHRINK_MOST, SHRINK_LEAST);
    up->settled_us = now + PERIOD_US + (int64_t)TRY_MS * 1000;
}

/* Twice the window of before each round, until answers do not come faster for it. */
static void slow_start_round(struct upstream *up, double rate)
{
    if (rate > up->best_rate * GAIN_FIRST) {
        up->best_rate = rate;
        up->best_window = up->round_window;
        up->flat = 0;
    } else if (++up->flat == FLAT_ROUNDS) {
        up->slow_start = false;
        up->window = up->best_window;
    }
}

/* Where trials bring nothing they become rare. */
static void trial_begin(struct upstream *up, double rate)
{
    if (up->resting > 0) {
        up->resting--;
        return;
    }
    up->usual_window = up->window;
    up->usual_rate = rate;
    up->trial = up->last_trial == TRIAL_WIDER && up->window > WINDOW_FIRST ? TRIAL_NARROWER : TRIAL_WIDER;
    up->window *= up->trial == TRIAL_WIDER ? TRIAL_STEP : 1 / TRIAL_STEP;
}

/* A period as it is, and one with a wider or narrower window by turns: wider must bring something, narrower may cost
 * nothing. */
static void trial_end(struct upstream *up, double rate)
{
    if (rate < up->usual_rate * (up->trial == TRIAL_WIDER ? TRIAL_GAIN : TRIAL_COST)) {
        up->window = up->usual_window;
        up->rest = up->rest < RESTS_MAX ? 2 * up->rest + 1 : RESTS_MAX;
    } else {
        up->rest = 0;
    }
    up->resting = up->rest;
    up->last_trial = up->trial;
    up->trial = TRIAL_NONE;
}

/*
 * The window follows how fast answers come and not only what gets lost: one that only fills the resolver's socket
 * buffer makes nothing faster, and what overflows there costs TRY_MS each.
 */
static void round_end(struct upstream *up, int64_t now)
{
    int64_t took = now - up->round_us;
    bool period = took >= PERIOD_US;
    bool round = up->slow_start && took >= ROUND_US && up->round_answers >= up->round_window && up->round_lost == 0;
    double rate = up->round_answers * 1e6 / (double)(took > 0 ? took : 1);
    if (!round && !period)
        return;
    if (period)
        losses_weigh(up, now);
    if (up->slow_start && up->full) {
        slow_start_round(up, rate);
    } else if (up->trial != TRIAL_NONE && period) {
        trial_end(up, up->full ? rate : 0);
    } else if (period && up->full && now >= up->settled_us) {
        trial_begin(up, rate);
    }
    up->window = clamp(up->window, WINDOW_LEAST, BULK_IN_FLIGHT_MAX);
    round_begin(up, now);
}

/* Channels that serve out give room when they are empty; where none could be opened, nothing will. */
static bool upstream_has_room(struct upstream *up)
{
    up->full |= up->in_flight >= up->window;
    return up->in_flight < up->window && (up->rate == 0 || up->tokens >= 1) && (up->in_flight == 0 || channel_for(up));
}

/* The first in order that is not known to be dead; the first of all when all are. */
static unsigned upstream_first(const struct bulk *bulk, int64_t now)
{
    for (unsigned i = 0; i < bulk->up_count; i++)
        if (bulk->up[i].dead_until_us <= now)
            return i;
    return 0;
}

bool bulk_has_room(struct bulk *bulk)
{
    int64_t now = clock_mono_us();
    struct upstream *up = &bulk->up[upstream_first(bulk, now)];
    bucket_fill(up, now);
    return bulk->free && !bulk->again && upstream_has_room(up);
}

/* --- questions --- */

static void slot_end(struct slot *slot, enum outcome outcome)
{
    struct bulk *bulk = slot->bulk;
    slot->outcome = outcome;
    slot->next = NULL;
    *bulk->ended_tail = slot;
    bulk->ended_tail = &slot->next;
}

static void slot_again(struct slot *slot)
{
    struct bulk *bulk = slot->bulk;
    slot->next = NULL;
    *bulk->again_tail = slot;
    bulk->again_tail = &slot->next;
}

static void slot_send(struct slot *slot, unsigned which);

static unsigned slot_resolver(const struct slot *slot)
{
    return (slot->first + slot->tried) % slot->bulk->up_count;
}

static void slot_failed(struct slot *slot, enum outcome outcome)
{
    slot->sent = 0;
    if (++slot->tried < slot->bulk->up_count)
        slot_send(slot, slot_resolver(slot));
    else
        slot_end(slot, outcome);
}

static void slot_lost(struct slot *slot, int status)
{
    struct bulk *bulk = slot->bulk;
    struct upstream *up = slot->channel->of;
    bulk->no_memory |= status == ARES_ENOMEM;
    bulk->figures.lost += slot->sent == 1;
    if (++up->lost_in_row >= DEAD_AFTER && bulk->now_us - up->answered_us > TRY_MS * 1000)
        up->dead_until_us = bulk->now_us + DEAD_US;
    if (status != ARES_ETIMEOUT || slot->sent >= (up->dead_until_us ? TRIES_DEAD : TRIES)) {
        slot_failed(slot, OUTCOME_TIMEOUT);
        return;
    }
    slot_again(slot);
}

/* Before anything new. */
static void send_again(struct bulk *bulk)
{
    while (bulk->again) {
        struct slot *slot = bulk->again;
        struct upstream *up = &bulk->up[slot_resolver(slot)];
        bucket_fill(up, bulk->now_us);
        if (!upstream_has_room(up))
            return;
        bulk->again = slot->next;
        if (!bulk->again)
            bulk->again_tail = &bulk->again;
        slot_send(slot, slot_resolver(slot));
    }
}

/* Most answers of a night are short denials, and those need no parser: the resolver's header says it all. */
static enum outcome outcome_of(struct bulk *bulk, const uint8_t *data, size_t len)
{
    struct reply reply;
    if (len >= WIRE_HEADER && data[6] == 0 && data[7] == 0 && !wire_truncated(data)) {
        if ((data[3] & 15) == 3)
            return OUTCOME_NXDOMAIN;
        if ((data[3] & 15) == 0)
            return OUTCOME_NODATA;
    }
    if (wire_truncated(data))
        return OUTCOME_MALFORMED;
    int rc = wire_read(bulk->pool, data, len, &reply, NULL);
    enum outcome outcome = rc == 0 ? reply_outcome(&reply, NULL) : OUTCOME_MALFORMED;
    pool_clear(bulk->pool);
    return outcome;
}

static void on_answer(void *arg, int status, int timeouts, unsigned char *data, int len)
{
    (void)timeouts; /* it tries once */
    struct slot *slot = arg;
    struct upstream *up = slot->channel->of;
    slot->channel->in_flight--;
    up->in_flight--;
    if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED)
        return;
    if (status != ARES_SUCCESS) {
        slot_lost(slot, status);
        return;
    }
    enum outcome outcome = outcome_of(slot->bulk, data, (size_t)len);
    upstream_answered(up, slot->sent > 1);
    up->answered_us = slot->bulk->now_us;
    slot->bulk->figures.answered++;
    if (outcome_usable(outcome))
        slot_end(slot, outcome);
    else
        slot_failed(slot, outcome);
}

static uint16_t next_id(struct bulk *bulk)
{
    if (bulk->ids_left == 0) {
        random_bytes(bulk->id, sizeof(bulk->id));
        bulk->ids_left = IDS;
    }
    return bulk->id[--bulk->ids_left];
}

static void slot_send(struct slot *slot, unsigned which)
{
    struct bulk *bulk = slot->bulk;
    struct upstream *up = &bulk->up[which];
    struct channel *channel = channel_for(up);
    if (!channel && up->in_flight > 0) {
        slot_again(slot);
        return;
    }
    slot->sent++;
    if (!channel) {
        slot_end(slot, OUTCOME_TIMEOUT);
        return;
    }
    uint16_t id = next_id(bulk);
    slot->packet[0] = (uint8_t)(id >> 8);
    slot->packet[1] = (uint8_t)id;
    slot->channel = channel;
    channel->in_flight++;
    channel->asked++;
    up->in_flight++;
    up->tokens -= up->rate > 0;
    ares_send(channel->ares, slot->packet, (int)slot->len, on_answer, slot);
}

void bulk_ask(struct bulk *bulk, const char *name, enum rr_type type, void *tag)
{
    struct slot *slot = bulk->free;
    struct question question = {.name = name, .type = type};
    bulk->free = slot->next;
    bulk->in_flight++;
    bulk->figures.asked++;
    slot->tag = tag;
    slot->tried = slot->sent = 0;
    slot->first = upstream_first(bulk, bulk->now_us);
    if (wire_ask(&question, 0, WIRE_RD, slot->packet, &slot->len, NULL) != 0)
        slot_end(slot, OUTCOME_MALFORMED);
    else
        slot_send(slot, slot->first);
}

size_t bulk_in_flight(const struct bulk *bulk)
{
    return bulk->in_flight;
}

/* --- the loop --- */

static void deliver(struct bulk *bulk)
{
    while (bulk->ended) {
        struct slot *slot = bulk->ended;
        void *tag = slot->tag;
        enum outcome outcome = slot->outcome;
        bulk->ended = slot->next;
        if (!bulk->ended)
            bulk->ended_tail = &bulk->ended;
        slot->next = bulk->free;
        bulk->free = slot;
        bulk->in_flight--;
        bulk->done(bulk->self, tag, outcome);
    }
}

static size_t sockets_of(struct bulk *bulk, struct pollfd *fd, struct channel **of)
{
    size_t count = 0;
    for (unsigned u = 0; u < bulk->up_count; u++)
        for (unsigned c = 0; c < CHANNELS; c++) {
            struct channel *channel = &bulk->up[u].channel[c];
            ares_socket_t sock[ARES_GETSOCK_MAXNUM];
            unsigned bits = channel->ares && channel->in_flight
                                ? (unsigned)ares_getsock(channel->ares, sock, ARES_GETSOCK_MAXNUM)
                                : 0;
            for (unsigned i = 0; i < 2; i++) { /* one server: one UDP and one TCP socket at most */
                short events = (short)((ARES_GETSOCK_READABLE(bits, i) ? POLLIN : 0) |
                                       (ARES_GETSOCK_WRITABLE(bits, i) ? POLLOUT : 0));
                if (!events)
                    continue;
                fd[count] = (struct pollfd){.fd = sock[i], .events = events};
                of[count++] = channel;
            }
        }
    return count;
}

static void look_for_timeouts(struct bulk *bulk)
{
    if (bulk->now_us < bulk->tick_us)
        return;
    bulk->tick_us = bulk->now_us + TICK_US;
    for (unsigned u = 0; u < bulk->up_count; u++)
        for (unsigned c = 0; c < CHANNELS; c++)
            if (bulk->up[u].channel[c].in_flight)
                ares_process_fd(bulk->up[u].channel[c].ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

int bulk_run(struct bulk *bulk, int max_ms, struct err *err)
{
    struct pollfd fd[CONF_RESOLVERS_MAX * CHANNELS * 2];
    struct channel *of[CONF_RESOLVERS_MAX * CHANNELS * 2];
    size_t count = sockets_of(bulk, fd, of);
    int ready = poll(fd, (nfds_t)count, bulk->ended ? 0 : max_ms);
    bulk->now_us = clock_mono_us();
    if (ready > 0)
        for (size_t i = 0; i < count; i++) {
            bool in = fd[i].revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL), out = fd[i].revents & POLLOUT;
            if (in || out)
                ares_process_fd(of[i]->ares, in ? fd[i].fd : ARES_SOCKET_BAD, out ? fd[i].fd : ARES_SOCKET_BAD);
        }
    look_for_timeouts(bulk);
    for (unsigned u = 0; u < bulk->up_count; u++)
        round_end(&bulk->up[u], bulk->now_us);
    send_again(bulk);
    deliver(bulk);
    if (bulk->no_memory)
        return err_set(err, ERR_UNAVAILABLE, "DNS: no memory for questions");
    return 0;
}

struct bulk_figures bulk_figures(const struct bulk *bulk)
{
    struct bulk_figures figures = bulk->figures;
    figures.window = (int)bulk->up[upstream_first(bulk, clock_mono_us())].window;
    return figures;
}

static void upstream_init(struct upstream *up, const struct conf *conf, const struct conf_resolver *resolver)
{
    address_parse(resolver->addr, resolver->port, &up->address);
    up->window = WINDOW_FIRST;
    up->slow_start = true;
    up->rate = conf->dns_resolver_qps;
    up->filled_us = clock_mono_us();
    round_begin(up, up->filled_us);
    for (unsigned c = 0; c < CHANNELS; c++)
        up->channel[c].of = up;
}

struct bulk *bulk_new(const struct conf *conf, bulk_done *done, void *self, struct err *err)
{
    struct bulk *bulk = mem_alloc(sizeof(*bulk));
    memset(bulk, 0, sizeof(*bulk));
    *bulk = (struct bulk){
        .conf = conf, .done = done, .self = self, .pool = pool_new(), .up_count = (unsigned)conf->dns_resolver_count};
    bulk->again_tail = &bulk->again;
    bulk->ended_tail = &bulk->ended;
    bulk->slots = mem_alloc(BULK_IN_FLIGHT_MAX * sizeof(*bulk->slots));
    for (size_t i = 0; i < BULK_IN_FLIGHT_MAX; i++) {
        bulk->slots[i].bulk = bulk;
        bulk->slots[i].next = bulk->free;
        bulk->free = &bulk->slots[i];
    }
    for (unsigned u = 0; u < bulk->up_count; u++)
        upstream_init(&bulk->up[u], conf, &conf->dns_resolvers[u]);
    if (bulk->up_count == 0 || !channel_for(&bulk->up[0])) {
        bulk_free(&bulk);
        err_set(err, ERR_UNAVAILABLE, "DNS: no resolver, or no descriptors for its sockets");
    }
    return bulk;
}

void bulk_free(struct bulk **bulk)
{
    if (!*bulk)
        return;
    for (unsigned u = 0; u < (*bulk)->up_count; u++)
        for (unsigned c = 0; c < CHANNELS; c++)
            if ((*bulk)->up[u].channel[c].ares)
                ares_destroy((*bulk)->up[u].channel[c].ares);
    pool_free(&(*bulk)->pool);
    free((*bulk)->slots);
    free(*bulk);
    *bulk = NULL;
}
