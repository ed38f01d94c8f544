/*
 * Verdicts as values: small zones held in memory answer a check's questions as name servers would, and the verdicts and
 * findings must be those expected. Runs all of tests/cases/cases.json too, the list that is also run on real servers.
 */
#include "base/base.h"
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/pool.h"
#include "mailauth/dkim_key.h"
#include "mailauth/evaluation.h"
#include "mailauth/name.h"
#include "model/check.h"
#include "model/dmarc.h"
#include "model/domain.h"
#include "model/name.h"

enum { RECS_MAX = 64, SOURCES_MAX = 6, TTL = 300, NOW = 1000000 };

struct rec {
    const char *owner;
    int type;
    const char *data; /* TXT, addresses in bytes */
    size_t len;
    const char *target;
};

struct zone {
    struct rec rec[RECS_MAX];
    size_t count;
};

struct source {
    bool recursive, barred;
    int forced; /* an outcome for every question, or -1: the zone answers */
    struct zone zone;
};

struct world {
    struct pool *pool;
    struct domain domain;
    const char *apex; /* the zone's name; other servers than the resolver know only what is below it */
    struct record record[RECORD_COUNT];
    struct source source[SOURCES_MAX];
    size_t source_count;
    enum zone_state zone_state;
    const struct result *last; /* of an earlier check; NULL */
};

static struct name_rules *rules;
static struct dkim_key *key, *other_key;

/* --- texts with placeholders --- */

static const char *value_of(const struct world *w, const char *name, size_t len)
{
    const struct {
        const char *name, *value;
    } values[] = {
        {"domain", w->domain.name.ascii},
        {"org_domain", w->apex},
        {"dkim_host", w->record[RECORD_DKIM].host},
        {"dkim", w->record[RECORD_DKIM].value},
        {"p", key->public_b64},
        {"other_p", other_key->public_b64},
        {"rp_host", w->record[RECORD_RETURN_PATH].host},
        {"rp_target", w->record[RECORD_RETURN_PATH].value},
    };

    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        if (strlen(values[i].name) == len && memcmp(values[i].name, name, len) == 0)
            return values[i].value;
    fail_msg("no such placeholder: %.*s", (int)len, name);
    return NULL;
}

/* Adds text with each {name} and {name[a:b]} replaced. */
static void expand(const struct world *w, const char *text, struct buf *out)
{
    while (*text) {
        const char *end, *value;
        size_t name_len, from = 0, to;

        if (*text != '{') {
            buf_addc(out, *text++);
            continue;
        }
        end = strchr(text, '}');
        name_len = strcspn(text + 1, "[}");
        value = value_of(w, text + 1, name_len);
        to = strlen(value);
        if (text[1 + name_len] == '[') {
            char *colon;
            from = strtoul(text + name_len + 2, &colon, 10);
            if (colon[1] != ']')
                to = strtoul(colon + 1, NULL, 10);
        }
        buf_add(out, value + from, to - from);
        text = end + 1;
    }
}

static const char *expanded(const struct world *w, const char *text)
{
    struct buf out;
    const char *result;

    buf_init(&out, 1 << 16);
    expand(w, text, &out);
    result = pool_memdup(w->pool, out.data, out.len);
    buf_free(&out);
    return result;
}

/* --- zones --- */

static void zone_add(const struct world *w, struct zone *zone, const char *owner, const char *type, const char *value)
{
    struct rec *rec = &zone->rec[zone->count++];

    assert_true(zone->count < RECS_MAX);
    *rec = (struct rec){.owner = expanded(w, owner)};
    value = expanded(w, value);
    if (strcmp(type, "TXT") == 0) {
        rec->type = RR_TXT;
        rec->data = value;
        rec->len = strlen(value);
    } else if (strcmp(type, "SPF") == 0) {
        rec->type = RR_SPF;
        rec->data = value;
        rec->len = strlen(value);
    } else if (strcmp(type, "CNAME") == 0 || strcmp(type, "MX") == 0) {
        rec->type = *type == 'M' ? RR_MX : RR_CNAME;
        rec->target = value;
    } else {
        char *bytes = pool_alloc(w->pool, 16);
        rec->type = strcmp(type, "A") == 0 ? RR_A : RR_AAAA;
        rec->data = bytes;
        rec->len = rec->type == RR_A ? 4 : 16;
        assert_int_equal(inet_pton(rec->type == RR_A ? AF_INET : AF_INET6, value, bytes), 1);
    }
}

/* What a zone holds: "+dkim|+rp|+dmarc|owner TYPE value|…". */
static void zone_read(const struct world *w, struct zone *zone, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "|");
        char *line = pool_memdup(w->pool, text, len), *type, *value;

        if (strcmp(line, "+dkim") == 0) {
            zone_add(w, zone, "{dkim_host}", "TXT", "{dkim}");
        } else if (strcmp(line, "+rp") == 0) {
            zone_add(w, zone, "{rp_host}", "CNAME", "{rp_target}");
        } else if (strcmp(line, "+dmarc") == 0) {
            zone_add(w, zone, "_dmarc.{domain}", "TXT", "v=DMARC1; p=none;");
        } else if (*line) {
            type = strchr(line, ' ');
            *type++ = '\0';
            value = strchr(type, ' ');
            *value++ = '\0';
            zone_add(w, zone, line, type, value);
        }
        text += len + (text[len] == '|');
    }
}

static bool zone_has(const struct zone *zone, const char *name)
{
    for (size_t i = 0; i < zone->count; i++)
        if (name_within(zone->rec[i].owner, name)) /* also an empty non-terminal */
            return true;
    return false;
}

/* The owner whose records answer for name: itself, or the wildcard at the closest encloser (RFC 4592); NULL: no such
 * name. */
static const char *zone_owner(const struct world *w, const struct zone *zone, const char *name)
{
    const char *encloser = name, *wildcard;

    if (zone_has(zone, name))
        return name;
    while (encloser && !zone_has(zone, encloser))
        encloser = strchr(encloser, '.') ? strchr(encloser, '.') + 1 : NULL;
    if (!encloser)
        return NULL;
    wildcard = pool_printf(w->pool, "*.%s", encloser);
    return zone_has(zone, wildcard) ? wildcard : NULL;
}

static struct answer_rr *rr_add(struct answer_rr *rr, size_t *count, const char *owner, const struct rec *rec)
{
    rr[*count] = (struct answer_rr){.owner = owner,
                                    .type = rec->type,
                                    .ttl = TTL,
                                    .target = rec->target,
                                    .data = (const uint8_t *)rec->data,
                                    .data_len = rec->len};
    return &rr[(*count)++];
}

