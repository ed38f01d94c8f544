/*
 * Rows of the audit trail. The functions that call this decide which changes are recorded.
 */
#include "base/base.h"

#include "store/event.h"

int event_write(struct store *store, const struct event_row *event, struct err *err)
{
    static const struct uuid no_domain;
    const char *trigger = event->trigger == TRIGGER_NONE ? NULL : trigger_word(event->trigger);
    return query_once(store, NULL,
                      QUERY(EVENT_INSERT, arg_uuid(event->id), arg_uuid(event->account_id),
                            arg_uuid(event->domain_id ? event->domain_id : &no_domain), arg_text(event->domain_name),
                            arg_uuid_or_null(&event->actor->user_id), arg_text(event->actor->email),
                            arg_text(event->actor->addr), arg_text(audit_action_word(event->action)), arg_text(trigger),
                            arg_text(event->detail ? event->detail : ""), arg_int(event->at)),
                      NULL, NULL, err);
}
