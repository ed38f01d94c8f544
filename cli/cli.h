/*
 * Shared by the commands: the opened configuration, the language of the terminal, and the output of messages. One file
 * a command; main.c holds the table. Exit codes are fixed (docs/design.md, section 5).
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "app/app.h"
#include "base/text.h"

enum exit_code { EXIT_DONE = 0, EXIT_ERROR = 1, EXIT_USAGE = 2, EXIT_NOT_VERIFIED = 10, EXIT_NO_ANSWER = 11 };

struct cli {
    const struct app *app;
    struct pool *pool;
    enum lang lang;   /* of LC_ALL, LC_MESSAGES or LANG: Dutch for nl…, else English */
    const char *word; /* the command's name as typed, for its usage line */
};

/* argv[0] is the command's own word; returns an enum exit_code. */
typedef int cli_command(struct cli *cli, int argc, char **argv);
cli_command cli_migrate, cli_account, cli_credential, cli_user, cli_domain, cli_sweep, cli_doctor;

/* Options that the commands share, each NULL or false when absent. */
struct cli_options {
    const char *account, *email, *role;
    bool json, nightly, every_midnight;
    char **rest; /* arguments that are no options */
    int rest_count;
};
/* Reads argv[1..]; allowed is a string of the letters a (account) e (email) r (role) j (json) n (nightly) m
 * (every-midnight). False: usage was printed. */
bool cli_read_options(struct cli *cli, int argc, char **argv, const char *allowed, struct cli_options *out);

/* A worker whose database answers with this program's schema. NULL: a message was printed; exit with EXIT_ERROR. The
 * command calls it before it reads input. */
struct worker *cli_worker(const struct cli *cli, enum worker_kind as);

/* Both print to stderr; the first returns EXIT_ERROR, the second EXIT_USAGE. */
int cli_fail(const struct cli *cli, const struct err *err);
int cli_usage(const struct cli *cli);
/* One line of text on stderr, "volmacht: …", with {name}s filled in; returns EXIT_ERROR. */
int cli_complain(const struct cli *cli, enum text_id id, const struct text_arg *args);
/* One line of text on stdout. */
void cli_say(const struct cli *cli, enum text_id id, const struct text_arg *args);
/* Writes a finished buffer to stdout; EXIT_ERROR with a message if that fails (a full disk, a closed pipe). */
int cli_put(const struct cli *cli, const struct buf *out);

#endif