/* As a name server answers: the chain, its end, and the outcome. */
static void zone_answer(const struct world *w, const struct source *source, const struct question *q,
                        struct observation *o)
{
    struct answer_rr *rr = pool_array(w->pool, RECS_MAX, sizeof(*rr));
    const char *at = q->name, *owner = NULL;
    bool found = false;

    o->outcome = OUTCOME_NODATA;
    o->negative_ttl = TTL;
    for (int hops = 0; hops < 12 && at; hops++) {
        const char *next = NULL;
        owner = source->recursive || name_within(at, w->apex) ? zone_owner(w, &source->zone, at) : at;
        for (size_t i = 0; owner && i < source->zone.count; i++) {
            const struct rec *rec = &source->zone.rec[i];
            if (!name_equal(rec->owner, owner) || (rec->type != (int)q->type && rec->type != RR_CNAME))
                continue;
            rr_add(rr, &o->rr_count, at, rec);
            found = true;
            if (rec->type == RR_CNAME && q->type != RR_CNAME)
                next = rec->target;
        }
        at = next;
    }
    o->rr = rr;
    o->outcome = !owner ? OUTCOME_NXDOMAIN : found ? OUTCOME_DATA : OUTCOME_NODATA;
}

/* --- worlds --- */

static void world_start(struct world *w, const char *domain)
{
    *w = (struct world){.pool = pool_new(), .zone_state = ZONE_FOUND};
    snprintf(w->domain.name.ascii, sizeof(w->domain.name.ascii), "%s", domain);
    dkim_selector_new(w->domain.selector);
    w->domain.public_b64 = key->public_b64;
    w->domain.return_path_label = "bounce";
    w->domain.return_path_target = "rp.platform.example";
    w->apex = name_organisational(rules, w->domain.name.ascii);
    records_of(w->pool, &w->domain, w->record);
}

/* zone: as zone_read, or "!timeout" and the other words of outcomes; NULL: not there. */
static void world_add(struct world *w, bool recursive, const char *zone)
{
    struct source *source = &w->source[w->source_count++];

    *source = (struct source){.recursive = recursive, .forced = -1};
    if (zone[0] == '!') {
        for (int i = OUTCOME_DATA; i <= OUTCOME_DEADLINE; i++)
            if (strcmp(outcome_word((enum outcome)i), zone + 1) == 0)
                source->forced = i;
        source->barred = strcmp(zone, "!barred") == 0;
        assert_true(source->forced >= 0 || source->barred);
        return;
    }
    zone_add(w, &source->zone, "{org_domain}", "TXT", "v=spf1 -all");
    zone_add(w, &source->zone, "{domain}", "A", "192.0.2.1");
    if (recursive) {
        zone_add(w, &source->zone, "{rp_target}", "A", "192.0.2.50");
        zone_add(w, &source->zone, "keys.other.example", "TXT", "{dkim}");
    }
    zone_read(w, &source->zone, zone);
}

static void world_observe(struct world *w, struct observations *observations)
{
    struct question *questions;
    size_t count;

    check_questions_after(w->pool, rules, &w->domain, w->last, &questions, &count);
    *observations = (struct observations){.zone_state = w->zone_state,
                                          .zone_outcome = OUTCOME_SERVFAIL,
                                          .zone = w->apex,
                                          .questions = questions,
                                          .question_count = count};
    observations->servers = pool_array(w->pool, SOURCES_MAX, sizeof(*observations->servers));
    observations->server_count = w->source_count;
    observations->observed = pool_array(w->pool, count * SOURCES_MAX, sizeof(*observations->observed));
    for (size_t s = 0; s < w->source_count; s++) {
        const struct source *source = &w->source[s];
        observations->servers[s] = (struct server){
            .name = "", .addr = "127.0.0.1", .port = 53, .recursive = source->recursive, .barred = source->barred};
        for (size_t q = 0; q < count && !source->barred; q++) {
            struct observation *o = &observations->observed[observations->observed_count];
            if (!source->recursive && !name_within(questions[q].name, w->apex))
                continue;
            observations->observed_count++;
            *o = (struct observation){.question = q, .server = (int)s};
            if (source->forced >= 0)
                o->outcome = (enum outcome)source->forced;
            else
                zone_answer(w, source, &questions[q], o);
        }
    }
}

static const char *words_of(const struct world *w, const struct result *r)
{
    struct buf out;
    const char *words;

    buf_init(&out, 1024);
    buf_adds(&out, verdict_word(r->verdict));
    for (int f = 0; f < FINDING_COUNT; f++)
        if (r->findings & FINDING_BIT(f))
            buf_addf(&out, ",%s", finding_word((enum finding)f));
    words = pool_memdup(w->pool, out.data, out.len);
    buf_free(&out);
    return words;
}

/* --- the cases that all know --- */

static json_t *load_cases(void)
{
    const char *srcdir = getenv("srcdir");
    char path[1024];
    json_error_t error;
    json_t *root;

    snprintf(path, sizeof(path), "%s/tests/cases/cases.json", srcdir ? srcdir : TOP_SRCDIR);
    root = json_load_file(path, 0, &error);
    if (!root)
        fail_msg("%s: %s", path, error.text);
    return root;
}

static void add_records(const struct world *w, struct zone *zone, const json_t *records)
{
    size_t i, k;
    json_t *record;

    json_array_foreach(records, i, record)
    {
        struct buf value;
        buf_init(&value, 1 << 16);
        for (k = 2; k < json_array_size(record); k++)
            buf_adds(&value, json_string_value(json_array_get(record, k)));
        zone_add(w, zone, json_string_value(json_array_get(record, 0)), json_string_value(json_array_get(record, 1)),
                 value.data);
        buf_free(&value);
    }
}

static void expect_case(const struct world *w, const char *name, const json_t *expect, const struct result *results)
{
    for (int k = 0; k < RECORD_COUNT; k++) {
        const json_t *expected = json_object_get(expect, record_word((enum record_kind)k));
        enum finding f;

        if (!expected)
            continue;
        if (strcmp(json_string_value(json_array_get(expected, 0)), verdict_word(results[k].verdict)) != 0)
            fail_msg("%s: %s is %s", name, record_word((enum record_kind)k), words_of(w, &results[k]));
        for (size_t i = 1; i < json_array_size(expected); i++) {
            assert_true(finding_parse(json_string_value(json_array_get(expected, i)), &f));
            if (!(results[k].findings & FINDING_BIT(f)))
                fail_msg("%s: %s is %s", name, record_word((enum record_kind)k), words_of(w, &results[k]));
        }
    }
}

