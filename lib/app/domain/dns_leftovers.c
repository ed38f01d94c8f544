/*
 * The records of a deleted domain. The servers of the zone decide. A resolver's answer may come from its cache, so
 * resolvers count only where none of the zone's servers answers.
 */
#include "base/base.h"

#include "app/domain/dns_leftovers.h"

#include "app/worker.h"
#include "base/buf.h"
#include "mailauth/check_names.h"
#include "model/name.h"
#include "store/domains.h"

/* Where the domain was added again, its return path is in use and no leftover. */
static void add_records(struct pool *pool, const struct dns_residue *residue, struct dns_leftovers *out)
{
    const char *name = out->name.ascii;
    out->record = pool_array(pool, residue->selector_count + 1, sizeof(*out->record));
    for (size_t i = 0; i < residue->selector_count; i++)
        out->record[out->count++] =
            (struct dns_leftover){.kind = RECORD_DKIM,
                                  .host = pool_printf(pool, "%s._domainkey.%s", residue->selector[i], name),
                                  .type = "TXT"};
    if (!out->added_again)
        out->record[out->count++] =
            (struct dns_leftover){.kind = RECORD_RETURN_PATH,
                                  .host = pool_printf(pool, "%s.%s", residue->return_path_label, name),
                                  .type = "CNAME"};
}

/* *target: of the return path. */
static int get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
               struct dns_leftovers **out, const char **target, struct err *err)
{
    struct store *store = worker_store(worker);
    struct dns_residue residue;
    const char *name;
    struct name_evaluation evaluation;
    struct uuid again;
    *out = NULL;
    int rc = store_dns_residue(store, pool, account_id, id, &name, &residue, err);
    if (rc != 0 || !name || !residue.return_path_target)
        return rc;
    struct dns_leftovers *leftovers = pool_alloc(pool, sizeof(*leftovers));
    if (name_evaluate(worker_app(worker)->names, name, strlen(name), &leftovers->name, &evaluation) !=
        NAME_OK) { /* the name rules may have changed since */
        snprintf(leftovers->name.ascii, sizeof(leftovers->name.ascii), "%s", name);
        snprintf(leftovers->name.unicode, sizeof(leftovers->name.unicode), "%s", name);
    }
    rc = store_domain_id(store, account_id, name, &leftovers->added_again, &again, err);
    if (rc != 0)
        return rc;
    add_records(pool, &residue, leftovers);
    *target = residue.return_path_target;
    *out = leftovers;
    return 0;
}

int dns_leftovers_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
                      struct dns_leftovers **out, struct err *err)
{
    const char *target;
    return get(worker, pool, account_id, id, out, &target, err);
}

static enum rr_type asked_type(const struct dns_leftover *record)
{
    return record->kind == RECORD_DKIM ? RR_TXT : RR_CNAME;
}

/*
 * Selectors belong to the platform alone, so any key or CNAME at one is a leftover. An answer that a wildcard also
 * gives to the wildcard probe does not count. The return path's label may be in use for something else: its CNAME
 * counts when it leads to the platform, and a wildcard that does so must be removed as well.
 */
static bool holds(const struct observation *o, const struct observation *wildcard_probe,
                  const struct dns_leftover *record, const char *target)
{
    for (size_t i = 0; i < o->rr_count; i++) {
        const struct answer_rr *rr = &o->rr[i];
        if (!name_equal(rr->owner, record->host))
            continue;
        if (record->kind == RECORD_DKIM ? (rr->type == RR_TXT || rr->type == RR_CNAME) &&
                                              !(wildcard_probe && observation_has_equal(wildcard_probe, rr))
                                        : rr->type == RR_CNAME && rr->target && name_equal(rr->target, target))
            return true;
    }
    return false;
}

/* probe: the wildcard probe's name beside the selectors; NULL if there is none. */
static void dns_leftovers_evaluate(struct pool *pool, const struct observations *observations,
                                   const char *wildcard_probe, const char *target, struct dns_leftover *record)
{
    enum rr_type type = asked_type(record);
    int usable[2] = {0}, silent = 0; /* usable: by servers of the zone, by resolvers */
    bool resolver_has = false;
    struct buf where;
    buf_init(&where, 4096);
    for (size_t i = 0; i < observations->server_count; i++) {
        const struct server *server = &observations->servers[i];
        const struct observation *o = observation_find(observations, record->host, type, (int)i);
        if (server->barred || !o)
            continue;
        bool has = holds(o, wildcard_probe ? observation_find(observations, wildcard_probe, RR_TXT, (int)i) : NULL,
                         record, target);
        usable[server->recursive] += outcome_usable(o->outcome);
        silent += !server->recursive && !outcome_usable(o->outcome);
        resolver_has |= server->recursive && has;
        if (has && !server->recursive)
            buf_addf(&where, "%s%s", where.len ? ", " : "", *server->name ? server->name : server->addr);
    }
    bool there = where.len > 0 || (usable[0] == 0 && resolver_has);
    bool known = usable[0] > 0 ? silent == 0 : usable[1] > 0 && silent == 0;
    record->state = there                                              ? LEFTOVER_PRESENT
                    : known || observations->zone_state == ZONE_ABSENT ? LEFTOVER_GONE
                                                                       : LEFTOVER_UNKNOWN;
    record->where = pool_memdup(pool, where.data, where.len);
    buf_free(&where);
}

/* Asks all questions at once. */
static int dns_leftovers_ask(struct worker *worker, struct pool *pool, const struct dns_leftovers *leftovers,
                             const char *wildcard_probe, struct observations *observations, struct err *err)
{
    struct question *question = pool_array(pool, leftovers->count + 1, sizeof(*question));
    size_t count = 0;
    for (; count < leftovers->count; count++)
        question[count] =
            (struct question){.name = leftovers->record[count].host, .type = asked_type(&leftovers->record[count])};
    if (wildcard_probe)
        question[count++] = (struct question){.name = wildcard_probe, .type = RR_TXT};
    return dns_observe(worker_dns(worker), pool, leftovers->name.ascii, question, count, observations, err);
}

int dns_leftovers_check(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                        struct dns_leftovers **out, struct limited *limited, struct err *err)
{
    struct observations observations = {0};
    const char *target;
    *limited = (struct limited){0};
    int rc = get(worker, pool, actor->account_id, id, out, &target, err);
    if (rc != 0 || !*out || (*out)->count == 0)
        return rc;
    rc = worker_limit_account(worker, LIMIT_CHECK, actor, limited, err);
    if (rc != 0 || limited->yes)
        return rc;
    const char *wildcard_probe = wildcard_probe_name(pool, pool_printf(pool, "_domainkey.%s", (*out)->name.ascii));
    rc = dns_leftovers_ask(worker, pool, *out, wildcard_probe, &observations, err);
    for (size_t i = 0; rc == 0 && i < (*out)->count; i++)
        dns_leftovers_evaluate(pool, &observations, wildcard_probe, target, &(*out)->record[i]);
    return rc;
}
