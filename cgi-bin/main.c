/*
 * volmacht.fcgi [-c FILE] [-p pages|checks] [-s SOCKET]: the web program's processes, threads and shutdown. FastCGI on
 * SOCKET or on the listening socket it inherits as descriptor 0; plain CGI when there is neither. The only file that
 * knows libfcgi; request.c parses requests and route.c answers them.
 *
 * As plain CGI the program must be mounted at / (Apache: ScriptAlias / …/volmacht.fcgi/), because the pages' links
 * begin there.
 */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "app/app.h"
#include "app/auth/login_mail.h"
#include "base/clock.h"
#include "base/log.h"
#include "brand.h"
#include "listener.h"
#include "request.h"
#include "response.h"
#include "route.h"
#include "view.h"

enum {
    CHECKS_NICENESS = 5,
    ACCEPT_PAUSE_US = 10 * 1000, /* after a failed accept, for example without free descriptors */
    SILENT_MS = 2000,            /* a connection that sends nothing is closed after this long, ... */
    STALL_S = 15, /* ... one that stops in the middle of a request or does not read its response after this long */
    STOP_TICK_US = 5 * 1000,
    STOP_GRACE_TICKS = 20, /* an open connection has this long to send its request */
};

struct options {
    const char *conf, *pool, *socket;
};

struct program {
    const struct app *app;
    int listen_fd;
    atomic_bool stop;
};

struct fcgi_thread {
    struct program *program;
    pthread_t thread;
    FCGX_Request fcgi; /* the thread's own */
    pthread_mutex_t lock;
    int waiting; /* under lock: the connection while its request is awaited; else -1 */
    bool joined;
};

/* What one thread keeps between requests. */
struct request_context {
    struct worker *worker;
    struct pool *pool;
    struct response response;
    struct buf out;
};

static void context_open(struct request_context *context, const struct app *app)
{
    context->worker = worker_new(app, WORKER_WEB);
    context->pool = pool_new();
    response_init(&context->response);
    buf_init(&context->out, RESPONSE_BODY_MAX + 64 * 1024);
}

static void context_close(struct request_context *context)
{
    worker_free(&context->worker);
    pool_free(&context->pool);
    response_free(&context->response);
    buf_free(&context->out);
}

/* The whole response to source's request, in context->out. */
static void context_answer(struct request_context *context, const struct request_source *source)
{
    struct request *request;
    pool_clear(context->pool);
    response_reset(&context->response);
    buf_reset(&context->out);
    int status = request_parse(context->pool, source, &request);
    if (status == 0)
        route_dispatch(context->worker, context->pool, request, &context->response);
    else
        route_refuse(context->worker, context->pool, request, status, &context->response);
    response_serialize(&context->response, &context->out);
}

/*
 * Work after the response, so that neither the client waits for it nor its duration reveals anything: sends the mails
 * that the request has queued. The sweep retries what fails here.
 */
static void context_after_response(struct request_context *context, bool (*stop)(void *), void *stop_arg)
{
    struct err err = {0};
    if (context->response.after_response && login_mail_send(context->worker, stop, stop_arg, &err) != 0)
        log_event(LOG_WARN, "login_mails_not_sent", LOG_S("error", err.text));
}

/* Sends a piece of the body. False after a fault: the response must not look complete. */
typedef bool put_function(void *self, const struct buf *piece);
static bool context_stream(struct request_context *context, put_function *put, void *self)
{
    const struct response *response = &context->response;
    struct err err = {0};
    int left = response->more && !response->head_only;
    while (left > 0) {
        buf_reset(&context->out);
        left = response->more(response->more_arg, &context->out, &err);
        if (left < 0)
            log_event(LOG_ERROR, "answer_cut", LOG_S("error", err.text));
        else if (!put(self, &context->out))
            return true; /* the client has gone */
    }
    return left == 0;
}

/* --- FastCGI --- */