static void run_case(const json_t *c)
{
    static const char *const groups[][2] = {{"dkim", "+dkim"}, {"return_path", "+rp"}, {"dmarc", "+dmarc"}};
    const char *name = json_string_value(json_object_get(c, "name")),
               *sub = json_string_value(json_object_get(c, "org"));
    const json_t *expect = json_object_get(c, "expect");
    struct result results[RECORD_COUNT];
    struct observations observations;
    struct world w;
    char domain[64];

    snprintf(domain, sizeof(domain), "%s%scase.example", sub ? sub : "", sub ? "." : "");
    world_start(&w, domain);
    for (int s = 0; s < 3; s++) {
        world_add(&w, s == 2, "");
        for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
            const json_t *records = json_object_get(c, groups[g][0]);
            if (records)
                add_records(&w, &w.source[s].zone, records);
            else
                zone_read(&w, &w.source[s].zone, groups[g][1]);
        }
        add_records(&w, &w.source[s].zone, json_object_get(c, "extra"));
    }
    world_observe(&w, &observations);
    check_evaluate(w.pool, rules, &w.domain, &observations, NOW, results);
    expect_case(&w, name, expect, results);
    if (strcmp(status_word(status_after(STATUS_PENDING, TRIGGER_CLI, check_summary(results))),
               json_string_value(json_object_get(expect, "status"))) != 0)
        fail_msg("%s: status", name);
    pool_free(&w.pool);
}

static void test_cases(void **state)
{
    json_t *root = load_cases(), *c;
    const json_t *cases = json_object_get(root, "cases");
    size_t i;

    (void)state;
    assert_true(json_array_size(cases) >= 28);
    json_array_foreach(cases, i, c) run_case(c);
    json_decref(root);
}

/* --- situations of our own: exact findings --- */

struct situation {
    const char *name;
    const char *domain; /* NULL: case.example */
    const char *auth[3];
    const char *resolver;                   /* NULL: as auth[0]; "-": none */
    const char *dkim, *return_path, *dmarc; /* NULL: not looked at */
};

#define RIGHT       "+dkim|+rp|+dmarc"
#define TWICE(zone) {zone, zone}

