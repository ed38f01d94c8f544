/* Queries to a scripted server on loopback: what ends a query and what does not, when packets are repeated, the way
 * over to TCP, and how little is left when time is up. And the heap of timers. */
#include "unit.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "dns/timer.h"
#include "dns/transport.h"

enum { PACKETS_MAX = 64, QUERIES_MAX = 20, BYTES_MAX = 4096, LONG_MS = 10000, OPT = 11 };

struct fake_server;
struct packet {
    struct fake_server *server;
    uint8_t data[BYTES_MAX]; /* the question; answers are made in it */
    size_t len;
    unsigned number; /* of those that came before it */
    struct sockaddr_storage from;
    socklen_t from_len;
    int connection; /* TCP */
};

struct fake_server {
    int udp, tcp; /* tcp -1: nobody listens */
    struct address address;
    void (*on_udp)(struct packet *packet);
    void (*on_tcp)(struct packet *packet); /* a message each */
    pthread_t thread;
    atomic_bool over;
    atomic_uint packets, messages, connections;
    int64_t came_us[PACKETS_MAX];
    uint16_t port[PACKETS_MAX], id[PACKETS_MAX];
};

/* --- the server --- */

static void send_bytes(const struct packet *p, const uint8_t *data, size_t len)
{
    if (p->connection >= 0) {
        uint8_t length[2] = {(uint8_t)(len >> 8), (uint8_t)len};

        /* The client may have hung up. */
        (void)send(p->connection, length, 2, MSG_NOSIGNAL | MSG_MORE);
        (void)send(p->connection, data, len, MSG_NOSIGNAL);
    } else {
        sendto(p->server->udp, data, len, 0, (const struct sockaddr *)&p->from, p->from_len);
    }
}

/* The question as an answer: NXDOMAIN with AA; flags: TC. */
static void answer(const struct packet *p, unsigned flags)
{
    uint8_t data[BYTES_MAX];

    memcpy(data, p->data, p->len);
    data[2] = (uint8_t)(0x84 | flags);
    data[3] = 3;
    send_bytes(p, data, p->len);
}

static void answer_right(struct packet *p)
{
    answer(p, 0);
}

static void answer_truncated(struct packet *p)
{
    answer(p, 2);
}

static void answer_nothing(struct packet *p)
{
    (void)p;
}

static void answer_changed(const struct packet *p, size_t at, uint8_t bits)
{
    struct packet changed = *p;

    changed.data[at] ^= bits;
    answer(&changed, 0);
}

static size_t read_whole(int fd, uint8_t *data, size_t len)
{
    size_t at = 0;

    while (at < len) {
        ssize_t got = recv(fd, data + at, len - at, 0);

        if (got <= 0) {
            return 0;
        }
        at += (size_t)got;
    }
    return at;
}

/* One message; false: the client has hung up. */
static bool serve_message(struct fake_server *s, int connection)
{
    struct packet p = {.server = s, .connection = connection};
    uint8_t length[2];

    if (read_whole(connection, length, 2) == 0) {
        return false;
    }
    p.len = (size_t)length[0] << 8 | length[1];
    if (p.len > sizeof(p.data) || read_whole(connection, p.data, p.len) == 0) {
        return false;
    }
    p.number = atomic_fetch_add(&s->messages, 1);
    s->on_tcp(&p);
    return true;
}

static void serve_datagram(struct fake_server *s)
{
    struct packet p = {.server = s, .connection = -1, .from_len = sizeof(p.from)};
    ssize_t got = recvfrom(s->udp, p.data, sizeof(p.data), 0, (struct sockaddr *)&p.from, &p.from_len);

    if (got < WIRE_HEADER) {
        return;
    }
    p.len = (size_t)got;
    p.number = atomic_load(&s->packets);
    if (p.number < PACKETS_MAX) {
        s->came_us[p.number] = clock_mono_us();
        s->port[p.number] = ((const struct sockaddr_in *)(const void *)&p.from)->sin_port;
        s->id[p.number] = wire_id(p.data);
    }
    atomic_fetch_add(&s->packets, 1);
    s->on_udp(&p);
}

