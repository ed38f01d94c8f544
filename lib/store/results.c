/*
 * A check's results as lines of text and back. Knows the words of records and verdicts; what they lead to is the
 * evaluate's matter.
 */
#include "base/base.h"

#include "store/results.h"

#include "base/buf.h"
#include "model/check.h"

const char *results_text(struct pool *pool, const struct store_result *result, size_t count)
{
    enum { RESULTS_BYTES = 2000 }; /* the column's */
    struct buf out;
    buf_init(&out, RESULTS_BYTES);
    for (size_t i = 0; i < count; i++)
        buf_addf(&out, "%s %s %s %s\n", record_word(result[i].kind), result[i].required ? "required" : "advised",
                 verdict_word(result[i].verdict), result[i].findings);
    const char *text = pool_memdup(pool, out.data, out.len);
    buf_free(&out);
    return text;
}

/* The word that *rest begins with, taken off; "" at the end. */
static const char *next_word(char **rest)
{
    const char *word = strsep(rest, " ");
    return word ? word : "";
}

int results_parse(struct pool *pool, const char *text, struct store_result result[RECORD_COUNT], size_t *count,
                  struct err *err)
{
    char *rest = pool_strdup(pool, text), *line;
    *count = 0;
    while ((line = strsep(&rest, "\n"))) {
        struct store_result one;
        if (!record_parse(next_word(&line), &one.kind))
            continue;
        one.required = strcmp(next_word(&line), "required") == 0;
        bool known = verdict_parse(next_word(&line), &one.verdict);
        one.findings = next_word(&line);
        if (*count >= RECORD_COUNT || !known)
            return err_set(err, ERR_FAULT, "database: a check's results do not read");
        result[(*count)++] = one;
    }
    return 0;
}
