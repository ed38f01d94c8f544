/*
 * A bad line for tests and benches: passes UDP and TCP on to another address and back, later, not at all, or twice.
 * Each direction takes half the delay. Loss and duplication apply to datagrams, from a seeded generator, so that a run
 * can be repeated. Does not look at the data. usage: dns_proxy [-d DELAY_MS] [-j JITTER_MS] [-l LOSS_PERCENT] [-u
 * DUPLICATION_PERCENT] [-s SEED] FROM@PORT TO@PORT [FROM@PORT TO@PORT]… One line "ready" on stdout when it listens.
 * Ends on SIGTERM.
 */
#include "base/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pool.h"

enum { PACKET_MAX = 65536, SESSIONS_MAX = 4096, EVENTS = 64, SOCKET_BUFFER = 1 << 20 };

enum end_kind { END_LISTEN_UDP, END_LISTEN_TCP, END_UP_UDP, END_TCP, END_TIMER };

/* One descriptor and where its bytes go. */
struct end {
    enum end_kind kind;
    int fd;
    struct end *to;            /* UP_UDP: the listener; TCP: the other connection */
    struct sockaddr_in target; /* of a listener */
    struct sockaddr_in client; /* UP_UDP: who asked */
    bool ended;                /* TCP: nothing more comes from here */
    bool gone;
};

/* Bytes to be delivered. len 0: the connection's end. */
struct flying {
    int64_t due_us;
    uint64_t order; /* equal moments: as sent */
    struct end *from, *to;
    struct sockaddr_in client;
    bool to_client;
    size_t len;
    uint8_t *data;
};

struct line {
    int64_t delay_us, jitter_us;
    unsigned loss, duplication; /* percent */
    uint64_t seed;
};

struct proxy {
    struct line line;
    int epoll, timer;
    struct flying *heap;
    size_t count, room;
    uint64_t sent;
    struct end *session[SESSIONS_MAX]; /* UDP clients, the oldest is given up first */
    size_t session_next;
};

static uint32_t draw(struct proxy *p, uint32_t bound)
{
    p->line.seed ^= p->line.seed << 13; /* xorshift64 */
    p->line.seed ^= p->line.seed >> 7;
    p->line.seed ^= p->line.seed << 17;
    return (uint32_t)(p->line.seed >> 32) % bound;
}

/* --- bytes to be delivered: a heap ordered by time --- */

static bool sooner(const struct flying *a, const struct flying *b)
{
    return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static void heap_swap(struct proxy *p, size_t a, size_t b)
{
    struct flying held = p->heap[a];

    p->heap[a] = p->heap[b];
    p->heap[b] = held;
}

static void heap_push(struct proxy *p, struct flying one)
{
    size_t i = p->count++;

    if (p->count > p->room) {
        p->room = p->room ? 2 * p->room : 256;
        p->heap = mem_realloc(p->heap, p->room * sizeof(*p->heap));
    }
    p->heap[i] = one;
    for (; i > 0 && sooner(&p->heap[i], &p->heap[(i - 1) / 2]); i = (i - 1) / 2) {
        heap_swap(p, i, (i - 1) / 2);
    }
}

static struct flying heap_pop(struct proxy *p)
{
    struct flying first = p->heap[0];
    size_t i = 0;

    p->heap[0] = p->heap[--p->count];
    for (;;) {
        size_t child = 2 * i + 1;

        if (child + 1 < p->count && sooner(&p->heap[child + 1], &p->heap[child])) {
            child++;
        }
        if (child >= p->count || !sooner(&p->heap[child], &p->heap[i])) {
            return first;
        }
        heap_swap(p, i, child);
        i = child;
    }
}

static void timer_set(struct proxy *p)
{
    struct itimerspec at = {0};
    int64_t us = p->count > 0 ? p->heap[0].due_us - clock_mono_us() : 0;

    if (p->count > 0) {
        us = us > 0 ? us : 1;
        at.it_value.tv_sec = us / 1000000;
        at.it_value.tv_nsec = us % 1000000 * 1000;
    }
    timerfd_settime(p->timer, 0, &at, NULL);
}

static void send_later(struct proxy *p, struct flying one, const uint8_t *data, bool datagram)
{
    unsigned copies = datagram && p->line.duplication > 0 && draw(p, 100) < p->line.duplication ? 2 : 1;

    if (datagram && p->line.loss > 0 && draw(p, 100) < p->line.loss) {
        return;
    }
    for (unsigned i = 0; i < copies; i++) {
        one.due_us = clock_mono_us() + p->line.delay_us / 2;
        if (datagram && p->line.jitter_us > 0) { /* a stream keeps its order */
            one.due_us += draw(p, (uint32_t)p->line.jitter_us);
        }
        one.order = p->sent++;
        one.data = mem_alloc(one.len + 1);
        memcpy(one.data, data, one.len);
        heap_push(p, one);
    }
}

/* --- descriptors --- */

static struct end *end_new(struct proxy *p, enum end_kind kind, int fd)
{
    struct end *end = mem_alloc(sizeof(*end));
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = end}};

    *end = (struct end){.kind = kind, .fd = fd};
    if (epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        perror("epoll_ctl");
        exit(1);
    }
    return end;
}