static const struct situation situations[] = {
    {"right", NULL, TWICE(RIGHT), NULL, "ok", "ok", "ok,no_rua"},
    {"case and final dots", NULL, TWICE("+dkim|{rp_host} CNAME RP.Platform.Example.|+dmarc"), NULL, "ok", "ok", NULL},
    /* sources */
    {"one of two has it",
     NULL,
     {RIGHT, ""},
     NULL,
     "missing,servers_disagree",
     "missing,servers_disagree",
     "missing,servers_disagree"},
    {"one of two has the old key",
     NULL,
     {"+dkim", "{dkim_host} TXT v=DKIM1; p={other_p}"},
     NULL,
     "missing,servers_disagree",
     NULL,
     NULL},
    {"resolver is old", NULL, TWICE(RIGHT), "", "ok,cached_old", "ok,cached_old", "ok,cached_old,no_rua"},
    {"resolver is silent", NULL, TWICE(RIGHT), "!timeout", "ok", "ok", NULL},
    {"resolver fails", NULL, TWICE(RIGHT), "!servfail", "ok", "ok", NULL},
    {"resolver says bogus", NULL, TWICE(RIGHT), "!bogus", "unknown,bogus", "unknown,bogus", "unknown,bogus"},
    {"resolver is new, servers old", NULL, TWICE(""), RIGHT, "missing,nxdomain", "missing,nxdomain", NULL},
    {"one server, and the resolver", NULL, {RIGHT}, NULL, "ok", "ok", "ok,no_rua"},
    {"one server, the resolver silent", NULL, {RIGHT}, "!timeout", "unknown,timeout", "unknown,timeout", NULL},
    {"one server, the resolver old", NULL, {RIGHT}, "", "ok,cached_old", "ok,cached_old", NULL},
    {"one right, one silent, resolver right", NULL, {RIGHT, "!timeout"}, NULL, "ok", "ok", NULL},
    {"one right, one silent, resolver old", NULL, {RIGHT, "!timeout"}, "", "unknown,timeout", "unknown,timeout", NULL},
    {"one right, all others silent",
     NULL,
     {RIGHT, "!timeout"},
     "!servfail",
     "unknown,timeout,servfail",
     "unknown,timeout,servfail",
     NULL},
    {"two right, one dead", NULL, {RIGHT, RIGHT, "!deadline"}, NULL, "ok", "ok", NULL},
    {"one missing, one silent", NULL, {"", "!timeout"}, "!timeout", "missing,nxdomain", "missing,nxdomain", NULL},
    {"resolver alone", NULL, {NULL}, RIGHT, "ok", "ok", "ok,no_rua"},
    {"resolver alone, nothing there", NULL, {NULL}, "", "missing,nxdomain", "missing,nxdomain", "missing,nxdomain"},
    {"barred servers", NULL, {"!barred", "!barred"}, RIGHT, "ok", "ok", "ok,no_rua"},
    {"all refuse, resolver right", NULL, {"!refused", "!refused"}, RIGHT, "ok", "ok", NULL},
    /* a resolver that denies may do so from its cache, or out of what a broken server says */
    {"servers fail, resolver denies",
     NULL,
     {"!servfail", "!timeout"},
     "",
     "unknown,timeout,servfail",
     "unknown,timeout,servfail",
     NULL},
    {"servers are lame, resolver denies", NULL, {"!lame", "!lame"}, "", "unknown,lame", "unknown,lame", NULL},
    {"garbled, resolver has another key",
     NULL,
     {"!malformed"},
     "{dkim_host} TXT v=DKIM1; p={other_p}|+rp",
     "unknown,garbled",
     "ok",
     NULL},
    {"nothing comes through, resolver denies afresh",
     NULL,
     {"!timeout", "!deadline"},
     "",
     "missing,nxdomain",
     "missing,nxdomain",
     NULL},
    {"barred servers, resolver denies", NULL, {"!barred", "!barred"}, "", "missing,nxdomain", "missing,nxdomain", NULL},
    {"all time out",
     NULL,
     {"!timeout", "!deadline"},
     "!timeout",
     "unknown,timeout",
     "unknown,timeout",
     "unknown,timeout"},
    {"servfail",
     NULL,
     {"!servfail", "!servfail"},
     "!servfail",
     "unknown,servfail",
     "unknown,servfail",
     "unknown,servfail"},
    {"refused", NULL, {"!refused", "!refused"}, "!servfail", "unknown,servfail,refused", NULL, NULL},
    {"lame", NULL, {"!lame", "!referral"}, "!timeout", "unknown,timeout,lame", NULL, NULL},
    {"garbled", NULL, {"!malformed", "!malformed"}, "!malformed", "unknown,garbled", NULL, NULL},
    {"bogus alone", NULL, {NULL}, "!bogus", "unknown,bogus", NULL, NULL},
    /* dkim */
    {"an unrelated text beside", NULL, TWICE("+dkim|{dkim_host} TXT v=spf1 -all|{dkim_host} TXT hello"), NULL, "ok",
     NULL, NULL},
    {"an unrelated text alone", NULL, TWICE("{dkim_host} TXT hello"), NULL, "wrong,malformed", NULL, NULL},
    {"split in two records", NULL, TWICE("{dkim_host} TXT {dkim[0:255]}|{dkim_host} TXT {dkim[255:]}"), NULL,
     "wrong,several_records,truncated", NULL, NULL},
    {"only the second string", NULL, TWICE("{dkim_host} TXT {dkim[255:]}"), NULL, "wrong,truncated", NULL, NULL},
    {"a string lost inside", NULL, TWICE("{dkim_host} TXT v=DKIM1; p={p[0:100]}{p[180:]}"), NULL, "wrong,truncated",
     NULL, NULL},
    {"a character lost", NULL, TWICE("{dkim_host} TXT v=DKIM1; p={p[0:100]}{p[101:]}"), NULL, "wrong,malformed", NULL,
     NULL},
    {"truncated, with an ellipsis", NULL, TWICE("{dkim_host} TXT v=DKIM1; k=rsa; p={p[0:200]}\xe2\x80\xa6"), NULL,
     "wrong,truncated", NULL, NULL},
    {"truncated, quoted", NULL, TWICE("{dkim_host} TXT \"v=DKIM1; k=rsa; p={p[0:200]}"), NULL, "wrong,truncated,quoted",
     NULL, NULL},
    {"backslashes", NULL, TWICE("{dkim_host} TXT v=DKIM1\\; k=rsa\\; p={p}"), NULL, "wrong,quoted", NULL, NULL},
    {"quotes where the strings met", NULL, TWICE("{dkim_host} TXT v=DKIM1; k=rsa; p={p[0:200]}\" \"{p[200:]}"), NULL,
     "wrong,quoted", NULL, NULL},
    {"typographic quotes", NULL, TWICE("{dkim_host} TXT \xe2\x80\x9c{dkim}\xe2\x80\x9d"), NULL, "wrong,quoted", NULL,
     NULL},
    {"a line of a zone file", NULL, TWICE("{dkim_host} TXT {dkim_host}. IN TXT \"{dkim}\""), NULL, "wrong,quoted", NULL,
     NULL},
    {"quoted notes are allowed", NULL, TWICE("{dkim_host} TXT {dkim}; n=\"ours\""), NULL, "ok", NULL, NULL},
    {"version in lower case", NULL, TWICE("{dkim_host} TXT v=dkim1; p={p}"), NULL, "wrong,malformed", NULL, NULL},
    {"version not first", NULL, TWICE("{dkim_host} TXT p={p}; v=DKIM1"), NULL, "wrong,malformed", NULL, NULL},
    {"a tag twice", NULL, TWICE("{dkim_host} TXT {dkim}; k=rsa"), NULL, "wrong,malformed", NULL, NULL},
    {"no p=", NULL, TWICE("{dkim_host} TXT v=DKIM1; k=rsa"), NULL, "wrong,malformed", NULL, NULL},
    {"not base64", NULL, TWICE("{dkim_host} TXT v=DKIM1; p=!!!!"), NULL, "wrong,malformed", NULL, NULL},
    {"another kind of key", NULL,
     TWICE("{dkim_host} TXT v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="), NULL,
     "wrong,unusable", NULL, NULL},
    {"for another service", NULL, TWICE("{dkim_host} TXT {dkim}; s=tlsrpt"), NULL, "wrong,unusable", NULL, NULL},
    {"for all services", NULL, TWICE("{dkim_host} TXT {dkim}; s=tlsrpt : *; h=sha1 : SHA256; t=s"), NULL, "ok", NULL,
     NULL},
    {"tests, in a list", NULL, TWICE("{dkim_host} TXT {dkim}; t=s:y;;"), NULL, "ok,testing", NULL, NULL},
    {"revoked with white space", NULL, TWICE("{dkim_host} TXT v=DKIM1; k=rsa; p= ;"), NULL, "wrong,revoked", NULL,
     NULL},
    {"through a CNAME to another zone", NULL, TWICE("{dkim_host} CNAME keys.other.example"), NULL, "ok", NULL, NULL},
    {"through a CNAME to nothing", NULL, TWICE("{dkim_host} CNAME none.other.example"), NULL, "missing,nxdomain", NULL,
     NULL},
    {"through a CNAME in the zone to nothing", NULL, TWICE("{dkim_host} CNAME none.{domain}"), NULL, "missing,nxdomain",
     NULL, NULL},
    {"a CNAME to itself", NULL, TWICE("{dkim_host} CNAME {dkim_host}"), NULL, "wrong,cname_loop", NULL, NULL},
    {"nine CNAMEs", NULL,
     TWICE(
         "{dkim_host} CNAME 1.{domain}|1.{domain} CNAME 2.{domain}|2.{domain} CNAME 3.{domain}|3.{domain} CNAME 4.{domain}|4.{domain} CNAME 5.{domain}|"
         "5.{domain} CNAME 6.{domain}|6.{domain} CNAME 7.{domain}|7.{domain} CNAME 8.{domain}|8.{domain} CNAME 9.{domain}|9.{domain} TXT {dkim}"),
     NULL, "wrong,cname_loop", NULL, NULL},
    {"eight CNAMEs", NULL,
     TWICE(
         "{dkim_host} CNAME 1.{domain}|1.{domain} CNAME 2.{domain}|2.{domain} CNAME 3.{domain}|3.{domain} CNAME 4.{domain}|4.{domain} CNAME 5.{domain}|"
         "5.{domain} CNAME 6.{domain}|6.{domain} CNAME 7.{domain}|7.{domain} CNAME 8.{domain}|8.{domain} TXT {dkim}"),
     NULL, "ok", NULL, NULL},
    {"the old name of a right CNAME is cached", NULL, TWICE("{dkim_host} CNAME keys.{domain}|keys.{domain} TXT {dkim}"),
     "", "ok,cached_old", NULL, NULL},
    {"wildcard with the right key", NULL, TWICE("*._domainkey.{domain} TXT {dkim}"), NULL, "ok", NULL, NULL},
    {"wildcard with another key", NULL, TWICE("*.{domain} TXT v=DKIM1; p={other_p}"), NULL, "missing,wildcard", NULL,
     NULL},
    {"wildcard CNAME", NULL, TWICE("*.{domain} CNAME other.example"), NULL, "missing,wildcard", "missing,wildcard",
     "missing,wildcard"},
    {"wildcard address", NULL, TWICE("*.{domain} A 192.0.2.9"), NULL, "missing,nodata", "missing,wildcard",
     "missing,nodata"},
    {"duplicated suffix, truncated", NULL, TWICE("{dkim_host}.{domain} TXT {dkim[0:255]}"), NULL,
     "missing,name_doubled", NULL, NULL},
    {"another key at the duplicated suffix", NULL, TWICE("{dkim_host}.{domain} TXT v=DKIM1; p={other_p}"), NULL,
     "missing,nxdomain", NULL, NULL},
    {"a subdomain's host under the zone", "mail.case.example",
     TWICE("{dkim_host}.{org_domain} TXT {dkim}|{rp_host}.{org_domain} CNAME {rp_target}"), NULL,
     "missing,name_doubled", "missing,name_doubled", NULL},
    {"a subdomain's key at the zone's apex", "mail.case.example", TWICE("{org_domain} TXT {dkim}"), NULL,
     "missing,at_apex", NULL, NULL},
    {"as type SPF", NULL, TWICE("{dkim_host} SPF {dkim}|_dmarc.{domain} SPF v=DMARC1; p=none"), NULL,
     "wrong,wrong_type", NULL, "wrong,wrong_type"},
    {"another value as type SPF", NULL, TWICE("{dkim_host} SPF v=spf1 -all|_dmarc.{domain} SPF hello"), NULL,
     "missing,nodata", NULL, "missing,nodata"},
    /* return path */
    {"as MX", NULL, TWICE("{rp_host} MX {rp_target}"), NULL, NULL, "wrong,wrong_type", NULL},
    {"an MX of another host", NULL, TWICE("{rp_host} MX mail.case.example"), NULL, NULL, "missing,nodata", NULL},
    {"duplicated suffix of the host", NULL, TWICE("{rp_host}.{domain} CNAME {rp_target}"), NULL, NULL,
     "missing,name_doubled", NULL},
    {"duplicated suffix of host and target", NULL, TWICE("{rp_host}.{domain} CNAME {rp_target}.{domain}"), NULL, NULL,
     "missing,name_doubled", NULL},
    {"text there, but another", NULL, TWICE("{rp_host} TXT hello"), NULL, NULL, "missing,nodata", NULL},
    {"text in quotes with a dot", NULL, TWICE("{rp_host} TXT \"RP.platform.example.\""), NULL, NULL, "wrong,wrong_type",
     NULL},
    {"flattened", NULL, TWICE("{rp_host} A 192.0.2.50"), NULL, NULL, "ok,flattened", NULL},
    {"partly ours", NULL, TWICE("{rp_host} A 192.0.2.50|{rp_host} A 192.0.2.51"), NULL, NULL, "wrong,proxied", NULL},
    {"IPv6 of a proxy", NULL, TWICE("{rp_host} AAAA 2001:db8::1"), NULL, NULL, "wrong,proxied", NULL},
    {"flattened or proxied, nobody knows", NULL, TWICE("{rp_host} A 192.0.2.50"), "!timeout", NULL, "unknown,timeout",
     NULL},
    {"through another name", NULL, TWICE("{rp_host} CNAME x.{domain}|x.{domain} CNAME {rp_target}"), NULL, NULL, "ok",
     NULL},
    {"a loop", NULL, TWICE("{rp_host} CNAME x.{domain}|x.{domain} CNAME {rp_host}"), NULL, NULL, "wrong,cname_loop",
     NULL},
    {"itself", NULL, TWICE("{rp_host} CNAME {rp_host}"), NULL, NULL, "wrong,cname_loop", NULL},
    {"wildcard that is right", NULL, TWICE("*.{domain} CNAME {rp_target}"), NULL, NULL, "ok", NULL},
    /* dmarc */
    {"with reports", NULL, TWICE("_dmarc.{domain} TXT v=DMARC1; p=none; rua=mailto:a@b.example"), NULL, NULL, NULL,
     "ok,policy_exists"},
    {"stricter without reports", NULL, TWICE("_dmarc.{domain} TXT v=DMARC1;p=quarantine;pct=50"), NULL, NULL, NULL,
     "ok,policy_exists,no_rua"},
    {"ours in other words", NULL, TWICE("_dmarc.{domain} TXT v = DMARC1 ; p = NONE ; adkim=r ;;"), NULL, NULL, NULL,
     "ok,no_rua"},
    {"reports only", NULL, TWICE("_dmarc.{domain} TXT v=DMARC1; rua=mailto:a@b.example"), NULL, NULL, NULL,
     "ok,policy_exists"},
    {"no policy", NULL, TWICE("_dmarc.{domain} TXT v=DMARC1"), NULL, NULL, NULL, "wrong,malformed"},
    {"a policy that is none", NULL, TWICE("_dmarc.{domain} TXT v=DMARC1; p=monitor"), NULL, NULL, NULL,
     "wrong,malformed"},
    {"p= first", NULL, TWICE("_dmarc.{domain} TXT p=none; v=DMARC1"), NULL, NULL, NULL, "wrong,malformed"},
    {"a tag twice", NULL, TWICE("_dmarc.{domain} TXT v=DMARC1; p=none; p=reject"), NULL, NULL, NULL, "wrong,malformed"},
    {"in quotes", NULL, TWICE("_dmarc.{domain} TXT \"v=DMARC1; p=none\""), NULL, NULL, NULL, "wrong,quoted"},
    {"backslash", NULL, TWICE("_dmarc.{domain} TXT v=DMARC1\\; p=none"), NULL, NULL, NULL, "wrong,quoted"},
    {"unrelated text", NULL, TWICE("_dmarc.{domain} TXT v=spf1 -all"), NULL, NULL, NULL, "missing,nodata"},
    {"unrelated text beside a policy", NULL, TWICE("+dmarc|_dmarc.{domain} TXT hello"), NULL, NULL, NULL, "ok,no_rua"},
    {"at the domain itself", NULL, TWICE("{domain} TXT v=DMARC1; p=none"), NULL, NULL, NULL, "missing,at_apex"},
    {"duplicated suffix", NULL, TWICE("_dmarc.{domain}.{domain} TXT v=DMARC1; p=none"), NULL, NULL, NULL,
     "missing,name_doubled"},
    {"wildcard", NULL, TWICE("*.{domain} TXT hello"), NULL, NULL, NULL, "missing,wildcard"},
    {"through a CNAME", NULL, TWICE("_dmarc.{domain} CNAME d.{domain}|d.{domain} TXT v=DMARC1; p=reject"), NULL, NULL,
     NULL, "ok,policy_exists,no_rua"},
    {"two at the parent count as none", "mail.case.example",
     TWICE("_dmarc.{org_domain} TXT v=DMARC1; p=none|_dmarc.{org_domain} TXT v=DMARC1; p=reject"), NULL, NULL, NULL,
     "missing,nxdomain"},
    {"a parent in between", "a.b.case.example",
     TWICE("_dmarc.b.case.example TXT v=DMARC1; p=reject; rua=mailto:x@case.example"), NULL, NULL, NULL,
     "ok,policy_exists"},
    {"under eleven labels", "a.b.c.d.e.f.g.h.i.case.example",
     TWICE("_dmarc.e.f.g.h.i.case.example TXT v=DMARC1; p=none"), NULL, NULL, NULL, "ok,policy_exists,no_rua"},
    {"own policy beside the parent's", "mail.case.example", TWICE("+dmarc|_dmarc.{org_domain} TXT v=DMARC1; p=reject"),
     NULL, NULL, NULL, "ok,no_rua"},
};

