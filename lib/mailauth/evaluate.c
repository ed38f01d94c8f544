/*
 * Reads the answers of one server for the evaluations of all records: follows CNAME chains through them (RFC 1034
 * 3.6.2), collects TXT records, compares with the wildcard probe's answer, and keeps found values for display.
 */
#include "base/base.h"

#include "base/buf.h"
#include "base/encode.h"
#include "mailauth/evaluate.h"
#include "model/check.h"
#include "model/name.h"

const struct observation *context_observation(const struct evaluation_context *context, const char *name,
                                              enum rr_type type, int server)
{
    const struct observation *best = NULL;

    if (server != RESOLVER)
        return observation_find(context->observations, name, type, server);
    for (size_t i = 0; i < context->observations->server_count; i++) {
        const struct observation *o = context->observations->servers[i].recursive
                                          ? observation_find(context->observations, name, type, (int)i)
                                          : NULL;
        if (o && (!best || (!outcome_usable(best->outcome) && outcome_usable(o->outcome))))
            best = o;
    }
    return best;
}

const char *chain_next(const struct observation *o, const char *name)
{
    for (size_t i = 0; i < o->rr_count; i++)
        if (o->rr[i].type == RR_CNAME && o->rr[i].target && name_equal(o->rr[i].owner, name))
            return o->rr[i].target;
    return NULL;
}

/* Follows the CNAMEs from name in o's answer. *hops > CHAIN_MAX: it loops or is too long. */
static const char *chain_end(const struct observation *o, const char *name, int *hops)
{
    const char *at = name, *next = chain_next(o, at);

    for (*hops = 0; next && *hops <= CHAIN_MAX; ++*hops) {
        at = next;
        next = chain_next(o, at);
    }
    return at;
}

uint32_t observation_ttl(const struct observation *o)
{
    uint32_t ttl = o->outcome == OUTCOME_DATA ? UINT32_MAX : o->negative_ttl;

    for (size_t i = 0; i < o->rr_count; i++)
        if (ttl == 0 || o->rr[i].ttl < ttl)
            ttl = o->rr[i].ttl;
    return ttl == UINT32_MAX ? 0 : ttl;
}

/* Takes the TXT records at the end of name's chain from o's answer. */
static void collect(const struct observation *o, const char *name, struct txt_answer *out)
{
    int hops;
    const char *end = chain_end(o, name, &hops);

    out->alias = hops > 0 ? end : NULL;
    if (hops > CHAIN_MAX) {
        out->state = TXT_LOOP;
        return;
    }
    for (size_t i = 0; i < o->rr_count && out->count < TXT_MAX; i++)
        if (o->rr[i].type == RR_TXT && name_equal(o->rr[i].owner, end))
            out->rr[out->count++] = &o->rr[i];
    out->state = out->count > 0 ? TXT_FOUND : TXT_ABSENT;
    out->outcome = o->outcome == OUTCOME_NXDOMAIN ? OUTCOME_NXDOMAIN : OUTCOME_NODATA;
}

/* The chain leads to a zone that the authoritative server does not serve: takes its end from the resolver's answer
 * about the same name, or about the chain's last target. */
static void collect_out_of_zone(const struct evaluation_context *context, const char *name, const char *end,
                                struct txt_answer *out)
{
    const struct observation *same = context_observation(context, name, RR_TXT, RESOLVER);
    const struct observation *target = context_observation(context, end, RR_TXT, RESOLVER);
    bool through = false;

    if (same && outcome_usable(same->outcome)) {
        for (size_t i = 0; i < same->rr_count; i++) /* an older answer of the resolver's has no such chain */
            through = through || (same->rr[i].target && name_equal(same->rr[i].target, end));
        if (through) {
            collect(same, name, out);
            return;
        }
    }
    if (target && outcome_usable(target->outcome)) {
        collect(target, end, out);
        out->alias = end;
        return;
    }
    if (same && !outcome_usable(same->outcome)) {
        out->state = TXT_UNUSABLE;
        out->outcome = same->outcome;
    } /* else the DNS layer followed the chain to its end, and no TXT is there */
}

