/*
 * Rows of domains and their keys: the overview's pages, one domain with all that its page shows, adding and deleting.
 * Knows no DNS and no page; the use cases apply rights and limits.
 */
#include "base/base.h"

#include "base/buf.h"
#include "model/check.h"
#include "store/domains.h"
#include "store/event.h"
#include "store/query.h"
#include "store/result_codec.h"

/* --- the overview --- */

/* %part% with LIKE's special characters escaped by !, as in the statements. */
static const char *like_pattern(struct pool *pool, const char *part)
{
    struct buf pattern;
    buf_init(&pattern, 4096);
    buf_addc(&pattern, '%');
    for (const char *p = part; *p; p++) {
        if (*p == '%' || *p == '_' || *p == '!')
            buf_addc(&pattern, '!');
        buf_addc(&pattern, *p);
    }
    buf_addc(&pattern, '%');
    char *out = pool_memdup(pool, pattern.data, pattern.len);
    buf_free(&pattern);
    return out;
}

/* An ascii column cannot be compared with other characters (error 1267). */
static bool domains_is_ascii(const char *s)
{
    while (*s && (unsigned char)*s < 0x80)
        s++;
    return !*s;
}

/* The parameters of a page. */
struct listing {
    const struct uuid *account_id;
    const struct domain_filter *filter;
    const struct domain_place *place; /* after which the page begins */
    int limit;                        /* rows: one more than shown, to know whether there are more */
};

static int rows_by_name(struct store *store, struct pool *pool, const struct listing *list, struct rows *rows,
                        struct err *err)
{
    struct arg who = arg_uuid(list->account_id), after = arg_text(list->place->name), limit = arg_int(list->limit),
               status = arg_text(status_word(list->filter->status));
    if (!list->filter->search || !*list->filter->search) {
        if (!list->filter->has_status)
            return query_again(store, pool, QUERY(DOMAIN_PAGE, who, after, limit), rows, NULL, err);
        return query_again(store, pool, QUERY(DOMAIN_PAGE_STATUS, who, status, after, limit), rows, NULL, err);
    }
    struct arg wide = arg_text(like_pattern(pool, list->filter->search));
    struct arg ascii =
        domains_is_ascii(list->filter->search) ? wide : arg_text(""); /* the empty pattern matches no name */
    if (!list->filter->has_status)
        return query_again(store, pool, QUERY(DOMAIN_PAGE_SEARCH, who, after, ascii, wide, limit), rows, NULL, err);
    return query_again(store, pool, QUERY(DOMAIN_PAGE_SEARCH_STATUS, who, status, after, ascii, wide, limit), rows,
                       NULL, err);
}

/* Sorts after every name, status and time. */
#define LAST_TEXT "\x7f"

/* The patterns of a search for an ascii and for a wide column; without a search they match all. */
static void search_patterns(struct pool *pool, const char *search, struct arg *ascii, struct arg *wide)
{
    bool any = !search || !*search;
    *wide = arg_text(any ? "%" : like_pattern(pool, search));
    *ascii = any || domains_is_ascii(search) ? *wide : arg_text("");
}

static int rows_by_name_down(struct store *store, struct pool *pool, const struct listing *list, struct rows *rows,
                             struct err *err)
{
    struct arg who = arg_uuid(list->account_id), before = arg_text(*list->place->name ? list->place->name : LAST_TEXT),
               limit = arg_int(list->limit), ascii, wide;
    search_patterns(pool, list->filter->search, &ascii, &wide);
    if (!list->filter->has_status)
        return query_again(store, pool, QUERY(DOMAIN_PAGE_DOWN, who, before, ascii, wide, limit, who), rows, NULL, err);
    return query_again(store, pool,
                       QUERY(DOMAIN_PAGE_STATUS_DOWN, who, arg_text(status_word(list->filter->status)), before, ascii,
                             wide, limit, who),
                       rows, NULL, err);
}

