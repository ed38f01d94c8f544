/*
 * volmacht migrate: brings the database to this program's version. Safe to repeat and to run twice at once.
 */
#include "base/base.h"

#include "app/auth/account.h"
#include "cli/cli.h"

int cli_migrate(struct cli *cli, int argc, char **argv)
{
    struct cli_options options;
    if (!cli_read_options(cli, argc, argv, "", &options))
        return EXIT_USAGE;
    if (options.rest_count)
        return cli_usage(cli);
    struct err err = {0};
    int from = 0, to = 0, rc = EXIT_DONE;
    struct worker *worker = worker_new(cli->app, WORKER_OWNER);
    if (schema_migrate(worker, &from, &to, &err))
        rc = cli_fail(cli, &err);
    else
        cli_say(cli, from == to ? TEXT_CLI_MIGRATE_NOTHING : TEXT_CLI_MIGRATED,
                TEXT_ARGS({"from", pool_printf(cli->pool, "%d", from)}, {"to", pool_printf(cli->pool, "%d", to)}));
    worker_free(&worker);
    return rc;
}
