#include "base/base.h"

/*
 * A check's details and observations as JSON text and back. Bounded: an answer may hold 64 KiB and there may be hundreds.
 * Knows no verdict rules.
 */

#include "app/check_json.h"

#include <arpa/inet.h>
#include <jansson.h>

#include "base/buf.h"

enum { FOUND_MAX = 16, FOUND_BYTES = 4096, RR_MAX = 16, RR_DATA_BYTES = 512, OBSERVATIONS_BYTES = 256 * 1024 };

/* Any bytes as a JSON string; cut at max. */
static json_t *printable(const void *data, size_t len, size_t max)
{
    struct buf text;
    buf_init(&text, 4 * max + 4);
    buf_add_printable(&text, data, len < max ? len : max);
    json_t *out = json_stringn(text.data, text.len);
    buf_free(&text);
    return out;
}

static json_t *text_or_null(const char *s)
{
    return s ? printable(s, strlen(s), FOUND_BYTES) : json_null();
}

/* Takes root over. */
static const char *dump(struct pool *pool, json_t *root)
{
    char *text = json_dumps(root, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(root);
    if (!text)
        abort(); /* out of memory: every string in it was made valid UTF-8 */
    char *out = pool_strdup(pool, text);
    free(text);
    return out;
}

static void add_text(json_t *object, const char *key, const char *text)
{
    if (text)
        json_object_set_new(object, key, text_or_null(text));
}

static void add_number(json_t *object, const char *key, int64_t value, int64_t usual)
{
    if (value != usual)
        json_object_set_new(object, key, json_integer(value));
}

static void add_truth(json_t *object, const char *key, bool truth)
{
    if (truth)
        json_object_set_new(object, key, json_true());
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* What is as usual is left out: the page reads this at each request. */
static json_t *outlook_json(const struct dmarc_outlook *o)
{
    json_t *out = json_object(), *reports = json_array();
    add_text(out, "policy", o->where ? dmarc_policy_word(o->policy) : NULL);
    add_text(out, "where", o->where);
    if (o->older != o->policy || !is_same(o->older_where, o->where)) {
        add_text(out, "older", o->older_where ? dmarc_policy_word(o->older) : "");
        add_text(out, "older_where", o->older_where);
    }
    add_truth(out, "strict_dkim", o->strict_dkim);
    add_truth(out, "strict_spf", o->strict_spf);
    add_truth(out, "spf_apart", o->spf_apart);
    add_truth(out, "testing", o->testing);
    add_number(out, "old_tags", o->old_tags, 0);
    add_number(out, "pct", o->pct, 100);
    for (size_t i = 0; i < o->report_count; i++)
        json_array_append_new(reports, json_pack("{s:o, s:i}", "host", text_or_null(o->report[i].host), "accepts", (int)o->report[i].accepts));
    if (json_array_size(reports) > 0)
        json_object_set(out, "reports", reports);
    json_decref(reports);
    return out;
}

const char *result_details_json(struct pool *pool, const struct result *result)
{
    json_t *found = json_array();
    for (size_t i = 0; i < result->found_count && i < FOUND_MAX; i++)
        json_array_append_new(found, text_or_null(result->found[i]));
    json_t *root = json_object();
    json_object_set_new(root, "found", found);
    if (result->where)
        json_object_set_new(root, "where", text_or_null(result->where));
    if (result->servers_asked) {
        json_object_set_new(root, "servers_right", json_integer(result->servers_right));
        json_object_set_new(root, "servers_asked", json_integer(result->servers_asked));
    }
    if (result->old_until)
        json_object_set_new(root, "old_until", json_integer(result->old_until));
    if (result->wanted_length) {
        json_object_set_new(root, "found_length", json_integer(result->found_length));
        json_object_set_new(root, "wanted_length", json_integer(result->wanted_length));
    }
    add_text(root, "fault", result->fault ? fault_word(result->fault) : NULL);
    add_text(root, "culprit", result->culprit);
    add_text(root, "mended", result->mended);
    add_text(root, "zone", result->zone);
    add_text(root, "provider", result->provider);
    if (result->dmarc)
        json_object_set_new(root, "dmarc", outlook_json(result->dmarc));
    return dump(pool, root);
}

static int number(const json_t *root, const char *key)
{
    return (int)json_integer_value(json_object_get(root, key)); /* 0 for what is none */
}

static const char *kept_text(struct pool *pool, const json_t *root, const char *key)
{
    const char *text = json_string_value(json_object_get(root, key));
    return text ? pool_strdup(pool, text) : NULL;
}

static enum dmarc_policy policy(const json_t *root, const char *key)
{
    const char *word = json_string_value(json_object_get(root, key));
    return word ? dmarc_policy_parse(word) : DMARC_P_UNSET;
}

static const struct dmarc_outlook *outlook_parse(struct pool *pool, const json_t *root)
{
    struct dmarc_outlook *out = pool_alloc(pool, sizeof(*out));
    const json_t *reports = json_object_get(root, "reports");
    if (!json_is_object(root))
        return NULL;
    *out = (struct dmarc_outlook){.policy = policy(root, "policy"),
                                  .where = kept_text(pool, root, "where"),
                                  .older = policy(root, "older"),
                                  .older_where = kept_text(pool, root, "older_where"),
                                  .strict_dkim = json_is_true(json_object_get(root, "strict_dkim")),
                                  .strict_spf = json_is_true(json_object_get(root, "strict_spf")),
                                  .spf_apart = json_is_true(json_object_get(root, "spf_apart")),
                                  .testing = json_is_true(json_object_get(root, "testing")),
                                  .old_tags = (unsigned)number(root, "old_tags"),
                                  .pct = json_object_get(root, "pct") ? number(root, "pct") : 100};
    if (!json_object_get(root, "older")) {
        out->older = out->policy;
        out->older_where = out->where;
    }
    for (size_t i = 0; i < json_array_size(reports) && out->report_count < REPORT_HOSTS_MAX; i++) {
        const json_t *one = json_array_get(reports, i);
        const char *host = kept_text(pool, one, "host");
        int accepts = number(one, "accepts");
        if (host && accepts >= REPORT_NOT_ASKED && accepts <= REPORT_REFUSED)
            out->report[out->report_count++] = (struct report_host){.host = host, .accepts = accepts};
    }
    return out;
}

void result_details_parse(struct pool *pool, const char *json, struct result *result)
{
    json_t *root = json_loads(json, 0, NULL);
    const json_t *found = json_object_get(root, "found");
    const char *where = json_string_value(json_object_get(root, "where"));
    result->found = pool_array(pool, json_array_size(found), sizeof(*result->found));
    for (size_t i = 0; i < json_array_size(found); i++) {
        const char *value = json_string_value(json_array_get(found, i));
        if (value)
            result->found[result->found_count++] = pool_strdup(pool, value);
    }
    result->where = where ? pool_strdup(pool, where) : NULL;
    result->servers_right = number(root, "servers_right");
    result->servers_asked = number(root, "servers_asked");
    result->old_until = json_integer_value(json_object_get(root, "old_until"));
    result->found_length = number(root, "found_length");
    result->wanted_length = number(root, "wanted_length");
    const char *fault = json_string_value(json_object_get(root, "fault"));
    result->fault = fault ? fault_parse(fault) : FAULT_NONE;
    result->culprit = kept_text(pool, root, "culprit");
    result->mended = kept_text(pool, root, "mended");
    result->zone = kept_text(pool, root, "zone");
    result->provider = kept_text(pool, root, "provider");
    result->dmarc = outlook_parse(pool, json_object_get(root, "dmarc"));
    json_decref(root);
}

/* TXT as it is; an address as people write it. */
static json_t *data_json(const struct answer_rr *rr)
{
    char text[INET6_ADDRSTRLEN];
    if (rr->type == RR_A && rr->data_len == 4 && inet_ntop(AF_INET, rr->data, text, sizeof(text)))
        return json_string(text);
    if (rr->type == RR_AAAA && rr->data_len == 16 && inet_ntop(AF_INET6, rr->data, text, sizeof(text)))
        return json_string(text);
    return printable(rr->data, rr->data_len, RR_DATA_BYTES);
}

static json_t *rr_json(const struct answer_rr *rr)
{
    json_t *out = json_pack("{s:o, s:i, s:I}", "owner", text_or_null(rr->owner), "type", rr->type, "ttl", (json_int_t)rr->ttl);
    if (rr->target)
        json_object_set_new(out, "target", text_or_null(rr->target));
    if (rr->data)
        json_object_set_new(out, "data", data_json(rr));
    return out;
}

static json_t *observation_json(const struct observation *one)
{
    json_t *out = json_pack("{s:I, s:i, s:s, s:i, s:b, s:b, s:i}", "question", (json_int_t)one->question, "server", one->server, "outcome",
                            outcome_word(one->outcome), "rcode", one->rcode, "aa", one->aa, "ad", one->ad, "ms", one->ms);
    if (one->negative_ttl)
        json_object_set_new(out, "negative_ttl", json_integer(one->negative_ttl));
    json_t *rrs = json_array();
    for (size_t i = 0; i < one->rr_count && i < RR_MAX; i++)
        json_array_append_new(rrs, rr_json(&one->rr[i]));
    json_object_set_new(out, "rr", rrs);
    return out;
}

static json_t *servers_json(const struct observations *seen)
{
    json_t *out = json_array();
    for (size_t i = 0; i < seen->server_count; i++) {
        const struct server *server = &seen->servers[i];
        json_array_append_new(out, json_pack("{s:o, s:o, s:i, s:b, s:b}", "name", text_or_null(server->name), "addr", text_or_null(server->addr),
                                             "port", (int)server->port, "recursive", server->recursive, "barred", server->barred));
    }
    return out;
}

const char *observations_json(struct pool *pool, const struct observations *seen)
{
    size_t bytes = 0;
    json_t *questions = json_array(), *observed = json_array();
    for (size_t i = 0; i < seen->question_count; i++)
        json_array_append_new(questions,
                              json_pack("{s:o, s:i}", "name", text_or_null(seen->questions[i].name), "type", (int)seen->questions[i].type));
    for (size_t i = 0; i < seen->observed_count && bytes < OBSERVATIONS_BYTES; i++) {
        json_t *one = observation_json(&seen->observed[i]);
        bytes += json_dumpb(one, NULL, 0, JSON_COMPACT);
        json_array_append_new(observed, one);
    }
    bool whole = json_array_size(observed) == seen->observed_count;
    return dump(pool, json_pack("{s:o, s:i, s:i, s:o, s:o, s:o, s:b}", "zone", text_or_null(seen->zone), "zone_state", (int)seen->zone_state, "ms",
                                seen->ms, "servers", servers_json(seen), "questions", questions, "observed", observed, "whole", whole));
}

/* --- and back --- */

static const char *string(struct pool *pool, const json_t *root, const char *key)
{
    const char *value = json_string_value(json_object_get(root, key));
    return value ? pool_strdup(pool, value) : NULL;
}

static const char *string_or_empty(struct pool *pool, const json_t *root, const char *key)
{
    const char *value = string(pool, root, key);
    return value ? value : "";
}

static bool truth(const json_t *root, const char *key)
{
    return json_is_true(json_object_get(root, key));
}

static void rrs_parse(struct pool *pool, const json_t *list, struct observation *out)
{
    struct answer_rr *rr = pool_array(pool, json_array_size(list), sizeof(*rr));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *data = string(pool, one, "data");
        rr[i] = (struct answer_rr){.owner = string_or_empty(pool, one, "owner"),
                                   .type = number(one, "type"),
                                   .ttl = (uint32_t)json_integer_value(json_object_get(one, "ttl")),
                                   .target = string(pool, one, "target"),
                                   .data = (const uint8_t *)data,
                                   .data_len = data ? strlen(data) : 0};
    }
    out->rr = rr;
    out->rr_count = json_array_size(list);
}

static enum outcome outcome_parse(const char *word)
{
    for (int o = OUTCOME_DATA; o <= OUTCOME_DEADLINE; o++)
        if (strcmp(outcome_word((enum outcome)o), word) == 0)
            return (enum outcome)o;
    return OUTCOME_MALFORMED;
}

static void observed_parse(struct pool *pool, const json_t *list, struct observations *seen)
{
    seen->observed = pool_array(pool, json_array_size(list), sizeof(*seen->observed));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        struct observation *out = &seen->observed[seen->observed_count];
        *out = (struct observation){.question = (size_t)number(one, "question"),
                                    .server = number(one, "server"),
                                    .outcome = outcome_parse(string_or_empty(pool, one, "outcome")),
                                    .rcode = number(one, "rcode"),
                                    .aa = truth(one, "aa"),
                                    .ad = truth(one, "ad"),
                                    .ms = number(one, "ms"),
                                    .negative_ttl = (uint32_t)number(one, "negative_ttl")};
        rrs_parse(pool, json_object_get(one, "rr"), out);
        bool fits = out->question < seen->question_count && out->server >= 0 && (size_t)out->server < seen->server_count;
        seen->observed_count += fits;
    }
}

