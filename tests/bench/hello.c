/*
 * The measure for our pages: a libfcgi program that does nothing but write the bytes of a file, on as many threads as
 * ours. What our pages cost more than this is the program's and the database's share. The file is an answer in CGI form
 * (RFC 3875 6.3), headers included; nothing of the request is looked at. Knows nothing of Volmacht.
 */
#include "base/base.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/buf.h"

enum { ANSWER_MAX = 4 * 1024 * 1024, BACKLOG = 512, THREADS_MAX = 256 };

struct hello {
    int listen_fd;
    struct buf answer;
};

static void *answer_requests(void *arg)
{
    struct hello *hello = arg;
    FCGX_Request request;
    if (FCGX_InitRequest(&request, hello->listen_fd, 0) != 0)
        abort();
    while (FCGX_Accept_r(&request) == 0) {
        FCGX_PutStr(hello->answer.data, (int)hello->answer.len, request.out);
        FCGX_Finish_r(&request);
    }
    return NULL;
}

static int read_whole(const char *path, struct buf *out)
{
    char part[16384];
    size_t n;
    FILE *file = fopen(path, "rb");
    if (!file)
        return -1;
    while ((n = fread(part, 1, sizeof(part), file)) > 0)
        buf_add(out, part, n);
    int failed = ferror(file);
    fclose(file);
    return failed || out->overflowed ? -1 : 0;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path))
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, BACKLOG) != 0)
        return -1;
    return fd;
}

int main(int argc, char **argv)
{
    struct hello hello;
    long threads = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    if (threads < 1 || threads > THREADS_MAX) {
        fprintf(stderr, "usage: hello SOCKET FILE THREADS\n");
        return 2;
    }
    buf_init(&hello.answer, ANSWER_MAX);
    if (FCGX_Init() != 0 || read_whole(argv[2], &hello.answer) != 0 || (hello.listen_fd = listen_at(argv[1])) < 0) {
        fprintf(stderr, "hello: %s or %s: %s\n", argv[1], argv[2], strerror(errno));
        return 1;
    }
    for (long i = 1; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, answer_requests, &hello) != 0)
            return 1;
    }
    answer_requests(&hello);
    return 0;
}
