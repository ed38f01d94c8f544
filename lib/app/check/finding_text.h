/*
 * Findings and refusals in plain words of a language: first the fact, then what to do. Text from po/, names and
 * values filled in; the output escapes. Used by the pages, the command line and mails alike.
 */
#ifndef APP_CHECK_FINDING_TEXT_H
#define APP_CHECK_FINDING_TEXT_H

#include "app/app.h"
#include "base/text.h"
#include "model/check.h"

/* The findings of a set, the most telling first (what explains a miss before the miss itself); returns how many. */
size_t findings_telling(finding_set set, enum finding out[FINDING_COUNT]);

enum tone {
    TONE_GOOD,
    TONE_TIP,
    TONE_WAIT,
    TONE_BAD
}; /* how loud: ok, advice, waiting (missing, unknown), to repair */

struct explanation {
    enum finding finding;
    enum tone tone;
    const char *fact;   /* one sentence */
    const char *advice; /* one or two sentences, or "" */
};
/* All findings of result, the most telling first; *count may be 0. Strings in pool. */
void explain_result(struct pool *pool, const struct app *app, enum lang lang, const struct domain *domain,
                    const struct record *record, const struct result *result, struct explanation **out, size_t *count);

/* Why a typed name was refused. {input} is what was typed, made printable and cut at 80 bytes. */
const char *explain_name_fault(struct pool *pool, const struct app *app, enum lang lang, const char *input, size_t len,
                               const struct name_judgement *judgement);

/* "vandaag 09:12", "gisteren 16:40", "12 november 2025"; the clock in the configured zone. */
const char *explain_time(struct pool *pool, const struct app *app, enum lang lang, int64_t wall_ms, int64_t now_ms);

#endif
