/*
 * Inside the store: the results of a check as two columns of its row, both directions.
 *
 * results: the outcome of a check, a line for each record: record, "required" or "advised", verdict, and findings
 * separated by commas if there are any.
 *
 * details: what users see of it, a line for each value: a word, a space, and the value; "record dkim" names the record
 * of the lines after it. The page of a domain reads this at each request, hence no JSON. Strings from DNS are made
 * printable, so that none of them adds a line, and bounded (RESULT_FOUND_MAX, RESULT_TEXT_MAX), so that no name server
 * fills the database.
 */
#ifndef STORE_RESULT_CODEC_H
#define STORE_RESULT_CODEC_H

#include "base/base.h"
#include "base/err.h"
#include "base/pool.h"
#include "model/check.h"

/* The columns of a check's count results: those of the records that the domain has. In pool. */
const char *results_text(struct pool *pool, const struct result *result, size_t count);
const char *result_details_text(struct pool *pool, const struct result *result, size_t count);

/* Fills required, verdict and findings of result[RECORD_COUNT], by kind; known[]: the records that the text has.
 * Skips records and findings of another version; any other fault is ERR_FAULT. */
int results_parse(struct pool *pool, const char *text, struct result *result, bool known[RECORD_COUNT],
                  struct err *err);
/* Fills the details, so far unset, of result[RECORD_COUNT], by kind; skips lines of another version. Strings in
 * pool. */
void result_details_parse(struct pool *pool, const char *text, struct result *result);

#endif
