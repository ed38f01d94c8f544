/*
 * Non-blocking: outgoing messages wait in a buffer until the connection is established, incoming bytes are collected
 * until a message is complete. Bounded by the longest message (65535 bytes) and by the few questions that one
 * connection carries.
 */
#include "base/base.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/pool.h"
#include "dns/tcp.h"

enum { LENGTH = 2, TCP_IN_MAX = LENGTH + 65535, TCP_OUT_MAX = 1024 * 1024, READS_MAX = 16 };

static void tcp_fail(struct tcp *tcp)
{
    enum tcp_end end = tcp->connected ? TCP_CLOSED : TCP_REFUSED;

    tcp_close(tcp);
    tcp->closed(tcp->self, tcp, end);
}

/* Asks the kernel for writability only while there is something to write. */
static void tcp_watch_writing(struct tcp *tcp, bool writing)
{
    if (tcp->writing != writing) {
        tcp->writing = writing;
        loop_change(tcp->loop, &tcp->watch, LOOP_READ | (writing ? LOOP_WRITE : 0u));
    }
}

/* False: the connection is broken. */
static bool tcp_write(struct tcp *tcp)
{
    while (tcp->written < tcp->out.len) {
        ssize_t done = send(tcp->watch.fd, tcp->out.data + tcp->written, tcp->out.len - tcp->written, MSG_NOSIGNAL);

        if (done < 0 && errno != EINTR) {
            bool full = errno == EAGAIN || errno == EWOULDBLOCK;

            tcp_watch_writing(tcp, true);
            return full;
        }
        tcp->written += done > 0 ? (size_t)done : 0;
    }
    buf_reset(&tcp->out);
    tcp->written = 0;
    tcp_watch_writing(tcp, false);
    return true;
}

/* Takes all complete messages received. False: one of them closed the connection. */
static bool tcp_take(struct tcp *tcp)
{
    size_t at = 0;

    while (tcp->in_len - at >= LENGTH) {
        size_t len = (size_t)tcp->in[at] << 8 | tcp->in[at + 1];
        unsigned opened = tcp->opened;

        if (tcp->in_len - at < LENGTH + len) {
            break;
        }
        tcp->message(tcp->self, tcp, tcp->in + at + LENGTH, len);
        if (tcp->watch.fd < 0 || tcp->opened != opened) {
            return false;
        }
        at += LENGTH + len;
    }
    tcp->in_len -= at;
    memmove(tcp->in, tcp->in + at, tcp->in_len);
    return true;
}

static void tcp_read(struct tcp *tcp)
{
    for (int i = 0; i < READS_MAX; i++) {
        ssize_t got = recv(tcp->watch.fd, tcp->in + tcp->in_len, TCP_IN_MAX - tcp->in_len, 0);

        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
            return;
        }
        if (got <= 0) {
            tcp_fail(tcp);
            return;
        }
        tcp->in_len += (size_t)got;
        if (!tcp_take(tcp)) {
            return;
        }
    }
}

static void tcp_ready(struct watch *watch, unsigned events)
{
    struct tcp *tcp = (struct tcp *)watch; /* its first member */
    int error = 0;
    socklen_t len = sizeof(error);

    if (!tcp->connected) {
        if (!(events & LOOP_WRITE)) {
            return;
        }
        if (getsockopt(tcp->watch.fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
            tcp_fail(tcp);
            return;
        }
        tcp->connected = true;
    }
    if ((events & LOOP_WRITE) && !tcp_write(tcp)) {
        tcp_fail(tcp);
        return;
    }
    if (events & LOOP_READ) {
        tcp_read(tcp);
    }
}

bool tcp_open(struct tcp *tcp, const struct address *to)
{
    struct sockaddr_storage storage;
    socklen_t len = address_to_sockaddr(to, &storage);
    int fd = socket(to->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1, saved;

    tcp->watch = (struct watch){.fd = -1, .ready = tcp_ready};
    if (fd < 0) {
        return false;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(fd, (struct sockaddr *)&storage, len) != 0 && errno != EINPROGRESS) {
        saved = errno;
        close(fd);
        errno = saved;
        return false;
    }
    if (!loop_add(tcp->loop, &tcp->watch, fd, LOOP_READ | LOOP_WRITE)) {
        return false;
    }
    tcp->connected = false;
    tcp->writing = true;
    tcp->opened++;
    tcp->answered = tcp->written = tcp->in_len = 0;
    buf_init(&tcp->out, TCP_OUT_MAX);
    tcp->in = mem_alloc(TCP_IN_MAX);
    return true;
}

void tcp_close(struct tcp *tcp)
{
    if (!tcp->loop || tcp->watch.fd < 0) {
        return;
    }
    loop_remove(&tcp->watch);
    buf_free(&tcp->out);
    free(tcp->in);
    tcp->in = NULL;
}

void tcp_send(struct tcp *tcp, const uint8_t *message, size_t len)
{
    uint8_t length[LENGTH] = {(uint8_t)(len >> 8), (uint8_t)len};

    buf_add(&tcp->out, length, sizeof(length));
    buf_add(&tcp->out, message, len);
    if (tcp->connected) {
        (void)tcp_write(tcp); /* the loop reports a broken connection */
    }
}
