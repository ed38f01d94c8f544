/*
 * The words of notices, as the database and Message-IDs write them.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/notice.h"

LOOKUP_DEFINE(notice_kind, enum notice_kind, {NOTICE_VERIFIED, "verified"}, {NOTICE_WAITING_3, "waiting_3"},
              {NOTICE_WAITING_14, "waiting_14"})
