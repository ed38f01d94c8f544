/*
 * volmacht doctor: prints each diagnosis on a line; exit 1 if one is wrong. The configuration is the first of them:
 * without it this command does not start.
 */
#include "base/base.h"

#include "app/doctor/doctor.h"
#include "cli/cli.h"

int cli_doctor(struct cli *cli, int argc, char **argv)
{
    static const enum text_id words[] = {[DIAGNOSIS_OK] = TEXT_DOCTOR_OK,
                                         [DIAGNOSIS_WARNING] = TEXT_DOCTOR_WARNING,
                                         [DIAGNOSIS_WRONG] = TEXT_DOCTOR_BAD};
    struct cli_options options;
    if (!cli_read_options(cli, argc, argv, "", &options))
        return EXIT_USAGE;
    if (options.rest_count)
        return cli_usage(cli);
    struct diagnosis *found;
    size_t count;
    int rc = EXIT_DONE;
    struct worker *worker = worker_new(cli->app, WORKER_WEB);
    doctor_examine(worker, cli->pool, cli->lang, &found, &count);
    for (size_t i = 0; i < count; i++) {
        bool ok = found[i].state == DIAGNOSIS_OK;
        printf("%s  %s%s%s%s%s\n", text(cli->lang, words[found[i].state]), text(cli->lang, found[i].subject),
               *found[i].detail ? " " : "", found[i].detail, ok ? "" : ": ", found[i].advice);
        if (found[i].state == DIAGNOSIS_WRONG)
            rc = EXIT_ERROR;
    }
    worker_free(&worker);
    return rc;
}
