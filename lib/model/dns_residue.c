/*
 * The text of a deleted domain's DNS residue, both directions.
 */
#include "base/base.h"

#include "base/buf.h"
#include "model/dns_residue.h"

const char *dns_residue_text(struct pool *pool, const struct dns_residue *residue)
{
    struct buf out;
    buf_init(&out, 2 * DNS_RESIDUE_SIZE);
    buf_addf(&out, "%s %s", residue->return_path_label, residue->return_path_target);
    for (size_t i = 0; i < residue->selector_count; i++)
        if (out.len + 1 + strlen(residue->selector[i]) <= DNS_RESIDUE_SIZE)
            buf_addf(&out, " %s", residue->selector[i]);
    const char *text = pool_memdup(pool, out.data, out.len);
    buf_free(&out);
    return text;
}

bool dns_residue_parse(struct pool *pool, const char *text, struct dns_residue *out)
{
    char *rest, *copy = pool_strdup(pool, text), *selector;
    *out = (struct dns_residue){0};
    const char *label = strtok_r(copy, " ", &rest), *target = strtok_r(NULL, " ", &rest);
    if (!label || !target)
        return false;
    *out = (struct dns_residue){.return_path_label = label,
                                .return_path_target = target,
                                .selector = pool_array(pool, DNS_RESIDUE_SIZE / 2, sizeof(*out->selector))};
    while (out->selector_count < DNS_RESIDUE_SIZE / 2 && (selector = strtok_r(NULL, " ", &rest)))
        out->selector[out->selector_count++] = selector;
    return true;
}
