/*
 * volmacht: finds the command, opens the configuration, runs it. Owns the table of commands, the shared options and the
 * format of messages; does not know what a command does.
 */
#include "base/base.h"

#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>

#include "base/buf.h"

static const struct {
    const char *word;
    cli_command *run;
} commands[] = {
    {"account", cli_account}, {"credential", cli_credential}, {"doctor", cli_doctor}, {"domain", cli_domain},
    {"migrate", cli_migrate}, {"sweep", cli_sweep},           {"user", cli_user},
};

static void put_line(FILE *to, const struct cli *cli, const char *prefix, enum text_id id, const struct text_arg *args)
{
    struct buf line;
    buf_init(&line, 64 * 1024);
    buf_adds(&line, prefix);
    text_fill(&line, cli->lang, id, args);
    buf_addc(&line, '\n');
    fwrite(line.data, 1, line.len, to);
    buf_free(&line);
}

int cli_complain(const struct cli *cli, enum text_id id, const struct text_arg *args)
{
    put_line(stderr, cli, "volmacht: ", id, args);
    return EXIT_ERROR;
}

void cli_say(const struct cli *cli, enum text_id id, const struct text_arg *args)
{
    put_line(stdout, cli, "", id, args);
}

int cli_usage(const struct cli *cli)
{
    put_line(stderr, cli, "", TEXT_CLI_USAGE, TEXT_ARGS({0}));
    return EXIT_USAGE;
}

int cli_fail(const struct cli *cli, const struct err *err)
{
    struct buf what;
    buf_init(&what, 4096);
    buf_add_printable(&what, err->text, strlen(err->text));
    cli_complain(cli, err->code == ERR_UNAVAILABLE ? TEXT_CLI_UNAVAILABLE : TEXT_CLI_FAULT,
                 TEXT_ARGS({"what", what.data}));
    buf_free(&what);
    return EXIT_ERROR;
}

struct worker *cli_worker(const struct cli *cli, enum worker_kind as)
{
    struct err err = {0};
    struct worker *worker = worker_new(cli->app, as);
    if (worker_ping(worker, &err) != 0) {
        cli_fail(cli, &err);
        worker_free(&worker);
    }
    return worker;
}

int cli_put(const struct cli *cli, const struct buf *out)
{
    if (!out->overflowed && fwrite(out->data, 1, out->len, stdout) == out->len && fflush(stdout) == 0)
        return EXIT_DONE;
    struct err err;
    err_set(&err, ERR_FAULT, "stdout: %s", out->overflowed ? "too much to print" : strerror(errno));
    return cli_fail(cli, &err);
}

bool cli_read_options(struct cli *cli, int argc, char **argv, const char *allowed, struct cli_options *out)
{
    static const struct option known[] = {
        {"account", required_argument, NULL, 'a'},
        {"email", required_argument, NULL, 'e'},
        {"role", required_argument, NULL, 'r'},
        {"json", no_argument, NULL, 'j'},
        {"nightly", no_argument, NULL, 'n'},
        {"every-midnight", no_argument, NULL, 'm'},
        {NULL, 0, NULL, 0},
    };
    *out = (struct cli_options){0};
    optind = 0; /* not 1: makes getopt(3) start over, its argument order included */
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == '?' || !strchr(allowed, c)) {
            cli_usage(cli);
            return false;
        }
        switch (c) {
        case 'a':
            out->account = optarg;
            break;
        case 'e':
            out->email = optarg;
            break;
        case 'r':
            out->role = optarg;
            break;
        case 'j':
            out->json = true;
            break;
        case 'n':
            out->nightly = true;
            break;
        case 'm':
            out->every_midnight = true;
            break;
        }
    }
    out->rest = argv + optind;
    out->rest_count = argc - optind;
    return true;
}

static enum lang terminal_language(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strncmp(value, "nl", 2) == 0 ? LANG_NL : LANG_EN;
    }
    return LANG_EN;
}

static int cli_run(struct cli *cli, cli_command *command, const char *conf_file, int argc, char **argv)
{
    struct err err = {0};
    struct app *app = NULL;
    int rc = EXIT_ERROR;
    struct conf *conf = conf_load(conf_path(conf_file), &err);
    if (!conf) {
        rc = cli_fail(cli, &err);
        goto out;
    }
    log_set_level(conf->log_level);
    if (app_new(conf, &app, &err)) {
        rc = cli_fail(cli, &err);
        goto out;
    }
    cli->app = app;
    rc = command(cli, argc, argv);
out:
    app_free(&app);
    conf_free(&conf);
    return rc;
}

int main(int argc, char **argv)
{
    struct cli cli = {.lang = terminal_language()};
    const char *conf_file = NULL;
    int c, rc = EXIT_USAGE;
    signal(SIGPIPE, SIG_IGN); /* a closed pipe then is a write error, a lost database connection too */
    static const struct option help[] = {
        {"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
    opterr = 0;
    while ((c = getopt_long(argc, argv, "+c:hV", help, NULL)) != -1) {
        if (c == 'c') {
            conf_file = optarg;
        } else if (c == 'h') {
            cli_say(&cli, TEXT_CLI_USAGE, TEXT_ARGS({0}));
            return EXIT_DONE;
        } else if (c == 'V') {
            puts(PACKAGE_STRING);
            return EXIT_DONE;
        } else {
            return cli_usage(&cli);
        }
    }
    argc -= optind;
    argv += optind;
    if (!argc)
        return cli_usage(&cli);
    cli.pool = pool_new();
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(argv[0], commands[i].word) == 0) {
            cli.word = commands[i].word;
            rc = cli_run(&cli, commands[i].run, conf_file, argc, argv);
            goto out;
        }
    }
    cli_usage(&cli);
out:
    pool_free(&cli.pool);
    return rc;
}
