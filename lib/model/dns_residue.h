/*
 * The records that a deleted domain leaves in its owner's DNS: the return path's CNAME and the keys' records. Stored as
 * the detail of the deletion's event, which outlives the domain: label, target and selectors separated by spaces. Both
 * directions of that text are here.
 */
#ifndef MODEL_DNS_RESIDUE_H
#define MODEL_DNS_RESIDUE_H

#include "base/base.h"
#include "base/pool.h"

struct dns_residue {
    const char *return_path_label, *return_path_target;
    const char **selector; /* of every key, newest first */
    size_t selector_count;
};

enum { DNS_RESIDUE_SIZE = 512 }; /* bytes of the text: the width of audit_event.detail */

/* The text, in pool: with as many selectors as fit. */
const char *dns_residue_text(struct pool *pool, const struct dns_residue *residue);
/* Strings in pool. False if text is not a residue: *out is all zero then. */
bool dns_residue_parse(struct pool *pool, const char *text, struct dns_residue *out);

#endif