void observations_parse(struct pool *pool, const char *json, struct observations *seen)
{
    json_t *root = json_loads(json, 0, NULL);
    const json_t *questions = json_object_get(root, "questions"), *servers = json_object_get(root, "servers");
    struct question *question = pool_array(pool, json_array_size(questions), sizeof(*question));
    *seen = (struct observations){.zone = string_or_empty(pool, root, "zone"),
                                  .zone_state = (enum zone_state)number(root, "zone_state"),
                                  .ms = number(root, "ms"),
                                  .questions = question,
                                  .question_count = json_array_size(questions),
                                  .servers = pool_array(pool, json_array_size(servers), sizeof(struct server)),
                                  .server_count = json_array_size(servers)};
    for (size_t i = 0; i < seen->question_count; i++) {
        const json_t *one = json_array_get(questions, i);
        question[i] = (struct question){.name = string_or_empty(pool, one, "name"), .type = (enum rr_type)number(one, "type")};
    }
    for (size_t i = 0; i < seen->server_count; i++) {
        const json_t *one = json_array_get(servers, i);
        seen->servers[i] = (struct server){.name = string_or_empty(pool, one, "name"),
                                           .addr = string_or_empty(pool, one, "addr"),
                                           .port = (uint16_t)number(one, "port"),
                                           .recursive = truth(one, "recursive"),
                                           .barred = truth(one, "barred")};
    }
    observed_parse(pool, json_object_get(root, "observed"), seen);
    json_decref(root);
}