static void expect_words(const struct world *w, const struct situation *s, enum record_kind kind, const char *expected,
                         const struct result *r)
{
    if (expected && strcmp(expected, words_of(w, r)) != 0)
        fail_msg("%s: %s is %s, wanted %s", s->name, record_word(kind), words_of(w, r), expected);
}

static void test_situations(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(situations); i++) {
        const struct situation *s = &situations[i];
        struct result results[RECORD_COUNT];
        struct observations observations;
        struct world w;

        world_start(&w, s->domain ? s->domain : "case.example");
        for (size_t a = 0; a < ARRAY_LEN(s->auth) && s->auth[a]; a++)
            world_add(&w, false, s->auth[a]);
        world_add(&w, true, s->resolver ? s->resolver : s->auth[0]);
        world_observe(&w, &observations);
        check_evaluate(w.pool, rules, &w.domain, &observations, NOW, results);
        expect_words(&w, s, RECORD_DKIM, s->dkim, &results[RECORD_DKIM]);
        expect_words(&w, s, RECORD_RETURN_PATH, s->return_path, &results[RECORD_RETURN_PATH]);
        expect_words(&w, s, RECORD_DMARC, s->dmarc, &results[RECORD_DMARC]);
        pool_free(&w.pool);
    }
}

/* --- which DMARC policy holds --- */

