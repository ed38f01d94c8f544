/*
 * The doctor on Exim itself: runs Exim to read its configuration and to query its views with its own database user, so
 * that the test takes the same path as delivery.
 */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/doctor/examination.h"
#include "base/buf.h"
#include "base/clock.h"

enum { OUTPUT_MAX = 16384, PROGRAM_TIMEOUT_MS = 20000, WHAT_MAX = 400 };

extern char **environ;

/* Reads until the end or the deadline and discards what does not fit. False: the deadline passed. */
static bool read_all(int fd, struct buf *out)
{
    int64_t until = clock_mono_us() + (int64_t)PROGRAM_TIMEOUT_MS * 1000;
    char part[1024];
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = (until - clock_mono_us()) / 1000;
        if (left <= 0)
            return false;
        int ready = poll(&p, 1, (int)left);
        ssize_t len = ready > 0 ? read(fd, part, sizeof(part)) : 0;
        if (ready > 0 && (len == 0 || (len < 0 && errno != EINTR))) /* at end of file errno is stale */
            return true;
        if (len > 0 && out->len + (size_t)len < OUTPUT_MAX)
            buf_add(out, part, (size_t)len);
    }
}

/* Runs a program without input; returns its exit status (127: it could not be started), and in said what it wrote on
 * both outputs. */
static int exim_run(char *const argv[], struct buf *said)
{
    posix_spawn_file_actions_t actions;
    int pipes[2], status = 127 << 8;
    pid_t pid;
    if (pipe2(pipes, O_CLOEXEC))
        return 127;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 2);
    int failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipes[1]);
    if (failed) {
        buf_adds(said, strerror(failed));
    } else {
        if (!read_all(pipes[0], said))
            kill(pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    close(pipes[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* The most informative line of a program's output, printable: the one that mentions an error, joined with the next
 * if it ends in a colon, else the last. */
static const char *error_line(struct examination *e, const struct buf *said)
{
    const char *error = strstr(said->data, " error "), *last = said->data;
    struct buf shown;
    for (const char *at = said->data; *at; at += strspn(at, "\r\n")) {
        last = at;
        at += strcspn(at, "\r\n");
        if (error && error < at)
            break;
    }
    size_t len = strcspn(last, "\r\n");
    if (len > 0 && last[len - 1] == ':') {
        const char *next = last + len + strspn(last + len, "\r\n ");
        last = pool_printf(e->pool, "%.*s %.*s", (int)len, last, (int)strcspn(next, "\r\n"), next);
        len = strlen(last);
    }
    buf_init(&shown, 4 * WHAT_MAX + 1);
    buf_add_printable(&shown, last, len < WHAT_MAX ? len : WHAT_MAX);
    const char *out = pool_memdup(e->pool, shown.data, shown.len);
    buf_free(&shown);
    return out;
}

bool examine_exim(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    if (!conf->exim_config) {
        examination_report(e, TEXT_DOCTOR_EXIM, "", DIAGNOSIS_WARNING, TEXT_DOCTOR_NOT_TESTED_ADVICE, "exim_config");
        return false;
    }
    char *argv[] = {conf->exim_program, (char[]){"-C"}, conf->exim_config, (char[]){"-bV"}, NULL};
    struct buf said;
    buf_init(&said, OUTPUT_MAX);
    int status = exim_run(argv, &said);
    examination_report(e, TEXT_DOCTOR_EXIM, conf->exim_config, status == 0 ? DIAGNOSIS_OK : DIAGNOSIS_WRONG,
                       status == 127 ? TEXT_DOCTOR_EXIM_MISSING_ADVICE : TEXT_DOCTOR_EXIM_ADVICE, error_line(e, &said));
    buf_free(&said);
    return status == 0;
}

/* Exim's lookup matches no row in its views; the test is whether it has the right to read them. */
bool examine_mail_views(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    char *question = pool_printf(e->pool, "${lookup mysql{%s}{1}{1}}", store_mail_views());
    char *argv[] = {conf->exim_program, (char[]){"-C"}, conf->exim_config, (char[]){"-be"}, question, NULL};
    struct buf said;
    buf_init(&said, OUTPUT_MAX);
    bool ok = exim_run(argv, &said) == 0 && strcmp(error_line(e, &said), "1") == 0;
    examination_report(e, TEXT_DOCTOR_VIEWS, conf->db_name, ok ? DIAGNOSIS_OK : DIAGNOSIS_WRONG,
                       TEXT_DOCTOR_VIEWS_ADVICE, ok ? "" : error_line(e, &said));
    buf_free(&said);
    return ok;
}
