/*
 * volmacht account add NAME: makes a customer's account and prints its id, nothing else.
 */
#include "base/base.h"

#include "app/auth/account.h"
#include "cli/cli.h"

int cli_account(struct cli *cli, int argc, char **argv)
{
    struct cli_options options;
    if (!cli_read_options(cli, argc, argv, "", &options))
        return EXIT_USAGE;
    if (options.rest_count != 2 || strcmp(options.rest[0], "add") != 0)
        return cli_usage(cli);
    struct err err = {0};
    struct uuid id;
    int rc = EXIT_DONE;
    struct worker *worker = cli_worker(cli, WORKER_OWNER);
    if (!worker)
        return EXIT_ERROR;
    int added = account_add(worker, options.rest[1], &id, &err);
    if (added == ERR_MALFORMED) {
        rc = cli_complain(cli, TEXT_CLI_BAD_ACCOUNT_NAME, TEXT_ARGS({0}));
    } else if (added) {
        rc = cli_fail(cli, &err);
    } else {
        char text[UUID_TEXT_SIZE];
        uuid_format(id, text);
        puts(text);
    }
    worker_free(&worker);
    return rc;
}
