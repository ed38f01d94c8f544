/*
 * volmacht domain add|show|check|delete --account ID NAME and domain list --account ID: managing domains for scripts
 * and operators. The format without --json is for reading and may change; the JSON is fixed.
 */
#include "base/base.h"

#include "app/check/finding_text.h"
#include "app/check/value_text.h"
#include "app/domain/domain.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "cli/cli.h"
#include "model/check.h"
#include "model/user.h"

enum { OUTPUT_MAX = 64 * 1024 * 1024, LIST_PAGE = 200 };

/* The context of a subcommand. */
struct task {
    struct cli *cli;
    struct worker *worker;
    struct actor actor;
    bool json;
    const char *typed; /* the name as typed; NULL for list */
};

static const char *status_text(const struct cli *cli, enum status status)
{
    static const enum text_id id[STATUS_COUNT] = {TEXT_STATUS_PENDING, TEXT_STATUS_VERIFIED, TEXT_STATUS_LOST};
    return text(cli->lang, id[status]);
}

static const char *verdict_text(const struct cli *cli, enum verdict verdict)
{
    static const enum text_id id[] = {[VERDICT_UNKNOWN] = TEXT_VERDICT_UNKNOWN,
                                      [VERDICT_OK] = TEXT_VERDICT_OK,
                                      [VERDICT_MISSING] = TEXT_VERDICT_MISSING,
                                      [VERDICT_WRONG] = TEXT_VERDICT_WRONG};
    return text(cli->lang, id[verdict]);
}

/* The typed name in A-labels. A name that the rules refuse by now can still be shown and deleted: then as typed, in
 * lower case. */
static const char *ascii_name(const struct task *t)
{
    struct name name;
    struct name_evaluation evaluation;
    if (name_evaluate(t->cli->app->names, t->typed, strlen(t->typed), &name, &evaluation) == NAME_OK)
        return pool_strdup(t->cli->pool, name.ascii);
    char *lower = pool_strdup(t->cli->pool, t->typed);
    ascii_lower_all(lower);
    return lower;
}

static const char *printable_input(const struct task *t)
{
    struct buf out;
    buf_init(&out, 400);
    buf_add_printable(&out, t->typed, strnlen(t->typed, 80));
    const char *copy = pool_strdup(t->cli->pool, out.data);
    buf_free(&out);
    return copy;
}

static void print_notes(const struct task *t, const struct domain_detail *d, struct buf *out)
{
    struct note note[NOTES_MAX];
    size_t count = dmarc_notes(t->cli->pool, t->cli->lang, &d->domain, d->record, d->result, note);
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "  %s\n", note[i].text);
}

static void print_record(const struct task *t, const struct domain_detail *d, size_t i, struct buf *out)
{
    const struct record *record = &d->record[i];
    const struct result *result = &d->result[i];
    struct finding_text *finding_text;
    size_t count;
    buf_addf(out, "\n%s  %s", record_word(record->kind), d->checked ? verdict_text(t->cli, result->verdict) : "-");
    if (!record->required)
        buf_addf(out, "  (%s)", text(t->cli->lang, TEXT_ADVISED));
    buf_addf(out, "\n  %s  %s\n  %s\n", record->host, record->type, record->value);
    if (!d->checked)
        return;
    finding_texts(t->cli->pool, t->cli->lang, &d->domain, record, result, &finding_text, &count);
    for (size_t j = 0; j < count; j++)
        buf_addf(out, "  %s: %s %s\n", finding_word(finding_text[j].finding), finding_text[j].fact,
                 finding_text[j].advice);
    if (record->kind == RECORD_DMARC)
        print_notes(t, d, out);
}

static int print_detail(const struct task *t, const struct domain_detail *detail, const struct domain_check *check)
{
    struct buf out;
    buf_init(&out, OUTPUT_MAX);
    if (t->json) {
        domain_json(&out, detail, check);
    } else {
        const struct name *name = &detail->domain.name;
        buf_addf(&out, "%s", name->unicode);
        if (strcmp(name->unicode, name->ascii) != 0)
            buf_addf(&out, " (%s)", name->ascii);
        buf_addf(&out, "  %s\n", status_text(t->cli, detail->domain.status));
        for (size_t i = 0; i < RECORD_COUNT; i++)
            if (detail->record[i].host)
                print_record(t, detail, i, &out);
    }
    int rc = cli_put(t->cli, &out);
    buf_free(&out);
    return rc;
}

/* The domain with the typed name, or NULL after a message; *rc is then the exit code. */
static struct domain_detail *cli_domain_find(const struct task *t, int *rc)
{
    struct err err = {0};
    struct domain_detail *detail = NULL;
    if (domain_find(t->worker, t->cli->pool, t->actor.account_id, ascii_name(t), &detail, &err))
        *rc = cli_fail(t->cli, &err);
    else if (!detail)
        *rc = cli_complain(t->cli, TEXT_CLI_NO_DOMAIN, TEXT_ARGS({"name", printable_input(t)}));
    return detail;
}

static int show(const struct task *t)
{
    int rc = EXIT_ERROR;
    struct domain_detail *detail = cli_domain_find(t, &rc);
    return detail ? print_detail(t, detail, NULL) : rc;
}

