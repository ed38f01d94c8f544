/*
 * Builds the names of a check and the list of its questions. Knows no answers.
 */
#include "base/base.h"

#include "mailauth/check_names.h"
#include "mailauth/dkim_key.h"
#include "mailauth/name.h"
#include "model/check.h"
#include "model/dmarc.h"
#include "model/name.h"

/* The first label of a wildcard probe begins with it; stored with checks, so it must not change. */
static const char probe_prefix[] = "vm-sibling-";

/* label.name, or NULL if DNS could not hold it. */
static const char *join(struct pool *pool, const char *label, const char *name)
{
    return strlen(label) + 1 + strlen(name) < NAME_ASCII_SIZE ? pool_printf(pool, "%s.%s", label, name) : NULL;
}

static int count_labels(const char *name)
{
    int count = 1;

    for (; *name; name++)
        count += *name == '.';
    return count;
}

/*
 * The names of the DMARC tree walk (RFC 9989 4.10): one label fewer at a time, but from more than 8 labels straight to
 * 7. Up to the top-level domain, since a public suffix may have a record with psd=y.
 */
static void add_tree(struct pool *pool, const char *domain, struct check_names *out)
{
    const char *at = domain;

    while (strchr(at, '.') && out->tree_count < DMARC_TREE_MAX - 1) {
        const char *name;
        do
            at = strchr(at, '.') + 1;
        while (count_labels(at) > 7);
        name = join(pool, "_dmarc", at);
        if (name)
            out->tree[out->tree_count++] = name;
    }
}

void check_names_of(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                    struct check_names *out)
{
    const char *name = domain->name.ascii, *organisational = name_organisational(rules, name);

    *out = (struct check_names){0};
    records_of(pool, domain, out->record);
    out->base[out->base_count++] = name;
    if (organisational != name)
        out->base[out->base_count++] = organisational;
    for (int kind = 0; kind < RECORD_COUNT; kind++)
        for (size_t b = 0; out->record[kind].host && b < out->base_count; b++)
            out->duplicated[kind][b] = join(pool, out->record[kind].host, out->base[b]);
    add_tree(pool, name, out);
}

/* The name at which a wildcard would answer for the host: _domainkey exists, so a wildcard at the domain does not apply
 * below it (RFC 4592 2.2.2). */
static const char *parent_of(struct pool *pool, const struct domain *domain, enum record_kind kind)
{
    return kind == RECORD_DKIM || kind == RECORD_DKIM_ED25519 ? pool_printf(pool, "_domainkey.%s", domain->name.ascii)
                                                              : domain->name.ascii;
}

/* Random, so that no such name was ever published. */
static const char *probe_label(struct pool *pool)
{
    char random[SELECTOR_SIZE];

    dkim_selector_new(random);
    return pool_printf(pool, "%s%s", probe_prefix, random);
}

const char *wildcard_probe_name(struct pool *pool, const char *parent)
{
    return join(pool, probe_label(pool), parent);
}

/* Makes a new one for each record. */
static void add_wildcard_probes(struct pool *pool, const struct domain *domain, struct check_names *names)
{
    const char *label = probe_label(pool);

    for (int kind = 0; kind < RECORD_COUNT; kind++)
        names->wildcard_probe[kind] = join(pool, label, parent_of(pool, domain, (enum record_kind)kind));
}

void check_names_find_wildcard_probes(const struct domain *domain, const struct observations *observations,
                                      struct check_names *names)
{
    for (size_t i = 0; i < observations->question_count; i++) {
        const char *name = observations->questions[i].name, *dot = strchr(name, '.');

        if (strncmp(name, probe_prefix, sizeof(probe_prefix) - 1) != 0 || !dot)
            continue;
        if (name_equal(dot + 1, domain->name.ascii))
            names->wildcard_probe[RECORD_RETURN_PATH] = names->wildcard_probe[RECORD_DMARC] = name;
        else if (strncasecmp(dot + 1, "_domainkey.", 11) == 0 && name_equal(dot + 12, domain->name.ascii))
            names->wildcard_probe[RECORD_DKIM] = names->wildcard_probe[RECORD_DKIM_ED25519] = name;
    }
}

