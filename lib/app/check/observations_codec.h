/*
 * Inside the use cases: a check's observations as JSON in the database, both directions. Strings from DNS are bounded
 * here, so that no name server fills the database.
 */
#ifndef APP_CHECK_OBSERVATIONS_CODEC_H
#define APP_CHECK_OBSERVATIONS_CODEC_H

#include "base/pool.h"
#include "model/observation.h"

/* Which server answered what; in pool. */
const char *observations_json(struct pool *pool, const struct observations *observations);
/* Parses it; members that are missing or of another type stay unset. Data of RRs is the printable text. Strings in
 * pool. */
void observations_parse(struct pool *pool, const char *json, struct observations *observations);

#endif
