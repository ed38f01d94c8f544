#include "base/base.h"

/*
 * volmacht user add --account ID --email E [--role admin|viewer]: makes a user. The password is the first line of
 * stdin, so that it stands in no process list; on a terminal it is typed without echo.
 */

#include <termios.h>
#include <unistd.h>

#include "app/account.h"
#include "cli/cli.h"

enum { PASSWORD_MAX = 1024 };

/* False at end of file and for a line that does not fit. */
static bool read_password(const struct cli *cli, char out[PASSWORD_MAX + 2])
{
    struct termios was, silent;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;
    if (terminal) {
        silent = was;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
        fputs(text(cli->lang, TEXT_CLI_PASSWORD_PROMPT), stderr);
    }
    char *got = fgets(out, PASSWORD_MAX + 2, stdin);
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        fputc('\n', stderr);
    }
    if (!got)
        return false;
    size_t len = strcspn(out, "\r\n");
    bool whole = out[len] != '\0' || feof(stdin);
    out[len] = '\0';
    return whole;
}

static int tell(const struct cli *cli, enum user_add_result result, const struct cli_options *options)
{
    const struct text_arg *args = TEXT_ARGS({"email", options->email}, {"account", options->account});
    switch (result) {
    case USER_ADDED:
        return EXIT_DONE;
    case USER_NO_ACCOUNT:
        return cli_complain(cli, TEXT_CLI_NO_ACCOUNT, args);
    case USER_EXISTS:
        return cli_complain(cli, TEXT_CLI_USER_EXISTS, args);
    case USER_BAD_EMAIL:
        return cli_complain(cli, TEXT_CLI_BAD_EMAIL, args);
    case USER_BAD_PASSWORD:
        return cli_complain(cli, TEXT_CLI_BAD_PASSWORD, args);
    }
    return EXIT_ERROR;
}

int cli_user(struct cli *cli, int argc, char **argv)
{
    struct cli_options options;
    struct uuid account;
    enum role role = ROLE_ADMIN;
    if (!cli_read_options(cli, argc, argv, "aer", &options))
        return EXIT_USAGE;
    if (options.rest_count != 1 || strcmp(options.rest[0], "add") != 0 || !options.account || !options.email ||
        (options.role && !role_parse(options.role, &role)))
        return cli_usage(cli);
    if (!uuid_parse(options.account, &account))
        return tell(cli, USER_NO_ACCOUNT, &options);
    char password[PASSWORD_MAX + 2];
    if (!read_password(cli, password))
        return tell(cli, USER_BAD_PASSWORD, &options);
    struct err err = {0};
    enum user_add_result result;
    struct app *app = app_new(cli->shared, APP_OWNER);
    int rc = user_add(app, account, options.email, password, role, &result, &err) ? cli_fail(cli, &err) : tell(cli, result, &options);
    explicit_bzero(password, sizeof(password));
    app_free(&app);
    return rc;
}