static void *serve(void *self)
{
    struct fake_server *s = self;
    struct pollfd fd[2 + PACKETS_MAX] = {{.fd = s->udp, .events = POLLIN}, {.fd = s->tcp, .events = POLLIN}};
    nfds_t count = 2;

    while (!atomic_load(&s->over)) {
        if (poll(fd, count, 20) <= 0) {
            continue;
        }
        if (fd[0].revents) {
            serve_datagram(s);
        }
        for (nfds_t i = 2; i < count; i++) {
            if (fd[i].revents && !serve_message(s, fd[i].fd)) {
                close(fd[i].fd);
                fd[i--] = fd[--count];
            }
        }
        if (fd[1].revents && count < ARRAY_LEN(fd)) {
            fd[count] = (struct pollfd){.fd = accept(s->tcp, NULL, NULL), .events = POLLIN};
            atomic_fetch_add(&s->connections, 1);
            count++;
        }
    }
    for (nfds_t i = 2; i < count; i++) {
        close(fd[i].fd);
    }
    return NULL;
}

static int bound(int type, uint16_t port, uint16_t *got)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(in);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), one = 1;

    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, (struct sockaddr *)&in, sizeof(in)) != 0) {
        close(fd);
        return -1;
    }
    getsockname(fd, (struct sockaddr *)&in, &len);
    *got = ntohs(in.sin_port);
    return fd;
}

static void server_start(struct fake_server *s, void (*on_udp)(struct packet *), void (*on_tcp)(struct packet *))
{
    uint16_t port = 0;

    *s = (struct fake_server){.tcp = -1, .on_udp = on_udp, .on_tcp = on_tcp};
    do { /* a port that is free for both; where nobody is to listen by TCP, none of the others has it either */
        int tcp;

        s->udp = bound(SOCK_DGRAM, 0, &port);
        tcp = bound(SOCK_STREAM, port, &port);
        if (tcp < 0) {
            close(s->udp);
            s->udp = -1;
        } else if (on_tcp) {
            assert_int_equal(listen(tcp, 64), 0);
            s->tcp = tcp;
        } else {
            close(tcp);
        }
    } while (s->udp < 0);
    assert_true(address_parse("127.0.0.1", port, &s->address));
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void server_stop(struct fake_server *s)
{
    atomic_store(&s->over, true);
    pthread_join(s->thread, NULL);
    close(s->udp);
    if (s->tcp >= 0) {
        close(s->tcp);
    }
}

/* --- the client --- */

static const struct peer_timing usual = {.timeout_ms = 350, .tries = 3, .tcp_ms = 1500};
static const struct peer_timing long_timeout = {.timeout_ms = LONG_MS, .tries = 1, .tcp_ms = LONG_MS};
static const struct question question = {.name = "vm._domainkey.voorbeeld.example", .type = RR_TXT};

struct client {
    struct pool *pool;
    struct transport *transport;
    struct peer *peer;
    struct query *query[QUERIES_MAX];
    unsigned done;
    int64_t began_us;
};

static void on_done(void *self, struct query *query)
{
    struct client *c = self;

    assert_int_not_equal(query->end, QUERY_WAITING);
    c->done++;
}

static void client_start(struct client *c, const struct address *to, struct peer_timing timing, bool tcp,
                         int deadline_ms)
{
    *c = (struct client){.pool = pool_new(), .began_us = clock_mono_us()};
    c->transport = transport_new(c->pool, c->began_us + (int64_t)deadline_ms * 1000);
    c->peer = transport_peer(c->transport, to, timing, tcp);
}

static void client_ask(struct client *c, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        c->query[i] = transport_query(c->transport, c->peer, &question, 0, on_done, c);
    }
}

static int run_ms(struct client *c)
{
    assert_int_equal(transport_run(c->transport, NULL), 0);
    return (int)((clock_mono_us() - c->began_us) / 1000);
}

static void client_stop(struct client *c)
{
    transport_free(&c->transport);
    pool_free(&c->pool);
}

/* One query to a server that behaves so; how it ends, and the milliseconds it took. */
static enum query_end ask_one(struct fake_server *s, struct peer_timing timing, int *ms)
{
    struct client c;
    enum query_end end;

    client_start(&c, &s->address, timing, false, LONG_MS);
    client_ask(&c, 1);
    *ms = run_ms(&c);
    assert_int_equal(c.done, 1);
    end = c.query[0]->end;
    client_stop(&c);
    return end;
}

static enum query_end ask_server(void (*on_udp)(struct packet *), void (*on_tcp)(struct packet *),
                                 struct peer_timing timing, int *ms)
{
    struct fake_server s;
    enum query_end end;

    server_start(&s, on_udp, on_tcp);
    end = ask_one(&s, timing, ms);
    server_stop(&s);
    return end;
}

/* --- what is no answer --- */

