/*
 * Inside the use cases: what of a check is kept as JSON in the database, and back. Strings from DNS are bounded here,
 * so that no name server fills the database.
 */
#ifndef APP_CHECK_OBSERVATIONS_CODEC_H
#define APP_CHECK_OBSERVATIONS_CODEC_H

#include "base/pool.h"
#include "model/observation.h"

/* Who answered what; in pool. */
const char *observations_json(struct pool *pool, const struct observations *observations);
/* Back again; what is missing or of another type stays unset. Data of RRs is the printable text. Strings in pool. */
void observations_parse(struct pool *pool, const char *json, struct observations *observations);

#endif
