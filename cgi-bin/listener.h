/*
 * The socket on which the web server reaches the program, when the program binds it itself: a Unix path or ADDR:PORT.
 * (libfcgi's own FCGX_OpenSocket unlinks what is there, takes the mode from the umask and may exit.)
 */
#ifndef CGI_LISTENER_H
#define CGI_LISTENER_H

#include <sys/types.h>

#include "base/err.h"

struct listener {
    int fd;           /* -1: not open */
    const char *path; /* Unix socket, borrowed; NULL for TCP */
    dev_t dev;        /* of path as we made it */
    ino_t ino;
};

/*
 * where has a / or no colon: a Unix socket of mode 0660. Replaces a stale socket; a socket on which a process answers
 * is an error. Else ADDR:PORT or [ADDR]:PORT, numeric. ERR_CONFIG. Before threads: changes the umask for a moment.
 */
int listener_open(struct listener *listener, const char *where, struct err *err);
/* Closes it and removes the socket's file, unless another process has replaced it since. */
void listener_close(struct listener *listener);

#endif
