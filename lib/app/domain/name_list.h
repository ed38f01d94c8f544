/*
 * A list of names as people paste it: one a line, or with commas, semicolons or tabs between, as out of a spreadsheet.
 * Pure text: whether a piece is a name says name_evaluate.
 */
#ifndef APP_DOMAIN_NAME_LIST_H
#define APP_DOMAIN_NAME_LIST_H

#include "base/base.h"

/*
 * The next piece that is not empty, without white space and quotes around it: *piece points into the list and is *len
 * bytes, of any kind. *at is moved behind it; begin with the list's first byte. False at the end of the list.
 */
bool name_list_next(const char **at, const char *end, const char **piece, size_t *len);

#endif
