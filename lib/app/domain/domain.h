/*
 * The way of a domain: list, look, add, check, delete.
 */
#ifndef APP_DOMAIN_DOMAIN_H
#define APP_DOMAIN_DOMAIN_H

#include "app/app.h"
#include "base/text.h"
#include "model/check.h"

/* --- overview --- */
struct domain_filter {
    const char *search; /* part of the name as typed (U- or A-label form), NULL or "" for all */
    bool has_status;
    enum status status;
    enum domain_sort sort;
    bool descending;
    const char *after;    /* ascii name after which the page begins; NULL: the first page */
    const char *after_at; /* with it: domain_list_place of that domain; what is none means the first page */
    int page_size;        /* at most 200 */
};
struct domain_list {
    struct domain *domain; /* sorted; key and return path fields are not filled */
    size_t count;
    bool more;                       /* there is a next page, after domain[count - 1].name.ascii */
    int64_t of_status[STATUS_COUNT]; /* of the whole account, without the filter */
};
/* Beside its name, where domain stands in that order, as text for filter.after_at: "" by name, a status or ms UTC (0:
 * never) else. */
const char *domain_list_place(struct pool *pool, enum domain_sort sort, const struct domain *domain);
int domain_list(struct worker *worker, struct pool *pool, struct uuid account_id, const struct domain_filter *filter,
                struct domain_list *out, struct err *err);

/* --- one domain --- */
struct check_info { /* a check that was run */
    struct uuid id;
    enum trigger trigger;
    int64_t at; /* ms UTC */
    int ms;
    enum status status_before, status_after;
};
struct event { /* a line of the domain's history, newest first */
    int64_t at;
    const char *action; /* "added", "checked", "verified", "lost", … : fixed words */
    const char *user;   /* e-mail of who did it, "" for the command line and the night */
    bool has_trigger;
    enum trigger trigger;
};
struct share_state {    /* of the link for the DNS person (app/domain/share.h); 0: never */
    int64_t created_at; /* 0: there is none */
    int64_t expires_at, revoked_at, opened_at, checked_at;
};
struct domain_detail {
    struct domain domain;
    struct record record[RECORD_COUNT]; /* what the domain does not have has no host */
    struct result result[RECORD_COUNT]; /* of the last check; verdict unknown and no findings while there was none */
    bool checked;
    struct check_info last;
    struct event *event;
    size_t event_count;
    struct share_state share; /* domain_get alone fills it */
};
enum { EVENTS_SHOWN = 5 };
/* *out is NULL if the account has no such domain. */
int domain_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
               struct domain_detail **out, struct err *err);
/* By name in A-labels; without the history. */
int domain_find(struct worker *worker, struct pool *pool, struct uuid account_id, const char *ascii,
                struct domain_detail **out, struct err *err);

/* --- add --- */
struct domain_add {
    enum { DOMAIN_ADDED, DOMAIN_REFUSED, DOMAIN_EXISTS, DOMAIN_NO_ACCOUNT } what;
    struct limited limited;            /* when yes, nothing else is set */
    struct uuid id;                    /* ADDED and EXISTS */
    struct name name;                  /* ADDED and EXISTS */
    struct name_evaluation evaluation; /* REFUSED */
};
/* Key, selector, row, route and audit event in one transaction: after it the mail server knows the domain. */
int domain_add(struct worker *worker, struct pool *pool, const struct actor *actor, const char *input, size_t len,
               struct domain_add *out, struct err *err);

/* --- check --- */
struct domain_check {
    bool found;
    struct limited limited;
    struct check_info info;
    struct result result[RECORD_COUNT];
};
/* Asks DNS now, evaluates, writes status, check, results, observations and audit event in one short transaction after
 * DNS has answered. */
int domain_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                 enum trigger trigger, struct domain_check *out, struct err *err);

/* --- delete --- */
/* *found false if there is no such domain. Route, key and all rows go in one transaction; the selector stays as a
 * tombstone. */
int domain_delete(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err);

/* The fixed JSON of `domain show` and, with check != NULL, `domain check`; and of a list. Strings from DNS are made
 * printable. Newline at the end. */
struct buf;
void domain_json(struct buf *out, const struct domain_detail *detail, const struct domain_check *check);
/* CSV (RFC 4180) in UTF-8 with a byte order mark, for spreadsheets: the head once, then lists. Times are the platform's
 * local ones. */
void domain_csv_head(struct buf *out, enum lang lang);
void domain_list_csv(struct buf *out, enum lang lang, const struct domain_list *list);
void csv_add_field(struct buf *out, const char *value); /* what a spreadsheet would take for a formula becomes text */
void domain_list_json(struct buf *out, const struct domain_list *list, bool first_page,
                      bool last_page); /* pages of one JSON array */

#endif
