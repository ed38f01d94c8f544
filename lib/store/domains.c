/*
 * Rows of domains and their keys: the overview's pages, one domain with all that its page shows, adding and deleting.
 * Knows no DNS and no page; whether something may be done was decided above.
 */
#include "base/base.h"

#include "base/buf.h"
#include "model/check.h"
#include "store/event.h"
#include "store/query.h"
#include "store/results.h"

/* --- the overview --- */

/* %part% with the pattern's own letters escaped by !, as the statements say. */
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

/* An ascii column can't be compared with anything else (error 1267). */
static bool is_ascii(const char *s)
{
    while (*s && (unsigned char)*s < 0x80)
        s++;
    return !*s;
}

static int rows_by_name(struct store *store, struct pool *pool, const struct uuid *account,
                        const struct store_page *page, struct rows *rows, struct err *err)
{
    struct arg who = arg_uuid(account), after = arg_text(page->after), limit = arg_int(page->limit),
               status = arg_text(status_word(page->status));
    if (!page->search || !*page->search) {
        if (!page->has_status)
            return query_again(store, pool, QUERY(DOMAIN_PAGE, who, after, limit), rows, NULL, err);
        return query_again(store, pool, QUERY(DOMAIN_PAGE_STATUS, who, status, after, limit), rows, NULL, err);
    }
    struct arg wide = arg_text(like_pattern(pool, page->search));
    struct arg ascii = is_ascii(page->search) ? wide : arg_text(""); /* the empty pattern matches no name */
    if (!page->has_status)
        return query_again(store, pool, QUERY(DOMAIN_PAGE_SEARCH, who, after, ascii, wide, limit), rows, NULL, err);
    return query_again(store, pool, QUERY(DOMAIN_PAGE_SEARCH_STATUS, who, status, after, ascii, wide, limit), rows,
                       NULL, err);
}

/* What lies behind every name, status and time. */
#define LAST_TEXT "\x7f"

/* The patterns of a search for an ascii and for a wide column; what is not searched for matches all. */
static void search_patterns(struct pool *pool, const char *search, struct arg *ascii, struct arg *wide)
{
    bool any = !search || !*search;
    *wide = arg_text(any ? "%" : like_pattern(pool, search));
    *ascii = any || is_ascii(search) ? *wide : arg_text("");
}

static int rows_by_name_down(struct store *store, struct pool *pool, const struct uuid *account,
                             const struct store_page *page, struct rows *rows, struct err *err)
{
    struct arg who = arg_uuid(account), before = arg_text(*page->after ? page->after : LAST_TEXT),
               limit = arg_int(page->limit), ascii, wide;
    search_patterns(pool, page->search, &ascii, &wide);
    if (!page->has_status)
        return query_again(store, pool, QUERY(DOMAIN_PAGE_DOWN, who, before, ascii, wide, limit, who), rows, NULL, err);
    return query_again(
        store, pool,
        QUERY(DOMAIN_PAGE_STATUS_DOWN, who, arg_text(status_word(page->status)), before, ascii, wide, limit, who), rows,
        NULL, err);
}

static int rows_by_status(struct store *store, struct pool *pool, const struct uuid *account,
                          const struct store_page *page, struct rows *rows, struct err *err)
{
    const char *first = page->descending ? LAST_TEXT : "";
    struct arg who = arg_uuid(account), limit = arg_int(page->limit), ascii, wide;
    struct arg value = arg_text(*page->after ? status_word(page->after_status) : first),
               name = arg_text(*page->after ? page->after : first);
    search_patterns(pool, page->search, &ascii, &wide);
    return query_again(store, pool,
                       QUERY_EITHER(page->descending, DOMAIN_PAGE_BY_STATUS_DOWN, DOMAIN_PAGE_BY_STATUS, who, value,
                                    name, ascii, wide, limit, who, value, ascii, wide, limit, who),
                       rows, NULL, err);
}

