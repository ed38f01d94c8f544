/* The bulk questions of a sweep run: what is asked is answered by whom it was meant for, or waits, or is asked again.
 * The network and the clock are made up. */
#include "unit.h"

#include <errno.h>

#include "base/conf.h"
#include "base/err.h"
#include "dns/bulk.h"
#include "dns/upstream.h"

enum { QUESTIONS_MANY = 1000000 /* more than all channels take before they are opened anew */, WIRE_MAX = 512 };

struct packet {
    struct udp *udp;
    uint8_t data[WIRE_MAX];
    size_t len;
};

static struct packet queue[BULK_IN_FLIGHT_MAX]; /* sent, and not looked at by the resolver */
static size_t queued;
static struct packet held[CHANNELS];
static size_t hold, held_count; /* of the next questions so many are not answered yet */
static int refuse_open;         /* so many sockets; their errno */
static int refuse_errno;
static uint16_t refused_port; /* nobody listens there */
static size_t sent_to[3];     /* packets by resolver's port */
static bool without_edns;     /* the resolver is from before it */
static int64_t now_us = 1000000;
static int64_t answered[OUTCOME_DEADLINE + 1];

int64_t __wrap_clock_mono_us(void);
int64_t __wrap_clock_mono_us(void)
{
    return now_us;
}

bool __real_udp_open(struct udp *udp, const struct address *to, int receive_buffer);
bool __wrap_udp_open(struct udp *udp, const struct address *to, int receive_buffer);
bool __wrap_udp_open(struct udp *udp, const struct address *to, int receive_buffer)
{
    if (refuse_open > 0) {
        refuse_open--;
        errno = refuse_errno;
        return false;
    }
    return __real_udp_open(udp, to, receive_buffer);
}

static uint16_t port_of(const struct udp *udp)
{
    const struct channel *channel = udp->self;

    return channel->of->address.port;
}

unsigned __wrap_udp_send(struct udp *udp, const struct udp_out *out, unsigned count);
unsigned __wrap_udp_send(struct udp *udp, const struct udp_out *out, unsigned count)
{
    assert_true(udp->watch.fd >= 0);
    sent_to[port_of(udp)] += count;
    if (port_of(udp) == refused_port) {
        udp->refused(udp->self);
        return 0;
    }
    for (unsigned i = 0; i < count; i++) {
        struct packet *packet = hold > 0 ? &held[held_count++] : &queue[queued++];

        hold -= hold > 0;
        packet->udp = udp;
        packet->len = out[i].len;
        memcpy(packet->data, out[i].data, out[i].len);
    }
    return count;
}

static void deny(const struct packet *packet)
{
    uint8_t reply[WIRE_MAX];
    bool formerr = without_edns && packet->data[11] > 0;

    memcpy(reply, packet->data, packet->len);
    reply[2] |= 0x80;                 /* QR */
    reply[3] = formerr ? 0x81 : 0x83; /* RA, FORMERR or NXDOMAIN */
    reply[11] = 0;                    /* no OPT */
    packet->udp->packet(packet->udp->self, reply, packet->len - (packet->data[11] > 0 ? 11 : 0));
}

void __wrap_loop_wait(struct loop *loop, int64_t most_us);
void __wrap_loop_wait(struct loop *loop, int64_t most_us)
{
    (void)loop, (void)most_us;
    for (size_t i = 0; i < queued; i++) {
        deny(&queue[i]);
    }
    queued = 0;
}

static void on_done(void *self, void *tag, enum outcome outcome)
{
    (void)self, (void)tag;
    answered[outcome]++;
}

static struct bulk *begin(size_t resolvers)
{
    static struct conf conf = {.dns_resolvers = {{.addr = "127.0.0.1", .port = 1}, {.addr = "127.0.0.1", .port = 2}}};
    struct err err = {0};
    struct bulk *bulk;

    conf.dns_resolver_count = resolvers;
    memset(answered, 0, sizeof(answered));
    memset(sent_to, 0, sizeof(sent_to));
    hold = held_count = queued = 0;
    refused_port = 0;
    without_edns = false;
    bulk = bulk_new(&conf, on_done, NULL, &err);
    assert_non_null(bulk);
    return bulk;
}

static void run(struct bulk *bulk)
{
    struct err err = {0};

    assert_int_equal(bulk_run(bulk, 0, &err), 0);
}

static int64_t ask_many(struct bulk *bulk, int64_t most)
{
    int64_t asked = 0;

    while (asked < most && bulk_has_room(bulk)) {
        bulk_ask(bulk, "vm._domainkey.voorbeeld.example", RR_TXT, NULL);
        if (++asked % 64 == 0) {
            run(bulk);
        }
    }
    run(bulk);
    run(bulk);
    return asked;
}

