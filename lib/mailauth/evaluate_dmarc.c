/*
 * The dmarc record by one server, at the domain itself or at one of its parents: is there one policy, and whose (RFC
 * 7489 6.6.3, RFC 9989). Which parents count is verdict.c's matter.
 */
#include "base/base.h"

#include "mailauth/dmarc_record.h"
#include "mailauth/evaluate.h"
#include "model/check.h"

struct tally {
    size_t records; /* begin with v=DMARC1: what a receiver counts */
    size_t attempts;
    bool quoted;
    struct dmarc_evaluation record; /* the last of them */
    struct dmarc_evaluation broken; /* the last that is no policy */
    const struct answer_rr *rr;     /* of record */
};

static struct tally count(const struct texts *texts)
{
    struct tally t = {0};

    for (size_t i = 0; i < texts->count; i++) {
        struct dmarc_evaluation one;
        dmarc_record_evaluate((const char *)texts->rr[i]->data, texts->rr[i]->data_len, &one);
        t.quoted = t.quoted || one.quoted;
        if (one.kind == DMARC_ATTEMPT)
            t.attempts++;
        if (one.kind == DMARC_BROKEN || one.kind == DMARC_POLICY) {
            t.records++;
            t.record = one;
            t.rr = texts->rr[i];
        }
        if (one.kind == DMARC_BROKEN || one.kind == DMARC_ATTEMPT)
            t.broken = one;
    }
    return t;
}

static const struct dmarc_tags *kept(struct pool *pool, const struct dmarc_tags *tags)
{
    struct dmarc_tags *out = pool_alloc(pool, sizeof *out);

    *out = *tags;
    return out;
}

struct evaluation evaluate_dmarc(const struct evaluation_context *s, const char *host, int server)
{
    struct evaluation j;
    struct texts texts;
    struct tally t;

    texts_at(s, host, server, &texts);
    if (texts.state == TEXTS_UNUSABLE)
        return evaluation_unusable(texts.outcome);
    if (texts.state == TEXTS_LOOP)
        return evaluation_make(s, RECORD_DMARC, VERDICT_WRONG, FINDING_BIT(FINDING_CNAME_LOOP), texts.ttl);
    j = evaluation_make(s, RECORD_DMARC, VERDICT_MISSING,
                        FINDING_BIT(texts.outcome == OUTCOME_NXDOMAIN ? FINDING_NXDOMAIN : FINDING_NODATA), texts.ttl);
    add_found_texts(s, &j.r, &texts);
    t = count(&texts);
    if (t.records == 1 && t.record.kind == DMARC_POLICY) {
        j.r.verdict = VERDICT_OK;
        j.r.findings =
            (t.record.ours ? 0 : FINDING_BIT(FINDING_POLICY_EXISTS)) | (t.record.rua ? 0 : FINDING_BIT(FINDING_NO_RUA));
        j.r.where = host;
        j.tags = kept(s->pool, &t.record.tags);
        j.policy = t.rr;
    } else if (t.records > 1) {
        j.r.verdict = VERDICT_WRONG;
        j.r.findings = FINDING_BIT(FINDING_SEVERAL_RECORDS);
    } else if (t.records + t.attempts > 0) {
        j.r.verdict = VERDICT_WRONG;
        j.r.findings = FINDING_BIT(t.quoted ? FINDING_QUOTED : FINDING_MALFORMED);
        j.r.fault = t.quoted ? FAULT_NONE : t.broken.fault;
        j.r.offending_tag = t.broken.offending_tag[0] ? pool_strdup(s->pool, t.broken.offending_tag) : NULL;
        j.r.suggested = t.broken.suggested[0] ? pool_strdup(s->pool, t.broken.suggested) : NULL;
    } else if (spf_texts_at(s, host, server, &texts) && count(&texts).records > 0) {
        j = evaluation_make(s, RECORD_DMARC, VERDICT_WRONG, FINDING_BIT(FINDING_WRONG_TYPE), texts.ttl);
        add_found_texts(s, &j.r, &texts);
    }
    return j;
}