static int rows_by_status(struct store *store, struct pool *pool, const struct listing *list, struct rows *rows,
                          struct err *err)
{
    const char *first = list->filter->descending ? LAST_TEXT : "";
    struct arg who = arg_uuid(list->account_id), limit = arg_int(list->limit), ascii, wide;
    struct arg value = arg_text(*list->place->name ? status_word(list->place->status) : first),
               name = arg_text(*list->place->name ? list->place->name : first);
    search_patterns(pool, list->filter->search, &ascii, &wide);
    return query_again(store, pool,
                       QUERY_EITHER(list->filter->descending, DOMAIN_PAGE_BY_STATUS_DOWN, DOMAIN_PAGE_BY_STATUS, who,
                                    value, name, ascii, wide, limit, who, value, ascii, wide, limit, who),
                       rows, NULL, err);
}

/* at 0: never checked, NULL in the column; sorts before all times. */
static int rows_by_time(struct store *store, struct pool *pool, const struct listing *list, int64_t at,
                        const char *after, struct rows *rows, struct err *err)
{
    static const enum statement which[2][2] = {{SQL_DOMAIN_PAGE_BY_CREATED, SQL_DOMAIN_PAGE_BY_CREATED_DOWN},
                                               {SQL_DOMAIN_PAGE_BY_CHECKED, SQL_DOMAIN_PAGE_BY_CHECKED_DOWN}};
    struct arg who = arg_uuid(list->account_id), limit = arg_int(list->limit), name = arg_text(after), ascii, wide;
    struct arg same = arg_int_or_null(at), behind = arg_int(at ? at : -1),
               status = arg_text(list->filter->has_status ? status_word(list->filter->status) : "%");
    search_patterns(pool, list->filter->search, &ascii, &wide);
    return query_again(
        store, pool, which[list->filter->sort == SORT_CHECKED][list->filter->descending],
        QUERY_ARGS(who, same, name, status, ascii, wide, limit, who, behind, status, ascii, wide, limit, who), rows,
        NULL, err);
}

static int page_rows(struct store *store, struct pool *pool, const struct listing *list, struct rows *rows,
                     struct err *err)
{
    const char *first = list->filter->descending ? LAST_TEXT : "";
    if (list->filter->sort == SORT_NAME)
        return (list->filter->descending ? rows_by_name_down : rows_by_name)(store, pool, list, rows, err);
    if (list->filter->sort == SORT_STATUS)
        return rows_by_status(store, pool, list, rows, err);
    if (*list->place->name)
        return rows_by_time(store, pool, list, list->place->at, list->place->name, rows, err);
    return rows_by_time(store, pool, list, list->filter->descending ? INT64_MAX : 0, first, rows, err);
}

/* As snprintf would, but faster: an overview copies many names. */
static void copy_text(char *out, size_t size, const struct cell *cell)
{
    size_t len = cell->len < size ? cell->len : size - 1;
    memcpy(out, cell->s, len);
    out[len] = '\0';
}

static void take_name(struct name *name, const struct cell *ascii, const struct cell *wide)
{
    copy_text(name->ascii, sizeof(name->ascii), ascii);
    copy_text(name->unicode, sizeof(name->unicode), wide->null ? ascii : wide);
}

static void take_counts(const struct cell *row, int64_t of_status[STATUS_COUNT])
{
    of_status[STATUS_PENDING] = CELL(row, DOMAIN_ROW, PENDING)->i;
    of_status[STATUS_VERIFIED] = CELL(row, DOMAIN_ROW, VERIFIED)->i;
    of_status[STATUS_LOST] = CELL(row, DOMAIN_ROW, LOST)->i;
}

static int take_page_row(const struct cell *row, struct uuid account_id, struct domain *domain, struct err *err)
{
    domain->id = cell_uuid(CELL(row, DOMAIN_ROW, ID));
    domain->account_id = account_id;
    take_name(&domain->name, CELL(row, DOMAIN_ROW, NAME), CELL(row, DOMAIN_ROW, UNICODE));
    domain->created_at = CELL(row, DOMAIN_ROW, CREATED_AT)->i;
    domain->verified_at = CELL(row, DOMAIN_ROW, VERIFIED_AT)->i;
    domain->checked_at = CELL(row, DOMAIN_ROW, CHECKED_AT)->i;
    domain->records_ok = (int)CELL(row, DOMAIN_ROW, RECORDS_OK)->i;
    domain->records_total = (int)CELL(row, DOMAIN_ROW, RECORDS_TOTAL)->i;
    if (!status_parse(CELL(row, DOMAIN_ROW, STATUS)->s, &domain->status))
        return err_set(err, ERR_FAULT, "database: a domain has the status \"%s\"", CELL(row, DOMAIN_ROW, STATUS)->s);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct domain *)a)->name.ascii, ((const struct domain *)b)->name.ascii);
}

