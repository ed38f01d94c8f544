/*
 * The words of the record kinds, and records as lines of a master file (RFC 1035 5.1). Knows no DNS answers.
 */
#include "base/base.h"

#include "base/buf.h"
#include "base/lookup.h"
#include "model/record.h"

LOOKUP_DEFINE(record, enum record_kind, {RECORD_DKIM, "dkim"}, {RECORD_DKIM_ED25519, "dkim_ed25519"},
              {RECORD_RETURN_PATH, "return_path"}, {RECORD_DMARC, "dmarc"})

void zone_quote_txt(struct buf *out, const char *value, size_t len)
{
    enum { STRING_MAX = 255 }; /* a character-string has one length byte (RFC 1035 3.3) */

    buf_addc(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)value[i];
        if (i > 0 && i % STRING_MAX == 0)
            buf_adds(out, "\" \"");
        if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c < 0x20 || c > 0x7e)
            buf_addf(out, "\\%03u", c);
        else
            buf_addc(out, (char)c);
    }
    buf_addc(out, '"');
}

void zone_fragment(struct buf *out, const struct record *records, size_t count)
{
    enum { TTL = 3600 }; /* seconds */

    for (size_t i = 0; i < count; i++) {
        const struct record *r = &records[i];
        if (!r->host)
            continue;
        buf_addf(out, "%s. %d IN %s ", r->host, (int)TTL, r->type);
        if (strcmp(r->type, "TXT") == 0)
            zone_quote_txt(out, r->value, strlen(r->value));
        else
            buf_addf(out, "%s.", r->value);
        buf_addc(out, '\n');
    }
}