/* Its memory is not freed: bytes for it may still be queued, and a run is short. */
static void end_close(struct end *end)
{
    if (!end->gone) {
        close(end->fd);
        end->gone = true;
    }
}

static int socket_towards(const struct sockaddr_in *target, int type)
{
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), size = SOCKET_BUFFER, one = 1;

    if (fd >= 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
        if (type == SOCK_STREAM) {
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        }
        if (connect(fd, (const struct sockaddr *)target, sizeof(*target)) != 0) {
            close(fd);
            return -1;
        }
    }
    return fd;
}

static struct end *session_of(struct proxy *p, struct end *listener, const struct sockaddr_in *client)
{
    struct end *one;
    int fd;

    for (size_t i = 0; i < SESSIONS_MAX; i++) { /* the newest first: a check's packets come together */
        one = p->session[(p->session_next + SESSIONS_MAX - 1 - i) % SESSIONS_MAX];
        if (!one) {
            break;
        }
        if (one->to == listener && one->client.sin_port == client->sin_port &&
            one->client.sin_addr.s_addr == client->sin_addr.s_addr) {
            return one;
        }
    }
    fd = socket_towards(&listener->target, SOCK_DGRAM);
    if (fd < 0) {
        return NULL;
    }
    one = p->session[p->session_next];
    if (one) {
        end_close(one);
    }
    one = end_new(p, END_UP_UDP, fd);
    one->to = listener;
    one->client = *client;
    p->session[p->session_next] = one;
    p->session_next = (p->session_next + 1) % SESSIONS_MAX;
    return one;
}

/* --- bytes in --- */

static void from_client(struct proxy *p, struct end *listener)
{
    static uint8_t data[PACKET_MAX];
    struct sockaddr_in client;
    socklen_t len = sizeof(client);
    ssize_t got;

    while ((got = recvfrom(listener->fd, data, sizeof(data), MSG_DONTWAIT, (struct sockaddr *)&client, &len)) >= 0) {
        struct end *session = session_of(p, listener, &client);

        if (session) {
            send_later(p, (struct flying){.from = listener, .to = session, .len = (size_t)got}, data, true);
        }
    }
}

static void from_server(struct proxy *p, struct end *session)
{
    static uint8_t data[PACKET_MAX];
    ssize_t got;

    while ((got = recv(session->fd, data, sizeof(data), MSG_DONTWAIT)) >= 0) {
        send_later(
            p,
            (struct flying){
                .from = session, .to = session->to, .client = session->client, .to_client = true, .len = (size_t)got},
            data, true);
    }
}

static void accept_one(struct proxy *p, struct end *listener)
{
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC), up, one = 1;
    struct end *near, *far;

    if (fd < 0) {
        return;
    }
    up = socket_towards(&listener->target, SOCK_STREAM);
    if (up < 0) {
        close(fd);
        return;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    near = end_new(p, END_TCP, fd);
    far = end_new(p, END_TCP, up);
    near->to = far;
    far->to = near;
}

static void from_stream(struct proxy *p, struct end *end)
{
    static uint8_t data[PACKET_MAX];
    ssize_t got = recv(end->fd, data, sizeof(data), MSG_DONTWAIT);

    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    send_later(p, (struct flying){.from = end, .to = end->to, .len = got > 0 ? (size_t)got : 0}, data, false);
    if (got <= 0) { /* what flies to it may still arrive */
        end->ended = true;
        epoll_ctl(p->epoll, EPOLL_CTL_DEL, end->fd, NULL);
    }
}

/* --- bytes out --- */

