/*
 * A dkim record, of the RSA or the Ed25519 key, by one server: which TXT strings stand at its host, which of them are
 * meant as keys, and what is wrong with them (RFC 6376 3.6.2.2: one record a selector, or the result is undefined).
 */
#include "base/base.h"

#include "mailauth/dkim_record.h"
#include "mailauth/evaluate.h"
#include "model/check.h"

static struct dkim_expected expected_of(const struct evaluation_context *s, enum record_kind kind)
{
    bool rsa = kind == RECORD_DKIM;

    return (struct dkim_expected){.algorithm = rsa ? DKIM_RSA : DKIM_ED25519,
                                  .value = s->names.record[kind].value,
                                  .public_b64 = rsa ? s->domain->public_b64 : s->domain->public_ed25519};
}

/* The right value as type SPF. */
static void see_other_type(const struct evaluation_context *s, enum record_kind kind, const char *host, int server,
                           struct evaluation *j)
{
    const struct dkim_expected expected = expected_of(s, kind);
    struct dkim_evaluation one;
    struct texts texts;

    if (!spf_texts_at(s, host, server, &texts))
        return;
    for (size_t i = 0; i < texts.count; i++) {
        dkim_record_evaluate((const char *)texts.rr[i]->data, texts.rr[i]->data_len, &expected, &one);
        if (!one.right)
            continue;
        *j = evaluation_make(s, kind, VERDICT_WRONG, FINDING_BIT(FINDING_WRONG_TYPE), texts.ttl);
        add_found_texts(s, &j->r, &texts);
        return;
    }
}

static struct evaluation evaluate_key(const struct evaluation_context *s, enum record_kind kind, const char *host,
                                      int server)
{
    const struct dkim_expected expected = expected_of(s, kind);
    struct dkim_evaluation one, candidate = {0};
    const struct answer_rr *candidate_rr = NULL;
    finding_set of_all = 0;
    size_t candidates = 0;
    struct evaluation j;
    struct texts texts;

    texts_at(s, host, server, &texts);
    if (texts.state == TEXTS_UNUSABLE)
        return evaluation_unusable(texts.outcome);
    if (texts.state == TEXTS_LOOP)
        return evaluation_make(s, kind, VERDICT_WRONG, FINDING_BIT(FINDING_CNAME_LOOP), texts.ttl);
    j = evaluation_make(s, kind, VERDICT_MISSING,
                        FINDING_BIT(texts.outcome == OUTCOME_NXDOMAIN ? FINDING_NXDOMAIN : FINDING_NODATA), texts.ttl);
    j.r.where = texts.alias;
    if (texts.state == TEXTS_ABSENT) {
        see_other_type(s, kind, host, server, &j);
        return j;
    }
    add_found_texts(s, &j.r, &texts);
    for (size_t i = 0; i < texts.count; i++) {
        dkim_record_evaluate((const char *)texts.rr[i]->data, texts.rr[i]->data_len, &expected, &one);
        if (one.role == DKIM_UNRELATED)
            continue;
        candidate = one;
        candidate_rr = texts.rr[i];
        of_all |= one.findings;
        candidates++;
    }
    j.r.verdict = candidate.right && candidates == 1 ? VERDICT_OK : VERDICT_WRONG;
    j.r.findings = candidates == 0 ? FINDING_BIT(FINDING_MALFORMED) : candidate.findings;
    j.r.fault = candidate.fault;
    j.r.offending_tag = candidate.offending_tag[0] ? pool_strdup(s->pool, candidate.offending_tag) : NULL;
    if (candidates > 1)
        j.r.findings = FINDING_BIT(FINDING_SEVERAL_RECORDS) | (of_all & FINDING_BIT(FINDING_TRUNCATED));
    if (candidates == 1 && (candidate.findings & FINDING_BIT(FINDING_TRUNCATED))) {
        j.r.found_length = (int)candidate_rr->data_len;
        j.r.expected_length = (int)strlen(expected.value);
    }
    return j;
}

struct evaluation evaluate_dkim(const struct evaluation_context *s, const char *host, int server)
{
    return evaluate_key(s, RECORD_DKIM, host, server);
}

struct evaluation evaluate_dkim_ed25519(const struct evaluation_context *s, const char *host, int server)
{
    return evaluate_key(s, RECORD_DKIM_ED25519, host, server);
}