static void bad_then_right(struct packet *p)
{
    static const uint8_t garbage[80] = {0};

    answer_changed(p, 1, 0x5a);             /* the id */
    answer_changed(p, 14, 1);               /* the name */
    answer_changed(p, p->len - OPT - 3, 1); /* the type */
    answer_changed(p, p->len - OPT - 1, 2); /* the class */
    send_bytes(p, p->data, p->len);         /* QR=0 */
    send_bytes(p, p->data, 7);              /* a runt */
    send_bytes(p, p->data, 0);              /* nothing */
    send_bytes(p, garbage, sizeof(garbage));
    answer_right(p);
}

static void what_does_not_match_is_ignored(void **state)
{
    int ms;

    (void)state;
    assert_int_equal(ask_server(bad_then_right, NULL, long_timeout, &ms), QUERY_ANSWERED);
    assert_true(ms < LONG_MS / 2);
}

static void only_bad(struct packet *p)
{
    answer_changed(p, 14, 1);
}

static void only_garbage_is_malformed_at_the_end(void **state)
{
    int ms;

    (void)state;
    assert_int_equal(ask_server(only_bad, NULL, (struct peer_timing){.timeout_ms = 60, .tries = 2}, &ms),
                     QUERY_MALFORMED);
    assert_true(ms >= 60 + 120);
}

static void from_another_address(struct packet *p)
{
    uint16_t port;
    int other = bound(SOCK_DGRAM, 0, &port);
    uint8_t data[BYTES_MAX];

    memcpy(data, p->data, p->len);
    data[2] = 0x84;
    sendto(other, data, p->len, 0, (const struct sockaddr *)&p->from, p->from_len);
    close(other);
}

static void another_source_is_ignored(void **state)
{
    int ms;

    (void)state;
    assert_int_equal(ask_server(from_another_address, NULL, (struct peer_timing){.timeout_ms = 100, .tries = 1}, &ms),
                     QUERY_TIMEOUT);
}

static void formerr_without_opt(struct packet *p)
{
    if (p->data[11] == 0) { /* ARCOUNT */
        answer_right(p);
        return;
    }
    p->data[2] = 0x84; /* a bare header */
    p->data[3] = 1;
    memset(p->data + 4, 0, 8);
    send_bytes(p, p->data, WIRE_HEADER);
}

static void a_server_from_before_edns_is_asked_without(void **state)
{
    int ms;

    (void)state;
    assert_int_equal(ask_server(formerr_without_opt, NULL, long_timeout, &ms), QUERY_ANSWERED);
}

/* --- time --- */

static void packets_are_repeated_after_350_and_700_ms(void **state)
{
    struct fake_server s;
    int ms;

    (void)state;
    server_start(&s, answer_nothing, NULL);
    assert_int_equal(ask_one(&s, usual, &ms), QUERY_TIMEOUT);
    assert_int_equal(atomic_load(&s.packets), 3);
    /* When it heard them, which may be late on a busy machine. */
    assert_in_range(s.came_us[1] - s.came_us[0], 200000, 700000);
    assert_in_range(s.came_us[2] - s.came_us[1], 550000, 1200000);
    assert_in_range(ms, 350 + 700 + 1400, 350 + 700 + 1400 + 1000);
    assert_int_equal(s.port[0], s.port[2]); /* a late answer to the first packet counts as well */
    assert_int_equal(s.id[0], s.id[2]);
    server_stop(&s);
}

static void each_check_has_a_port_and_ids_of_its_own(void **state)
{
    struct fake_server s;
    struct client c;
    bool other_ids = false;
    int ms;

    (void)state;
    server_start(&s, answer_right, NULL);
    client_start(&c, &s.address, long_timeout, false, LONG_MS);
    client_ask(&c, QUERIES_MAX);
    run_ms(&c);
    assert_int_equal(c.done, QUERIES_MAX);
    for (unsigned i = 1; i < QUERIES_MAX; i++) {
        assert_int_equal(s.port[i], s.port[0]);
        other_ids |= s.id[i] != (uint16_t)(s.id[i - 1] + 1);
        for (unsigned k = 0; k < i; k++) {
            assert_int_not_equal(s.id[i], s.id[k]);
        }
    }
    assert_true(other_ids);
    assert_int_equal(ask_one(&s, long_timeout, &ms), QUERY_ANSWERED); /* while the first has its port */
    assert_int_not_equal(s.port[QUERIES_MAX], s.port[0]);
    client_stop(&c);
    server_stop(&s);
}