/* at 0: never, which the column holds as NULL; it comes before all times. */
static int rows_by_time(struct store *store, struct pool *pool, const struct uuid *account,
                        const struct store_page *page, int64_t at, const char *after, struct rows *rows,
                        struct err *err)
{
    static const enum statement which[2][2] = {{SQL_DOMAIN_PAGE_BY_CREATED, SQL_DOMAIN_PAGE_BY_CREATED_DOWN},
                                               {SQL_DOMAIN_PAGE_BY_CHECKED, SQL_DOMAIN_PAGE_BY_CHECKED_DOWN}};
    struct arg who = arg_uuid(account), limit = arg_int(page->limit), name = arg_text(after), ascii, wide;
    struct arg same = arg_int_or_null(at), behind = arg_int(at ? at : -1),
               status = arg_text(page->has_status ? status_word(page->status) : "%");
    search_patterns(pool, page->search, &ascii, &wide);
    return query_again(
        store, pool, which[page->sort == SORT_CHECKED][page->descending],
        QUERY_ARGS(who, same, name, status, ascii, wide, limit, who, behind, status, ascii, wide, limit, who), rows,
        NULL, err);
}

static int page_rows(struct store *store, struct pool *pool, const struct uuid *account, const struct store_page *page,
                     struct rows *rows, struct err *err)
{
    const char *first = page->descending ? LAST_TEXT : "";
    if (page->sort == SORT_NAME)
        return (page->descending ? rows_by_name_down : rows_by_name)(store, pool, account, page, rows, err);
    if (page->sort == SORT_STATUS)
        return rows_by_status(store, pool, account, page, rows, err);
    if (*page->after)
        return rows_by_time(store, pool, account, page, page->after_at, page->after, rows, err);
    return rows_by_time(store, pool, account, page, page->descending ? INT64_MAX : 0, first, rows, err);
}

/* As snprintf would, which an overview with its many names feels. */
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

/* The columns of the overviews and of domain_counts. */
enum {
    P_PENDING,
    P_VERIFIED,
    P_LOST,
    P_ID,
    P_NAME,
    P_UNICODE,
    P_STATUS,
    P_CREATED,
    P_VERIFIED_AT,
    P_CHECKED_AT,
    P_RECORDS_OK,
    P_RECORDS_TOTAL
};

static void take_counts(const struct cell *cell, int64_t of_status[STATUS_COUNT])
{
    of_status[STATUS_PENDING] = cell[P_PENDING].i;
    of_status[STATUS_VERIFIED] = cell[P_VERIFIED].i;
    of_status[STATUS_LOST] = cell[P_LOST].i;
}