static int by_status(const void *a, const void *b)
{
    int order =
        strcmp(status_word(((const struct domain *)a)->status), status_word(((const struct domain *)b)->status));
    return order ? order : by_name(a, b);
}

static int by_added(const void *a, const void *b)
{
    int64_t one = ((const struct domain *)a)->created_at, other = ((const struct domain *)b)->created_at;
    return one != other ? (one > other) - (one < other) : by_name(a, b);
}

static int by_checked(const void *a, const void *b)
{
    int64_t one = ((const struct domain *)a)->checked_at, other = ((const struct domain *)b)->checked_at;
    return one != other ? (one > other) - (one < other) : by_name(a, b);
}

/* Statements by name ascending return their order; the others return more rows than needed, in any order. */
static void sort_page(const struct listing *list, struct domain_list *out)
{
    static int (*const by[SORT_COUNT])(const void *, const void *) = {by_name, by_status, by_added, by_checked};
    const struct domain_filter *filter = list->filter;
    if (filter->sort != SORT_NAME || filter->descending)
        qsort(out->domain, out->count, sizeof(*out->domain), by[filter->sort]);
    for (size_t i = 0, last = out->count; filter->descending && i + 1 < last; i++) {
        struct domain other = out->domain[i];
        out->domain[i] = out->domain[--last];
        out->domain[last] = other;
    }
    out->more = out->count >= (size_t)list->limit;
    if (out->more)
        out->count = (size_t)list->limit - 1;
}

static int take_page(const struct rows *rows, struct uuid account_id, struct domain_list *out, struct err *err)
{
    int rc = 0;
    if (rows->count > 0)
        take_counts(rows_row(rows, 0), out->of_status);
    for (size_t i = 0; i < rows->count && rc == 0; i++)
        rc = take_page_row(rows_row(rows, i), account_id, &out->domain[out->count++], err);
    return rc;
}

/* Newest check first: domains that were never checked come last, from a range of their own. */
static bool ends_with_never(const struct listing *list, size_t count)
{
    return list->filter->sort == SORT_CHECKED && list->filter->descending && count < (size_t)list->limit &&
           (!*list->place->name || list->place->at);
}

/* For a page without rows, whose statement returns no counts. */
static int counts_alone(struct store *store, struct pool *pool, const struct uuid *account_id, struct domain_list *out,
                        struct err *err)
{
    struct rows rows;
    int rc = query_again(store, pool, QUERY(DOMAIN_COUNTS, arg_uuid(account_id)), &rows, NULL, err);
    if (rc == 0 && rows.count > 0) {
        const struct cell *row = rows_row(&rows, 0);
        out->of_status[STATUS_PENDING] = CELL(row, DOMAIN_COUNTS, PENDING)->i;
        out->of_status[STATUS_VERIFIED] = CELL(row, DOMAIN_COUNTS, VERIFIED)->i;
        out->of_status[STATUS_LOST] = CELL(row, DOMAIN_COUNTS, LOST)->i;
    }
    return store_outward(rc, err);
}