const char *report_question(struct pool *pool, const char *policy_domain, const char *host)
{
    static const char between[] = "._report._dmarc.";

    if (strlen(policy_domain) + strlen(between) + strlen(host) >= NAME_ASCII_SIZE)
        return NULL;
    return pool_printf(pool, "%s%s%s", policy_domain, between, host);
}

/* --- the questions --- */

struct question_list {
    struct question *question; /* CHECK_QUESTIONS_MAX */
    size_t count;
};

/* Adds a question unless name is NULL, the list has it already, or the list is full (a check has at most 40). */
static void check_names_ask(struct question_list *list, const char *name, enum rr_type type)
{
    if (!name || list->count == CHECK_QUESTIONS_MAX)
        return;
    for (size_t i = 0; i < list->count; i++)
        if (list->question[i].type == type && strcmp(list->question[i].name, name) == 0)
            return;
    list->question[list->count++] = (struct question){.name = name, .type = type};
}

/* The hosts to which the last check's policy sends reports. */
static void ask_report_hosts(struct pool *pool, struct question_list *list, const struct effective_policy *last)
{
    for (size_t i = 0; last && last->where && i < last->report_count; i++)
        check_names_ask(list, report_question(pool, last->where, last->report[i].host), RR_TXT);
}

void check_questions(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                     struct question **out, size_t *count)
{
    check_questions_after(pool, rules, domain, NULL, out, count);
}

void check_questions_after(struct pool *pool, const struct name_rules *rules, const struct domain *domain,
                           const struct result *last, struct question **out, size_t *count)
{
    static const enum rr_type at_return_path[] = {RR_CNAME, RR_A, RR_AAAA, RR_TXT};
    struct question_list list = {.question = pool_array(pool, CHECK_QUESTIONS_MAX, sizeof(struct question))};
    struct check_names names;

    check_names_of(pool, rules, domain, &names);
    add_wildcard_probes(pool, domain, &names);
    check_names_ask(&list, names.record[RECORD_DKIM].host, RR_TXT);
    check_names_ask(&list, names.record[RECORD_DKIM_ED25519].host, RR_TXT);
    check_names_ask(&list, names.record[RECORD_DMARC].host, RR_TXT);
    for (size_t i = 0; i < ARRAY_LEN(at_return_path); i++) {
        check_names_ask(&list, names.record[RECORD_RETURN_PATH].host, at_return_path[i]);
        check_names_ask(&list, names.wildcard_probe[RECORD_RETURN_PATH], at_return_path[i]);
    }
    check_names_ask(&list, names.record[RECORD_RETURN_PATH].host, RR_MX); /* the right value in another type */
    check_names_ask(&list, names.record[RECORD_DKIM].host, RR_SPF);
    check_names_ask(&list, names.record[RECORD_DKIM_ED25519].host, RR_SPF);
    check_names_ask(&list, names.record[RECORD_DMARC].host, RR_SPF);
    check_names_ask(&list, names.record[RECORD_RETURN_PATH].value,
                    RR_A); /* to tell a flattened CNAME from a proxied one */
    check_names_ask(&list, names.record[RECORD_RETURN_PATH].value, RR_AAAA);
    check_names_ask(&list, names.wildcard_probe[RECORD_DKIM], RR_TXT);
    check_names_ask(&list, names.wildcard_probe[RECORD_DMARC], RR_TXT);
    for (size_t b = 0; b < names.base_count; b++) {
        check_names_ask(&list, names.base[b], RR_TXT);
        check_names_ask(&list, names.duplicated[RECORD_DKIM][b], RR_TXT);
        check_names_ask(&list, names.duplicated[RECORD_DKIM_ED25519][b], RR_TXT);
        check_names_ask(&list, names.duplicated[RECORD_DMARC][b], RR_TXT);
        check_names_ask(&list, names.duplicated[RECORD_RETURN_PATH][b], RR_CNAME);
    }
    for (size_t i = 0; i < names.tree_count; i++)
        check_names_ask(&list, names.tree[i], RR_TXT);
    ask_report_hosts(pool, &list, last ? last->dmarc : NULL);
    *out = list.question;
    *count = list.count;
}