static void nobody_listens_is_told_at_once(void **state)
{
    struct fake_server s;
    int ms;

    (void)state;
    server_start(&s, answer_nothing, NULL);
    server_stop(&s); /* its port is free now */
    assert_int_equal(ask_one(&s, long_timeout, &ms), QUERY_UNREACHABLE);
    assert_true(ms < LONG_MS / 2);
}

static void the_deadline_ends_all(void **state)
{
    struct fake_server s;
    struct client c;

    (void)state;
    server_start(&s, answer_nothing, NULL);
    client_start(&c, &s.address, long_timeout, false, 120);
    client_ask(&c, QUERIES_MAX);
    assert_in_range(run_ms(&c), 120, 400);
    assert_int_equal(c.done, QUERIES_MAX);
    for (unsigned i = 0; i < QUERIES_MAX; i++) {
        assert_int_equal(c.query[i]->end, QUERY_DEADLINE);
    }
    client_ask(&c, 1); /* too late */
    run_ms(&c);
    assert_int_equal(c.query[0]->end, QUERY_DEADLINE);
    client_stop(&c);
    server_stop(&s);
}

static atomic_bool stop;

static void stop_now(void *self)
{
    (void)self;
    atomic_store(&stop, true);
}

static void the_stop_flag_is_a_deadline(void **state)
{
    struct fake_server s;
    struct client c;

    (void)state;
    atomic_store(&stop, false);
    server_start(&s, answer_nothing, NULL);
    client_start(&c, &s.address, long_timeout, false, LONG_MS);
    transport_stop_on(c.transport, &stop);
    transport_on_tick(c.transport, stop_now, NULL);
    client_ask(&c, 3);
    assert_true(run_ms(&c) < LONG_MS / 2);
    assert_int_equal(c.done, 3);
    assert_int_equal(c.query[0]->end, QUERY_DEADLINE);
    client_stop(&c);
    server_stop(&s);
}

static int open_files(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static void what_is_forgone_is_not_waited_for(void **state)
{
    struct fake_server s;
    struct client c;
    int before;

    (void)state;
    server_start(&s, answer_nothing, NULL);
    client_start(&c, &s.address, long_timeout, false, LONG_MS);
    before = open_files();
    client_ask(&c, 2);
    assert_int_equal(open_files(), before + 1);
    transport_forgo(c.transport, c.query[0]);
    transport_forgo(c.transport, c.query[1]);
    transport_forgo(c.transport, c.query[1]);
    assert_int_equal(open_files(), before); /* nothing else is asked of it */
    assert_true(run_ms(&c) < LONG_MS / 2);
    assert_int_equal(c.done, 0);
    client_stop(&c);
    server_stop(&s);
}

static void descriptors_that_run_out_are_an_error(void **state)
{
    struct fake_server s;
    struct client c;
    struct rlimit usual_limit, limit;
    struct err err = {0};

    (void)state;
    server_start(&s, answer_right, NULL);
    getrlimit(RLIMIT_NOFILE, &usual_limit);
    client_start(&c, &s.address, long_timeout, false, LONG_MS);
    limit = usual_limit;
    limit.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &limit);
    client_ask(&c, 3);
    assert_int_equal(transport_run(c.transport, &err), ERR_UNAVAILABLE);
    setrlimit(RLIMIT_NOFILE, &usual_limit);
    assert_int_equal(c.done, 3);
    client_stop(&c);
    server_stop(&s);
}

/* --- TCP --- */

static void over_tcp(void (*on_tcp)(struct packet *), unsigned count, struct fake_server *s, struct client *c)
{
    server_start(s, answer_truncated, on_tcp);
    client_start(c, &s->address, (struct peer_timing){.timeout_ms = LONG_MS, .tries = 1, .tcp_ms = 400}, false,
                 LONG_MS);
    client_ask(c, count);
    run_ms(c);
    assert_int_equal(c->done, count);
    server_stop(s);
}

static void truncated_goes_by_one_connection(void **state)
{
    struct fake_server s;
    struct client c;

    (void)state;
    over_tcp(answer_right, QUERIES_MAX, &s, &c);
    for (unsigned i = 0; i < QUERIES_MAX; i++) {
        assert_int_equal(c.query[i]->end, QUERY_ANSWERED);
    }
    assert_int_equal(atomic_load(&s.connections), 1);
    assert_int_equal(atomic_load(&s.messages), QUERIES_MAX);
    client_stop(&c);
}

static void answer_and_hang_up(struct packet *p)
{
    answer_right(p);
    shutdown(p->connection, SHUT_RDWR);
}

