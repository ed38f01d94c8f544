/*
 * One domain with all that its page shows: records to publish, the last check's results, newest events, link.
 */
#ifndef MODEL_DOMAIN_DETAIL_H
#define MODEL_DOMAIN_DETAIL_H

#include "base/base.h"
#include "model/check.h"
#include "model/domain.h"
#include "model/event.h"
#include "model/share.h"

struct domain_detail {
    struct domain domain;
    struct record record[RECORD_COUNT]; /* by kind; a record that the domain does not have has no host */
    struct result result[RECORD_COUNT]; /* by kind, of the last check; else UNKNOWN without findings */
    bool checked;                       /* there was a check, to which last and result belong */
    struct check_info last;
    struct event *event; /* newest first; events and share only where requested */
    size_t event_count;
    struct share_state share;
};

#endif
