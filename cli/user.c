/*
 * volmacht user add|list|role|password|code-off|remove --account ID [--email E] [--role admin|viewer]: makes, lists,
 * changes and removes users. A password is the first line of stdin, so that no process list shows it; on a terminal it
 * is typed without echo.
 */
#include "base/base.h"

#include <termios.h>
#include <unistd.h>

#include "app/auth/account.h"
#include "app/auth/members.h"
#include "app/auth/mfa.h"
#include "base/buf.h"
#include "cli/cli.h"
#include "model/user.h"

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

static int user_tell(const struct cli *cli, enum user_add_result result, const struct cli_options *options)
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

static int cli_user_add(struct cli *cli, struct worker *worker, struct uuid account, const struct cli_options *options,
                        struct err *err)
{
    enum role role = ROLE_ADMIN;
    enum user_add_result result;
    char password[PASSWORD_MAX + 2];
    if (options->role && !role_parse(options->role, &role))
        return cli_usage(cli);
    if (!read_password(cli, password))
        return user_tell(cli, USER_BAD_PASSWORD, options);
    int rc = user_add(worker, account, options->email, password, role, &result, err) ? cli_fail(cli, err)
                                                                                     : user_tell(cli, result, options);
    explicit_bzero(password, sizeof(password));
    return rc;
}

static int cli_user_list(struct cli *cli, struct worker *worker, struct uuid account, struct err *err)
{
    struct members members;
    struct buf out;
    if (members_list(worker, cli->pool, account, &members, err) != 0)
        return cli_fail(cli, err);
    buf_init(&out, 64 * 1024 * 1024);
    for (size_t i = 0; i < members.member_count; i++) {
        buf_addf(&out, "%s ", role_word(members.member[i].role));
        buf_add_printable(&out, members.member[i].email, strlen(members.member[i].email));
        buf_addc(&out, '\n');
    }
    int rc = cli_put(cli, &out);
    buf_free(&out);
    return rc;
}

static int set_password(struct cli *cli, struct worker *worker, const struct actor *actor, struct uuid user,
                        const struct cli_options *options, struct err *err)
{
    char password[PASSWORD_MAX + 2];
    bool good;
    if (!read_password(cli, password))
        return user_tell(cli, USER_BAD_PASSWORD, options);
    int rc = user_set_password(worker, actor, user, password, &good, err);
    explicit_bzero(password, sizeof(password));
    return rc ? cli_fail(cli, err) : user_tell(cli, good ? USER_ADDED : USER_BAD_PASSWORD, options);
}

/* Changes one user, who must exist. */
static int user_change(struct cli *cli, struct worker *worker, struct uuid account, const char *what,
                       const struct cli_options *options, struct err *err)
{
    const struct actor actor = {.account_id = account, .role = ROLE_ADMIN, .addr = ""};
    const struct text_arg *args = TEXT_ARGS({"email", options->email}, {"account", options->account});
    enum member_change change = MEMBER_GONE;
    enum role role;
    struct uuid user;
    bool found;
    if (member_find(worker, account, options->email, &found, &user, err) != 0)
        return cli_fail(cli, err);
    if (!found)
        return cli_complain(cli, TEXT_CLI_NO_USER, args);
    if (strcmp(what, "code-off") == 0)
        return mfa_remove(worker, &actor, user, err) ? cli_fail(cli, err) : EXIT_DONE;
    if (strcmp(what, "password") == 0)
        return set_password(cli, worker, &actor, user, options, err);
    int rc = options->role && role_parse(options->role, &role)
                 ? member_set_role(worker, &actor, user, role, &change, err)
                 : member_remove(worker, &actor, user, &change, err);
    if (rc != 0)
        return cli_fail(cli, err);
    if (change == MEMBER_GONE)
        return cli_complain(cli, TEXT_CLI_NO_USER, args);
    return change == MEMBER_LAST_ADMIN ? cli_complain(cli, TEXT_CLI_LAST_ADMIN, args) : EXIT_DONE;
}

/* Whether the options are those of that subcommand. */
static bool is_complete(const char *what, const struct cli_options *options)
{
    enum role role;
    if (strcmp(what, "list") == 0)
        return !options->email && !options->role;
    if (!options->email)
        return false;
    if (strcmp(what, "role") == 0)
        return options->role && role_parse(options->role, &role);
    return strcmp(what, "add") == 0 ||
           ((strcmp(what, "remove") == 0 || strcmp(what, "password") == 0 || strcmp(what, "code-off") == 0) &&
            !options->role);
}

int cli_user(struct cli *cli, int argc, char **argv)
{
    struct cli_options options;
    struct uuid account;
    if (!cli_read_options(cli, argc, argv, "aer", &options))
        return EXIT_USAGE;
    if (options.rest_count != 1 || !options.account || !is_complete(options.rest[0], &options))
        return cli_usage(cli);
    if (!uuid_parse(options.account, &account))
        return user_tell(cli, USER_NO_ACCOUNT, &options);
    const char *what = options.rest[0];
    struct err err = {0};
    struct worker *worker = cli_worker(cli, WORKER_OWNER);
    if (!worker)
        return EXIT_ERROR;
    int rc = strcmp(what, "add") == 0    ? cli_user_add(cli, worker, account, &options, &err)
             : strcmp(what, "list") == 0 ? cli_user_list(cli, worker, account, &err)
                                         : user_change(cli, worker, account, what, &options, &err);
    worker_free(&worker);
    return rc;
}
