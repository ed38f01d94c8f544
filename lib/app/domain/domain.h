/*
 * The life of a domain: list, show, add, check, delete.
 */
#ifndef APP_DOMAIN_DOMAIN_H
#define APP_DOMAIN_DOMAIN_H

#include "app/app.h"
#include "base/text.h"
#include "model/domain_detail.h"

/* --- overview --- */
/* filter->search: as typed. out->domain in pool. */
int domain_list(struct worker *worker, struct pool *pool, struct uuid account_id, const struct domain_filter *filter,
                struct domain_list *out, struct err *err);

/* --- one domain --- */
enum { EVENTS_SHOWN = 5 };
/* With its EVENTS_SHOWN newest events and its link. *out is NULL if the account has no such domain. */
int domain_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
               struct domain_detail **out, struct err *err);
/* By name in A-labels; without events and link. */
int domain_find(struct worker *worker, struct pool *pool, struct uuid account_id, const char *ascii,
                struct domain_detail **out, struct err *err);

/* --- add --- */
struct domain_add {
    enum { DOMAIN_REFUSED, DOMAIN_ADDED, DOMAIN_EXISTS, DOMAIN_NO_ACCOUNT } what;
    struct limited limited;            /* when yes, nothing else is set */
    struct uuid id;                    /* ADDED and EXISTS */
    struct name name;                  /* ADDED and EXISTS */
    struct name_evaluation evaluation; /* REFUSED */
};
/* Key, selector, row, route and audit event in one transaction; after it the mail server knows the domain. */
int domain_add(struct worker *worker, const struct actor *actor, const char *input, size_t len, struct domain_add *out,
               struct err *err);

/* --- check --- */
struct domain_check {
    bool found;             /* false: the account has no such domain */
    struct limited limited; /* when yes, nothing was asked and info and result are unset */
    struct check_info info;
    struct result result[RECORD_COUNT]; /* by kind */
    struct domain_detail *detail; /* the domain as it is now, in pool; with events and link by TRIGGER_MANUAL alone.
                                     NULL where it was not found */
};
/* Asks DNS, evaluates, then writes status, check, results, observations and audit event in one short transaction. A
 * TRIGGER_NIGHTLY check with no new result is not written. */
int domain_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                 enum trigger trigger, struct domain_check *out, struct err *err);

/* --- delete --- */
/* *found false if there is no such domain. Deletes route, key and all rows in one transaction; the selector is kept
 * as a tombstone. */
int domain_delete(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err);

/* The fixed JSON of `domain show` and, with check != NULL, of `domain check`; and of a list. Strings from DNS are
 * made printable. Ends with a newline. */
struct buf;
void domain_json(struct buf *out, const struct domain_detail *detail, const struct domain_check *check);
/* CSV (RFC 4180) in UTF-8 with a byte order mark, for spreadsheets: the head once, then lists. Times are in the
 * platform's time zone. */
void domain_csv_head(struct buf *out, enum lang lang);
void domain_list_csv(struct buf *out, enum lang lang, const struct domain_list *list);
void csv_add_field(struct buf *out, const char *value); /* what a spreadsheet reads as a formula becomes text */
void domain_list_json(struct buf *out, const struct domain_list *list, bool first_page,
                      bool last_page); /* pages of one JSON array */

#endif