int store_domain_page(struct store *store, struct pool *pool, struct uuid account_id,
                      const struct domain_filter *filter, const struct domain_place *after, struct domain_list *out,
                      struct err *err)
{
    const struct listing list = {
        .account_id = &account_id, .filter = filter, .place = after, .limit = filter->page_size + 1};
    struct rows rows, never = {0};
    int rc = page_rows(store, pool, &list, &rows, err);
    if (rc == 0 && ends_with_never(&list, rows.count))
        rc = rows_by_time(store, pool, &list, 0, LAST_TEXT, &never, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = (struct domain_list){.domain = pool_array(pool, rows.count + never.count, sizeof(struct domain))};
    rc = take_page(&rows, account_id, out, err);
    if (rc == 0)
        rc = take_page(&never, account_id, out, err);
    if (rc != 0)
        return rc;
    sort_page(&list, out);
    return out->count > 0 ? 0 : counts_alone(store, pool, &account_id, out, err);
}

/* --- one domain --- */

/* Columns of the list domain_state, which domain_detail begins with. */
static void take_domain(const struct cell *row, struct domain *domain)
{
    domain->last_check_id = cell_uuid(CELL(row, DOMAIN_STATE, LAST_CHECK_ID));
    take_name(&domain->name, CELL(row, DOMAIN_STATE, NAME), CELL(row, DOMAIN_STATE, UNICODE));
    domain->public_b64 = CELL(row, DOMAIN_STATE, PUBLIC_B64)->s;
    copy_text(domain->selector, sizeof(domain->selector), CELL(row, DOMAIN_STATE, SELECTOR));
    domain->return_path_label = CELL(row, DOMAIN_STATE, RETURN_PATH_LABEL)->s;
    domain->return_path_target = CELL(row, DOMAIN_STATE, RETURN_PATH_TARGET)->s;
    domain->created_at = CELL(row, DOMAIN_STATE, CREATED_AT)->i;
    domain->verified_at = CELL(row, DOMAIN_STATE, VERIFIED_AT)->i;
    domain->checked_at = CELL(row, DOMAIN_STATE, CHECKED_AT)->i;
    domain->records_ok = (int)CELL(row, DOMAIN_STATE, RECORDS_OK)->i;
    domain->records_total = (int)CELL(row, DOMAIN_STATE, RECORDS_TOTAL)->i;
}

/* The domain and its last check, without the second key and the results. */
static int take_state(const struct cell *row, struct domain_detail *detail, struct err *err)
{
    struct domain *domain = &detail->domain;
    struct check_info *last = &detail->last;
    take_domain(row, domain);
    detail->checked = !CELL(row, DOMAIN_STATE, TRIGGER)->null;
    last->id = domain->last_check_id;
    last->at = CELL(row, DOMAIN_STATE, CHECK_AT)->i;
    last->ms = (int)CELL(row, DOMAIN_STATE, MS)->i;
    if (!status_parse(CELL(row, DOMAIN_STATE, STATUS)->s, &domain->status) ||
        (detail->checked && (!trigger_parse(CELL(row, DOMAIN_STATE, TRIGGER)->s, &last->trigger) ||
                             !status_parse(CELL(row, DOMAIN_STATE, STATUS_BEFORE)->s, &last->status_before) ||
                             !status_parse(CELL(row, DOMAIN_STATE, STATUS_AFTER)->s, &last->status_after))))
        return err_set(err, ERR_FAULT, "database: a row of %s has an unknown word", domain->name.ascii);
    return 0;
}

static int take_results(struct pool *pool, const struct cell *row, struct domain_detail *detail, struct err *err)
{
    bool known[RECORD_COUNT] = {false}; /* others stay unknown */
    records_of(pool, &detail->domain, detail->record);
    for (size_t i = 0; i < RECORD_COUNT;
         i++) /* also the records that it does not have: not required, and without a host */
        detail->result[i] = (struct result){
            .kind = (enum record_kind)i, .required = detail->record[i].required, .verdict = VERDICT_UNKNOWN};
    int rc = results_parse(pool, CELL(row, DOMAIN_STATE, RESULTS)->s, detail->result, known, err);
    if (rc == 0)
        result_details_parse(pool, CELL(row, DOMAIN_STATE, DETAILS)->s, detail->result);
    return rc;
}

static int take_second_key(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                           const struct cell *selector, struct domain *domain, struct err *err)
{
    struct rows rows;
    int rc =
        query_again(store, pool, QUERY(DOMAIN_SECOND_KEY, arg_uuid(&account_id), arg_uuid(&id), arg_text(selector->s)),
                    &rows, NULL, err);
    if (rc == 0 && rows.count > 0) {
        copy_text(domain->selector_ed25519, sizeof(domain->selector_ed25519), selector);
        domain->public_ed25519 = CELL(rows_row(&rows, 0), DOMAIN_SECOND_KEY, PUBLIC_B64)->s;
    }
    return store_outward(rc, err);
}

static void take_share(const struct cell *row, struct share_state *share)
{
    *share = (struct share_state){.created_at = CELL(row, DOMAIN_DETAIL, SHARE_CREATED_AT)->i,
                                  .expires_at = CELL(row, DOMAIN_DETAIL, SHARE_EXPIRES_AT)->i,
                                  .revoked_at = CELL(row, DOMAIN_DETAIL, REVOKED_AT)->i,
                                  .opened_at = CELL(row, DOMAIN_DETAIL, OPENED_AT)->i,
                                  .checked_at = CELL(row, DOMAIN_DETAIL, SHARE_CHECKED_AT)->i};
}

static int take_events(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id, int most,
                       struct domain_detail *detail, struct err *err)
{
    struct rows rows;
    int rc = query_again(store, pool, QUERY(DOMAIN_EVENTS, arg_uuid(&account_id), arg_uuid(&id), arg_int(most)), &rows,
                         NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    detail->event = pool_array(pool, rows.count, sizeof(*detail->event));
    for (size_t i = 0; i < rows.count; i++) {
        const struct cell *row = rows_row(&rows, i), *trigger = CELL(row, DOMAIN_EVENTS, TRIGGER);
        struct event *event = &detail->event[detail->event_count++];
        *event = (struct event){.at = CELL(row, DOMAIN_EVENTS, AT)->i, .user = CELL(row, DOMAIN_EVENTS, USER_EMAIL)->s};
        audit_action_parse(CELL(row, DOMAIN_EVENTS, ACTION)->s, &event->action); /* NONE: written by another version */
        if (!trigger->null && !trigger_parse(trigger->s, &event->trigger))
            return err_set(err, ERR_FAULT, "database: an event has an unknown trigger");
    }
    return 0;
}

int store_domain_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id, int events,
                     struct domain_detail **out, struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool,
                         QUERY_EITHER(events > 0, DOMAIN_DETAIL, DOMAIN_STATE, arg_uuid(&account_id), arg_uuid(&id)),
                         &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    const struct cell *row = rows_row(&rows, 0), *selector = CELL(row, DOMAIN_STATE, SELECTOR_ED25519);
    struct domain_detail *detail = pool_alloc(pool, sizeof(*detail));
    detail->domain.account_id = account_id;
    detail->domain.id = id;
    rc = take_state(row, detail, err);
    if (rc == 0 && !selector->null)
        rc = take_second_key(store, pool, account_id, id, selector, &detail->domain, err);
    if (rc == 0)
        rc = take_results(pool, row, detail, err);
    if (rc == 0 && events > 0) {
        take_share(row, &detail->share);
        rc = take_events(store, pool, account_id, id, events, detail, err);
    }
    if (rc == 0)
        *out = detail;
    return rc;
}

static int id_by_name(struct store *store, const struct uuid *account_id, const char *ascii, bool *found,
                      struct uuid *id, bool again, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = (again ? query_again : query_once)(
        store, pool, QUERY(DOMAIN_ID_BY_NAME, arg_uuid(account_id), arg_text(ascii)), &rows, NULL, err);
    *found = rc == 0 && rows.count > 0;
    if (*found)
        *id = cell_uuid(CELL(rows_row(&rows, 0), DOMAIN_ID_BY_NAME, ID));
    pool_free(&pool);
    return rc;
}

int store_domain_id(struct store *store, struct uuid account_id, const char *ascii, bool *found, struct uuid *id,
                    struct err *err)
{
    return store_outward(id_by_name(store, &account_id, ascii, found, id, true, err), err);
}

/* --- adding --- */

struct adding {
    const struct uuid *account_id;
    const struct store_new_domain *wanted;
    const struct store_actor *actor;
    struct uuid key_id[DKIM_ALGORITHM_COUNT];
    struct uuid event_id;
    enum store_added added;
};

static int selector_taken(struct store *store, const char *name, const char *selector, bool *taken, struct err *err)
{
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool, QUERY(SELECTOR_TOMBSTONE, arg_text(name), arg_text(selector)), &rows, NULL, err);
    *taken = rc == 0 && rows.count > 0;
    pool_free(&pool);
    return rc;
}