static int take_page_row(const struct cell *cell, struct uuid account_id, struct domain *domain, struct err *err)
{
    domain->id = cell_uuid(&cell[P_ID]);
    domain->account_id = account_id;
    take_name(&domain->name, &cell[P_NAME], &cell[P_UNICODE]);
    domain->created_at = cell[P_CREATED].i;
    domain->verified_at = cell[P_VERIFIED_AT].i;
    domain->checked_at = cell[P_CHECKED_AT].i;
    domain->records_ok = (int)cell[P_RECORDS_OK].i;
    domain->records_total = (int)cell[P_RECORDS_TOTAL].i;
    if (!status_parse(cell[P_STATUS].s, &domain->status))
        return err_set(err, ERR_FAULT, "database: a domain has the status \"%s\"", cell[P_STATUS].s);
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

/* Statements by name ascending give their order; the others some rows too many, in any. */
static void sort_page(const struct store_page *page, struct store_page_rows *out)
{
    static int (*const by[SORT_COUNT])(const void *, const void *) = {by_name, by_status, by_added, by_checked};
    if (page->sort == SORT_NAME && !page->descending)
        return;
    qsort(out->domain, out->count, sizeof(*out->domain), by[page->sort]);
    for (size_t i = 0, last = out->count; page->descending && i + 1 < last; i++) {
        struct domain other = out->domain[i];
        out->domain[i] = out->domain[--last];
        out->domain[last] = other;
    }
    if (out->count > (size_t)page->limit)
        out->count = (size_t)page->limit;
}

static int take_page(const struct rows *rows, struct uuid account_id, struct store_page_rows *out, struct err *err)
{
    int rc = 0;
    if (rows->count > 0)
        take_counts(rows_at(rows, 0, 0), out->of_status);
    for (size_t i = 0; i < rows->count && rc == 0; i++)
        rc = take_page_row(rows_at(rows, i, 0), account_id, &out->domain[out->count++], err);
    return rc;
}

/* Newest check first, those that never were checked come last, out of a range of their own. */
static bool ends_with_never(const struct store_page *page, size_t count)
{
    return page->sort == SORT_CHECKED && page->descending && count < (size_t)page->limit &&
           (!*page->after || page->after_at);
}

int store_domain_page(struct store *store, struct pool *pool, struct uuid account_id, const struct store_page *page,
                      struct store_page_rows *out, struct err *err)
{
    struct rows rows, never = {0}, counts;
    int rc = page_rows(store, pool, &account_id, page, &rows, err);
    if (rc == 0 && ends_with_never(page, rows.count))
        rc = rows_by_time(store, pool, &account_id, page, 0, LAST_TEXT, &never, err);
    if (rc != 0)
        return store_outward(rc, err);
    *out = (struct store_page_rows){.domain = pool_array(pool, rows.count + never.count, sizeof(struct domain))};
    rc = take_page(&rows, account_id, out, err);
    if (rc == 0)
        rc = take_page(&never, account_id, out, err);
    if (rc != 0)
        return rc;
    sort_page(page, out);
    if (out->count > 0)
        return 0;
    rc = query_again(store, pool, QUERY(DOMAIN_COUNTS, arg_uuid(&account_id)), &counts, NULL, err);
    if (rc == 0 && counts.count > 0)
        take_counts(rows_at(&counts, 0, 0), out->of_status);
    return store_outward(rc, err);
}

/* --- one domain --- */

/* The columns of domain_detail and domain_state. */
enum {
    PUBLIC_B64,
    SELECTOR,
    SELECTOR_ED25519,
    CHECK_ID,
    NAME,
    UNICODE,
    STATUS,
    RETURN_PATH_LABEL,
    RETURN_PATH_TARGET,
    CREATED_AT,
    VERIFIED_AT,
    CHECKED_AT,
    RECORDS_OK,
    RECORDS_TOTAL,
    TRIGGER,
    STATUS_BEFORE,
    STATUS_AFTER,
    CHECK_AT,
    CHECK_MS,
    RESULTS,
    DETAILS,
    SHARE_CREATED, /* from here in domain_detail alone */
    SHARE_EXPIRES,
    SHARE_REVOKED,
    SHARE_OPENED,
    SHARE_CHECKED
};

static void take_share(const struct cell *cell, struct store_share_state *share)
{
    *share = (struct store_share_state){.created_at = cell[SHARE_CREATED].i,
                                        .expires_at = cell[SHARE_EXPIRES].i,
                                        .revoked_at = cell[SHARE_REVOKED].i,
                                        .opened_at = cell[SHARE_OPENED].i,
                                        .checked_at = cell[SHARE_CHECKED].i};
}

static int take_domain(const struct cell *cell, struct store_detail *detail, struct err *err)
{
    struct domain *domain = &detail->domain;
    struct store_check_info *last = &detail->last;
    domain->last_check_id = cell_uuid(&cell[CHECK_ID]);
    take_name(&domain->name, &cell[NAME], &cell[UNICODE]);
    domain->public_b64 = cell[PUBLIC_B64].s;
    copy_text(domain->selector, sizeof(domain->selector), &cell[SELECTOR]);
    domain->return_path_label = cell[RETURN_PATH_LABEL].s;
    domain->return_path_target = cell[RETURN_PATH_TARGET].s;
    domain->created_at = cell[CREATED_AT].i;
    domain->verified_at = cell[VERIFIED_AT].i;
    domain->checked_at = cell[CHECKED_AT].i;
    domain->records_ok = (int)cell[RECORDS_OK].i;
    domain->records_total = (int)cell[RECORDS_TOTAL].i;
    detail->checked = !cell[TRIGGER].null;
    last->id = domain->last_check_id;
    last->at = cell[CHECK_AT].i;
    last->ms = (int)cell[CHECK_MS].i;
    if (!status_parse(cell[STATUS].s, &domain->status) ||
        (detail->checked && (!trigger_parse(cell[TRIGGER].s, &last->trigger) ||
                             !status_parse(cell[STATUS_BEFORE].s, &last->status_before) ||
                             !status_parse(cell[STATUS_AFTER].s, &last->status_after))))
        return err_set(err, ERR_FAULT, "database: a row of %s has an unknown word", domain->name.ascii);
    return 0;
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
        domain->public_ed25519 = rows_at(&rows, 0, 0)->s;
    }
    return store_outward(rc, err);
}

