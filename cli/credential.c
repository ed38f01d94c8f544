/*
 * volmacht credential add --account ID: a login for SMTP AUTH, with which the account's software submits mail. Prints
 * login and password once, each on a line; the database keeps a hash.
 */
#include "base/base.h"

#include "app/sender/sender.h"
#include "base/buf.h"
#include "cli/cli.h"

int cli_credential(struct cli *cli, int argc, char **argv)
{
    struct cli_options options;
    struct credential made;
    struct uuid account;
    struct err err = {0};
    bool no_account = false;
    if (!cli_read_options(cli, argc, argv, "a", &options))
        return EXIT_USAGE;
    if (options.rest_count != 1 || strcmp(options.rest[0], "add") != 0 || !options.account)
        return cli_usage(cli);
    if (!uuid_parse(options.account, &account))
        return cli_complain(cli, TEXT_CLI_NO_ACCOUNT, TEXT_ARGS({"account", options.account}));
    struct worker *worker = cli_worker(cli, WORKER_OWNER);
    if (!worker)
        return EXIT_ERROR;
    struct buf out;
    buf_init(&out, 256);
    int rc = credential_add(worker, account, &made, &no_account, &err);
    buf_addf(&out, "%s\n%s\n", made.login, made.password);
    if (rc != 0)
        rc = cli_fail(cli, &err);
    else if (no_account)
        rc = cli_complain(cli, TEXT_CLI_NO_ACCOUNT, TEXT_ARGS({"account", options.account}));
    else
        rc = cli_put(cli, &out);
    explicit_bzero(out.data, out.len);
    explicit_bzero(&made, sizeof(made));
    buf_free(&out);
    worker_free(&worker);
    return rc;
}