static const struct {
    const char *name;
    const char *domain; /* NULL: case.example */
    const char *zone;
    const char *holds, *rfc7489_policy; /* "policy@where", "" for none */
    const char *dmarc;
} walks[] = {
    {"none at all", NULL, "", "", "", "missing,nxdomain"},
    {"own", NULL, "_dmarc.{domain} TXT v=DMARC1; p=reject", "reject@case.example", "reject@case.example",
     "ok,policy_exists,no_rua"},
    {"own before the parent's", "m.case.example",
     "_dmarc.{domain} TXT v=DMARC1; p=none|_dmarc.case.example TXT v=DMARC1; p=reject; sp=reject",
     "none@m.case.example", "none@m.case.example", "ok,no_rua"},
    {"the parent's sp", "m.case.example", "_dmarc.case.example TXT v=DMARC1; p=reject; sp=quarantine; np=none",
     "quarantine@case.example", "quarantine@case.example", "ok,policy_exists,no_rua"},
    {"the highest, not the nearest", "a.b.case.example",
     "_dmarc.b.case.example TXT v=DMARC1; p=none|_dmarc.case.example TXT v=DMARC1; p=reject", "reject@case.example",
     "reject@case.example", "ok,policy_exists,no_rua"},
    {"in between, which the list does not know", "a.b.case.example", "_dmarc.b.case.example TXT v=DMARC1; p=reject",
     "reject@b.case.example", "", "ok,policy_exists,no_rua"},
    {"psd=n in between ends the walk", "a.b.case.example",
     "_dmarc.b.case.example TXT v=DMARC1; p=quarantine; psd=n|_dmarc.case.example TXT v=DMARC1; p=reject",
     "quarantine@b.case.example", "", "ok,policy_exists,no_rua"},
    {"psd=y above: the organisation is one below", "a.b.case.example",
     "_dmarc.b.case.example TXT v=DMARC1; p=quarantine|_dmarc.case.example TXT v=DMARC1; p=reject; psd=y",
     "quarantine@b.case.example", "reject@case.example", "ok,policy_exists,no_rua"},
    {"psd=y alone covers who says nothing", "m.case.example",
     "_dmarc.case.example TXT v=DMARC1; p=none; sp=reject; psd=y", "reject@case.example", "reject@case.example",
     "missing,nxdomain"},
    {"the top-level domain's", NULL, "_dmarc.example TXT v=DMARC1; p=quarantine; psd=y", "quarantine@example", "",
     "missing,nxdomain"},
    {"own psd=y holds for itself", NULL, "_dmarc.{domain} TXT v=DMARC1; p=reject; psd=y", "reject@case.example",
     "reject@case.example", "ok,policy_exists,no_rua"},
    {"t=y takes a step off", NULL, "_dmarc.{domain} TXT v=DMARC1; p=reject; t=y", "quarantine@case.example",
     "reject@case.example", "ok,policy_exists,no_rua"},
    {"two are none", "m.case.example",
     "_dmarc.m.case.example TXT v=DMARC1; p=none|_dmarc.m.case.example TXT v=DMARC1; p=none|_dmarc.case.example TXT v=DMARC1; p=reject",
     "reject@case.example", "reject@case.example", "wrong,several_records"},
    {"eleven labels: from the domain at once to seven", "a.b.c.d.e.f.g.h.i.case.example",
     "_dmarc.b.c.d.e.f.g.h.i.case.example TXT v=DMARC1; p=reject|_dmarc.e.f.g.h.i.case.example TXT v=DMARC1; p=quarantine",
     "quarantine@e.f.g.h.i.case.example", "", "ok,policy_exists,no_rua"},
};

