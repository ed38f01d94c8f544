/*
 * volmacht sweep: a run over all pending and lost domains, now; with --nightly the run of the last sweep_at unless it
 * is complete; with --every-midnight it keeps running and does that every day. A progress bar on a terminal, else a
 * line in the log every 10 s. SIGTERM and SIGINT end it within a second or two. It sends mails after a run and while it
 * waits for the next.
 */
#include "base/base.h"

#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

#include "app/auth/login_mail.h"
#include "app/notify/outbox.h"
#include "app/sweep/sweep.h"
#include "base/buf.h"
#include "base/clock.h"
#include "cli/cli.h"

enum { BAR_MS = 200, LOG_MS = 10000, BAR_WIDTH = 30, AGAIN_S = 60, STEP_MS = 500 };

static volatile sig_atomic_t stop_asked;

static void on_signal(int number)
{
    (void)number;
    stop_asked = 1;
}

static bool stop(void *self)
{
    (void)self;
    return stop_asked;
}

/* Errors here do not fail the run: the next call tries again. */
static void send_mails(struct worker *worker, bool after_run)
{
    struct err err = {0};
    if (after_run && outbox_queue_notices(worker, clock_wall_ms(), &err) != 0)
        log_event(LOG_WARN, "notices_not_queued", LOG_S("error", err.text));
    if (outbox_send(worker, stop, NULL, &err) != 0)
        log_event(LOG_WARN, "notices_not_sent", LOG_S("error", err.text));
    if (login_mail_send(worker, stop, NULL, &err) != 0)
        log_event(LOG_WARN, "login_mails_not_sent", LOG_S("error", err.text));
}

static int64_t rate(const struct sweep_progress *p)
{
    return p->elapsed_ms > 0 ? p->counts.looked_at * 1000 / p->elapsed_ms : 0;
}

static int64_t seconds_left(const struct sweep_progress *p)
{
    return p->part > 0 ? (int64_t)((double)p->elapsed_ms / 1000 * (1 - p->part) / p->part) : -1;
}

static void log_progress(void *self, const struct sweep_progress *p)
{
    static const char *const state[] = {
        [SWEEP_RUNNING] = "running", [SWEEP_DNS_DOWN] = "dns_down", [SWEEP_DATABASE_DOWN] = "database_down"};
    (void)self;
    log_event(LOG_INFO, "sweep", LOG_S("state", state[p->state]), LOG_I("percent", (int)(p->part * 100)),
              LOG_I("looked_at", p->counts.looked_at), LOG_I("verified", p->counts.verified),
              LOG_I("unknown", p->counts.unknown), LOG_I("per_second", rate(p)), LOG_I("seconds_left", seconds_left(p)),
              LOG_I("questions", p->questions), LOG_I("lost", p->lost));
}

static enum text_id bar_text(const struct sweep_progress *p)
{
    if (p->state == SWEEP_DNS_DOWN)
        return TEXT_SWEEP_NO_DNS;
    return p->state == SWEEP_DATABASE_DOWN ? TEXT_SWEEP_NO_DATABASE : TEXT_SWEEP_BAR;
}

/* One line on stderr that is overwritten: [=====     ] 42% … */
static void draw_progress(void *self, const struct sweep_progress *p)
{
    const struct cli *cli = self;
    struct buf line;
    char per_second[24], left[24];
    int64_t seconds = seconds_left(p);
    snprintf(per_second, sizeof(per_second), "%" PRId64, rate(p));
    if (seconds < 0)
        snprintf(left, sizeof(left), "-");
    else
        snprintf(left, sizeof(left), "%" PRId64 ":%02d", seconds / 60, (int)(seconds % 60));
    buf_init(&line, 512);
    buf_adds(&line, "\r[");
    for (int i = 0; i < BAR_WIDTH; i++)
        buf_addc(&line, i < (int)(p->part * BAR_WIDTH) ? '=' : ' ');
    buf_addf(&line, "] %3d%% ", (int)(p->part * 100));
    text_fill(&line, cli->lang, bar_text(p), TEXT_ARGS({"rate", per_second}, {"left", left}));
    buf_adds(&line, "\033[K");
    ssize_t ignored = write(STDERR_FILENO, line.data, line.len);
    (void)ignored;
    buf_free(&line);
}

