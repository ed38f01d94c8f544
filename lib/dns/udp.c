/*
 * sendmmsg and recvmmsg on connected sockets. One packet goes by send, which costs less than a list of one.
 */
#include "base/base.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/pool.h"
#include "dns/udp.h"

enum { READS_MAX = 4 /* calls in one turn: other sockets wait as well */ };

struct udp_room {
    unsigned packets;
    struct mmsghdr message[UDP_AT_ONCE];
    struct iovec part[UDP_AT_ONCE];
    uint8_t data[][UDP_PACKET_MAX];
};

struct udp_room *udp_room_new(unsigned packets)
{
    struct udp_room *room = mem_alloc(sizeof(*room) + packets * sizeof(room->data[0]));

    room->packets = packets;
    memset(room->message, 0, sizeof(room->message));
    for (unsigned i = 0; i < packets; i++) {
        room->part[i] = (struct iovec){.iov_base = room->data[i], .iov_len = sizeof(room->data[i])};
        room->message[i].msg_hdr = (struct msghdr){.msg_iov = &room->part[i], .msg_iovlen = 1};
    }
    return room;
}

void udp_room_free(struct udp_room **room)
{
    free(*room);
    *room = NULL;
}

static bool is_refusal(int error)
{
    return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH || error == EPERM ||
           error == EACCES || error == EHOSTDOWN;
}

static void udp_ready(struct watch *watch, unsigned events)
{
    struct udp *udp = (struct udp *)watch; /* its first member */
    struct udp_room *room = udp->room;

    (void)events;
    for (int i = 0; i < READS_MAX && udp->watch.fd >= 0; i++) {
        int got = recvmmsg(udp->watch.fd, room->message, room->packets, MSG_DONTWAIT, NULL);

        if (got < 0) {
            if (is_refusal(errno)) {
                udp->refused(udp->self);
            }
            return;
        }
        for (int k = 0; k < got && udp->watch.fd >= 0; k++) {
            udp->packet(udp->self, room->data[k], room->message[k].msg_len);
        }
        if ((unsigned)got < room->packets) {
            return;
        }
    }
}

bool udp_open(struct udp *udp, const struct address *to, int receive_buffer)
{
    struct sockaddr_storage storage;
    socklen_t len = address_to_sockaddr(to, &storage);
    int fd = socket(to->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int saved;

    udp->watch = (struct watch){.fd = -1, .ready = udp_ready};
    if (fd < 0) {
        return false;
    }
    if (receive_buffer > 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    if (connect(fd, (struct sockaddr *)&storage, len) != 0) {
        saved = errno;
        close(fd);
        errno = saved;
        return false;
    }
    return loop_add(udp->loop, &udp->watch, fd, LOOP_READ);
}

void udp_close(struct udp *udp)
{
    if (udp->loop) {
        loop_remove(&udp->watch);
    }
}

/* Sends what can be sent in one call; how many, or -1 with errno. */
static int send_some(int fd, const struct udp_out *out, unsigned count)
{
    struct mmsghdr message[UDP_AT_ONCE];
    struct iovec part[UDP_AT_ONCE];

    if (count == 1) {
        return send(fd, out->data, out->len, MSG_NOSIGNAL) >= 0 ? 1 : -1;
    }
    for (unsigned i = 0; i < count; i++) {
        part[i] = (struct iovec){.iov_base = (void *)(uintptr_t)out[i].data, .iov_len = out[i].len};
        message[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &part[i], .msg_iovlen = 1}};
    }
    return sendmmsg(fd, message, count, MSG_NOSIGNAL);
}

unsigned udp_send(struct udp *udp, const struct udp_out *out, unsigned count)
{
    unsigned sent = 0;

    while (sent < count && udp->watch.fd >= 0) {
        int done = send_some(udp->watch.fd, out + sent, count - sent);

        if (done > 0) {
            sent += (unsigned)done;
        } else if (is_refusal(errno)) {
            udp->refused(udp->self);
            break;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        } else if (errno != EINTR) {
            sent++;
        }
    }
    return sent;
}