static const char *holds(const struct world *w, enum dmarc_policy policy, const char *where)
{
    return where ? pool_printf(w->pool, "%s@%s", dmarc_policy_word(policy), where) : "";
}

static void test_walks(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(walks); i++) {
        struct result results[RECORD_COUNT];
        const struct effective_policy *o;
        struct observations observations;
        struct world w;

        world_start(&w, walks[i].domain ? walks[i].domain : "case.example");
        world_add(&w, false, walks[i].zone);
        world_add(&w, false, walks[i].zone);
        world_add(&w, true, walks[i].zone);
        world_observe(&w, &observations);
        check_evaluate(w.pool, rules, &w.domain, &observations, NOW, results);
        o = results[RECORD_DMARC].dmarc;
        assert_non_null(o);
        if (strcmp(holds(&w, o->policy, o->where), walks[i].holds) != 0 ||
            strcmp(holds(&w, o->rfc7489_policy, o->rfc7489_where), walks[i].rfc7489_policy) != 0)
            fail_msg("%s: %s, older %s", walks[i].name, holds(&w, o->policy, o->where),
                     holds(&w, o->rfc7489_policy, o->rfc7489_where));
        if (strcmp(words_of(&w, &results[RECORD_DMARC]), walks[i].dmarc) != 0)
            fail_msg("%s: %s", walks[i].name, words_of(&w, &results[RECORD_DMARC]));
        pool_free(&w.pool);
    }
}