static void arrive(const struct flying *one)
{
    if (one->to->gone) {
        return;
    }
    if (one->to_client) {
        (void)sendto(one->to->fd, one->data, one->len, MSG_DONTWAIT, (const struct sockaddr *)&one->client,
                     sizeof(one->client));
    } else if (one->to->kind == END_TCP && one->len == 0) {
        (void)shutdown(one->to->fd, SHUT_WR);
        if (one->to->ended) { /* the second of the two ends to arrive, or the first and the other is lost with it */
            end_close(one->to->to);
            end_close(one->to);
        }
    } else {
        (void)send(one->to->fd, one->data, one->len, MSG_NOSIGNAL);
    }
}

static void arrivals(struct proxy *p)
{
    uint64_t expirations;

    (void)!read(p->timer, &expirations, sizeof(expirations));
    while (p->count > 0 && p->heap[0].due_us <= clock_mono_us()) {
        struct flying one = heap_pop(p);

        arrive(&one);
        free(one.data);
    }
}

/* --- the program --- */

static struct sockaddr_in address_of(const char *text)
{
    struct sockaddr_in out = {.sin_family = AF_INET};
    const char *at = strchr(text, '@');
    char addr[INET_ADDRSTRLEN];

    snprintf(addr, sizeof(addr), "%.*s", at ? (int)(at - text) : 0, text);
    if (!at || inet_pton(AF_INET, addr, &out.sin_addr) != 1) {
        fprintf(stderr, "dns_proxy: not ADDR@PORT: %s\n", text);
        exit(2);
    }
    out.sin_port = htons((uint16_t)strtol(at + 1, NULL, 10));
    return out;
}

static void listen_at(struct proxy *p, const struct sockaddr_in *from, const struct sockaddr_in *to, int type)
{
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), one = 1, size = SOCKET_BUFFER;

    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    if (fd < 0 || bind(fd, (const struct sockaddr *)from, sizeof(*from)) != 0 ||
        (type == SOCK_STREAM && listen(fd, 128) != 0)) {
        perror("dns_proxy: listen");
        exit(1);
    }
    end_new(p, type == SOCK_STREAM ? END_LISTEN_TCP : END_LISTEN_UDP, fd)->target = *to;
}

static void serve(struct proxy *p)
{
    for (;;) {
        struct epoll_event event[EVENTS];
        int count = epoll_wait(p->epoll, event, EVENTS, -1);

        for (int i = 0; i < count; i++) {
            struct end *end = event[i].data.ptr;

            switch (end->kind) {
            case END_LISTEN_UDP:
                from_client(p, end);
                break;
            case END_LISTEN_TCP:
                accept_one(p, end);
                break;
            case END_UP_UDP:
                from_server(p, end);
                break;
            case END_TCP:
                from_stream(p, end);
                break;
            case END_TIMER:
                arrivals(p);
                break;
            }
        }
        timer_set(p);
    }
}

int main(int argc, char **argv)
{
    static struct proxy proxy = {.line = {.seed = 1}};
    int c;

    while ((c = getopt(argc, argv, "d:j:l:u:s:")) != -1) {
        long value = optarg ? strtol(optarg, NULL, 10) : 0;

        switch (c) {
        case 'd':
            proxy.line.delay_us = value * 1000;
            break;
        case 'j':
            proxy.line.jitter_us = value * 1000;
            break;
        case 'l':
            proxy.line.loss = (unsigned)value;
            break;
        case 'u':
            proxy.line.duplication = (unsigned)value;
            break;
        case 's':
            proxy.line.seed = (uint64_t)value * 2654435761u + 1;
            break;
        default:
            return 2;
        }
    }
    if (optind == argc || (argc - optind) % 2 != 0) {
        fprintf(
            stderr,
            "usage: dns_proxy [-d DELAY_MS] [-j JITTER_MS] [-l LOSS] [-u DOUBLE] [-s SEED] FROM@PORT TO@PORT [...]\n");
        return 2;
    }
    proxy.epoll = epoll_create1(EPOLL_CLOEXEC);
    proxy.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    end_new(&proxy, END_TIMER, proxy.timer);
    for (int i = optind; i < argc; i += 2) {
        struct sockaddr_in from = address_of(argv[i]), to = address_of(argv[i + 1]);

        listen_at(&proxy, &from, &to, SOCK_DGRAM);
        listen_at(&proxy, &from, &to, SOCK_STREAM);
    }
    puts("ready");
    fflush(stdout);
    serve(&proxy);
    return 0;
}
