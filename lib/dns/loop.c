/*
 * epoll, level-triggered: unread data is reported again. Closing a descriptor removes it from epoll.
 */
#include "base/base.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "dns/loop.h"

enum { EVENTS_AT_ONCE = 64 };

bool loop_open(struct loop *loop)
{
    loop->fd = epoll_create1(EPOLL_CLOEXEC);
    return loop->fd >= 0;
}

void loop_close(struct loop *loop)
{
    if (loop->fd >= 0) {
        close(loop->fd);
        loop->fd = -1;
    }
}

static struct epoll_event event_of(struct watch *watch, unsigned events)
{
    return (struct epoll_event){.events = ((events & LOOP_READ) ? (unsigned)EPOLLIN : 0) |
                                          ((events & LOOP_WRITE) ? (unsigned)EPOLLOUT : 0),
                                .data.ptr = watch};
}

bool loop_add(struct loop *loop, struct watch *watch, int fd, unsigned events)
{
    struct epoll_event event = event_of(watch, events);
    int saved;

    watch->fd = -1;
    if (epoll_ctl(loop->fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        saved = errno;
        close(fd);
        errno = saved;
        return false;
    }
    watch->fd = fd;
    return true;
}

void loop_change(struct loop *loop, struct watch *watch, unsigned events)
{
    struct epoll_event event = event_of(watch, events);

    (void)epoll_ctl(loop->fd, EPOLL_CTL_MOD, watch->fd, &event);
}

void loop_remove(struct watch *watch)
{
    if (watch->fd >= 0) {
        close(watch->fd);
        watch->fd = -1;
    }
}

/* An earlier event of the same call may have closed a descriptor and reused its watch: the new one then gets a
 * spurious event and finds nothing to read. */
void loop_wait(struct loop *loop, int64_t most_us)
{
    struct epoll_event event[EVENTS_AT_ONCE];
    int ms = most_us > 0 ? (int)((most_us + 999) / 1000) : 0;
    int count = epoll_wait(loop->fd, event, EVENTS_AT_ONCE, ms);

    for (int i = 0; i < count; i++) {
        struct watch *watch = event[i].data.ptr;
        bool broken = event[i].events & (EPOLLERR | EPOLLHUP);

        if (watch->fd >= 0) {
            watch->ready(watch, ((broken || (event[i].events & EPOLLIN)) ? LOOP_READ : 0u) |
                                    ((broken || (event[i].events & EPOLLOUT)) ? LOOP_WRITE : 0u));
        }
    }
}
