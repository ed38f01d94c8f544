/*
 * The fixed JSON of domains: keys, their order and the form of times are an interface for scripts. Asks and evaluates
 * nothing.
 */
#include "base/base.h"

#include <jansson.h>

#include "app/check/finding_text.h"
#include "app/domain/domain.h"
#include "base/buf.h"
#include "base/clock.h"
#include "model/check.h"

enum { LAYOUT = JSON_COMPACT | JSON_PRESERVE_ORDER };

static json_t *domain_json_printable(const char *s)
{
    struct buf text;
    buf_init(&text, 4 * strlen(s) + 1);
    buf_add_printable(&text, s, strlen(s));
    json_t *out = json_stringn(text.data, text.len);
    buf_free(&text);
    return out;
}

static json_t *moment(int64_t wall_ms)
{
    char text[CLOCK_ISO_SIZE];
    if (!wall_ms)
        return json_null();
    clock_iso(wall_ms, text);
    return json_string(text);
}

static json_t *id_text(struct uuid id)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(id, text);
    return json_string(text);
}

static json_t *base_json(const struct domain *domain)
{
    json_t *out = json_object();
    json_object_set_new(out, "id", id_text(domain->id));
    json_object_set_new(out, "account", id_text(domain->account_id));
    json_object_set_new(out, "name", json_string(domain->name.ascii));
    json_object_set_new(out, "unicode", domain_json_printable(domain->name.unicode));
    json_object_set_new(out, "status", json_string(status_word(domain->status)));
    json_object_set_new(out, "created_at", moment(domain->created_at));
    json_object_set_new(out, "verified_at", moment(domain->verified_at));
    json_object_set_new(out, "checked_at", moment(domain->checked_at));
    return out;
}

static json_t *record_json(const struct record *record, const struct result *result)
{
    json_t *findings = json_array(), *found = json_array();
    enum finding finding[FINDING_COUNT];
    size_t count = findings_by_priority(result->findings, finding);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(findings, json_string(finding_word(finding[i])));
    for (size_t i = 0; i < result->found_count; i++)
        json_array_append_new(found, domain_json_printable(result->found[i]));
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:o, s:o}", "record", record_word(record->kind), "host",
                     record->host, "type", record->type, "value", record->value, "required", record->required,
                     "verdict", verdict_word(result->verdict), "findings", findings, "found", found);
}

static json_t *check_info_json(const struct check_info *info)
{
    return json_pack("{s:s, s:o, s:i, s:s}", "trigger", trigger_word(info->trigger), "at", moment(info->at), "ms",
                     info->ms, "status_before", status_word(info->status_before));
}

/* Takes ownership of root. */
static void domain_json_put(struct buf *out, json_t *root)
{
    char *text = json_dumps(root, LAYOUT);
    if (!text)
        abort(); /* out of memory: every string in it is valid UTF-8 */
    buf_adds(out, text);
    free(text);
    json_decref(root);
}

void domain_json(struct buf *out, const struct domain_detail *detail, const struct domain_check *check)
{
    json_t *root = base_json(&detail->domain), *records = json_array();
    for (size_t i = 0; i < RECORD_COUNT; i++)
        if (detail->record[i].host)
            json_array_append_new(records, record_json(&detail->record[i], &detail->result[i]));
    json_object_set_new(root, "records", records);
    if (check)
        json_object_set_new(root, "check", check_info_json(&check->info));
    domain_json_put(out, root);
    buf_addc(out, '\n');
}

void domain_list_json(struct buf *out, const struct domain_list *list, bool first_page, bool last_page)
{
    if (first_page)
        buf_addc(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        buf_adds(out, first_page && i == 0 ? "\n" : ",\n");
        domain_json_put(out, base_json(&list->domain[i]));
    }
    if (last_page)
        buf_adds(out, "\n]\n");
}
