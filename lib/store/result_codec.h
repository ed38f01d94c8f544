/*
 * Inside the store: the results of a check as two columns of its row, both directions of both.
 *
 * results: what a check came to, a line for each record: record, "required" or "advised", verdict, and findings with
 * commas between where there are any.
 *
 * details: what people are told of it, a line each: a word, a space, and the rest is the value; "record dkim" says
 * whose the lines after it are. The page of a domain reads this at each request, hence no JSON. Strings from DNS are
 * made printable, so that none of them makes a line, and bounded (RESULT_FOUND_MAX, RESULT_TEXT_MAX), so that no name
 * server fills the database.
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

/* Fills required, verdict and findings of result[RECORD_COUNT], by kind; known[] says of which. Records and findings of
 * another version are left out; what else does not read is ERR_FAULT. */
int results_parse(struct pool *pool, const char *text, struct result *result, bool known[RECORD_COUNT],
                  struct err *err);
/* Fills the details, so far unset, of result[RECORD_COUNT], by kind; lines of another version are left out. Strings in
 * pool. */
void result_details_parse(struct pool *pool, const char *text, struct result *result);

#endif
