/*
 * Findings, refused names and times as text for users: first the fact, then what to do. Text from po/ with names and
 * values filled in; not escaped, since each output escapes for itself. Used by pages, command line and mails.
 */
#ifndef APP_CHECK_FINDING_TEXT_H
#define APP_CHECK_FINDING_TEXT_H

#include "app/app.h"
#include "base/text.h"
#include "model/check.h"

/* The findings of a set by priority: a mistake that causes a record to be missing stands before the absence itself.
 * Returns how many. */
size_t findings_by_priority(finding_set set, enum finding out[FINDING_COUNT]);

enum severity {
    SEVERITY_UNSET,
    SEVERITY_OK,
    SEVERITY_ADVICE,
    SEVERITY_WAITING, /* missing or unknown: may resolve without a change */
    SEVERITY_ERROR,   /* to be repaired */
};

struct finding_text {
    enum finding finding;
    enum severity severity;
    const char *fact;   /* one sentence */
    const char *advice; /* one or two sentences, or "" */
};
/* The texts of all findings of result, by priority; *count may be 0. Strings in pool. */
void finding_texts(struct pool *pool, enum lang lang, const struct domain *domain, const struct record *record,
                   const struct result *result, struct finding_text **out, size_t *count);

/* Why a typed name was refused, in pool. {input} is the typed text, made printable and truncated at 80 bytes. */
const char *name_fault_text(struct pool *pool, enum lang lang, const char *input, size_t len,
                            const struct name_evaluation *evaluation);

/* "vandaag 09:12", "gisteren 16:40", "12 november 2025"; the clock in the configured zone. */
const char *time_text(struct pool *pool, enum lang lang, int64_t wall_ms, int64_t now_ms);

#endif
