/*
 * The mail server's side of the doctor: may the sending addresses send (SPF), are they known by a name (PTR, and that
 * name by them), is the certificate good and for how long, and Exim itself: asked to read its configuration and to look
 * into its views with its own database user, so that what is tested is what it will do.
 */
#include "base/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/doctor/examination.h"
#include "app/notify/submission.h"
#include "base/buf.h"
#include "base/clock.h"
#include "mailauth/spf.h"
#include "model/name.h"

enum { EXPIRES_SOON_DAYS = 14, REVERSE_NAMES_MAX = 8, OUTPUT_MAX = 16384, PROGRAM_TIMEOUT_MS = 20000, WHAT_MAX = 400 };

extern char **environ;

/* --- sending addresses --- */

static const struct observation *ask(void *self, const char *name, enum rr_type type)
{
    struct examination *e = self;
    struct observation *seen = pool_alloc(e->pool, sizeof(*seen));
    struct err err = {0};
    return dns_ask(worker_dns(e->worker), e->pool, &(struct question){.name = name, .type = type}, seen, &err) ? NULL
                                                                                                               : seen;
}

static const char *detail_of(struct examination *e, const char *a, const char *b)
{
    return pool_printf(e->pool, "%s, %s", a, b);
}

static void spf(struct examination *e, const char *text, const struct spf_address *ip)
{
    const char *target = worker_app(e->worker)->conf->return_path_target;
    struct spf_answer answer;
    spf_check(e->pool, ip, target, ask, e, &answer);
    const char *word = spf_result_word(answer.result);
    const char *what = answer.offending_term ? pool_printf(e->pool, "%s: %s", word, answer.offending_term) : word;
    bool unsure = answer.result == SPF_TEMPERROR || (answer.skipped && answer.result != SPF_PASS);
    examination_tell(e, TEXT_DOCTOR_SPF, detail_of(e, target, text),
                     answer.result == SPF_PASS ? DIAGNOSIS_OK
                     : unsure                  ? DIAGNOSIS_WARNING
                                               : DIAGNOSIS_WRONG,
                     answer.result == SPF_TEMPERROR ? TEXT_DOCTOR_DNS_ADVICE
                     : unsure                       ? TEXT_DOCTOR_SPF_UNSURE_ADVICE
                                                    : TEXT_DOCTOR_SPF_ADVICE,
                     what);
}

/* The name below in-addr.arpa or ip6.arpa (RFC 1035 3.5, RFC 3596 2.5). */
static const char *reverse_name(struct examination *e, const struct spf_address *ip)
{
    struct buf name;
    buf_init(&name, 128);
    for (int i = (ip->family == AF_INET ? 4 : 16) - 1; i >= 0; i--)
        if (ip->family == AF_INET)
            buf_addf(&name, "%d.", ip->byte[i]);
        else
            buf_addf(&name, "%x.%x.", ip->byte[i] & 15, ip->byte[i] >> 4);
    buf_adds(&name, ip->family == AF_INET ? "in-addr.arpa" : "ip6.arpa");
    const char *out = pool_memdup(e->pool, name.data, name.len);
    buf_free(&name);
    return out;
}

static bool leads_back(struct examination *e, const char *name, const struct spf_address *ip)
{
    enum rr_type type = ip->family == AF_INET ? RR_A : RR_AAAA;
    const struct observation *o = ask(e, name, type);
    for (size_t i = 0; o && i < o->rr_count; i++)
        if (o->rr[i].type == (int)type && o->rr[i].data && memcmp(o->rr[i].data, ip->byte, o->rr[i].data_len) == 0)
            return true;
    return false;
}

/* A name that leads back to the address is what receivers ask for; the one that the server greets with is what they
 * like. */
static void reverse(struct examination *e, const char *text, const struct spf_address *ip)
{
    const char *greets = worker_app(e->worker)->conf->mail_host, *any = NULL, *back = NULL;
    const struct observation *o = ask(e, reverse_name(e, ip), RR_PTR);
    if (!o || !outcome_usable(o->outcome)) {
        examination_tell(e, TEXT_DOCTOR_REVERSE, text, DIAGNOSIS_WARNING, TEXT_DOCTOR_DNS_ADVICE,
                         o ? outcome_word(o->outcome) : "");
        return;
    }
    for (size_t i = 0; i < o->rr_count && i < REVERSE_NAMES_MAX; i++) {
        if (o->rr[i].type != RR_PTR || !o->rr[i].target)
            continue;
        any = o->rr[i].target;
        if (leads_back(e, any, ip) && (!back || (greets && name_equal(any, greets))))
            back = any;
    }
    if (!back)
        examination_tell(e, TEXT_DOCTOR_REVERSE, any ? detail_of(e, text, any) : text, DIAGNOSIS_WRONG,
                         any ? TEXT_DOCTOR_REVERSE_NOT_BACK_ADVICE : TEXT_DOCTOR_REVERSE_ADVICE, text);
    else
        examination_tell(e, TEXT_DOCTOR_REVERSE, detail_of(e, text, back),
                         !greets || name_equal(back, greets) ? DIAGNOSIS_OK : DIAGNOSIS_WARNING,
                         TEXT_DOCTOR_REVERSE_OTHER_ADVICE, greets ? greets : "");
}

