/*
 * The DNS records that a domain's owner must publish.
 */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include "base/base.h"

/* All kinds, in the order of display. A domain has RECORD_DKIM_ED25519 or not: domain_has. */
enum record_kind { RECORD_DKIM, RECORD_DKIM_ED25519, RECORD_RETURN_PATH, RECORD_DMARC, RECORD_COUNT };
const char *record_word(enum record_kind k);
bool record_parse(const char *word, enum record_kind *out);

/* One DNS record that the owner must publish. */
struct record {
    enum record_kind kind;
    const char *host;  /* whole name, A-labels, no final dot */
    const char *type;  /* "TXT" or "CNAME" */
    const char *value; /* joined text of a TXT, or the target without a final dot */
    bool required;
};

struct buf;
/*
 * The records as lines of a master file (RFC 1035 5.1) that can be appended to the domain's zone as it is: absolute
 * owners, TTL 3600, TXT split into quoted strings of at most 255 bytes, " and \ escaped, bytes outside 0x20-0x7e as
 * \DDD.
 */
void zone_fragment(struct buf *out, const struct record *records, size_t count); /* without those that have no host */
/* One TXT value as quoted character-strings on one line: "…" "…". */
void zone_quote_txt(struct buf *out, const char *value, size_t len);

#endif