static const char *fcgi_param(void *self, const char *name)
{
    return FCGX_GetParam(name, ((FCGX_Request *)self)->envp);
}

/* FCGX_GetStr may return short before the end; only 0 is the end. */
static long fcgi_read(void *self, char *out, size_t size)
{
    FCGX_Stream *in = ((FCGX_Request *)self)->in;
    int n = FCGX_GetStr(out, (int)size, in);
    return n == 0 && FCGX_GetError(in) ? -1 : n;
}

/* True once something can be read from fd. */
static bool wait_readable(int fd, int timeout_ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    int ready;
    do
        ready = poll(&poll_fd, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    return ready > 0 && (poll_fd.revents & POLLIN);
}

/* Accepts a connection; -1 if there is none. */
static int connection_accept(int listen_fd)
{
    struct timeval stall = {.tv_sec = STALL_S};
    int on = 1;
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof(stall));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof(stall));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* refused by a Unix socket, which needs none */
    return fd;
}

/*
 * For fcgi_thread_hang_up: fd is a connection whose request is awaited, -1 for none. Keeps a duplicate, so that the
 * number remains this connection's: libfcgi closes its own descriptor at any time, and the kernel would reuse the
 * number for another socket. Without a free descriptor the connection cannot be hung up.
 */
static void fcgi_thread_note(struct fcgi_thread *thread, int fd)
{
    int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
    pthread_mutex_lock(&thread->lock);
    int before = thread->waiting;
    thread->waiting = copy;
    pthread_mutex_unlock(&thread->lock);
    if (before >= 0)
        close(before);
}

/*
 * Waits for a request and reads its header; false if there is none. Accepts by itself, because libfcgi 2.4.2's accept
 * has no timeout on half a header, and when it is told to stop while a Unix connection is silent it closes that and
 * then polls and closes the same number for ever. A request that has its connection already does not accept;
 * keepConnection prevents FCGX_Accept_r from closing it first, and is then set from the request itself. Without a
 * listen_sock it cannot accept on its own.
 */
static bool fcgi_thread_accept(struct fcgi_thread *thread)
{
    FCGX_Request *fcgi = &thread->fcgi;
    if (fcgi->ipcFd < 0) {
        fcgi->ipcFd = connection_accept(thread->program->listen_fd);
        fcgi->keepConnection = 1;
        if (fcgi->ipcFd < 0) {
            if (errno != EINTR && errno != ECONNABORTED && !atomic_load(&thread->program->stop))
                usleep(ACCEPT_PAUSE_US);
            return false;
        }
    }
    fcgi_thread_note(thread, fcgi->ipcFd);
    bool comes = wait_readable(fcgi->ipcFd, SILENT_MS);
    bool accepted = comes && FCGX_Accept_r(fcgi) == 0;
    fcgi_thread_note(thread, -1);
    if (!comes) {
        close(fcgi->ipcFd);
        fcgi->ipcFd = -1;
    }
    return accepted;
}

static bool fcgi_put(void *self, const struct buf *piece)
{
    return FCGX_PutStr(piece->data, (int)piece->len, self) == (int)piece->len;
}

static bool fcgi_thread_stopping(void *self)
{
    return atomic_load(&((struct fcgi_thread *)self)->program->stop);
}

static void *fcgi_thread_run(void *arg)
{
    struct fcgi_thread *thread = arg;
    struct request_source source = {.param = fcgi_param, .read = fcgi_read, .self = &thread->fcgi};
    struct request_context context;
    context_open(&context, thread->program->app);
    while (!atomic_load(&thread->program->stop)) {
        if (!fcgi_thread_accept(thread))
            continue;
        context_answer(&context, &source);
        FCGX_PutStr(context.out.data, (int)context.out.len, thread->fcgi.out);
        if (context_stream(&context, fcgi_put, thread->fcgi.out))
            FCGX_Finish_r(&thread->fcgi);
        else
            FCGX_Free(&thread->fcgi, 1); /* without an end: the web server aborts its response too */
        context_after_response(&context, fcgi_thread_stopping, thread);
    }
    FCGX_Free(&thread->fcgi, 1);
    context_close(&context);
    return NULL;
}

