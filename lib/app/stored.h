/* Inside the use cases: stored rows as the values that pages and commands show. */
#ifndef APP_STORED_H
#define APP_STORED_H

#include "app/domains.h"
#include "store/store.h"

/* Records made again from the row, results unknown where the last check has none; in pool. */
struct domain_detail *stored_detail(struct pool *pool, const struct store_detail *row);
/* The words of a result's findings as a set; words of another version are left out. */
finding_set stored_findings(const char *words);

#endif
