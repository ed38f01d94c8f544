/*
 * A check's observations as JSON text and back. Bounded: an answer may hold 64 KiB and there may be hundreds.
 * Knows no verdict rules.
 */
#include "base/base.h"

#include "app/check/observations_codec.h"

#include <arpa/inet.h>
#include <jansson.h>

#include "base/buf.h"

enum { TEXT_BYTES = 4096, RR_MAX = 16, RR_DATA_BYTES = 512, OBSERVATIONS_BYTES = 256 * 1024 };

/* Any bytes as a JSON string, truncated at max. */
static json_t *observations_codec_printable(const void *data, size_t len, size_t max)
{
    struct buf text;
    buf_init(&text, 4 * max + 4);
    buf_add_printable(&text, data, len < max ? len : max);
    json_t *out = json_stringn(text.data, text.len);
    buf_free(&text);
    return out;
}

static json_t *observations_codec_text_or_null(const char *s)
{
    return s ? observations_codec_printable(s, strlen(s), TEXT_BYTES) : json_null();
}

/* Takes ownership of root. */
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

/* TXT data as it is; an address in its text form. */
static json_t *data_json(const struct answer_rr *rr)
{
    char text[INET6_ADDRSTRLEN];
    if (rr->type == RR_A && rr->data_len == 4 && inet_ntop(AF_INET, rr->data, text, sizeof(text)))
        return json_string(text);
    if (rr->type == RR_AAAA && rr->data_len == 16 && inet_ntop(AF_INET6, rr->data, text, sizeof(text)))
        return json_string(text);
    return observations_codec_printable(rr->data, rr->data_len, RR_DATA_BYTES);
}

static json_t *rr_json(const struct answer_rr *rr)
{
    json_t *out = json_pack("{s:o, s:i, s:I}", "owner", observations_codec_text_or_null(rr->owner), "type", rr->type,
                            "ttl", (json_int_t)rr->ttl);
    if (rr->target)
        json_object_set_new(out, "target", observations_codec_text_or_null(rr->target));
    if (rr->data)
        json_object_set_new(out, "data", data_json(rr));
    return out;
}

static json_t *observation_json(const struct observation *one)
{
    json_t *out = json_pack("{s:I, s:i, s:s, s:i, s:b, s:b, s:i}", "question", (json_int_t)one->question, "server",
                            one->server, "outcome", outcome_word(one->outcome), "rcode", one->rcode, "aa", one->aa,
                            "ad", one->ad, "ms", one->ms);
    if (one->negative_ttl)
        json_object_set_new(out, "negative_ttl", json_integer(one->negative_ttl));
    json_t *rrs = json_array();
    for (size_t i = 0; i < one->rr_count && i < RR_MAX; i++)
        json_array_append_new(rrs, rr_json(&one->rr[i]));
    json_object_set_new(out, "rr", rrs);
    return out;
}

static json_t *servers_json(const struct observations *observations)
{
    json_t *out = json_array();
    for (size_t i = 0; i < observations->server_count; i++) {
        const struct server *server = &observations->servers[i];
        json_array_append_new(out, json_pack("{s:o, s:o, s:i, s:b, s:b}", "name",
                                             observations_codec_text_or_null(server->name), "addr",
                                             observations_codec_text_or_null(server->addr), "port", (int)server->port,
                                             "recursive", server->recursive, "barred", server->barred));
    }
    return out;
}

const char *observations_json(struct pool *pool, const struct observations *observations)
{
    size_t bytes = 0;
    json_t *questions = json_array(), *observed = json_array();
    for (size_t i = 0; i < observations->question_count; i++)
        json_array_append_new(questions, json_pack("{s:o, s:i}", "name",
                                                   observations_codec_text_or_null(observations->questions[i].name),
                                                   "type", (int)observations->questions[i].type));
    for (size_t i = 0; i < observations->observed_count && bytes < OBSERVATIONS_BYTES; i++) {
        json_t *one = observation_json(&observations->observed[i]);
        bytes += json_dumpb(one, NULL, 0, JSON_COMPACT);
        json_array_append_new(observed, one);
    }
    bool whole = json_array_size(observed) == observations->observed_count;
    return dump(pool,
                json_pack("{s:o, s:i, s:i, s:o, s:o, s:o, s:b}", "zone",
                          observations_codec_text_or_null(observations->zone), "zone_state",
                          (int)observations->zone_state, "ms", observations->ms, "servers", servers_json(observations),
                          "questions", questions, "observed", observed, "whole", whole));
}

/* --- parsing --- */

static int observations_codec_number(const json_t *root, const char *key)
{
    return (int)json_integer_value(json_object_get(root, key)); /* 0 if it is no integer */
}

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
                                   .type = observations_codec_number(one, "type"),
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

static void observed_parse(struct pool *pool, const json_t *list, struct observations *observations)
{
    observations->observed = pool_array(pool, json_array_size(list), sizeof(*observations->observed));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        struct observation *out = &observations->observed[observations->observed_count];
        *out = (struct observation){.question = (size_t)observations_codec_number(one, "question"),
                                    .server = observations_codec_number(one, "server"),
                                    .outcome = outcome_parse(string_or_empty(pool, one, "outcome")),
                                    .rcode = observations_codec_number(one, "rcode"),
                                    .aa = truth(one, "aa"),
                                    .ad = truth(one, "ad"),
                                    .ms = observations_codec_number(one, "ms"),
                                    .negative_ttl = (uint32_t)observations_codec_number(one, "negative_ttl")};
        rrs_parse(pool, json_object_get(one, "rr"), out);
        bool fits = out->question < observations->question_count && out->server >= 0 &&
                    (size_t)out->server < observations->server_count;
        observations->observed_count += fits;
    }
}

void observations_parse(struct pool *pool, const char *json, struct observations *observations)
{
    json_t *root = json_loads(json, 0, NULL);
    const json_t *questions = json_object_get(root, "questions"), *servers = json_object_get(root, "servers");
    struct question *question = pool_array(pool, json_array_size(questions), sizeof(*question));
    *observations = (struct observations){.zone = string_or_empty(pool, root, "zone"),
                                          .zone_state = (enum zone_state)observations_codec_number(root, "zone_state"),
                                          .ms = observations_codec_number(root, "ms"),
                                          .questions = question,
                                          .question_count = json_array_size(questions),
                                          .servers = pool_array(pool, json_array_size(servers), sizeof(struct server)),
                                          .server_count = json_array_size(servers)};
    for (size_t i = 0; i < observations->question_count; i++) {
        const json_t *one = json_array_get(questions, i);
        question[i] = (struct question){.name = string_or_empty(pool, one, "name"),
                                        .type = (enum rr_type)observations_codec_number(one, "type")};
    }
    for (size_t i = 0; i < observations->server_count; i++) {
        const json_t *one = json_array_get(servers, i);
        observations->servers[i] = (struct server){.name = string_or_empty(pool, one, "name"),
                                                   .addr = string_or_empty(pool, one, "addr"),
                                                   .port = (uint16_t)observations_codec_number(one, "port"),
                                                   .recursive = truth(one, "recursive"),
                                                   .barred = truth(one, "barred")};
    }
    observed_parse(pool, json_object_get(root, "observed"), observations);
    json_decref(root);
}
