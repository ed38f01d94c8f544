#include "base/base.h"

/*
 * volmacht doctor: prints each diagnosis on a line; exit 1 if one is not right. That the configuration was read is the
 * first of them: without it this command does not start.
 */

#include "app/doctor.h"
#include "cli/cli.h"

int cli_doctor(struct cli *cli, int argc, char **argv)
{
    struct cli_options options;
    if (!cli_read_options(cli, argc, argv, "", &options))
        return EXIT_USAGE;
    if (options.rest_count)
        return cli_usage(cli);
    struct diagnosis *found;
    size_t count;
    int rc = EXIT_DONE;
    struct app *app = app_new(cli->shared, APP_WEB);
    doctor_examine(app, cli->pool, cli->lang, &found, &count);
    for (size_t i = 0; i < count; i++) {
        const char *state = text(cli->lang, found[i].ok ? TEXT_DOCTOR_OK : TEXT_DOCTOR_BAD);
        printf("%s  %s%s%s%s%s\n", state, text(cli->lang, found[i].subject), *found[i].detail ? " " : "", found[i].detail, found[i].ok ? "" : ": ",
               found[i].advice);
        if (!found[i].ok)
            rc = EXIT_ERROR;
    }
    app_free(&app);
    return rc;
}
