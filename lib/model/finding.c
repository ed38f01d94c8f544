/*
 * The fixed words of the findings, from the one table in finding.h. mailauth/evaluation determines findings,
 * app/check/finding_text has their texts.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/finding.h"

#define X(id, word) {FINDING_##id, word},
LOOKUP_DEFINE(finding, enum finding, FINDINGS(X){0, NULL})
#undef X
