/*
 * A dkim record, of the RSA or the Ed25519 key, by one server: which TXT records at its host are meant as key records,
 * and their faults (RFC 6376 3.6.2.2: one record per selector, or the result is undefined).
 */
#include "base/base.h"

#include "mailauth/dkim_record.h"
#include "mailauth/evaluate.h"
#include "mailauth/evaluate_dkim.h"
#include "model/check.h"

static struct dkim_expected expected_of(const struct evaluation_context *context, enum record_kind kind)
{
    bool rsa = kind == RECORD_DKIM;

    return (struct dkim_expected){.algorithm = rsa ? DKIM_RSA : DKIM_ED25519,
                                  .value = context->names.record[kind].value,
                                  .public_b64 = rsa ? context->domain->public_b64 : context->domain->public_ed25519};
}

/* If the key record has type SPF at host, reports it in *e. */
static void find_spf_type(const struct evaluation_context *context, enum record_kind kind, const char *host, int server,
                          struct evaluation *e)
{
    const struct dkim_expected expected = expected_of(context, kind);
    struct dkim_evaluation one;
    struct txt_answer txt;

    if (!spf_type_answer_at(context, host, server, &txt))
        return;
    for (size_t i = 0; i < txt.count; i++) {
        dkim_record_evaluate((const char *)txt.rr[i]->data, txt.rr[i]->data_len, &expected, &one);
        if (!one.right)
            continue;
        *e = evaluation_make(context, kind, VERDICT_WRONG, FINDING_BIT(FINDING_WRONG_TYPE), txt.ttl);
        add_found_txt(context, &e->result, &txt);
        return;
    }
}

/* The TXT records at a host that are meant as key records. */
struct candidates {
    size_t count;
    struct dkim_evaluation last; /* the last of them; role UNSET without any */
    const struct answer_rr *rr;  /* of last */
    finding_set findings;        /* of all */
};

static struct candidates evaluate_dkim_find_candidates(const struct txt_answer *txt,
                                                       const struct dkim_expected *expected)
{
    struct candidates c = {0};

    for (size_t i = 0; i < txt->count; i++) {
        struct dkim_evaluation one;
        dkim_record_evaluate((const char *)txt->rr[i]->data, txt->rr[i]->data_len, expected, &one);
        if (one.role == DKIM_UNRELATED)
            continue;
        c.last = one;
        c.rr = txt->rr[i];
        c.findings |= one.findings;
        c.count++;
    }
    return c;
}

/* The verdict on a host with at least one TXT record. */
static void set_verdict(struct pool *pool, const struct candidates *c, const struct dkim_expected *expected,
                        struct result *result)
{
    result->verdict = c->count == 1 && c->last.right ? VERDICT_OK : VERDICT_WRONG;
    result->findings = c->count == 0 ? FINDING_BIT(FINDING_MALFORMED) : c->last.findings;
    result->fault = c->last.fault;
    result->offending_tag = c->last.offending_tag[0] ? pool_strdup(pool, c->last.offending_tag) : NULL;
    if (c->count > 1)
        result->findings = FINDING_BIT(FINDING_SEVERAL_RECORDS) | (c->findings & FINDING_BIT(FINDING_TRUNCATED));
    if (c->count == 1 && (c->last.findings & FINDING_BIT(FINDING_TRUNCATED))) {
        result->found_length = (int)c->rr->data_len;
        result->expected_length = (int)strlen(expected->value);
    }
}

static struct evaluation evaluate_dkim_evaluate_key(const struct evaluation_context *context, enum record_kind kind,
                                                    const char *host, int server)
{
    const struct dkim_expected expected = expected_of(context, kind);
    struct candidates candidates;
    struct evaluation e;
    struct txt_answer txt;

    txt_answer_at(context, host, server, &txt);
    if (txt.state == TXT_UNUSABLE)
        return evaluation_unusable(txt.outcome);
    if (txt.state == TXT_LOOP)
        return evaluation_make(context, kind, VERDICT_WRONG, FINDING_BIT(FINDING_CNAME_LOOP), txt.ttl);
    e = evaluation_make(context, kind, VERDICT_MISSING,
                        FINDING_BIT(txt.outcome == OUTCOME_NXDOMAIN ? FINDING_NXDOMAIN : FINDING_NODATA), txt.ttl);
    e.result.where = txt.alias;
    if (txt.state == TXT_ABSENT) {
        find_spf_type(context, kind, host, server, &e);
        return e;
    }
    add_found_txt(context, &e.result, &txt);
    candidates = evaluate_dkim_find_candidates(&txt, &expected);
    set_verdict(context->pool, &candidates, &expected, &e.result);
    return e;
}

struct evaluation evaluate_dkim(const struct evaluation_context *context, const char *host, int server)
{
    return evaluate_dkim_evaluate_key(context, RECORD_DKIM, host, server);
}

struct evaluation evaluate_dkim_ed25519(const struct evaluation_context *context, const char *host, int server)
{
    return evaluate_dkim_evaluate_key(context, RECORD_DKIM_ED25519, host, server);
}