/* The columns of domain_events. */
enum { EVENT_ACTION, EVENT_USER, EVENT_TRIGGER, EVENT_AT };

static int take_events(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id, int most,
                       struct store_detail *detail, struct err *err)
{
    struct rows rows;
    int rc = query_again(store, pool, QUERY(DOMAIN_EVENTS, arg_uuid(&account_id), arg_uuid(&id), arg_int(most)), &rows,
                         NULL, err);
    if (rc != 0)
        return store_outward(rc, err);
    detail->event = pool_array(pool, rows.count, sizeof(*detail->event));
    for (size_t i = 0; i < rows.count; i++) {
        const struct cell *cell = rows_at(&rows, i, 0);
        struct store_event *event = &detail->event[detail->event_count++];
        *event =
            (struct store_event){.at = cell[EVENT_AT].i, .action = cell[EVENT_ACTION].s, .user = cell[EVENT_USER].s};
        event->has_trigger = !cell[EVENT_TRIGGER].null;
        if (event->has_trigger && !trigger_parse(cell[EVENT_TRIGGER].s, &event->trigger))
            return err_set(err, ERR_FAULT, "database: an event has an unknown trigger");
    }
    return 0;
}

int store_domain_get(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id, int events,
                     struct store_detail **out, struct err *err)
{
    struct rows rows;
    *out = NULL;
    int rc = query_again(store, pool,
                         events > QUERY_EITHER(0, DOMAIN_DETAIL, DOMAIN_STATE, arg_uuid(&account_id), arg_uuid(&id)),
                         &rows, NULL, err);
    if (rc != 0 || rows.count == 0)
        return store_outward(rc, err);
    struct store_detail *detail = pool_alloc(pool, sizeof(*detail));
    detail->domain.account_id = account_id;
    detail->domain.id = id;
    detail->details = rows_at(&rows, 0, DETAILS)->s;
    rc = take_domain(rows_at(&rows, 0, 0), detail, err);
    if (rc == 0 && !rows_at(&rows, 0, SELECTOR_ED25519)->null)
        rc = take_second_key(store, pool, account_id, id, rows_at(&rows, 0, SELECTOR_ED25519), &detail->domain, err);
    if (rc == 0)
        rc = results_parse(pool, rows_at(&rows, 0, RESULTS)->s, detail->result, &detail->result_count, err);
    if (rc == 0 && events > 0) {
        take_share(rows_at(&rows, 0, 0), &detail->share);
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
        *id = cell_uuid(rows_at(&rows, 0, 0));
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
    int rc = query_once(store, pool, QUERY(SELECTOR_BURIED, arg_text(name), arg_text(selector)), &rows, NULL, err);
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

static int insert_key(struct store *store, const struct adding *adding, enum dkim_algorithm algorithm, struct err *err)
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

static int insert_keys(struct store *store, const struct adding *adding, struct err *err)
{
    int rc = insert_key(store, adding, DKIM_RSA, err);
    return rc != 0 || !adding->wanted->domain->public_ed25519 ? rc : insert_key(store, adding, DKIM_ED25519, err);
}

/* > 0: nothing was added, adding->added says why. */
static int add_work(struct store *store, void *arg, struct err *err)
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
        rc = insert_keys(store, adding, err);
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
                                             .action = "added",
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
    int rc = transaction_run(store, add_work, &adding, account_id, &adding.event_id, err);
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

/* As much as the column takes: dozens of keys that were replaced are not told of all. */
static int traces_of(struct store *store, struct pool *pool, struct arg who, struct arg which, struct buf *out,
                     struct err *err)
{
    enum { DETAIL_MAX = 512 };
    struct rows rows;
    int rc = query_once(store, pool, QUERY(DOMAIN_TRACES, who, which), &rows, NULL, err);
    for (size_t i = 0; rc == 0 && i < rows.count; i++) {
        const struct cell *cell = rows_at(&rows, i, 0);
        if (i == 0)
            buf_addf(out, "%s %s", cell[0].s, cell[1].s);
        if (out->len + 1 + strlen(cell[2].s) <= DETAIL_MAX)
            buf_addf(out, " %s", cell[2].s);
    }
    return rc;
}

static int delete_work(struct store *store, void *arg, struct err *err)
{
    struct deleting *deleting = arg;
    struct arg who = arg_uuid(deleting->account_id), which = arg_uuid(deleting->id);
    struct pool *pool = pool_new();
    struct buf traces;
    struct rows rows;
    int rc = query_once(store, pool, QUERY(DOMAIN_LOCK, who, which), &rows, NULL, err);
    deleting->found = rc == 0 && rows.count > 0;
    if (!deleting->found) {
        pool_free(&pool);
        return rc ? rc : 1;
    }
    buf_init(&traces, 1024);
    rc = traces_of(store, pool, who, which, &traces, err);
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(SELECTOR_BURY, arg_int(deleting->now), who, which), NULL, NULL, err);
    if (rc == 0)
        rc = query_once(store, NULL, QUERY(DOMAIN_DELETE, who, which), NULL, NULL, err);
    if (rc == 0)
        rc = count_one_less(store, who, rows_at(&rows, 0, 1)->s, err);
    if (rc == 0)
        rc = event_write(store,
                         &(struct event_row){.id = &deleting->event_id,
                                             .account_id = deleting->account_id,
                                             .domain_id = deleting->id,
                                             .domain_name = rows_at(&rows, 0, 0)->s,
                                             .actor = deleting->actor,
                                             .action = "deleted",
                                             .detail = traces.data,
                                             .at = deleting->now},
                         err);
    buf_free(&traces);
    pool_free(&pool);
    return rc;
}

int store_domain_delete(struct store *store, struct uuid account_id, struct uuid id, const struct store_actor *actor,
                        int64_t now, bool *found, struct err *err)
{
    struct deleting deleting = {
        .account_id = &account_id, .id = &id, .actor = actor, .event_id = uuid_new(), .now = now};
    int rc = transaction_run(store, delete_work, &deleting, account_id, &deleting.event_id, err);
    *found = deleting.found;
    return store_outward(rc, err);
}

int store_domain_removed(struct store *store, struct pool *pool, struct uuid account_id, struct uuid id,
                         const char **name, const char **traces, struct err *err)
{
    struct rows rows;
    *name = NULL;
    int rc = query_again(store, pool, QUERY(DOMAIN_REMOVED, arg_uuid(&account_id), arg_uuid(&id)), &rows, NULL, err);
    if (rc == 0 && rows.count > 0) {
        *name = rows_at(&rows, 0, 0)->s;
        *traces = rows_at(&rows, 0, 1)->s;
    }
    return store_outward(rc, err);
}
