/* The night's questions over c-ares channels that serve out: what is asked is answered by whom it was meant for, or
 * waits. c-ares' sending is made up. */
#include "unit.h"

#include <ares.h>

#include "base/conf.h"
#include "base/err.h"
#include "dns/bulk.h"
#include "dns/wire.h"

enum { CHANNELS = 8, QUESTIONS_MANY = 1000000 /* more than all channels take before they are made anew */ };

static struct {
    unsigned char packet[WIRE_QUESTION_MAX];
    int len;
    ares_callback done;
    void *arg;
} held[CHANNELS];
static size_t hold, held_count;     /* of the next questions so many are not answered yet */
static ares_channel without_server; /* its server could not be set */
static int refuse;                  /* so many settings of a server */
static int64_t answers[OUTCOME_DEADLINE + 1];

static void deny(const unsigned char *packet, int len, ares_callback done, void *arg)
{
    unsigned char reply[WIRE_QUESTION_MAX];
    memcpy(reply, packet, (size_t)len);
    reply[2] |= 0x80; /* QR */
    reply[3] = 0x83;  /* RA, NXDOMAIN */
    done(arg, ARES_SUCCESS, 0, reply, len);
}

void __wrap_ares_send(ares_channel channel, const unsigned char *packet, int len, ares_callback done, void *arg);
void __wrap_ares_send(ares_channel channel, const unsigned char *packet, int len, ares_callback done, void *arg)
{
    assert_ptr_not_equal(channel, without_server);
    if (hold == 0) {
        deny(packet, len, done, arg);
        return;
    }
    hold--;
    memcpy(held[held_count].packet, packet, (size_t)len);
    held[held_count].len = len;
    held[held_count].done = done;
    held[held_count++].arg = arg;
}

int __real_ares_set_servers_ports(ares_channel channel, struct ares_addr_port_node *servers);
int __wrap_ares_set_servers_ports(ares_channel channel, struct ares_addr_port_node *servers);
int __wrap_ares_set_servers_ports(ares_channel channel, struct ares_addr_port_node *servers)
{
    if (refuse > 0) {
        refuse--;
        without_server = channel;
        return ARES_ENOMEM;
    }
    if (channel == without_server)
        without_server = NULL;
    return __real_ares_set_servers_ports(channel, servers);
}

static void on_done(void *self, void *tag, enum outcome outcome)
{
    (void)self, (void)tag;
    answers[outcome]++;
}

static struct bulk *begin(void)
{
    static struct conf conf = {.dns_resolver_count = 1, .dns_resolvers = {{.addr = "127.0.0.1", .port = 53}}};
    struct err err = {0};
    memset(answers, 0, sizeof(answers));
    hold = held_count = 0;
    without_server = NULL;
    struct bulk *bulk = bulk_new(&conf, on_done, NULL, &err);
    assert_non_null(bulk);
    return bulk;
}

static int64_t ask_many(struct bulk *bulk, int64_t most)
{
    struct err err = {0};
    int64_t asked = 0;
    while (asked < most && bulk_has_room(bulk)) {
        bulk_ask(bulk, "vm._domainkey.voorbeeld.example", RR_TXT, NULL);
        if (++asked % 64 == 0)
            assert_int_equal(bulk_run(bulk, 0, &err), 0);
    }
    assert_int_equal(bulk_run(bulk, 0, &err), 0);
    return asked;
}

/* A channel is made anew once it is empty: one slow answer in each must not make the next questions fail. */
static void channels_that_serve_out_make_questions_wait(void **state)
{
    (void)state;
    struct bulk *bulk = begin();
    hold = CHANNELS;
    assert_int_equal(ask_many(bulk, CHANNELS), CHANNELS);
    int64_t asked = ask_many(bulk, QUESTIONS_MANY);
    assert_in_range(asked, 1, QUESTIONS_MANY - 1);
    assert_int_equal(answers[OUTCOME_NXDOMAIN], asked);
    assert_int_equal(bulk_in_flight(bulk), CHANNELS);
    for (size_t i = 0; i < held_count; i++)
        deny(held[i].packet, held[i].len, held[i].done, held[i].arg);
    assert_int_equal(ask_many(bulk, 100), 100);
    assert_int_equal(answers[OUTCOME_NXDOMAIN], asked + CHANNELS + 100);
    assert_int_equal(bulk_in_flight(bulk), 0);
    bulk_free(&bulk);
}

static void a_channel_without_its_server_is_not_used(void **state)
{
    (void)state;
    refuse = 1;
    struct bulk *bulk = begin();
    hold = CHANNELS;
    assert_int_equal(ask_many(bulk, 2 * CHANNELS), 2 * CHANNELS);
    assert_int_equal(answers[OUTCOME_NXDOMAIN], CHANNELS);
    bulk_free(&bulk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_that_serve_out_make_questions_wait),
        cmocka_unit_test(a_channel_without_its_server_is_not_used),
    };
    ares_library_init(ARES_LIB_INIT_ALL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ares_library_cleanup();
    return failed;
}