static int insert_domain(struct store *store, const struct uuid *account_id, const struct domain *domain,
                         struct err *err)
{
    bool plain = strcmp(domain->name.unicode, domain->name.ascii) == 0;
    return query_once(store, NULL,
                      QUERY(DOMAIN_INSERT, arg_uuid(&domain->id), arg_uuid(account_id), arg_text(domain->name.ascii),
                            arg_text(plain ? NULL : domain->name.unicode), arg_text(status_word(STATUS_PENDING)),
                            arg_int(domain->created_at), arg_text(domain->selector),
                            arg_text(domain->public_ed25519 ? domain->selector_ed25519 : NULL),
                            arg_text(domain->return_path_label), arg_text(domain->return_path_target),
                            arg_int(domain_records(domain))),
                      NULL, NULL, err);
}

static int domains_insert_key(struct store *store, const struct adding *adding, enum dkim_algorithm algorithm,
                              struct err *err)
{
    const struct domain *domain = adding->wanted->domain;
    bool rsa = algorithm == DKIM_RSA;
    struct arg key = arg_uuid(&adding->key_id[algorithm]), who = arg_uuid(adding->account_id);
    int rc = query_once(store, NULL,
                        QUERY(KEY_INSERT, key, who, arg_uuid(&domain->id), arg_text(domain->name.ascii),
                              arg_text(rsa ? domain->selector : domain->selector_ed25519),
                              arg_text(rsa ? domain->public_b64 : domain->public_ed25519),
                              arg_text(dkim_algorithm_word(algorithm)), arg_int(domain->created_at)),
                        NULL, NULL, err);
    if (rc != 0)
        return rc;
    return query_once(store, NULL,
                      QUERY(PRIVATE_KEY_INSERT, key, who,
                            arg_text(rsa ? adding->wanted->private_pem : adding->wanted->private_ed25519)),
                      NULL, NULL, err);
}