static int put_json(const struct cli *cli, const struct sweep_counts *n)
{
    struct buf out;
    bool first = true;
    buf_init(&out, 8192);
    buf_addf(&out,
             "{\"looked_at\":%" PRId64 ",\"verified\":%" PRId64 ",\"pending\":%" PRId64 ",\"unknown\":%" PRId64
             ",\"findings\":{",
             n->looked_at, n->verified, n->pending, n->unknown);
    for (int i = 0; i < FINDING_COUNT; i++) {
        if (!n->finding[i])
            continue;
        buf_addf(&out, "%s\"%s\":%" PRId64, first ? "" : ",", finding_word((enum finding)i), n->finding[i]);
        first = false;
    }
    buf_adds(&out, "}}\n");
    int rc = cli_put(cli, &out);
    buf_free(&out);
    return rc;
}

static int one_run(struct cli *cli, enum sweep_kind kind, bool json)
{
    struct err err = {0};
    struct sweep_end end;
    bool bar = isatty(STDERR_FILENO);
    struct sweep_watch watch = {
        .stop = stop, .report = bar ? draw_progress : log_progress, .every_ms = bar ? BAR_MS : LOG_MS, .self = cli};
    int rc = sweep_run(cli->app, kind, &watch, &end, &err);
    if (bar && !end.was_complete)
        fputc('\n', stderr);
    if (rc != 0)
        return cli_fail(cli, &err);
    if (!stop_asked) {
        struct worker *worker = worker_new(cli->app, WORKER_SWEEP);
        send_mails(worker, end.complete);
        worker_free(&worker);
    }
    log_event(LOG_INFO, "sweep_done", LOG_S("complete", end.complete ? "yes" : "no"),
              LOG_S("before", end.was_complete ? "yes" : "no"), LOG_I("looked_at", end.counts.looked_at),
              LOG_I("verified", end.counts.verified), LOG_I("pending", end.counts.pending),
              LOG_I("unknown", end.counts.unknown));
    if (end.failed) {
        err_set(&err, ERR_FAULT,
                "%" PRId64 " domains could not be checked, for another reason than DNS: the run stays open",
                end.failed);
        return cli_fail(cli, &err);
    }
    if (json && end.complete)
        return put_json(cli, &end.counts);
    return EXIT_DONE;
}

/* A minute at most, so that a changed clock is noticed. In short steps: a signal that arrives just before one must
 * not wait for a long one. */
static void sleep_some(int64_t ms)
{
    int64_t most = (int64_t)AGAIN_S * 1000;
    if (ms > most)
        ms = most;
    for (; ms > 0 && !stop_asked; ms -= STEP_MS)
        nanosleep(&(struct timespec){.tv_nsec = (ms < STEP_MS ? ms : STEP_MS) * 1000000}, NULL);
}

/* First the missed run, if there is one; then each at its time. A run that broke off is tried again a minute later. */
static int every_midnight(struct cli *cli, bool json)
{
    struct worker *worker = worker_new(cli->app, WORKER_SWEEP);
    while (!stop_asked) {
        if (one_run(cli, SWEEP_NIGHTLY, json) != EXIT_DONE) {
            sleep_some((int64_t)AGAIN_S * 1000);
            continue;
        }
        int64_t begun = clock_wall_ms(), next = clock_next_daily(begun, cli->app->conf->sweep_at);
        while (!stop_asked && clock_wall_ms() < next && clock_wall_ms() >= begun - 1000) {
            sleep_some(next - clock_wall_ms());
            if (!stop_asked)
                send_mails(worker, false);
        }
    }
    worker_free(&worker);
    return EXIT_DONE;
}

int cli_sweep(struct cli *cli, int argc, char **argv)
{
    struct cli_options options;
    if (!cli_read_options(cli, argc, argv, "jnm", &options))
        return EXIT_USAGE;
    if (options.rest_count || (options.nightly && options.every_midnight))
        return cli_usage(cli);
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    if (options.every_midnight)
        return every_midnight(cli, options.json);
    return one_run(cli, options.nightly ? SWEEP_NIGHTLY : SWEEP_NOW, options.json);
}
