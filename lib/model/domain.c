/*
 * The fixed words of status, verdict, trigger, role and record, the records that a domain's owner must publish (design,
 * section 3), their master-file form, and the status rules (section 2). Knows no DNS answers and no database.
 */
#include "base/base.h"

#include "base/buf.h"
#include "base/pool.h"
#include "model/domain.h"

static const char *const status_words[] = {
    [STATUS_PENDING] = "pending", [STATUS_VERIFIED] = "verified", [STATUS_LOST] = "lost"};
static const char *const verdict_words[] = {
    [VERDICT_UNKNOWN] = "unknown", [VERDICT_OK] = "ok", [VERDICT_MISSING] = "missing", [VERDICT_WRONG] = "wrong"};
static const char *const trigger_words[] = {[TRIGGER_MANUAL] = "manual",
                                            [TRIGGER_NIGHTLY] = "nightly",
                                            [TRIGGER_SHARE] = "share",
                                            [TRIGGER_API] = "api",
                                            [TRIGGER_CLI] = "cli"};
static const char *const role_words[] = {[ROLE_ADMIN] = "admin", [ROLE_VIEWER] = "viewer"};
static const char *const record_words[] = {[RECORD_DKIM] = "dkim",
                                           [RECORD_DKIM_ED25519] = "dkim_ed25519",
                                           [RECORD_RETURN_PATH] = "return_path",
                                           [RECORD_DMARC] = "dmarc"};

/* The index of word in words, or -1. */
static int word_index(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

const char *status_word(enum status s)
{
    return status_words[s];
}

const char *verdict_word(enum verdict v)
{
    return verdict_words[v];
}

const char *trigger_word(enum trigger t)
{
    return trigger_words[t];
}

const char *role_word(enum role r)
{
    return role_words[r];
}

const char *record_word(enum record_kind k)
{
    return record_words[k];
}

bool status_parse(const char *word, enum status *out)
{
    int i = word_index(status_words, ARRAY_LEN(status_words), word);
    if (i >= 0)
        *out = (enum status)i;
    return i >= 0;
}

bool verdict_parse(const char *word, enum verdict *out)
{
    int i = word_index(verdict_words, ARRAY_LEN(verdict_words), word);
    if (i >= 0)
        *out = (enum verdict)i;
    return i >= 0;
}

bool trigger_parse(const char *word, enum trigger *out)
{
    int i = word_index(trigger_words, ARRAY_LEN(trigger_words), word);
    if (i >= 0)
        *out = (enum trigger)i;
    return i >= 0;
}

bool role_parse(const char *word, enum role *out)
{
    int i = word_index(role_words, ARRAY_LEN(role_words), word);
    if (i >= 0)
        *out = (enum role)i;
    return i >= 0;
}

bool record_parse(const char *word, enum record_kind *out)
{
    int i = word_index(record_words, ARRAY_LEN(record_words), word);
    if (i >= 0)
        *out = (enum record_kind)i;
    return i >= 0;
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

enum status status_after(enum status before, enum trigger trigger, const enum verdict *verdicts, const bool *required,
                         size_t count)
{
    bool bad = false, unknown = false;
    size_t asked = 0;

    for (size_t i = 0; i < count; i++) {
        if (!required[i])
            continue;
        asked++;
        bad = bad || verdicts[i] == VERDICT_MISSING || verdicts[i] == VERDICT_WRONG;
        unknown = unknown || verdicts[i] == VERDICT_UNKNOWN;
    }
    if (asked == 0)
        return before; /* nothing was proved, so nothing changes */
    if (bad) {
        if (before == STATUS_VERIFIED && trigger != TRIGGER_NIGHTLY)
            return STATUS_LOST;
        return before;
    }
    return unknown ? before : STATUS_VERIFIED;
}

char verdict_letter(const char *letters, enum record_kind kind)
{
    size_t len = strlen(letters);

    if (len == RECORD_COUNT)
        return letters[kind];
    if (len != RECORD_COUNT - 1 || kind == RECORD_DKIM_ED25519)
        return '\0';
    return letters[kind - (kind > RECORD_DKIM_ED25519)];
}
