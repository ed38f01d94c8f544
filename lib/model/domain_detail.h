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
    struct record record[RECORD_COUNT]; /* by kind; what the domain does not have has no host */
    struct result result[RECORD_COUNT]; /* by kind, of the last check; UNKNOWN and no findings where it has none */
    bool checked;                       /* there was a check: last and result are its */
    struct check_info last;
    struct event *event; /* newest first; only where events were asked for, as share */
    size_t event_count;
    struct share_state share;
};

#endif
