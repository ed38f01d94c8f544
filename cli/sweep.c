#include "base/base.h"

/*
 * volmacht sweep: all pending and lost domains, checked. --nightly is for timers, --every-midnight stays and does it
 * each night at sweep_at. SIGTERM and SIGINT end it between two domains. After a pass, and while it waits for the next, people are mailed.
 */

#include <errno.h>
#include <inttypes.h>
#include <signal.h>

#include "app/domains.h"
#include "app/outbox.h"
#include "base/buf.h"
#include "base/clock.h"
#include "cli/cli.h"

static volatile sig_atomic_t stop_asked;

static void on_signal(int number)
{
    (void)number;
    stop_asked = 1;
}

static bool stop(void *arg)
{
    (void)arg;
    return stop_asked;
}

/* What fails here is tried again: a pass is not less done for it. */
static void tell_people(struct app *app, bool after_pass)
{
    struct err err = {0};
    if (after_pass && outbox_after_night(app, clock_wall_ms(), &err) != 0)
        log_event(LOG_WARN, "notices_not_queued", LOG_S("error", err.text));
    if (outbox_send(app, stop, NULL, &err) != 0)
        log_event(LOG_WARN, "notices_not_sent", LOG_S("error", err.text));
}

static int one_pass(struct cli *cli, bool json)
{
    struct err err = {0};
    struct sweep_counts n = {0};
    struct app *app = app_new(cli->shared, APP_SWEEP);
    int rc = sweep_all(app, stop, NULL, &n, &err) ? cli_fail(cli, &err) : EXIT_DONE;
    if (rc == EXIT_DONE && !stop_asked)
        tell_people(app, true);
    app_free(&app);
    log_event(LOG_INFO, "sweep_done", LOG_I("looked_at", n.looked_at), LOG_I("verified", n.verified), LOG_I("pending", n.pending),
              LOG_I("unknown", n.unknown), LOG_I("failed", rc != EXIT_DONE));
    if (rc == EXIT_DONE && json)
        printf("{\"looked_at\":%" PRId64 ",\"verified\":%" PRId64 ",\"pending\":%" PRId64 ",\"unknown\":%" PRId64 "}\n", n.looked_at, n.verified,
               n.pending, n.unknown);
    return rc;
}

/* Sleeps until the next sweep_at; a night during which the database was gone is tried again a minute later. */
static int every_midnight(struct cli *cli, bool json)
{
    struct app *app = app_new(cli->shared, APP_SWEEP);
    while (!stop_asked) {
        int64_t next = clock_next_daily(clock_wall_ms(), cli->shared->conf->sweep_at);
        while (!stop_asked && clock_wall_ms() < next) {
            int64_t left = next - clock_wall_ms();
            struct timespec pause = {.tv_sec = left > 60000 ? 60 : left / 1000, .tv_nsec = left > 60000 ? 0 : left % 1000 * 1000000};
            nanosleep(&pause, NULL); /* a minute at most, so that a changed clock is noticed; a signal ends it */
            if (!stop_asked)
                tell_people(app, false);
        }
        while (!stop_asked && one_pass(cli, json) != EXIT_DONE) {
            struct timespec pause = {.tv_sec = 60};
            nanosleep(&pause, NULL);
        }
    }
    app_free(&app);
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
    return options.every_midnight ? every_midnight(cli, options.json) : one_pass(cli, options.json);
}
