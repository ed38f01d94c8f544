/*
 * Binding the program's socket: a Unix path, replaced only if no process answers on it, or a TCP address. Knows nothing
 * of FastCGI.
 */
#include "base/base.h"

#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

/* Removes a socket at address if no process answers on it. */
static int remove_stale(const struct sockaddr_un *address, struct err *err)
{
    struct stat st;
    if (lstat(address->sun_path, &st) < 0)
        return errno == ENOENT ? 0 : err_set(err, ERR_CONFIG, "%s: %s", address->sun_path, strerror(errno));
    if (!S_ISSOCK(st.st_mode))
        return err_set(err, ERR_CONFIG, "%s is there and is no socket", address->sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_set(err, ERR_FAULT, "socket: %s", strerror(errno));
    bool refused = connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 && errno == ECONNREFUSED;
    close(fd);
    if (!refused)
        return err_set(err, ERR_CONFIG, "%s: another process answers there", address->sun_path);
    if (unlink(address->sun_path) < 0 && errno != ENOENT)
        return err_set(err, ERR_CONFIG, "%s: cannot remove the old socket: %s", address->sun_path, strerror(errno));
    return 0;
}

static int bind_and_listen(int fd, const struct sockaddr *address, socklen_t len, const char *where, struct err *err)
{
    if (bind(fd, address, len) < 0 || listen(fd, BACKLOG) < 0)
        return err_set(err, ERR_CONFIG, "cannot listen on %s: %s", where, strerror(errno));
    return 0;
}

static int open_unix(struct listener *listener, const char *path, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat st;
    size_t len = strlen(path);
    if (len >= sizeof(address.sun_path))
        return err_set(err, ERR_CONFIG, "%s: the path of a socket has at most %zu bytes", path,
                       sizeof(address.sun_path) - 1);
    memcpy(address.sun_path, path, len + 1);
    int rc = remove_stale(&address, err);
    if (rc < 0)
        return rc;
    listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener->fd < 0)
        return err_set(err, ERR_FAULT, "socket: %s", strerror(errno));
    /* By umask and not by chmod: the socket never exists with a wider mode. */
    mode_t mask = umask(0117);
    rc = bind_and_listen(listener->fd, (const struct sockaddr *)&address, sizeof(address), path, err);
    umask(mask);
    if (rc < 0)
        return rc;
    if (lstat(path, &st) < 0)
        return err_set(err, ERR_FAULT, "%s: %s", path, strerror(errno));
    listener->path = path;
    listener->dev = st.st_dev;
    listener->ino = st.st_ino;
    return 0;
}

static int open_tcp(struct listener *listener, const char *where, struct err *err)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM},
                    *found = NULL;
    const char *colon = strrchr(where, ':');
    bool bracketed = where[0] == '[' && colon > where && colon[-1] == ']';
    char host[64];
    int on = 1;
    int len = snprintf(host, sizeof(host), "%.*s", (int)(colon - where) - 2 * bracketed, where + bracketed);
    int rc =
        len >= 0 && (size_t)len < sizeof(host) ? getaddrinfo(len ? host : NULL, colon + 1, &hints, &found) : EAI_NONAME;
    if (rc != 0)
        return err_set(err, ERR_CONFIG, "%s is no ADDR:PORT: %s", where, gai_strerror(rc));
    listener->fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener->fd < 0)
        rc = err_set(err, ERR_FAULT, "socket: %s", strerror(errno));
    else if (setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
        rc = err_set(err, ERR_FAULT, "%s: %s", where, strerror(errno));
    else
        rc = bind_and_listen(listener->fd, found->ai_addr, found->ai_addrlen, where, err);
    freeaddrinfo(found);
    return rc;
}

int listener_open(struct listener *listener, const char *where, struct err *err)
{
    *listener = (struct listener){.fd = -1};
    bool is_path = strchr(where, '/') || !strchr(where, ':');
    int rc = is_path ? open_unix(listener, where, err) : open_tcp(listener, where, err);
    if (rc < 0)
        listener_close(listener);
    return rc;
}

void listener_close(struct listener *listener)
{
    struct stat st;
    if (listener->path && lstat(listener->path, &st) == 0 && st.st_dev == listener->dev && st.st_ino == listener->ino)
        unlink(listener->path);
    if (listener->fd >= 0)
        close(listener->fd);
    *listener = (struct listener){.fd = -1};
}
