/* Inside the store: one row of the audit trail, written in the transaction that it reports. */
#ifndef STORE_EVENT_H
#define STORE_EVENT_H

#include "model/event.h"
#include "store/query.h"

struct event_row {
    const struct uuid *id, *account_id;
    const struct uuid *domain_id; /* NULL: of no domain */
    const char *domain_name;
    const struct store_actor *actor;
    enum audit_action action;
    enum trigger trigger; /* of a check; else NONE */
    const char *detail;   /* NULL: nothing */
    int64_t at;
};
int event_write(struct store *store, const struct event_row *event, struct err *err);

#endif
