/*
 * Details beside a finding's text: which characters differ, and whether the domain's mail passes DMARC. Text from po/
 * with values filled in; not escaped, since each output escapes for itself.
 */
#ifndef APP_CHECK_VALUE_TEXT_H
#define APP_CHECK_VALUE_TEXT_H

#include "app/check/difference.h"
#include "app/check/finding_text.h"
#include "model/check.h"

/*
 * How a found value differs from the expected one: the value itself, or the name at which the value was found instead
 * (*of_name). False if there is no near miss to show.
 */
bool value_difference(struct pool *pool, const struct record *record, const struct result *result,
                      struct difference *out, bool *of_name);

struct note {
    const char *word; /* fixed, for tests: "pass", "holds", "differ", "alignment", "testing", "old_tags", "report" */
    enum severity severity;
    const char *text;
};
enum { NOTES_MAX = 12 };
/*
 * Whether mail from the domain passes DMARC and by what, which policy applies to mail that does not, and remarks on it.
 * result: of a check, all records. Strings in pool.
 */
size_t dmarc_notes(struct pool *pool, enum lang lang, const struct domain *domain,
                   const struct record record[RECORD_COUNT], const struct result result[RECORD_COUNT],
                   struct note out[NOTES_MAX]);

#endif
