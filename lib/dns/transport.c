/*
 * The only file that knows c-ares. A channel per address and flight: fresh source port, fresh ids from getrandom.
 * c-ares 1.18 carries and repeats packets, matches id and question and goes over to TCP; its own socket functions are
 * ours, because there a datagram that is no answer can be dropped unseen, so that c-ares waits on for the right one:
 * given to it, any packet with the right id and question would end the query. Knows no zones and no verdicts.
 */
#include "base/base.h"

#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "dns/pace.h"
#include "dns/transport.h"

enum { RESENDS_MAX = 2, DATAGRAMS_A_READ = 16 };

/* A question in flight. */
struct sent {
    struct ask ask; /* what the caller sees */
    struct peer *peer;
    const struct question *question;
    unsigned flags;
    uint8_t packet[WIRE_QUESTION_MAX];
    size_t packet_len;
    int64_t sent_us;
    bool read;    /* the datagram that c-ares is given now has been read into ask.reply */
    bool garbage; /* something came that was not an answer */
    bool forgone; /* nobody waits for it */
    bool again;   /* ended for c-ares, to be sent once more */
    int resends;
    ask_done *done;
    void *self;
    int64_t at_us;     /* its place in the peer's pace */
    struct sent *next; /* held, or in the peer's list while in flight, then in the transport's list of ended ones */
};

struct peer {
    struct transport *transport;
    struct address address;
    ares_channel channel;
    bool tcp;
    struct pace *pace; /* NULL: none */
    struct sent *in_flight;
    struct peer *next;
};

struct transport {
    struct pool *pool;
    int64_t deadline_us, allowed_us; /* allowed: from the beginning to the deadline */
    const atomic_bool *stop;
    struct peer *peers;
    size_t peer_count;
    size_t needed;     /* in flight and not forgone */
    size_t bytes;      /* of answers, so far */
    struct sent *held; /* wait for their place, the first to go first */
    struct sent *ended, **ended_tail;
    bool over;       /* the deadline has passed */
    int local_errno; /* descriptors or memory ran out */
    void (*tick)(void *self);
    void *tick_self;
};

/* --- sockets --- */

static void note_local_trouble(struct transport *t)
{
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        t->local_errno = errno;
    }
}

static ares_socket_t socket_open(int family, int type, int protocol, void *self)
{
    struct peer *peer = self;
    int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    int one = 1;

    if (fd < 0) {
        note_local_trouble(peer->transport);
    } else if (type == SOCK_STREAM) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    }
    return fd;
}

static int socket_close(ares_socket_t fd, void *self)
{
    (void)self;
    return close(fd);
}

static int socket_connect(ares_socket_t fd, const struct sockaddr *to, ares_socklen_t len, void *self)
{
    (void)self;
    return connect(fd, to, len);
}

