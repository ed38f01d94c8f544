#include "base/base.h"

/*
 * A check's details and observations as JSON text and back. Bounded: an answer may hold 64 KiB and there may be hundreds.
 * Knows no verdict rules.
 */

#include "app/check_json.h"

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
    return dump(pool, root);
}

static int number(const json_t *root, const char *key)
{
    return (int)json_integer_value(json_object_get(root, key)); /* 0 for what is none */
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
    json_decref(root);
}

static json_t *rr_json(const struct answer_rr *rr)
{
    json_t *out = json_pack("{s:o, s:i, s:I}", "owner", text_or_null(rr->owner), "type", rr->type, "ttl", (json_int_t)rr->ttl);
    if (rr->target)
        json_object_set_new(out, "target", text_or_null(rr->target));
    if (rr->data)
        json_object_set_new(out, "data", printable(rr->data, rr->data_len, RR_DATA_BYTES));
    return out;
}

static json_t *observation_json(const struct observation *one)
{
    json_t *out = json_pack("{s:I, s:i, s:s, s:i, s:b, s:b, s:i}", "question", (json_int_t)one->question, "server", one->server, "outcome",
                            outcome_word(one->outcome), "rcode", one->rcode, "aa", one->aa, "ad", one->ad, "ms", one->ms);
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
