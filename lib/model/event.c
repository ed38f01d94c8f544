/*
 * The fixed words of the audit trail's actions, from the one table in event.h.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/event.h"

#define X(id, word) {ACTION_##id, word},
LOOKUP_DEFINE(audit_action, enum audit_action, AUDIT_ACTIONS(X){0, NULL})
#undef X

enum audit_action audit_action_of_status(enum status status)
{
    static const enum audit_action of[STATUS_COUNT] = {
        [STATUS_VERIFIED] = ACTION_VERIFIED, [STATUS_LOST] = ACTION_LOST};
    return of[status];
}
