/*
 * How an examination reports its findings.
 */
#include "base/base.h"

#include "app/doctor/examination.h"

#include "base/buf.h"

enum { DIAGNOSES_MAX = 64 };

void examination_init(struct examination *e, struct worker *worker, struct pool *pool, enum lang lang)
{
    *e = (struct examination){.worker = worker,
                              .pool = pool,
                              .lang = lang,
                              .found = pool_array(pool, DIAGNOSES_MAX, sizeof(struct diagnosis))};
}

void examination_report(struct examination *e, enum text_id subject, const char *detail, enum diagnosis_state state,
                        enum text_id advice, const char *what)
{
    if (e->count == DIAGNOSES_MAX)
        return;
    struct buf words;
    buf_init(&words, 4096);
    if (state != DIAGNOSIS_OK)
        text_fill(&words, e->lang, advice, TEXT_ARGS({"what", what}));
    e->found[e->count++] = (struct diagnosis){.subject = subject,
                                              .detail = pool_strdup(e->pool, detail),
                                              .state = state,
                                              .advice = pool_strdup(e->pool, words.data)};
    buf_free(&words);
}

void examination_report_ok(struct examination *e, enum text_id subject, const char *detail, bool ok,
                           enum text_id advice, const char *what)
{
    examination_report(e, subject, detail, ok ? DIAGNOSIS_OK : DIAGNOSIS_WRONG, advice, what);
}
