/*
 * Domains as lines of CSV (RFC 4180) for spreadsheets. Owns the columns, and the protection against formulas.
 */
#include "base/base.h"

#include "app/domain/domain.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

/* Spreadsheets evaluate a value that begins like a formula, quoted or not: a leading apostrophe makes it text. */
void csv_add_field(struct buf *out, const char *value)
{
    bool formula = *value && strchr("=+-@\t\r", *value), quoted = formula || strpbrk(value, "\",;\r\n");
    if (quoted)
        buf_addc(out, '"');
    if (formula)
        buf_addc(out, '\'');
    for (; *value; value++) {
        if (*value == '"')
            buf_addc(out, '"');
        buf_addc(out, *value);
    }
    if (quoted)
        buf_addc(out, '"');
}

/* A date format that spreadsheets read in every language; empty for never. */
static void add_time(struct buf *out, int64_t wall_ms)
{
    struct clock_local at;
    buf_addc(out, ',');
    if (!wall_ms)
        return;
    clock_local(wall_ms, &at);
    buf_addf(out, "%04d-%02d-%02d %02d:%02d:%02d", at.year, at.month, at.day, at.hour, at.minute, at.second);
}

void domain_csv_head(struct buf *out, enum lang lang)
{
    static const enum text_id heads[] = {TEXT_CSV_DOMAIN,        TEXT_CSV_ASCII, TEXT_CSV_STATUS,   TEXT_CSV_RECORDS_OK,
                                         TEXT_CSV_RECORDS_TOTAL, TEXT_CSV_ADDED, TEXT_CSV_VERIFIED, TEXT_CSV_CHECKED};
    buf_adds(out, "\xef\xbb\xbf");
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        if (i > 0)
            buf_addc(out, ',');
        csv_add_field(out, text(lang, heads[i]));
    }
    buf_adds(out, "\r\n");
}

void domain_list_csv(struct buf *out, enum lang lang, const struct domain_list *list)
{
    static const enum text_id words[STATUS_COUNT] = {TEXT_STATUS_PENDING, TEXT_STATUS_VERIFIED, TEXT_STATUS_LOST};
    for (size_t i = 0; i < list->count; i++) {
        const struct domain *domain = &list->domain[i];
        csv_add_field(out, domain->name.unicode);
        buf_addc(out, ',');
        csv_add_field(out, domain->name.ascii);
        buf_addc(out, ',');
        csv_add_field(out, text(lang, words[domain->status]));
        buf_addf(out, ",%d,%d", domain->records_ok, domain->records_total);
        add_time(out, domain->created_at);
        add_time(out, domain->verified_at);
        add_time(out, domain->checked_at);
        buf_adds(out, "\r\n");
    }
}