/* Gives threads that wait for a request an end of file. Data that was sent already is still read and answered. */
static void fcgi_thread_hang_up(struct fcgi_thread *thread)
{
    pthread_mutex_lock(&thread->lock);
    if (thread->waiting >= 0)
        shutdown(thread->waiting, SHUT_RD);
    pthread_mutex_unlock(&thread->lock);
}

static void fcgi_threads_join(struct fcgi_thread *thread, size_t count)
{
    size_t left = count;
    for (int tick = 0; left > 0; tick++) {
        for (size_t i = 0; i < count; i++) {
            if (thread[i].joined)
                continue;
            thread[i].joined = pthread_tryjoin_np(thread[i].thread, NULL) == 0;
            if (thread[i].joined)
                left--;
            else if (tick >= STOP_GRACE_TICKS)
                fcgi_thread_hang_up(&thread[i]);
        }
        if (left > 0)
            usleep(STOP_TICK_US);
    }
}

/* Waits for the signal to stop, then lets every running request finish. The shutdown alone wakes a blocked accept. */
static void wait_and_stop(struct program *program, struct fcgi_thread *thread, size_t count, const sigset_t *signals)
{
    int signal_number = 0;
    while (sigwait(signals, &signal_number) != 0)
        continue;
    log_event(LOG_INFO, "stopping", LOG_I("signal", signal_number));
    atomic_store(&program->stop, true);
    FCGX_ShutdownPending();
    shutdown(program->listen_fd, SHUT_RDWR);
    fcgi_threads_join(thread, count);
    log_event(LOG_INFO, "stopped", LOG_I("threads", count));
}

/* Logs it at the start; pages answer 503 until the schema is right, and each new connection tests again. */
static void log_database_error(const struct app *app)
{
    struct err err = {0};
    struct worker *worker = worker_new(app, WORKER_WEB);
    if (worker_ping(worker, &err) != 0)
        log_event(LOG_ERROR, "database_not_ready", LOG_S("error", err.text));
    worker_free(&worker);
}

static int serve(struct program *program, size_t count, struct err *err)
{
    struct fcgi_thread *thread = mem_alloc(count * sizeof(*thread));
    sigset_t signals;
    size_t started = 0;
    int rc = 0;
    memset(thread, 0, count * sizeof(*thread));
    for (size_t i = 0; i < count; i++) {
        thread[i].program = program;
        thread[i].waiting = -1;
        pthread_mutex_init(&thread[i].lock, NULL);
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (FCGX_Init() != 0) {
        rc = err_set(err, ERR_FAULT, "libfcgi does not start");
        goto out;
    }
    /* After FCGX_Init, which installs its own handlers for these. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    for (; started < count; started++) {
        if (FCGX_InitRequest(&thread[started].fcgi, -1, 0) != 0 ||
            pthread_create(&thread[started].thread, NULL, fcgi_thread_run, &thread[started]) != 0) {
            rc = err_set(err, ERR_FAULT, "only %zu of %zu threads can be started", started, count);
            raise(SIGTERM); /* pending for wait_and_stop: running requests finish as always */
            break;
        }
    }
    log_event(LOG_INFO, "started", LOG_I("threads", started));
    log_database_error(program->app);
    wait_and_stop(program, thread, started, &signals);
out:
    for (size_t i = 0; i < count; i++)
        pthread_mutex_destroy(&thread[i].lock);
    free(thread);
    return rc;
}

/* --- plain CGI --- */

static const char *cgi_param(void *self, const char *name)
{
    (void)self;
    return getenv(name);
}

