/*
 * What the evaluates of all three records need: following CNAME chains through the answers (RFC 1034 3.6.2), collecting
 * TXT strings, comparing with a wildcard's answer, and keeping found values for people.
 */
#include "base/base.h"

#include "base/buf.h"
#include "mailauth/dmarc_record.h"
#include "mailauth/evaluate.h"
#include "mailauth/name.h"
#include "model/check.h"
#include "model/name.h"

const struct observation *seen_at(const struct evaluation_context *s, const char *name, enum rr_type type, int server)
{
    const struct observation *best = NULL;

    if (server != RESOLVER)
        return observation_find(s->observations, name, type, server);
    for (size_t i = 0; i < s->observations->server_count; i++) {
        const struct observation *o =
            s->observations->servers[i].recursive ? observation_find(s->observations, name, type, (int)i) : NULL;
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

/* The TXT records that o holds at the end of name's chain. */
static void collect(const struct observation *o, const char *name, struct texts *out)
{
    int hops;
    const char *end = chain_end(o, name, &hops);

    out->alias = hops > 0 ? end : NULL;
    if (hops > CHAIN_MAX) {
        out->state = TEXTS_LOOP;
        return;
    }
    for (size_t i = 0; i < o->rr_count && out->count < TEXTS_MAX; i++)
        if (o->rr[i].type == RR_TXT && name_equal(o->rr[i].owner, end))
            out->rr[out->count++] = &o->rr[i];
    out->state = out->count > 0 ? TEXTS_HERE : TEXTS_ABSENT;
    out->outcome = o->outcome == OUTCOME_NXDOMAIN ? OUTCOME_NXDOMAIN : OUTCOME_NODATA;
}

/* The chain left what an authoritative server knows: its end is what the resolver says, of the same name or of the
 * target. */
static void collect_elsewhere(const struct evaluation_context *s, const char *name, const char *end, struct texts *out)
{
    const struct observation *same = seen_at(s, name, RR_TXT, RESOLVER);
    const struct observation *target = seen_at(s, end, RR_TXT, RESOLVER);
    bool through = false;

    if (same && outcome_usable(same->outcome)) {
        for (size_t i = 0; i < same->rr_count; i++) /* a resolver with an older answer knows nothing of this chain */
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
        out->state = TEXTS_UNUSABLE;
        out->outcome = same->outcome;
    } /* else the DNS layer followed the chain, and there was nothing */
}

void texts_at(const struct evaluation_context *s, const char *name, int server, struct texts *out)
{
    const struct observation *o = seen_at(s, name, RR_TXT, server);

    *out = (struct texts){.state = TEXTS_UNUSABLE, .outcome = OUTCOME_DEADLINE};
    if (!o)
        return;
    out->outcome = o->outcome;
    if (!outcome_usable(o->outcome)) {
        int hops;
        chain_end(o, name, &hops); /* a resolver may call a loop SERVFAIL and still show it */
        if (hops > CHAIN_MAX)
            out->state = TEXTS_LOOP;
        return;
    }
    collect(o, name, out);
    out->ttl = observation_ttl(o);
    if (out->state == TEXTS_ABSENT && out->alias && o->outcome == OUTCOME_DATA && server != RESOLVER)
        collect_elsewhere(s, name, out->alias, out);
}

bool spf_texts_at(const struct evaluation_context *s, const char *name, int server, struct texts *out)
{
    const struct observation *o = seen_at(s, name, RR_SPF, server);

    *out = (struct texts){.state = TEXTS_ABSENT, .outcome = OUTCOME_NODATA};
    if (!o || o->outcome != OUTCOME_DATA)
        return false;
    for (size_t i = 0; i < o->rr_count && out->count < TEXTS_MAX; i++)
        if (o->rr[i].type == RR_SPF && o->rr[i].data && name_equal(o->rr[i].owner, name))
            out->rr[out->count++] = &o->rr[i];
    out->ttl = observation_ttl(o);
    return out->count > 0;
}

/* --- results --- */

struct evaluation evaluation_unusable(enum outcome why)
{
    return (struct evaluation){.usable = false, .why = why};
}

struct evaluation evaluation_make(const struct evaluation_context *s, enum record_kind kind, enum verdict verdict,
                                  finding_set findings, uint32_t ttl)
{
    return (struct evaluation){
        .usable = true,
        .ttl = ttl,
        .r = {.kind = kind, .required = s->names.record[kind].required, .verdict = verdict, .findings = findings},
    };
}

void add_found(const struct evaluation_context *s, struct result *r, const void *data, size_t len)
{
    struct buf text;

    if (r->found_count == FOUND_MAX)
        return;
    if (!r->found)
        r->found = pool_array(s->pool, FOUND_MAX, sizeof *r->found);
    buf_init(&text, (size_t)FOUND_LENGTH_MAX * 4);
    buf_add_printable(&text, data ? data : "", len < FOUND_LENGTH_MAX ? len : FOUND_LENGTH_MAX);
    if (text.len >
        FOUND_LENGTH_MAX) { /* only escaped bytes swell it; a UTF-8 character cut here would be shown as bytes */
        size_t end = FOUND_LENGTH_MAX;
        while (end > 0 && ((unsigned char)text.data[end] & 0xc0) == 0x80)
            end--;
        text.len = end;
    }
    r->found[r->found_count++] = pool_memdup(s->pool, text.data, text.len);
    buf_free(&text);
}

void add_found_texts(const struct evaluation_context *s, struct result *r, const struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        add_found(s, r, texts->rr[i]->data, texts->rr[i]->data_len);
}

/* --- wildcards --- */

/* The same records at both names: each that stands at the host also stands at the sibling. */
static bool same_answer(const struct evaluation_context *s, enum record_kind kind, enum rr_type type, int server)
{
    const char *host = s->names.record[kind].host, *wildcard_probe = s->names.wildcard_probe[kind];
    const struct observation *a = seen_at(s, host, type, server);
    const struct observation *b = wildcard_probe ? seen_at(s, wildcard_probe, type, server) : NULL;
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

bool answered_by_wildcard(const struct evaluation_context *s, enum record_kind kind, int server)
{
    if (kind != RECORD_RETURN_PATH)
        return same_answer(s, kind, RR_TXT, server);
    return same_answer(s, kind, RR_CNAME, server) || same_answer(s, kind, RR_A, server) ||
           same_answer(s, kind, RR_AAAA, server);
}