static int domains_insert_keys(struct store *store, const struct adding *adding, struct err *err)
{
    int rc = domains_insert_key(store, adding, DKIM_RSA, err);
    return rc != 0 || !adding->wanted->domain->public_ed25519 ? rc
                                                              : domains_insert_key(store, adding, DKIM_ED25519, err);
}

/* > 0: nothing was added; adding->added has the reason. */
static int domains_add_work(struct store *store, void *arg, struct err *err)
{
    struct adding *adding = arg;
    const struct domain *domain = adding->wanted->domain;
    bool taken;
    adding->added = STORE_ADDED;
    int rc = selector_taken(store, domain->name.ascii, domain->selector, &taken, err);
    if (rc == 0 && !taken && domain->public_ed25519)
        rc = selector_taken(store, domain->name.ascii, domain->selector_ed25519, &taken, err);
    if (rc == 0 && !taken)
        rc = insert_domain(store, adding->account_id, domain, err);
    if (rc == STORE_DUPLICATE || rc == STORE_NO_PARENT) {
        adding->added = rc == STORE_DUPLICATE ? STORE_EXISTS : STORE_NO_ACCOUNT;
        return 1;
    }
    if (rc == 0 && !taken)
        rc = domains_insert_keys(store, adding, err);
    if (taken || rc == STORE_DUPLICATE) {
        adding->added = STORE_SELECTOR_TAKEN;
        return 1;
    }
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(DOMAIN_COUNT_ADDED, arg_uuid(adding->account_id)), NULL, NULL, err);
    if (rc == 0)
        rc = event_write(store,
                         &(struct event_row){.id = &adding->event_id,
                                             .account_id = adding->account_id,
                                             .domain_id = &domain->id,
                                             .domain_name = domain->name.ascii,
                                             .actor = adding->actor,
                                             .action = ACTION_DOMAIN_ADDED,
                                             .at = domain->created_at},
                         err);
    return rc;
}

int store_domain_add(struct store *store, struct uuid account_id, const struct store_new_domain *wanted,
                     const struct store_actor *actor, enum store_added *added, struct err *err)
{
    struct adding adding = {.account_id = &account_id,
                            .wanted = wanted,
                            .actor = actor,
                            .key_id = {uuid_new(), uuid_new()},
                            .event_id = uuid_new()};
    int rc = transaction_run(store, domains_add_work, &adding, account_id, &adding.event_id, err);
    *added = adding.added;
    return store_outward(rc, err);
}

/* --- deleting --- */

struct deleting {
    const struct uuid *account_id, *id;
    const struct store_actor *actor;
    struct uuid event_id;
    int64_t now;
    bool found;
};

static int count_one_less(struct store *store, struct arg who, const char *word, struct err *err)
{
    enum status status;
    if (!status_parse(word, &status))
        return err_set(err, ERR_FAULT, "database: a domain has the status \"%s\"", word);
    return query_once(store, NULL,
                      QUERY(DOMAIN_COUNT_MOVE, arg_int(-(status == STATUS_PENDING)),
                            arg_int(-(status == STATUS_VERIFIED)), arg_int(-(status == STATUS_LOST)), who),
                      NULL, NULL, err);
}