static long cgi_read(void *self, char *out, size_t size)
{
    (void)self;
    ssize_t n;
    do
        n = read(STDIN_FILENO, out, size);
    while (n < 0 && errno == EINTR);
    return (long)n;
}

static bool cgi_put(void *self, const struct buf *piece)
{
    return fwrite(piece->data, 1, piece->len, self) == piece->len;
}

static void answer_once(const struct app *app)
{
    struct request_source source = {.param = cgi_param, .read = cgi_read, .plain_cgi = true};
    struct request_context context;
    context_open(&context, app);
    context_answer(&context, &source);
    fwrite(context.out.data, 1, context.out.len, stdout);
    (void)context_stream(&context, cgi_put, stdout);
    fflush(stdout);
    if (context.response.after_response &&
        freopen("/dev/null", "w", stdout)) /* the web server sees the end of the response */
        context_after_response(&context, NULL, NULL);
    context_close(&context);
}

/* --- start --- */

static bool options_read(int argc, char **argv, struct options *out)
{
    int option;
    *out = (struct options){.pool = "pages"};
    while ((option = getopt(argc, argv, "c:p:s:")) != -1) {
        if (option == 'c')
            out->conf = optarg;
        else if (option == 'p')
            out->pool = optarg;
        else if (option == 's')
            out->socket = optarg;
        else
            return false;
    }
    return optind == argc && (strcmp(out->pool, "pages") == 0 || strcmp(out->pool, "checks") == 0);
}

static void log_unset(void *arg, const char *file, const char *key)
{
    (void)arg;
    log_event(LOG_DEBUG, "view_unset", LOG_S("template", file), LOG_S("key", key));
}

static int fcgi_run(const struct options *options, const struct conf *conf, const struct app *app, struct err *err)
{
    struct listener listener = {.fd = -1};
    struct program program = {.app = app, .listen_fd = STDIN_FILENO};
    int rc = 0;
    if (options->socket) {
        rc = listener_open(&listener, options->socket, err);
        program.listen_fd = listener.fd;
    } else if (FCGX_IsCGI()) {
        if (!getenv("GATEWAY_INTERFACE"))
            return err_set(err, ERR_CONFIG, "no socket: give -s, or start it from a web server");
        answer_once(app);
        return 0;
    }
    bool checks = strcmp(options->pool, "checks") == 0;
    /* Page processes have priority: a check waits for DNS anyway, and forty checks end at the same deadline. A
     * sandbox that forbids this has set it already. */
    if (checks)
        (void)setpriority(PRIO_PROCESS, 0, CHECKS_NICENESS);
    if (rc == 0)
        rc = serve(&program, (size_t)(checks ? conf->check_threads : conf->threads), err);
    listener_close(&listener);
    return rc;
}

int main(int argc, char **argv)
{
    struct options options;
    struct conf *conf = NULL;
    struct app *app = NULL;
    struct err err = {0};
    int rc = 0;
    if (!options_read(argc, argv, &options)) {
        log_event(LOG_ERROR, "usage", LOG_S("options", "[-c FILE] [-p pages|checks] [-s SOCKET]"));
        return 2;
    }
    conf = conf_load(conf_path(options.conf), &err);
    if (!conf) {
        rc = err.code;
        goto out;
    }
    log_set_level(conf->log_level);
    if (conf->log_level == LOG_DEBUG)
        view_watch_unset(log_unset, NULL);
    rc = clock_zone_set(conf->timezone, &err);
    if (rc == 0)
        rc = view_load(conf->template_dir, &err);
    if (rc == 0)
        rc = brand_load(conf, &err);
    if (rc == 0)
        rc = app_new(conf, &app, &err);
    if (rc == 0)
        rc = fcgi_run(&options, conf, app, &err);
out:
    if (rc < 0)
        log_event(LOG_ERROR, "not_started", LOG_S("error", err.text));
    app_free(&app);
    brand_unload();
    view_unload();
    conf_free(&conf);
    return rc < 0 ? 1 : 0;
}