static int cli_domain_add(const struct task *t)
{
    struct err err = {0};
    struct domain_add added;
    if (domain_add(t->worker, &t->actor, t->typed, strlen(t->typed), &added, &err))
        return cli_fail(t->cli, &err);
    switch (added.what) {
    case DOMAIN_ADDED:
        return show(t);
    case DOMAIN_EXISTS:
        return cli_complain(t->cli, TEXT_CLI_DOMAIN_EXISTS, TEXT_ARGS({"name", added.name.unicode}));
    case DOMAIN_NO_ACCOUNT:
        return cli_complain(t->cli, TEXT_CLI_NO_ACCOUNT, TEXT_ARGS({"account", "--account"}));
    case DOMAIN_REFUSED:
        cli_complain(
            t->cli, TEXT_CLI_REFUSED,
            TEXT_ARGS({"name", printable_input(t)}, {"why", name_fault_text(t->cli->pool, t->cli->lang, t->typed,
                                                                            strlen(t->typed), &added.evaluation)}));
        if (*added.evaluation.suggested.ascii)
            cli_complain(t->cli, TEXT_DID_YOU_MEAN, TEXT_ARGS({"name", added.evaluation.suggested.unicode}));
        return EXIT_ERROR;
    }
    return EXIT_ERROR;
}

static int check(const struct task *t)
{
    static const int codes[] = {
        [CHECK_INCONCLUSIVE] = EXIT_NO_ANSWER, [CHECK_FAILED] = EXIT_NOT_VERIFIED, [CHECK_PASSED] = EXIT_DONE};
    int rc = EXIT_ERROR;
    struct err err = {0};
    struct domain_check done;
    struct domain_detail *detail = cli_domain_find(t, &rc);
    if (!detail)
        return rc;
    if (domain_check(t->worker, t->cli->pool, &t->actor, detail->domain.id, TRIGGER_CLI, &done, &err))
        return cli_fail(t->cli, &err);
    if (!done.found)
        return cli_complain(t->cli, TEXT_CLI_NO_DOMAIN, TEXT_ARGS({"name", printable_input(t)}));
    rc = print_detail(t, done.detail, &done);
    return rc ? rc : codes[check_summary(done.result)];
}

static int delete(const struct task *t)
{
    int rc = EXIT_ERROR;
    bool found;
    struct err err = {0};
    struct domain_detail *detail = cli_domain_find(t, &rc);
    if (!detail)
        return rc;
    if (domain_delete(t->worker, &t->actor, detail->domain.id, &found, &err))
        return cli_fail(t->cli, &err);
    if (!found)
        return cli_complain(t->cli, TEXT_CLI_NO_DOMAIN, TEXT_ARGS({"name", printable_input(t)}));
    if (t->json) {
        char id[UUID_TEXT_SIZE];
        uuid_format(detail->domain.id, id);
        printf("{\"id\":\"%s\",\"name\":\"%s\",\"deleted\":true}\n", id, detail->domain.name.ascii);
    } else {
        cli_say(t->cli, TEXT_CLI_DELETED, TEXT_ARGS({"name", detail->domain.name.unicode}));
    }
    return EXIT_DONE;
}

static void print_list(const struct task *t, const struct domain_list *list, struct buf *out)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct domain *d = &list->domain[i];
        buf_addf(out, "%-40s  %s\n", d->name.unicode, status_text(t->cli, d->status));
    }
}

/* Page by page, so that an account of any size is listed in bounded memory. */
static int cli_domain_list(const struct task *t)
{
    struct domain_filter filter = {.page_size = LIST_PAGE};
    struct domain_list page;
    bool first = true;
    int rc = EXIT_DONE;
    do {
        struct err err = {0};
        struct pool *pool = pool_new();
        struct buf out;
        buf_init(&out, OUTPUT_MAX);
        if (domain_list(t->worker, pool, t->actor.account_id, &filter, &page, &err)) {
            rc = cli_fail(t->cli, &err);
        } else {
            if (t->json)
                domain_list_json(&out, &page, first, !page.more);
            else
                print_list(t, &page, &out);
            rc = cli_put(t->cli, &out);
            if (page.count)
                filter.after = pool_strdup(t->cli->pool, page.domain[page.count - 1].name.ascii);
        }
        first = false;
        buf_free(&out);
        pool_free(&pool);
    } while (rc == EXIT_DONE && page.more);
    return rc;
}

int cli_domain(struct cli *cli, int argc, char **argv)
{
    static const struct {
        const char *word;
        int (*run)(const struct task *);
        int names;
    } tasks[] = {{"add", cli_domain_add, 1},
                 {"show", show, 1},
                 {"check", check, 1},
                 {"delete", delete, 1},
                 {"list", cli_domain_list, 0}};
    struct cli_options options;
    struct task t = {.cli = cli, .actor = {.role = ROLE_ADMIN, .addr = ""}};
    if (!cli_read_options(cli, argc, argv, "aj", &options))
        return EXIT_USAGE;
    for (size_t i = 0; options.rest_count && options.account && i < ARRAY_LEN(tasks); i++) {
        if (strcmp(options.rest[0], tasks[i].word) != 0 || options.rest_count != 1 + tasks[i].names)
            continue;
        if (!uuid_parse(options.account, &t.actor.account_id))
            return cli_complain(cli, TEXT_CLI_NO_ACCOUNT, TEXT_ARGS({"account", options.account}));
        t.json = options.json;
        t.typed = tasks[i].names ? options.rest[1] : NULL;
        t.worker = cli_worker(cli, WORKER_WEB);
        if (!t.worker)
            return EXIT_ERROR;
        int rc = tasks[i].run(&t);
        worker_free(&t.worker);
        return rc;
    }
    return cli_usage(cli);
}