static void sending_addresses(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    if (conf->sending_address_count == 0)
        examination_tell(e, TEXT_DOCTOR_SPF, conf->return_path_target, DIAGNOSIS_WARNING, TEXT_DOCTOR_NOT_TESTED_ADVICE,
                         "sending_addresses");
    for (size_t i = 0; i < conf->sending_address_count; i++) {
        struct spf_address ip;
        spf_address_parse(conf->sending_addresses[i], &ip); /* the configuration has seen to it */
        spf(e, conf->sending_addresses[i], &ip);
        reverse(e, conf->sending_addresses[i], &ip);
    }
}

/* --- the certificate --- */

static void certificate(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    struct certificate found;
    struct err err = {0};
    char day[CLOCK_ISO_SIZE] = "";
    if (!conf->mail_host) {
        examination_tell(e, TEXT_DOCTOR_CERTIFICATE, "", DIAGNOSIS_WARNING, TEXT_DOCTOR_NOT_TESTED_ADVICE, "mail_host");
        return;
    }
    const char *where = pool_printf(e->pool, "%s:%d", conf->mail_host, conf->mail_port);
    if (submission_certificate(conf->mail_host, conf->mail_port, &found, &err)) {
        examination_tell(e, TEXT_DOCTOR_CERTIFICATE, where, DIAGNOSIS_WRONG,
                         err.code == ERR_MALFORMED ? TEXT_DOCTOR_CERTIFICATE_ADVICE : TEXT_DOCTOR_UNREACHABLE_ADVICE,
                         err.text);
        return;
    }
    clock_iso(found.expires_at, day);
    day[strcspn(day, "T")] = '\0';
    int days = (int)((found.expires_at - clock_wall_ms()) / (24 * 60 * 60 * 1000));
    examination_tell(e, TEXT_DOCTOR_CERTIFICATE, pool_printf(e->pool, "%s (%s)", where, day),
                     days < EXPIRES_SOON_DAYS ? DIAGNOSIS_WARNING : DIAGNOSIS_OK, TEXT_DOCTOR_CERTIFICATE_SOON_ADVICE,
                     pool_printf(e->pool, "%d", days));
}

/* --- Exim --- */

/* Reads until the end or the deadline; what is too much is thrown away. False: the deadline. */
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
        if (ready > 0 && (len == 0 || (len < 0 && errno != EINTR))) /* at the end errno is that of an earlier call */
            return true;
        if (len > 0 && out->len + (size_t)len < OUTPUT_MAX)
            buf_add(out, part, (size_t)len);
    }
}

/* Runs a program without input; its exit status (127: it could not be started), and what it said on both outputs. */
static int run(char *const argv[], struct buf *said)
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

/* The line of what a program said that tells most, printable: the one that speaks of an error, with the next if it ends
 * in a colon, else the last. */
static const char *telling_line(struct examination *e, const struct buf *said)
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

static bool exim_reads_configuration(struct examination *e, const struct conf *conf)
{
    char *argv[] = {conf->exim_program, (char[]){"-C"}, conf->exim_config, (char[]){"-bV"}, NULL};
    struct buf said;
    buf_init(&said, OUTPUT_MAX);
    int status = run(argv, &said);
    examination_tell(e, TEXT_DOCTOR_EXIM, conf->exim_config, status == 0 ? DIAGNOSIS_OK : DIAGNOSIS_WRONG,
                     status == 127 ? TEXT_DOCTOR_EXIM_MISSING_ADVICE : TEXT_DOCTOR_EXIM_ADVICE, telling_line(e, &said));
    buf_free(&said);
    return status == 0;
}

/* Exim looks for nothing in its views: what counts is that it may. */
static void views(struct examination *e, const struct conf *conf)
{
    char *question = pool_printf(e->pool, "${lookup mysql{%s}{1}{1}}", store_mail_views());
    char *argv[] = {conf->exim_program, (char[]){"-C"}, conf->exim_config, (char[]){"-be"}, question, NULL};
    struct buf said;
    buf_init(&said, OUTPUT_MAX);
    bool ok = run(argv, &said) == 0 && strcmp(telling_line(e, &said), "1") == 0;
    examination_tell(e, TEXT_DOCTOR_VIEWS, conf->db_name, ok ? DIAGNOSIS_OK : DIAGNOSIS_WRONG, TEXT_DOCTOR_VIEWS_ADVICE,
                     ok ? "" : telling_line(e, &said));
    buf_free(&said);
}

static void exim(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    if (!conf->exim_config) {
        examination_tell(e, TEXT_DOCTOR_EXIM, "", DIAGNOSIS_WARNING, TEXT_DOCTOR_NOT_TESTED_ADVICE, "exim_config");
        return;
    }
    if (exim_reads_configuration(e, conf))
        views(e, conf);
}

void examine_mail(struct examination *e, bool dns)
{
    if (dns)
        sending_addresses(e);
    certificate(e);
    exim(e);
}