void txt_answer_at(const struct evaluation_context *context, const char *name, int server, struct txt_answer *out)
{
    const struct observation *o = context_observation(context, name, RR_TXT, server);

    *out = (struct txt_answer){.state = TXT_UNUSABLE, .outcome = OUTCOME_DEADLINE};
    if (!o)
        return;
    out->outcome = o->outcome;
    if (!outcome_usable(o->outcome)) {
        int hops;
        chain_end(o, name, &hops); /* a resolver may call a loop SERVFAIL and still show it */
        if (hops > CHAIN_MAX)
            out->state = TXT_LOOP;
        return;
    }
    collect(o, name, out);
    out->ttl = observation_ttl(o);
    if (out->state == TXT_ABSENT && out->alias && o->outcome == OUTCOME_DATA && server != RESOLVER)
        collect_out_of_zone(context, name, out->alias, out);
}

bool spf_type_answer_at(const struct evaluation_context *context, const char *name, int server, struct txt_answer *out)
{
    const struct observation *o = context_observation(context, name, RR_SPF, server);

    *out = (struct txt_answer){.state = TXT_ABSENT, .outcome = OUTCOME_NODATA};
    if (!o || o->outcome != OUTCOME_DATA)
        return false;
    for (size_t i = 0; i < o->rr_count && out->count < TXT_MAX; i++)
        if (o->rr[i].type == RR_SPF && o->rr[i].data && name_equal(o->rr[i].owner, name))
            out->rr[out->count++] = &o->rr[i];
    out->ttl = observation_ttl(o);
    return out->count > 0;
}

/* --- evaluations --- */

struct evaluation evaluation_unusable(enum outcome why)
{
    return (struct evaluation){.usable = false, .why = why};
}

struct evaluation evaluation_make(const struct evaluation_context *context, enum record_kind kind, enum verdict verdict,
                                  finding_set findings, uint32_t ttl)
{
    return (struct evaluation){
        .usable = true,
        .ttl = ttl,
        .result = {.kind = kind,
                   .required = context->names.record[kind].required,
                   .verdict = verdict,
                   .findings = findings},
    };
}

void add_found(const struct evaluation_context *context, struct result *result, const void *data, size_t len)
{
    struct buf text;

    if (result->found_count == FOUND_MAX)
        return;
    if (!result->found)
        result->found = pool_array(context->pool, FOUND_MAX, sizeof(*result->found));
    buf_init(&text, (size_t)FOUND_LENGTH_MAX * 4);
    buf_add_printable(&text, data ? data : "", len < FOUND_LENGTH_MAX ? len : FOUND_LENGTH_MAX);
    if (text.len >
        FOUND_LENGTH_MAX) { /* only escaping makes it longer; a UTF-8 character split here would be shown as bytes */
        text.len = utf8_cut(text.data, text.len, FOUND_LENGTH_MAX);
    }
    result->found[result->found_count++] = pool_memdup(context->pool, text.data, text.len);
    buf_free(&text);
}

void add_found_txt(const struct evaluation_context *context, struct result *result, const struct txt_answer *txt)
{
    for (size_t i = 0; i < txt->count; i++)
        add_found(context, result, txt->rr[i]->data, txt->rr[i]->data_len);
}

/* --- wildcards --- */

/* Whether the host has records of the type and the wildcard probe has each of them too. */
static bool same_answer(const struct evaluation_context *context, enum record_kind kind, enum rr_type type, int server)
{
    const char *host = context->names.record[kind].host, *probe = context->names.wildcard_probe[kind];
    const struct observation *a = context_observation(context, host, type, server);
    const struct observation *b = probe ? context_observation(context, probe, type, server) : NULL;
    size_t compared = 0;

    if (!a || !b || !outcome_usable(a->outcome) || !outcome_usable(b->outcome))
        return false;
    for (size_t i = 0; i < a->rr_count; i++) {
        if (!name_equal(a->rr[i].owner, host) || (a->rr[i].type != RR_CNAME && a->rr[i].type != (int)type))
            continue;
        if (!observation_has_equal(b, &a->rr[i]))
            return false;
        compared++;
    }
    return compared > 0;
}

bool answered_by_wildcard(const struct evaluation_context *context, enum record_kind kind, int server)
{
    if (kind != RECORD_RETURN_PATH)
        return same_answer(context, kind, RR_TXT, server);
    return same_answer(context, kind, RR_CNAME, server) || same_answer(context, kind, RR_A, server) ||
           same_answer(context, kind, RR_AAAA, server);
}
