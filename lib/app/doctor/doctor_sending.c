/*
 * The doctor on the sending addresses: SPF permits them, each has a PTR record, and the PTR's name resolves back to the
 * address.
 */
#include "base/base.h"

#include <arpa/inet.h>

#include "app/doctor/examination.h"
#include "base/buf.h"
#include "mailauth/spf.h"
#include "model/name.h"

enum { REVERSE_NAMES_MAX = 8 };

static const struct observation *sending_ask(void *self, const char *name, enum rr_type type)
{
    struct examination *e = self;
    struct observation *seen = pool_alloc(e->pool, sizeof(*seen));
    struct err err = {0};
    return dns_ask(worker_dns(e->worker), e->pool, &(struct question){.name = name, .type = type}, seen, &err) ? NULL
                                                                                                               : seen;
}

static const char *detail_of(struct examination *e, const char *a, const char *b)
{
    return pool_printf(e->pool, "%s, %s", a, b);
}

static void spf(struct examination *e, const char *text, const struct spf_address *ip)
{
    const char *target = worker_app(e->worker)->conf->return_path_target;
    struct spf_answer answer;
    spf_check(e->pool, ip, target, sending_ask, e, &answer);
    const char *word = spf_result_word(answer.result);
    const char *what = answer.offending_term ? pool_printf(e->pool, "%s: %s", word, answer.offending_term) : word;
    bool unsure = answer.result == SPF_TEMPERROR || (answer.skipped && answer.result != SPF_PASS);
    examination_report(e, TEXT_DOCTOR_SPF, detail_of(e, target, text),
                       answer.result == SPF_PASS ? DIAGNOSIS_OK
                       : unsure                  ? DIAGNOSIS_WARNING
                                                 : DIAGNOSIS_WRONG,
                       answer.result == SPF_TEMPERROR ? TEXT_DOCTOR_DNS_ADVICE
                       : unsure                       ? TEXT_DOCTOR_SPF_UNSURE_ADVICE
                                                      : TEXT_DOCTOR_SPF_ADVICE,
                       what);
}

/* The name below in-addr.arpa or ip6.arpa (RFC 1035 3.5, RFC 3596 2.5). */
static const char *reverse_name(struct examination *e, const struct spf_address *ip)
{
    struct buf name;
    buf_init(&name, 128);
    for (int i = (ip->family == AF_INET ? 4 : 16) - 1; i >= 0; i--)
        if (ip->family == AF_INET)
            buf_addf(&name, "%d.", ip->byte[i]);
        else
            buf_addf(&name, "%x.%x.", ip->byte[i] & 15, ip->byte[i] >> 4);
    buf_adds(&name, ip->family == AF_INET ? "in-addr.arpa" : "ip6.arpa");
    const char *out = pool_memdup(e->pool, name.data, name.len);
    buf_free(&name);
    return out;
}

static bool leads_back(struct examination *e, const char *name, const struct spf_address *ip)
{
    enum rr_type type = ip->family == AF_INET ? RR_A : RR_AAAA;
    const struct observation *o = sending_ask(e, name, type);
    for (size_t i = 0; o && i < o->rr_count; i++)
        if (o->rr[i].type == (int)type && o->rr[i].data && memcmp(o->rr[i].data, ip->byte, o->rr[i].data_len) == 0)
            return true;
    return false;
}

/* Receivers require a name that resolves back to the address; they prefer it to be the name in EHLO. */
static void reverse(struct examination *e, const char *text, const struct spf_address *ip)
{
    const char *greets = worker_app(e->worker)->conf->mail_host, *any = NULL, *back = NULL;
    const struct observation *o = sending_ask(e, reverse_name(e, ip), RR_PTR);
    if (!o || !outcome_usable(o->outcome)) {
        examination_report(e, TEXT_DOCTOR_REVERSE, text, DIAGNOSIS_WARNING, TEXT_DOCTOR_DNS_ADVICE,
                           o ? outcome_word(o->outcome) : "");
        return;
    }
    for (size_t i = 0; i < o->rr_count && i < REVERSE_NAMES_MAX; i++) {
        if (o->rr[i].type != RR_PTR || !o->rr[i].target)
            continue;
        any = o->rr[i].target;
        if (leads_back(e, any, ip) && (!back || (greets && name_equal(any, greets))))
            back = any;
    }
    if (!back)
        examination_report(e, TEXT_DOCTOR_REVERSE, any ? detail_of(e, text, any) : text, DIAGNOSIS_WRONG,
                           any ? TEXT_DOCTOR_REVERSE_NOT_BACK_ADVICE : TEXT_DOCTOR_REVERSE_ADVICE, text);
    else
        examination_report(e, TEXT_DOCTOR_REVERSE, detail_of(e, text, back),
                           !greets || name_equal(back, greets) ? DIAGNOSIS_OK : DIAGNOSIS_WARNING,
                           TEXT_DOCTOR_REVERSE_OTHER_ADVICE, greets ? greets : "");
}

bool examine_sending_addresses(struct examination *e)
{
    const struct conf *conf = worker_app(e->worker)->conf;
    if (conf->sending_address_count == 0)
        examination_report(e, TEXT_DOCTOR_SPF, conf->return_path_target, DIAGNOSIS_WARNING,
                           TEXT_DOCTOR_NOT_TESTED_ADVICE, "sending_addresses");
    for (size_t i = 0; i < conf->sending_address_count; i++) {
        struct spf_address ip;
        spf_address_parse(conf->sending_addresses[i], &ip); /* validated when the configuration was read */
        spf(e, conf->sending_addresses[i], &ip);
        reverse(e, conf->sending_addresses[i], &ip);
    }
    return true;
}
