/*
 * The records of a deleted domain. The servers of the zone decide; a resolver that remembers a record for a while does
 * not make it there, and is asked only where none of them answers.
 */
#include "base/base.h"

#include "app/domain/dns_leftovers.h"

#include "app/worker.h"
#include "base/buf.h"
#include "mailauth/check_names.h"
#include "model/name.h"

enum { RECORDS_MAX = 64 };

/* The words of the event: label and target of the return path, then selectors. */
static void add_records(struct pool *pool, const char *words, struct removed *out, const char **target)
{
    char *rest, *copy = pool_strdup(pool, words), *label = strtok_r(copy, " ", &rest), *selector;
    *target = strtok_r(NULL, " ", &rest);
    out->record = pool_array(pool, RECORDS_MAX, sizeof(*out->record));
    while (*target && out->count < RECORDS_MAX - 1 && (selector = strtok_r(NULL, " ", &rest)))
        out->record[out->count++] =
            (struct removed_record){.kind = RECORD_DKIM,
                                    .host = pool_printf(pool, "%s._domainkey.%s", selector, out->name.ascii),
                                    .type = "TXT"};
    if (*target && !out->added_again)
        out->record[out->count++] = (struct removed_record){
            .kind = RECORD_RETURN_PATH, .host = pool_printf(pool, "%s.%s", label, out->name.ascii), .type = "CNAME"};
}

/* *target: of the return path. */
static int get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id, struct removed **out,
               const char **target, struct err *err)
{
    struct store *store = worker_store(worker);
    const char *name, *words;
    struct name_judgement judgement;
    struct uuid again;
    *out = NULL;
    int rc = store_domain_removed(store, pool, account_id, id, &name, &words, err);
    if (rc != 0 || !name || !*words)
        return rc;
    struct removed *removed = pool_alloc(pool, sizeof(*removed));
    if (name_judge(worker_app(worker)->names, name, strlen(name), &removed->name, &judgement) !=
        NAME_OK) { /* rules may have changed since */
        snprintf(removed->name.ascii, sizeof(removed->name.ascii), "%s", name);
        snprintf(removed->name.unicode, sizeof(removed->name.unicode), "%s", name);
    }
    rc = store_domain_id(store, account_id, name, &removed->added_again, &again, err);
    if (rc != 0)
        return rc;
    add_records(pool, words, removed, target);
    *out = removed;
    return 0;
}

int removed_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id, struct removed **out,
                struct err *err)
{
    const char *target;
    return get(worker, pool, account_id, id, out, &target, err);
}

static enum rr_type asked_type(const struct removed_record *record)
{
    return record->kind == RECORD_DKIM ? RR_TXT : RR_CNAME;
}

/*
 * Selectors are ours alone, so whatever stands at one is there for us: the key, or a CNAME to it. But what a wildcard
 * gives to the sibling too, does not stand there. The return path's label may serve others: its CNAME counts when it
 * leads to us, and a wildcard that does so is to go as well.
 */
static bool holds(const struct observation *o, const struct observation *sibling, const struct removed_record *record,
                  const char *target)
{
    for (size_t i = 0; i < o->rr_count; i++) {
        const struct answer_rr *rr = &o->rr[i];
        if (!name_equal(rr->owner, record->host))
            continue;
        if (record->kind == RECORD_DKIM
                ? (rr->type == RR_TXT || rr->type == RR_CNAME) && !(sibling && observation_has_equal(sibling, rr))
                : rr->type == RR_CNAME && rr->target && name_equal(rr->target, target))
            return true;
    }
    return false;
}

/* sibling: beside the selectors; NULL if there is none. */
static void judge(struct pool *pool, const struct observations *seen, const char *sibling, const char *target,
                  struct removed_record *record)
{
    enum rr_type type = asked_type(record);
    int usable[2] = {0}, silent = 0; /* usable: by servers of the zone, by resolvers */
    bool resolver_has = false;
    struct buf where;
    buf_init(&where, 4096);
    for (size_t i = 0; i < seen->server_count; i++) {
        const struct server *server = &seen->servers[i];
        const struct observation *o = observation_find(seen, record->host, type, (int)i);
        if (server->barred || !o)
            continue;
        bool has = holds(o, sibling ? observation_find(seen, sibling, RR_TXT, (int)i) : NULL, record, target);
        usable[server->recursive] += outcome_usable(o->outcome);
        silent += !server->recursive && !outcome_usable(o->outcome);
        resolver_has |= server->recursive && has;
        if (has && !server->recursive)
            buf_addf(&where, "%s%s", where.len ? ", " : "", *server->name ? server->name : server->addr);
    }
    bool there = where.len > 0 || (usable[0] == 0 && resolver_has);
    bool known = usable[0] > 0 ? silent == 0 : usable[1] > 0 && silent == 0;
    record->state = there ? REMOVED_THERE : known || seen->zone_state == ZONE_ABSENT ? REMOVED_GONE : REMOVED_UNKNOWN;
    record->where = pool_memdup(pool, where.data, where.len);
    buf_free(&where);
}

/* All in one flight. */
static int ask(struct worker *worker, struct pool *pool, const struct removed *removed, const char *sibling,
               struct observations *seen, struct err *err)
{
    struct question *question = pool_array(pool, removed->count + 1, sizeof(*question));
    size_t count = 0;
    for (; count < removed->count; count++)
        question[count] =
            (struct question){.name = removed->record[count].host, .type = asked_type(&removed->record[count])};
    if (sibling)
        question[count++] = (struct question){.name = sibling, .type = RR_TXT};
    return dns_observe(worker_dns(worker), pool, removed->name.ascii, question, count, seen, err);
}

int removed_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                  struct removed **out, struct limited *limited, struct err *err)
{
    struct observations seen = {0};
    const char *target;
    *limited = (struct limited){0};
    int rc = get(worker, pool, actor->account_id, id, out, &target, err);
    if (rc != 0 || !*out || (*out)->count == 0)
        return rc;
    rc = worker_limit_account(worker, LIMIT_CHECK, actor, limited, err);
    if (rc != 0 || limited->yes)
        return rc;
    const char *sibling = sibling_at(pool, pool_printf(pool, "_domainkey.%s", (*out)->name.ascii));
    rc = ask(worker, pool, *out, sibling, &seen, err);
    for (size_t i = 0; rc == 0 && i < (*out)->count; i++)
        judge(pool, &seen, sibling, target, &(*out)->record[i]);
    return rc;
}
