/*
 * The words of a domain's status, places in lists, and the records that a domain's owner must publish. Knows no DNS
 * answers and no database.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "base/pool.h"
#include "model/domain.h"

LOOKUP_DEFINE(status, enum status, {STATUS_PENDING, "pending"}, {STATUS_VERIFIED, "verified"}, {STATUS_LOST, "lost"})

const char *domain_place_text(struct pool *pool, enum domain_sort sort, const struct domain *domain)
{
    if (sort == SORT_NAME)
        return "";
    if (sort == SORT_STATUS)
        return status_word(domain->status);
    return pool_printf(pool, "%lld", (long long)(sort == SORT_ADDED ? domain->created_at : domain->checked_at));
}

bool domain_place_parse(const char *text, enum domain_sort sort, struct domain_place *out)
{
    enum { DIGITS_MAX = 15 };
    if (sort == SORT_NAME)
        return true;
    if (!text)
        return false;
    if (sort == SORT_STATUS)
        return status_parse(text, &out->status);
    size_t len = strlen(text);
    if (len == 0 || len > DIGITS_MAX || strspn(text, "0123456789") != len)
        return false;
    out->at = strtoll(text, NULL, 10);
    return true;
}

bool domain_has(const struct domain *domain, enum record_kind kind)
{
    return kind != RECORD_DKIM_ED25519 || domain->public_ed25519;
}

int domain_records(const struct domain *domain)
{
    int count = 0;

    for (int kind = 0; kind < RECORD_COUNT; kind++)
        count += domain_has(domain, (enum record_kind)kind);
    return count;
}

static struct record key_record(struct pool *pool, const char *name, enum dkim_algorithm algorithm,
                                const char *selector, const char *public_b64)
{
    return (struct record){
        .kind = algorithm == DKIM_RSA ? RECORD_DKIM : RECORD_DKIM_ED25519,
        .host = pool_printf(pool, "%s._domainkey.%s", selector, name),
        .type = "TXT",
        .value = pool_printf(pool, "v=DKIM1; k=%s; p=%s", dkim_algorithm_word(algorithm), public_b64),
        .required = true,
    };
}

void records_of(struct pool *pool, const struct domain *domain, struct record out[RECORD_COUNT])
{
    const char *name = domain->name.ascii;

    out[RECORD_DKIM] = key_record(pool, name, DKIM_RSA, domain->selector, domain->public_b64);
    out[RECORD_DKIM_ED25519] = (struct record){.kind = RECORD_DKIM_ED25519};
    if (domain_has(domain, RECORD_DKIM_ED25519))
        out[RECORD_DKIM_ED25519] =
            key_record(pool, name, DKIM_ED25519, domain->selector_ed25519, domain->public_ed25519);
    out[RECORD_RETURN_PATH] = (struct record){
        .kind = RECORD_RETURN_PATH,
        .host = pool_printf(pool, "%s.%s", domain->return_path_label, name),
        .type = "CNAME",
        .value = pool_strdup(pool, domain->return_path_target),
        .required = true,
    };
    out[RECORD_DMARC] = (struct record){
        .kind = RECORD_DMARC,
        .host = pool_printf(pool, "_dmarc.%s", name),
        .type = "TXT",
        .value = "v=DMARC1; p=none;",
        .required = false,
    };
}
