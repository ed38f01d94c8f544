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

enum status status_after(enum status before, enum trigger trigger, const enum verdict *verdicts, const bool *required,
                         size_t count)
{
    bool bad = false, unknown = false;
    size_t asked = 0;

    for (size_t i = 0; i < count; i++) {
        if (!required[i])
            continue;
        asked++;
        bad = bad || verdicts[i] == VERDICT_MISSING || verdicts[i] == VERDICT_WRONG;
        unknown = unknown || verdicts[i] == VERDICT_UNKNOWN;
    }
    if (asked == 0)
        return before; /* nothing was proved, so nothing changes */
    if (bad) {
        if (before == STATUS_VERIFIED && trigger != TRIGGER_NIGHTLY)
            return STATUS_LOST;
        return before;
    }
    return unknown ? before : STATUS_VERIFIED;
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
