/*
 * A sending domain of an account, its status, and the records that it needs.
 */
#ifndef MODEL_DOMAIN_H
#define MODEL_DOMAIN_H

#include "base/base.h"
#include "base/random.h"
#include "model/key.h"
#include "model/name.h"
#include "model/record.h"

enum status { STATUS_PENDING, STATUS_VERIFIED, STATUS_LOST, STATUS_COUNT }; /* zero: not authenticated */
const char *status_word(enum status s);
bool status_parse(const char *word, enum status *out);

/* What a list of domains is ordered by; equal ones by name. */
enum domain_sort { SORT_NAME, SORT_STATUS, SORT_ADDED, SORT_CHECKED, SORT_COUNT };

/* The data that determines a domain's records. */
struct domain {
    struct uuid id;
    struct uuid account_id;
    struct name name;
    enum status status;
    int64_t created_at;  /* ms UTC */
    int64_t verified_at; /* 0: never */
    int64_t checked_at;  /* 0: never */
    struct uuid last_check_id;
    int records_ok;    /* of the last check, optional ones too; for the overview */
    int records_total; /* of the last check; for a domain that was never checked, the current number */
    char selector[SELECTOR_SIZE];
    const char *public_b64; /* of the selector's key */
    char selector_ed25519[SELECTOR_SIZE];
    const char *public_ed25519;    /* NULL: the domain has no second key */
    const char *return_path_label; /* as configured when the domain was added: the records that the customer published
                                      remain right */
    const char *return_path_target;
};

/* Which domains of an account a page of the list shows. */
struct domain_filter {
    const char *search; /* part of the name, as A-labels or U-labels; NULL or "" for all */
    bool has_status;
    enum status status;
    enum domain_sort sort;
    bool descending;
    const char *after;    /* ascii name of the last domain of the page before; NULL or "": the first page */
    const char *after_at; /* with it: that domain's domain_place_text; any other text means the first page */
    int page_size;        /* at most DOMAIN_PAGE_MAX */
};
enum { DOMAIN_PAGE_MAX = 200 };
struct domain_list {
    struct domain *domain; /* sorted, those that were never checked before all that were; keys and return path are not
                              filled */
    size_t count;
    bool more;                       /* there is a next page, after domain[count - 1].name.ascii */
    int64_t of_status[STATUS_COUNT]; /* of the whole account, without the filter */
};

/* The position of a domain in an order, together with its name: a page begins after it. */
struct domain_place {
    const char *name;   /* ascii; "": before all */
    enum status status; /* by SORT_STATUS */
    int64_t at;         /* by SORT_ADDED and SORT_CHECKED: ms UTC, 0 for never */
};
struct pool;
/* As text for filter.after_at: "" by name, a status or ms UTC else. */
const char *domain_place_text(struct pool *pool, enum domain_sort sort, const struct domain *domain);
/* Fills out->status or out->at; false for any other text. */
bool domain_place_parse(const char *text, enum domain_sort sort, struct domain_place *out);

/* Whether the domain has that record, and how many it has. */
bool domain_has(const struct domain *domain, enum record_kind kind);
int domain_records(const struct domain *domain);

/* Fills out[RECORD_COUNT] in the order of enum record_kind; strings live in pool. A record that the domain does not
 * have has no host (NULL). */
void records_of(struct pool *pool, const struct domain *domain, struct record out[RECORD_COUNT]);

#endif