static void a_server_that_closes_after_each_answer_is_asked_again(void **state)
{
    struct fake_server s;
    struct client c;

    (void)state;
    over_tcp(answer_and_hang_up, 10, &s, &c);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(c.query[i]->end, QUERY_ANSWERED);
    }
    client_stop(&c);
}

static void answer_slowly(struct packet *p)
{
    usleep(150000);
    answer_right(p);
}

/* 900 ms for six, where each has 400. */
static void a_slow_connection_that_brings_answers_is_waited_for(void **state)
{
    struct fake_server s;
    struct client c;

    (void)state;
    over_tcp(answer_slowly, 6, &s, &c);
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(c.query[i]->end, QUERY_ANSWERED);
    }
    client_stop(&c);
}

static void answer_in_pieces(struct packet *p)
{
    uint8_t data[BYTES_MAX];

    data[0] = (uint8_t)(p->len >> 8);
    data[1] = (uint8_t)p->len;
    memcpy(data + 2, p->data, p->len);
    data[4] = 0x84;
    for (size_t i = 0; i < p->len + 2; i++) {
        (void)send(p->connection, data + i, 1, MSG_NOSIGNAL);
        usleep(500);
    }
}

static void hang_up(struct packet *p)
{
    shutdown(p->connection, SHUT_RDWR);
}

static void garbage_by_tcp(struct packet *p)
{
    p->data[2] = 0x84;
    p->data[7] = 9; /* ANCOUNT: there are none */
    send_bytes(p, p->data, p->len);
}

static void wrong_id_by_tcp(struct packet *p)
{
    answer_changed(p, 0, 1);
}

static void what_comes_by_tcp(void **state)
{
    static const struct {
        void (*on_tcp)(struct packet *);
        enum query_end end;
    } cases[] = {
        {answer_in_pieces, QUERY_ANSWERED}, {answer_nothing, QUERY_TIMEOUT},  {hang_up, QUERY_UNREACHABLE},
        {garbage_by_tcp, QUERY_MALFORMED},  {wrong_id_by_tcp, QUERY_TIMEOUT}, {answer_truncated, QUERY_MALFORMED},
        {NULL, QUERY_UNREACHABLE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fake_server s;
        struct client c;

        over_tcp(cases[i].on_tcp, 1, &s, &c);
        assert_int_equal(c.query[0]->end, cases[i].end);
        client_stop(&c);
    }
}

/* --- timers --- */

static void timers_come_in_order(void **state)
{
    enum { MANY = 500 };
    static struct timer timer[MANY];
    struct timers timers = {0};
    struct timer *first;
    int64_t last = 0;
    size_t left = 0;

    (void)state;
    assert_null(timers_first(&timers));
    for (size_t i = 0; i < MANY; i++) {
        timers_set(&timers, &timer[i], 1 + random_below(1000));
    }
    for (size_t i = 0; i < MANY; i += 2) { /* some move, some leave */
        timers_set(&timers, &timer[i], 1 + random_below(1000));
        timers_clear(&timers, &timer[i + 1]);
        timers_clear(&timers, &timer[i + 1]);
    }
    while ((first = timers_first(&timers))) {
        assert_true(first->due_us >= last);
        last = first->due_us;
        timers_clear(&timers, first);
        left++;
    }
    assert_int_equal(left, MANY / 2);
    timers_free(&timers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_match_is_ignored),
        cmocka_unit_test(only_garbage_is_malformed_at_the_end),
        cmocka_unit_test(another_source_is_ignored),
        cmocka_unit_test(a_server_from_before_edns_is_asked_without),
        cmocka_unit_test(packets_are_repeated_after_350_and_700_ms),
        cmocka_unit_test(each_check_has_a_port_and_ids_of_its_own),
        cmocka_unit_test(nobody_listens_is_told_at_once),
        cmocka_unit_test(the_deadline_ends_all),
        cmocka_unit_test(the_stop_flag_is_a_deadline),
        cmocka_unit_test(what_is_forgone_is_not_waited_for),
        cmocka_unit_test(descriptors_that_run_out_are_an_error),
        cmocka_unit_test(truncated_goes_by_one_connection),
        cmocka_unit_test(a_server_that_closes_after_each_answer_is_asked_again),
        cmocka_unit_test(a_slow_connection_that_brings_answers_is_waited_for),
        cmocka_unit_test(what_comes_by_tcp),
        cmocka_unit_test(timers_come_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