/* A channel is opened anew once it is empty: one slow answer in each must not make the next questions fail. */
static void channels_that_serve_out_make_questions_wait(void **state)
{
    struct bulk *bulk = begin(1);
    int64_t asked = 0, before;

    (void)state;
    for (size_t i = 0; i < CHANNELS; i++) { /* one in each: a burst goes by the same */
        hold = 1;
        assert_int_equal(ask_many(bulk, CHANNEL_BURST), CHANNEL_BURST);
        asked += CHANNEL_BURST - 1;
    }
    assert_int_equal(held_count, CHANNELS);
    for (size_t i = 1; i < CHANNELS; i++) {
        assert_ptr_not_equal(held[i].udp, held[i - 1].udp);
    }
    do {
        before = asked;
        asked += ask_many(bulk, QUESTIONS_MANY);
    } while (asked > before && asked < QUESTIONS_MANY);
    assert_in_range(asked, 1, QUESTIONS_MANY - 1);
    assert_int_equal(answered[OUTCOME_NXDOMAIN], asked);
    assert_int_equal(bulk_in_flight(bulk), CHANNELS);
    for (size_t i = 0; i < held_count; i++) {
        deny(&held[i]);
    }
    assert_int_equal(ask_many(bulk, 100), 100);
    assert_int_equal(answered[OUTCOME_NXDOMAIN], asked + CHANNELS + 100);
    assert_int_equal(bulk_in_flight(bulk), 0);
    bulk_free(&bulk);
}

static void a_socket_that_cannot_be_opened_is_not_used(void **state)
{
    struct bulk *bulk;

    (void)state;
    refuse_errno = EMFILE;
    refuse_open = 1;
    bulk = begin(1);
    assert_int_equal(ask_many(bulk, 100), 100);
    assert_int_equal(answered[OUTCOME_NXDOMAIN], 100);
    bulk_free(&bulk);
}

/* Packets that answer nothing: of none the question ends. */
static void what_does_not_match_is_ignored(void **state)
{
    struct bulk *bulk = begin(1);
    struct packet right, wrong;

    (void)state;
    hold = 1;
    ask_many(bulk, 1);
    right = held[0];
    wrong = right;
    wrong.data[0] ^= 1; /* id */
    deny(&wrong);
    wrong = right;
    wrong.data[13] ^= 1; /* the name */
    deny(&wrong);
    right.udp->packet(right.udp->self, right.data, right.len); /* QR=0 */
    right.udp->packet(right.udp->self, right.data, 7);
    right.udp->packet(right.udp->self, right.data, 0);
    run(bulk);
    assert_int_equal(bulk_in_flight(bulk), 1);
    deny(&right);
    deny(&right);
    run(bulk);
    assert_int_equal(bulk_in_flight(bulk), 0);
    assert_int_equal(answered[OUTCOME_NXDOMAIN], 1);
    bulk_free(&bulk);
}

/* Five times, a second and a half apart, with an id of its own each. */
static void what_is_lost_is_asked_again(void **state)
{
    struct bulk *bulk = begin(1);

    (void)state;
    hold = 5;
    ask_many(bulk, 1);
    for (size_t i = 1; i < 5; i++) {
        now_us += 1400000;
        run(bulk);
        assert_int_equal(held_count, i);
        now_us += 200000;
        run(bulk); /* lost, and asked again */
        run(bulk);
        assert_int_equal(held_count, i + 1);
    }
    deny(&held[0]); /* too late: of the first packet */
    run(bulk);
    assert_int_equal(bulk_in_flight(bulk), 1);
    now_us += 1600000;
    run(bulk);
    assert_int_equal(answered[OUTCOME_TIMEOUT], 1);
    assert_int_equal(bulk_in_flight(bulk), 0);
    assert_int_equal(bulk_figures(bulk).lost, 1);
    bulk_free(&bulk);
}

static void where_nobody_listens_the_next_resolver_is_asked(void **state)
{
    struct bulk *bulk = begin(2);

    (void)state;
    refused_port = 1;
    assert_int_equal(ask_many(bulk, 100), 100);
    assert_int_equal(answered[OUTCOME_NXDOMAIN], 100);
    bulk_free(&bulk);
    bulk = begin(1);
    refused_port = 1;
    assert_int_equal(ask_many(bulk, 100), 100);
    assert_int_equal(answered[OUTCOME_TIMEOUT], 100);
    bulk_free(&bulk);
}

static void a_resolver_without_edns_is_asked_without(void **state)
{
    struct bulk *bulk = begin(1);

    (void)state;
    without_edns = true;
    assert_int_equal(ask_many(bulk, 1), 1);
    run(bulk);
    assert_int_equal(answered[OUTCOME_NXDOMAIN], 1);
    assert_int_equal(sent_to[1], 2);
    assert_int_equal(ask_many(bulk, 10), 10); /* it is known now */
    assert_int_equal(answered[OUTCOME_NXDOMAIN], 11);
    assert_int_equal(sent_to[1], 12);
    bulk_free(&bulk);
}

static void descriptors_that_run_out_are_an_error(void **state)
{
    struct bulk *bulk;
    struct err err = {0};

    (void)state;
    refuse_errno = EMFILE;
    refuse_open = 1000;
    bulk = bulk_new(&(struct conf){.dns_resolver_count = 1, .dns_resolvers = {{.addr = "127.0.0.1", .port = 1}}},
                    on_done, NULL, &err);
    assert_null(bulk);
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    refuse_open = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_that_serve_out_make_questions_wait),
        cmocka_unit_test(a_socket_that_cannot_be_opened_is_not_used),
        cmocka_unit_test(what_does_not_match_is_ignored),
        cmocka_unit_test(what_is_lost_is_asked_again),
        cmocka_unit_test(where_nobody_listens_the_next_resolver_is_asked),
        cmocka_unit_test(a_resolver_without_edns_is_asked_without),
        cmocka_unit_test(descriptors_that_run_out_are_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