/* The residue of the domain as it stands; *text in pool. */
static int residue_text(struct store *store, struct pool *pool, struct arg who, struct arg which, const char **text,
                        struct err *err)
{
    struct dns_residue residue = {0};
    struct rows rows;
    *text = "";
    int rc = query_once(store, pool, QUERY(DOMAIN_DNS_RESIDUE, who, which), &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return rc;
    residue.return_path_label = CELL(rows_row(&rows, 0), DOMAIN_DNS_RESIDUE, RETURN_PATH_LABEL)->s;
    residue.return_path_target = CELL(rows_row(&rows, 0), DOMAIN_DNS_RESIDUE, RETURN_PATH_TARGET)->s;
    residue.selector = pool_array(pool, rows.count, sizeof(*residue.selector));
    for (; residue.selector_count < rows.count; residue.selector_count++)
        residue.selector[residue.selector_count] =
            CELL(rows_row(&rows, residue.selector_count), DOMAIN_DNS_RESIDUE, SELECTOR)->s;
    *text = dns_residue_text(pool, &residue);
    return 0;
}

static int delete_rows(struct store *store, struct pool *pool, struct deleting *deleting, const struct cell *domain,
                       struct err *err)
{
    struct arg who = arg_uuid(deleting->account_id), which = arg_uuid(deleting->id);
    const char *residue;
    int rc = residue_text(store, pool, who, which, &residue, err);
    if (rc == 0)
        rc =
            query_once(store, NULL, QUERY(SELECTOR_TOMBSTONE_ADD, arg_int(deleting->now), who, which), NULL, NULL, err);
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(DOMAIN_DELETE, who, which), NULL, NULL, err);
    if (rc == 0)
        rc = count_one_less(store, who, CELL(domain, DOMAIN_LOCK, STATUS)->s, err);
    if (rc == 0)
        rc = event_write(store,
                         &(struct event_row){.id = &deleting->event_id,
                                             .account_id = deleting->account_id,
                                             .domain_id = deleting->id,
                                             .domain_name = CELL(domain, DOMAIN_LOCK, NAME)->s,
                                             .actor = deleting->actor,
                                             .action = ACTION_DOMAIN_DELETED,
                                             .detail = residue,
                                             .at = deleting->now},
                         err);
    return rc;
}

static int domains_delete_work(struct store *store, void *arg, struct err *err)
{
    struct deleting *deleting = arg;
    struct pool *pool = pool_new();
    struct rows rows;
    int rc = query_once(store, pool, QUERY(DOMAIN_LOCK, arg_uuid(deleting->account_id), arg_uuid(deleting->id)), &rows,
                        NULL, err);
    deleting->found = rc == 0 && rows.count > 0;
    if (deleting->found)
        rc = delete_rows(store, pool, deleting, rows_row(&rows, 0), err);
    pool_free(&pool);
    return rc ? rc : !deleting->found;
}

int store_domain_delete(struct store *store, struct uuid account_id, struct uuid id, const struct store_actor *actor,
                        int64_t now, bool *found, struct err *err)
{
    struct deleting deleting = {
        .account_id = &account_id, .id = &id, .actor = actor, .event_id = uuid_new(), .now = now};
    int rc = transaction_run(store, domains_delete_work, &deleting, account_id, &deleting.event_id, err);
    *found = deleting.found;
    return store_outward(rc, err);
}

int store_dns_residue(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id, const char **name,
                      struct dns_residue *out, struct err *err)
{
    struct rows rows;
    *name = NULL;
    int rc = query_again(store, pool, QUERY(DNS_RESIDUE_KEPT, arg_uuid(&account_id), arg_uuid(&id)), &rows, NULL, err);
    if (rc == 0 && rows.count > 0) {
        *name = CELL(rows_row(&rows, 0), DNS_RESIDUE_KEPT, DOMAIN_NAME)->s;
        dns_residue_parse(pool, CELL(rows_row(&rows, 0), DNS_RESIDUE_KEPT, DETAIL)->s, out);
    }
    return store_outward(rc, err);
}
