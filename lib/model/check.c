/*
 * The words of verdicts and triggers, and the status rules. Knows no DNS answers and no database.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/check.h"

LOOKUP_DEFINE(verdict, enum verdict, {VERDICT_UNKNOWN, "unknown"}, {VERDICT_OK, "ok"}, {VERDICT_MISSING, "missing"},
              {VERDICT_WRONG, "wrong"})
LOOKUP_DEFINE(trigger, enum trigger, {TRIGGER_MANUAL, "manual"}, {TRIGGER_NIGHTLY, "nightly"}, {TRIGGER_SHARE, "share"},
              {TRIGGER_API, "api"}, {TRIGGER_CLI, "cli"})

bool check_incomplete(const struct result result[RECORD_COUNT])
{
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (result[i].required && result[i].verdict == VERDICT_UNKNOWN)
            return true;
    return false;
}

enum check_summary check_summary(const struct result result[RECORD_COUNT])
{
    bool asked = false;

    for (size_t i = 0; i < RECORD_COUNT; i++) {
        if (!result[i].required)
            continue;
        if (result[i].verdict == VERDICT_MISSING || result[i].verdict == VERDICT_WRONG)
            return CHECK_FAILED;
        asked = true;
    }
    return asked && !check_incomplete(result) ? CHECK_PASSED : CHECK_INCONCLUSIVE;
}

int check_records_ok(const struct result result[RECORD_COUNT])
{
    int ok = 0;

    for (size_t i = 0; i < RECORD_COUNT; i++)
        ok += result[i].verdict == VERDICT_OK;
    return ok;
}

bool check_same(const struct result one[RECORD_COUNT], const struct result other[RECORD_COUNT])
{
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (one[i].verdict != other[i].verdict || one[i].findings != other[i].findings)
            return false;
    return true;
}

enum status status_after(enum status before, enum trigger trigger, enum check_summary summary)
{
    if (summary == CHECK_PASSED)
        return STATUS_VERIFIED;
    if (summary == CHECK_FAILED && before == STATUS_VERIFIED && trigger != TRIGGER_NIGHTLY)
        return STATUS_LOST;
    return before;
}

char verdict_letter(const char *letters, enum record_kind kind)
{
    size_t len = strlen(letters);

    if (len == RECORD_COUNT)
        return letters[kind];
    if (len != RECORD_COUNT - 1 || kind == RECORD_DKIM_ED25519)
        return '\0';
    return letters[kind - (kind > RECORD_DKIM_ED25519)];
}
