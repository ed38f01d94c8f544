/*
 * A pasted list of names: one a line, or separated by commas, semicolons or tabs, as from a spreadsheet. Pure text:
 * name_evaluate decides whether a piece is a name.
 */
#ifndef APP_DOMAIN_NAME_LIST_H
#define APP_DOMAIN_NAME_LIST_H

#include "base/base.h"

/*
 * The next piece that is not empty, without white space and quotes around it: *piece points into the list and is *len
 * bytes, of any kind. Moves *at behind it; begin with the list's first byte. False at the end of the list.
 */
bool name_list_next(const char **at, const char *end, const char **piece, size_t *len);

#endif