static ares_ssize_t socket_send(ares_socket_t fd, const struct iovec *part, int count, void *self)
{
    struct msghdr message = {.msg_iov = (struct iovec *)part, .msg_iovlen = (size_t)count};

    (void)self;
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

static struct sent *sent_by_id(struct peer *peer, uint16_t id)
{
    for (struct sent *s = peer->in_flight; s != NULL; s = s->next) {
        if (wire_id(s->packet) == id) {
            return s;
        }
    }
    return NULL;
}

/*
 * Some servers say FORMERR, NOTIMP or REFUSED by a bare header. c-ares wants the question; it is put in as asked. Only
 * an error comes through in this way, so the worst of a forged one is "unknown".
 */
static size_t complete_bare_error(const struct sent *s, uint8_t *data, size_t len, size_t size)
{
    size_t question = wire_question_length(s->packet, s->packet_len);

    if (!wire_bare_error(data, len) || WIRE_HEADER + question > size) {
        return len;
    }
    memcpy(data + WIRE_HEADER, s->packet + WIRE_HEADER, question);
    data[5] = 1; /* QDCOUNT */
    return WIRE_HEADER + question;
}

/* Is this datagram an answer to something we asked? Anything else is as if it never came. */
static bool datagram_answers(struct peer *peer, uint8_t *data, size_t *len, size_t size)
{
    struct sent *s = *len >= WIRE_HEADER ? sent_by_id(peer, wire_id(data)) : NULL;

    if (s == NULL) {
        if (*len < WIRE_HEADER) { /* a runt says nothing of which question it is about: of all */
            for (s = peer->in_flight; s != NULL; s = s->next) {
                s->garbage = true;
            }
        }
        return false;
    }
    *len = complete_bare_error(s, data, *len, size);
    if (!wire_echoes(s->packet, s->packet_len, data, *len)) {
        s->garbage = true;
        return false;
    }
    if (wire_truncated(data)) {
        return true;
    }
    s->read = wire_read(peer->transport->pool, data, *len, &s->ask.reply, NULL) == 0;
    s->garbage |= !s->read;
    return s->read;
}

static ares_ssize_t socket_receive(ares_socket_t fd, void *data, size_t size, int flags, struct sockaddr *from,
                                   ares_socklen_t *from_len, void *self)
{
    struct peer *peer = self;

    if (from == NULL) { /* TCP: a stream, nothing to drop */
        return recv(fd, data, size, flags);
    }
    for (int i = 0; i < DATAGRAMS_A_READ; i++) {
        ssize_t got = recvfrom(fd, data, size, flags, from, from_len);
        size_t len = got > 0 ? (size_t)got : 0;

        if (got < 0) {
            return got;
        }
        if (datagram_answers(peer, data, &len, size)) {
            return (ares_ssize_t)len;
        }
    }
    errno = EAGAIN;
    return -1;
}

static const struct ares_socket_functions socket_functions = {
    .asocket = socket_open,
    .aclose = socket_close,
    .aconnect = socket_connect,
    .arecvfrom = socket_receive,
    .asendv = socket_send,
};

/* --- peers --- */

/* All that c-ares would otherwise look up in /etc/resolv.conf and the environment is set here. */
static int channel_open(struct peer *peer, struct peer_timing timing)
{
    static char lookups[] = "b";
    struct ares_options options = {
        .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS |
                 (peer->tcp ? ARES_FLAG_USEVC : 0),
        .timeout = timing.timeout_ms,
        .tries = timing.tries,
        .ndots = 1,
        .lookups = lookups,
        .ednspsz = WIRE_EDNS_SIZE,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS | ARES_OPT_LOOKUPS |
               ARES_OPT_EDNSPSZ | ARES_OPT_DOMAINS | ARES_OPT_SORTLIST | ARES_OPT_SERVERS | ARES_OPT_NOROTATE;
    struct in_addr nobody = {.s_addr = htonl(INADDR_LOOPBACK)}; /* replaced below, before anything is sent */
    struct ares_addr_port_node server = {
        .family = peer->address.family, .udp_port = peer->address.port, .tcp_port = peer->address.port};
    int rc;

    options.servers = &nobody;
    options.nservers = 1;
    memcpy(&server.addr, peer->address.byte, sizeof(server.addr));
    rc = ares_init_options(&peer->channel, &options, mask);
    if (rc == ARES_SUCCESS) {
        ares_set_socket_functions(peer->channel, &socket_functions, peer);
        rc = ares_set_servers_ports(peer->channel, &server);
    }
    return rc;
}

struct peer *transport_peer(struct transport *t, const struct address *address, struct peer_timing timing, bool tcp)
{
    struct peer *peer = pool_alloc(t->pool, sizeof(*peer));

    peer->transport = t;
    peer->address = *address;
    peer->tcp = tcp;
    peer->next = t->peers;
    t->peers = peer;
    t->peer_count++;
    if (channel_open(peer, timing) != ARES_SUCCESS) {
        t->local_errno = ENOMEM;
        return NULL;
    }
    return peer;
}

/* --- questions in flight --- */

static void sent_unlink(struct sent *s)
{
    struct sent **at = &s->peer->in_flight;

    while (*at != s) {
        at = &(*at)->next;
    }
    *at = s->next;
    s->peer->transport->needed -= !s->forgone;
}

static void sent_end(struct transport *t, struct sent *s, enum ask_end end)
{
    s->ask.end = end;
    s->ask.ms = (int)((clock_mono_us() - s->sent_us + 999) / 1000);
    s->next = NULL;
    *t->ended_tail = s;
    t->ended_tail = &s->next;
}

/* A FORMERR without OPT is a server from before EDNS: once more without it (RFC 6891 7). Over TCP c-ares let a wrong
 * packet through: once more. */
static bool sent_needs_another_try(struct sent *s, bool read)
{
    if (s->resends >= RESENDS_MAX || s->peer->transport->over) {
        return false;
    }
    if (!read) {
        return s->resends == 0;
    }
    if (s->ask.reply.rcode == WIRE_FORMERR && !s->ask.reply.opt && !(s->flags & WIRE_PLAIN)) {
        s->flags |= WIRE_PLAIN;
        return true;
    }
    return false;
}

static enum ask_end ask_end_of(const struct sent *s, int status)
{
    switch (status) {
    case ARES_ETIMEOUT:
        return s->garbage ? ASK_MALFORMED : ASK_TIMEOUT;
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION:
        return s->garbage ? ASK_MALFORMED : ASK_DEADLINE;
    default:
        return s->garbage ? ASK_MALFORMED : ASK_UNREACHABLE;
    }
}

static void on_answer(void *arg, int status, int timeouts, unsigned char *data, int len)
{
    struct sent *s = arg;
    struct transport *t = s->peer->transport;
    bool read;

    (void)timeouts;
    sent_unlink(s);
    if (status != ARES_SUCCESS) {
        if (status == ARES_ENOMEM) {
            t->local_errno = ENOMEM;
        }
        sent_end(t, s, ask_end_of(s, status));
        return;
    }
    t->bytes += (size_t)len;
    if (t->bytes > TRANSPORT_BYTES_MAX) {
        sent_end(t, s, ASK_MALFORMED);
        return;
    }
    /* c-ares goes over to TCP by itself: what is still cut off here was so over TCP, and says nothing of what is
     * missing. */
    read = s->read || (wire_echoes(s->packet, s->packet_len, data, (size_t)len) && !wire_truncated(data) &&
                       wire_read(t->pool, data, (size_t)len, &s->ask.reply, NULL) == 0);
    s->again = sent_needs_another_try(s, read);
    sent_end(t, s, read ? ASK_ANSWERED : ASK_MALFORMED);
}

static void sent_send(struct transport *t, struct sent *s)
{
    uint16_t id;

    do {
        random_bytes(&id, sizeof(id));
    } while (sent_by_id(s->peer, id) != NULL);
    if (wire_ask(s->question, id, s->flags, s->packet, &s->packet_len, NULL) != 0) {
        sent_end(t, s, ASK_MALFORMED);
        return;
    }
    s->next = s->peer->in_flight;
    s->peer->in_flight = s;
    t->needed += !s->forgone;
    s->ask.end = ASK_WAITING;
    s->read = false;
    ares_send(s->peer->channel, s->packet, (int)s->packet_len, on_answer, s);
}

/* The one that goes first stands first. */
static void sent_hold(struct transport *t, struct sent *s)
{
    struct sent **at = &t->held;

    while (*at != NULL && (*at)->at_us <= s->at_us) {
        at = &(*at)->next;
    }
    s->next = *at;
    *at = s;
    t->needed += !s->forgone;
    s->ask.end = ASK_WAITING;
    if (t->deadline_us < s->at_us + t->allowed_us) {
        t->deadline_us = s->at_us + t->allowed_us;
    }
}

static void sent_send_in_place(struct transport *t, struct sent *s)
{
    int64_t now = clock_mono_us();

    s->at_us = s->peer->pace != NULL ? pace_reserve(s->peer->pace, &s->peer->address, now) : now;
    if (s->at_us > now) {
        sent_hold(t, s);
    } else {
        sent_send(t, s);
    }
}

/* until: from now on, or all that are held. */
static void transport_release(struct transport *t, int64_t until)
{
    while (t->held != NULL && t->held->at_us <= until) {
        struct sent *s = t->held;

        t->held = s->next;
        t->needed -= !s->forgone;
        if (t->over) {
            sent_end(t, s, ASK_DEADLINE);
        } else if (!s->forgone) {
            s->sent_us = s->resends > 0 ? s->sent_us : clock_mono_us();
            sent_send(t, s);
        }
    }
}

void transport_pace(struct peer *peer, struct pace *pace)
{
    if (peer != NULL) {
        peer->pace = pace;
    }
}

struct ask *transport_ask(struct transport *t, struct peer *peer, const struct question *question, unsigned flags,
                          ask_done *done, void *self)
{
    struct sent *s = pool_alloc(t->pool, sizeof(*s));

    s->peer = peer;
    s->question = question;
    s->ask.question = *question;
    s->flags = flags;
    s->done = done;
    s->self = self;
    s->sent_us = clock_mono_us();
    if (peer == NULL) {
        sent_end(t, s, ASK_UNREACHABLE);
    } else if (t->over) {
        sent_end(t, s, ASK_DEADLINE);
    } else {
        sent_send_in_place(t, s);
    }
    return &s->ask;
}

void transport_forgo(struct transport *t, struct ask *ask)
{
    struct sent *s = (struct sent *)ask; /* its first member */

    if (!s->forgone) {
        s->forgone = true;
        t->needed -= ask->end == ASK_WAITING;
    }
}

/* --- the flight --- */

static void transport_deliver(struct transport *t)
{
    while (t->ended != NULL) {
        struct sent *s = t->ended;

        t->ended = s->next;
        if (t->ended == NULL) {
            t->ended_tail = &t->ended;
        }
        if (s->forgone) {
            continue;
        }
        if (s->again) {
            s->again = false;
            s->resends++;
            sent_send_in_place(t, s);
        } else {
            s->done(s->self, &s->ask);
        }
    }
}

static size_t transport_fds(struct transport *t, struct pollfd *fd, struct peer **of)
{
    size_t count = 0;

    for (struct peer *peer = t->peers; peer != NULL; peer = peer->next) {
        ares_socket_t sock[ARES_GETSOCK_MAXNUM];
        unsigned bits = peer->in_flight != NULL ? (unsigned)ares_getsock(peer->channel, sock, ARES_GETSOCK_MAXNUM) : 0;

        /* One server a channel: one UDP and one TCP socket at most. */
        for (unsigned i = 0; i < 2; i++) {
            short events =
                (short)((ARES_GETSOCK_READABLE(bits, i) ? POLLIN : 0) | (ARES_GETSOCK_WRITABLE(bits, i) ? POLLOUT : 0));

            if (events != 0) {
                fd[count] = (struct pollfd){.fd = sock[i], .events = events};
                of[count++] = peer;
            }
        }
    }
    return count;
}

static void transport_process(struct transport *t, const struct pollfd *fd, struct peer **of, size_t count)
{
    (void)t;
    for (size_t i = 0; i < count; i++) {
        if (fd[i].revents != 0) {
            bool in = fd[i].revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL);
            bool out = fd[i].revents & POLLOUT;

            ares_process_fd(of[i]->channel, in ? fd[i].fd : ARES_SOCKET_BAD, out ? fd[i].fd : ARES_SOCKET_BAD);
        }
    }
}

/* Timeouts on a tick and not per packet: c-ares looks at every query of the channel for them. */
static void transport_tick(struct transport *t, int64_t now, int64_t *next_tick)
{
    if (now < *next_tick) {
        return;
    }
    *next_tick = now + (int64_t)TRANSPORT_TICK_MS * 1000;
    for (struct peer *peer = t->peers; peer != NULL; peer = peer->next) {
        if (peer->in_flight != NULL) {
            ares_process_fd(peer->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        }
    }
    if (t->tick != NULL) {
        t->tick(t->tick_self);
    }
}

static void transport_cancel(struct transport *t)
{
    t->over = true;
    transport_release(t, INT64_MAX);
    for (struct peer *peer = t->peers; peer != NULL; peer = peer->next) {
        if (peer->channel != NULL) {
            ares_cancel(peer->channel);
        }
    }
    transport_deliver(t);
}

int transport_run(struct transport *t, struct err *err)
{
    int64_t next_tick = clock_mono_us() + (int64_t)TRANSPORT_TICK_MS * 1000;

    transport_deliver(t);
    while (t->needed > 0) {
        size_t room = 2 * t->peer_count;
        struct pollfd *fd = mem_alloc(room * sizeof(*fd));
        struct peer **of = mem_alloc(room * sizeof(struct peer *));
        int64_t now = clock_mono_us();
        size_t count = transport_fds(t, fd, of);
        int64_t until = next_tick < t->deadline_us ? next_tick : t->deadline_us;

        until = t->held != NULL && t->held->at_us < until ? t->held->at_us : until;

        if (now < t->deadline_us && poll(fd, (nfds_t)count, until > now ? (int)((until - now + 999) / 1000) : 0) > 0) {
            transport_process(t, fd, of, count);
        }
        free(fd);
        free(of);
        transport_deliver(t);
        now = clock_mono_us();
        if (now >= t->deadline_us || (t->stop != NULL && *t->stop)) {
            transport_cancel(t);
        } else {
            transport_release(t, now);
            transport_tick(t, now, &next_tick);
            transport_deliver(t);
        }
    }
    if (t->local_errno != 0) {
        return err_set(err, ERR_UNAVAILABLE, "DNS: no descriptors or memory for sockets (errno %d)", t->local_errno);
    }
    return 0;
}

void transport_stop_on(struct transport *t, const atomic_bool *stop)
{
    t->stop = stop;
}

void transport_on_tick(struct transport *t, void (*tick)(void *self), void *self)
{
    t->tick = tick;
    t->tick_self = self;
}

struct transport *transport_new(struct pool *pool, int64_t deadline_us)
{
    struct transport *t = pool_alloc(pool, sizeof(*t));

    t->pool = pool;
    t->deadline_us = deadline_us;
    t->allowed_us = deadline_us - clock_mono_us();
    t->ended_tail = &t->ended;
    return t;
}

void transport_free(struct transport **transport)
{
    if (*transport == NULL) {
        return;
    }
    for (struct peer *peer = (*transport)->peers; peer != NULL; peer = peer->next) {
        if (peer->channel != NULL) {
            ares_destroy(peer->channel);
            peer->channel = NULL;
        }
    }
    *transport = NULL;
}
