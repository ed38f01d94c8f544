/*
 * The DMARC policy at the domain itself or at one of its parents, by one server: is there exactly one, and what does it
 * say (RFC 7489 6.6.3, RFC 9989 4.10). Which parents count is decided in effective_policy and evaluation.
 */
#include "base/base.h"

#include "mailauth/dmarc_record.h"
#include "mailauth/evaluate.h"
#include "mailauth/evaluate_dmarc.h"
#include "model/check.h"

/* The TXT records at one name, counted by what they are to a receiver. */
struct candidates {
    size_t records;  /* begin with v=DMARC1: what a receiver counts */
    size_t attempts; /* meant as records, but dropped by receivers */
    bool quoted;
    struct dmarc_evaluation record;  /* the last record */
    const struct answer_rr *rr;      /* of record */
    struct dmarc_evaluation invalid; /* the last that is no valid policy */
};

static struct candidates evaluate_dmarc_find_candidates(const struct txt_answer *txt)
{
    struct candidates c = {0};

    for (size_t i = 0; i < txt->count; i++) {
        struct dmarc_evaluation one;
        dmarc_record_evaluate((const char *)txt->rr[i]->data, txt->rr[i]->data_len, &one);
        c.quoted = c.quoted || one.quoted;
        if (one.kind == DMARC_ATTEMPT)
            c.attempts++;
        if (one.kind == DMARC_BROKEN || one.kind == DMARC_POLICY) {
            c.records++;
            c.record = one;
            c.rr = txt->rr[i];
        }
        if (one.kind == DMARC_BROKEN || one.kind == DMARC_ATTEMPT)
            c.invalid = one;
    }
    return c;
}

/* The one valid policy, which receivers use. */
static void set_policy(struct pool *pool, const struct candidates *c, const char *host, struct evaluation *e)
{
    struct dmarc_tags *tags = pool_alloc(pool, sizeof(*tags));

    *tags = c->record.tags;
    e->tags = tags;
    e->policy = c->rr;
    e->result.verdict = VERDICT_OK;
    e->result.findings =
        (c->record.ours ? 0 : FINDING_BIT(FINDING_POLICY_EXISTS)) | (c->record.rua ? 0 : FINDING_BIT(FINDING_NO_RUA));
    e->result.where = host;
}

/* Nothing but records and attempts without a valid policy. */
static void set_invalid(struct pool *pool, const struct candidates *c, struct result *result)
{
    const struct dmarc_evaluation *invalid = &c->invalid;

    result->verdict = VERDICT_WRONG;
    result->findings = FINDING_BIT(c->quoted ? FINDING_QUOTED : FINDING_MALFORMED);
    result->fault = c->quoted ? FAULT_NONE : invalid->fault;
    result->offending_tag = invalid->offending_tag[0] ? pool_strdup(pool, invalid->offending_tag) : NULL;
    result->suggested = invalid->suggested[0] ? pool_strdup(pool, invalid->suggested) : NULL;
}

struct evaluation evaluate_dmarc(const struct evaluation_context *context, const char *host, int server)
{
    struct evaluation e;
    struct txt_answer txt;
    struct candidates candidates;

    txt_answer_at(context, host, server, &txt);
    if (txt.state == TXT_UNUSABLE)
        return evaluation_unusable(txt.outcome);
    if (txt.state == TXT_LOOP)
        return evaluation_make(context, RECORD_DMARC, VERDICT_WRONG, FINDING_BIT(FINDING_CNAME_LOOP), txt.ttl);
    e = evaluation_make(context, RECORD_DMARC, VERDICT_MISSING,
                        FINDING_BIT(txt.outcome == OUTCOME_NXDOMAIN ? FINDING_NXDOMAIN : FINDING_NODATA), txt.ttl);
    add_found_txt(context, &e.result, &txt);
    candidates = evaluate_dmarc_find_candidates(&txt);
    if (candidates.records == 1 && candidates.record.kind == DMARC_POLICY) {
        set_policy(context->pool, &candidates, host, &e);
    } else if (candidates.records > 1) {
        e.result.verdict = VERDICT_WRONG;
        e.result.findings = FINDING_BIT(FINDING_SEVERAL_RECORDS);
    } else if (candidates.records + candidates.attempts > 0) {
        set_invalid(context->pool, &candidates, &e.result);
    } else if (spf_type_answer_at(context, host, server, &txt) && evaluate_dmarc_find_candidates(&txt).records > 0) {
        e = evaluation_make(context, RECORD_DMARC, VERDICT_WRONG, FINDING_BIT(FINDING_WRONG_TYPE), txt.ttl);
        add_found_txt(context, &e.result, &txt);
    }
    return e;
}
