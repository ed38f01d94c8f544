/*
 * Inside the use cases: what is kept of a check's results for people, as text in the database, and back. A line each: a
 * word, a space, and the rest is the value; "record dkim" says whose the lines after it are. The page of a domain reads
 * this at each request, hence no JSON. Strings from DNS are made printable, so that none of them makes a line, and
 * bounded, so that no name server fills the database.
 */
#ifndef APP_CHECK_RESULT_CODEC_H
#define APP_CHECK_RESULT_CODEC_H

#include "mailauth/evaluation.h"
#include "model/check.h"

/* The details of count results; in pool. */
const char *result_details_text(struct pool *pool, const struct result *result, size_t count);
/* Fills the details, so far unset, of result[RECORD_COUNT], in the order of their kinds; lines of another version are
 * left out. Strings in pool. */
void result_details_parse(struct pool *pool, const char *text, struct result *result);

#endif