/* A name that does not exist is under np=, until something is published below it. */
static void test_np(void **state)
{
    static const char *const zones[][2] = {{"", "none"}, {"{dkim_host} TXT {dkim}", "quarantine"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        struct result results[RECORD_COUNT];
        struct observations observations;
        struct world w;

        world_start(&w, "m.case.example");
        for (int s = 0; s < 3; s++) {
            world_add(&w, s == 2, "_dmarc.case.example TXT v=DMARC1; p=reject; sp=quarantine; np=none");
            w.source[s].zone.rec[1].owner = "other.example"; /* the address that a world's domain has */
            zone_read(&w, &w.source[s].zone, zones[i][0]);
        }
        world_observe(&w, &observations);
        check_evaluate(w.pool, rules, &w.domain, &observations, NOW, results);
        assert_string_equal(dmarc_policy_word(results[RECORD_DMARC].dmarc->policy), zones[i][1]);
        pool_free(&w.pool);
    }
}

/* The second check asks those whom the first found to receive reports; the organisation's own hosts need no permission.
 */
static void test_reports(void **state)
{
    static const char zone[] =
        "_dmarc.{domain} TXT v=DMARC1; p=none; rua=mailto:a@yes.example,mailto:b@no.example,mailto:c@mail.case.example|"
        "case.example._report._dmarc.yes.example TXT v=DMARC1;";
    struct result first[RECORD_COUNT], second[RECORD_COUNT];
    const struct effective_policy *o;
    struct observations observations;
    struct world w;

    (void)state;
    world_start(&w, "case.example");
    world_add(&w, false, zone);
    world_add(&w, true, zone);
    world_observe(&w, &observations);
    check_evaluate(w.pool, rules, &w.domain, &observations, NOW, first);
    o = first[RECORD_DMARC].dmarc;
    assert_int_equal(o->report_count, 2);
    assert_int_equal(o->report[0].accepts, REPORT_NOT_ASKED);
    w.last = &first[RECORD_DMARC];
    world_observe(&w, &observations);
    check_evaluate(w.pool, rules, &w.domain, &observations, NOW, second);
    o = second[RECORD_DMARC].dmarc;
    assert_string_equal(o->report[0].host, "yes.example");
    assert_int_equal(o->report[0].accepts, REPORT_ACCEPTED);
    assert_string_equal(o->report[1].host, "no.example");
    assert_int_equal(o->report[1].accepts, REPORT_REFUSED);
    pool_free(&w.pool);
}

static void test_provider(void **state)
{
    struct result results[RECORD_COUNT];
    struct observations observations;
    struct world w;

    (void)state;
    world_start(&w, "mail.case.example");
    world_add(&w, false, "");
    world_add(&w, true, "");
    world_observe(&w, &observations);
    observations.servers[0].name = "ns1.transip.nl";
    observations.servers[1].name = "ns1.hostnet.nl"; /* a resolver's name says nothing */
    check_evaluate(w.pool, rules, &w.domain, &observations, NOW, results);
    for (int k = 0; k < RECORD_COUNT; k++) {
        if (!domain_has(&w.domain, (enum record_kind)k))
            continue;
        assert_string_equal(results[k].provider, "transip");
        assert_string_equal(results[k].zone, "case.example");
    }
    pool_free(&w.pool);
}

/* --- zones that are not there, details, questions --- */

static void check_one(struct world *w, struct result results[RECORD_COUNT])
{
    struct observations observations;

    world_observe(w, &observations);
    check_evaluate(w->pool, rules, &w->domain, &observations, NOW, results);
}

/* Of every record that the domain has. */
static void expect_all(const struct world *w, const struct result results[RECORD_COUNT], const char *words)
{
    for (int k = 0; k < RECORD_COUNT; k++)
        if (domain_has(&w->domain, (enum record_kind)k))
            assert_string_equal(words_of(w, &results[k]), words);
}

/* The second key is a record of its own: evaluated at its own host, by its own kind, required like the first. */
static void test_second_key(void **state)
{
    static const struct {
        const char *zone, *expected;
    } cases[] = {
        {"", "missing,nxdomain"},
        {"two._domainkey.{domain} TXT v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "ok"},
        {"two._domainkey.{domain} TXT v=DKIM1; k=ed25519; p=21qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
         "wrong,other_key"},
        {"two._domainkey.{domain} TXT v=DKIM1; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "wrong,unusable"},
        {"two._domainkey.{domain} TXT {dkim}", "wrong,unusable"},
        {"two._domainkey.{domain}.{domain} TXT v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
         "missing,name_doubled"},
        {"{domain} TXT v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "missing,at_apex"},
        {"two._domainkey.{domain} SPF v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
         "wrong,wrong_type"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct result r[RECORD_COUNT];
        struct world w;

        world_start(&w, "case.example");
        snprintf(w.domain.selector_ed25519, sizeof(w.domain.selector_ed25519), "two");
        w.domain.public_ed25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        for (int s = 0; s < 3; s++) {
            world_add(&w, s == 2, RIGHT);
            zone_read(&w, &w.source[s].zone, cases[i].zone);
        }
        check_one(&w, r);
        if (!strstr(words_of(&w, &r[RECORD_DKIM_ED25519]), cases[i].expected))
            fail_msg("%s: %s, wanted %s", cases[i].zone, words_of(&w, &r[RECORD_DKIM_ED25519]), cases[i].expected);
        assert_int_equal(r[RECORD_DKIM].verdict, VERDICT_OK);
        assert_true(r[RECORD_DKIM_ED25519].required);
        pool_free(&w.pool);
    }
}

static void test_no_zone(void **state)
{
    struct result results[RECORD_COUNT];
    struct world w;

    (void)state;
    world_start(&w, "case.example");
    w.zone_state = ZONE_ABSENT;
    world_add(&w, true, "!nxdomain");
    check_one(&w, results);
    expect_all(&w, results, "missing,nxdomain,no_such_domain");
    pool_free(&w.pool);

    world_start(&w, "case.example"); /* the delegation could not be found, and nothing else came */
    w.zone_state = ZONE_UNKNOWN;
    check_one(&w, results);
    expect_all(&w, results, "unknown,servfail");
    pool_free(&w.pool);

    world_start(&w, "mail.case.example"); /* only the zone above exists */
    w.zone_state = ZONE_ABSENT;
    world_add(&w, true, "");
    check_one(&w, results);
    expect_all(&w, results, "missing,nxdomain");
    pool_free(&w.pool);
}

static void test_details(void **state)
{
    struct result r[RECORD_COUNT];
    struct world w;

    (void)state;
    world_start(&w, "case.example");
    world_add(&w, false, "{dkim_host} TXT {dkim[0:255]}|{rp_host} CNAME other.example|+dmarc");
    world_add(&w, false, "{dkim_host} TXT {dkim[0:255]}|{rp_host} CNAME other.example");
    world_add(&w, true, "");
    check_one(&w, r);
    assert_int_equal(r[RECORD_DKIM].found_length, 255);
    assert_int_equal(r[RECORD_DKIM].expected_length, strlen(w.record[RECORD_DKIM].value));
    assert_int_equal(r[RECORD_DKIM].found_count, 1);
    assert_memory_equal(r[RECORD_DKIM].found[0], w.record[RECORD_DKIM].value, 255);
    assert_string_equal(r[RECORD_RETURN_PATH].where, "other.example");
    assert_string_equal(r[RECORD_RETURN_PATH].found[0], "other.example");
    assert_int_equal(r[RECORD_DMARC].servers_right, 1);
    assert_int_equal(r[RECORD_DMARC].servers_asked, 2);
    assert_true(r[RECORD_DKIM].required && r[RECORD_RETURN_PATH].required && !r[RECORD_DMARC].required);
    pool_free(&w.pool);

    world_start(&w, "case.example");
    world_add(&w, false, RIGHT "|{dkim_host} TXT a\x1b[31m\x80");
    world_add(&w, false, RIGHT);
    world_add(&w, true, "");
    check_one(&w, r);
    assert_int_equal(r[RECORD_DKIM].verdict, VERDICT_OK);
    assert_int_equal(r[RECORD_DKIM].old_until, NOW + TTL * 1000);
    for (size_t i = 0; i < r[RECORD_DKIM].found_count; i++)
        assert_null(strpbrk(r[RECORD_DKIM].found[i], "\x1b\x80"));
    pool_free(&w.pool);

    world_start(&w, "mail.case.example");
    world_add(&w, false, "_dmarc.{org_domain} TXT v=DMARC1; p=quarantine");
    world_add(&w, true, "_dmarc.{org_domain} TXT v=DMARC1; p=quarantine|{dkim_host}.{domain} TXT {dkim}");
    check_one(&w, r);
    assert_string_equal(r[RECORD_DMARC].where, "_dmarc.case.example");
    assert_string_equal(r[RECORD_DKIM].where, expanded(&w, "{dkim_host}.{domain}"));
    pool_free(&w.pool);
}

/* Many and huge values: found is bounded. */
static void test_bounds(void **state)
{
    struct result r[RECORD_COUNT];
    struct world w;
    struct buf zone;

    (void)state;
    world_start(&w, "case.example");
    buf_init(&zone, 1 << 20);
    for (int i = 0; i < 40; i++) {
        buf_addf(&zone, "{dkim_host} TXT v=DKIM1; n=%d; p=", i);
        for (int k = 0; k < 5000; k++)
            buf_addc(&zone, (char)(i == 0 ? 0xfe : 'A'));
        buf_addc(&zone, '|');
    }
    world_add(&w, false, zone.data);
    world_add(&w, true, zone.data);
    check_one(&w, r);
    assert_string_equal(words_of(&w, &r[RECORD_DKIM]), "wrong,several_records");
    assert_int_equal(r[RECORD_DKIM].found_count, 8);
    for (size_t i = 0; i < r[RECORD_DKIM].found_count; i++)
        assert_true(strlen(r[RECORD_DKIM].found[i]) <= 4096);
    buf_free(&zone);
    pool_free(&w.pool);
}

static void test_questions(void **state)
{
    static const char *const domains[] = {
        "case.example", "mail.voorbeeld.co.uk", "a.b.c.d.e.f.g.h.i.j.k.case.example",
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example")};

    (void)state;
    for (size_t d = 0; d < ARRAY_LEN(domains); d++) {
        struct question *q;
        size_t count;
        struct world w;

        world_start(&w, domains[d]);
        check_questions(w.pool, rules, &w.domain, &q, &count);
        assert_true(count >= 15 && count <= 36 && count <= CHECK_QUESTIONS_MAX);
        for (size_t i = 0; i < count; i++) {
            assert_true(strlen(q[i].name) < NAME_ASCII_SIZE);
            for (size_t k = 0; k < i; k++)
                assert_false(q[i].type == q[k].type && strcmp(q[i].name, q[k].name) == 0);
        }
        pool_free(&w.pool);
    }
}

static int setup(void **state)
{
    struct err err;

    (void)state;
    rules = name_rules_new("platform.example");
    return dkim_key_generate(DKIM_RSA, &key, &err) || dkim_key_generate(DKIM_RSA, &other_key, &err);
}

static int teardown(void **state)
{
    (void)state;
    name_rules_free(&rules);
    dkim_key_free(&key);
    dkim_key_free(&other_key);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),     cmocka_unit_test(test_situations), cmocka_unit_test(test_second_key),
        cmocka_unit_test(test_no_zone),   cmocka_unit_test(test_details),    cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_questions), cmocka_unit_test(test_walks),      cmocka_unit_test(test_np),
        cmocka_unit_test(test_reports),   cmocka_unit_test(test_provider)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
