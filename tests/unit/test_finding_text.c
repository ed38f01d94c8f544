/* The words of findings, refusals and moments: every finding has them in every language, nothing is left unfilled. */
#include "unit.h"

#include "app/check/finding_text.h"
#include "app/check/observations_codec.h"
#include "app/check/value_text.h"
#include "app/domain/domain.h"
#include "base/buf.h"
#include "base/clock.h"
#include "model/check.h"
#include "model/dmarc.h"
#include "store/result_codec.h"

static struct pool *pool;

static struct domain example(void)
{
    return (struct domain){.name = {"xn--bcher-kva.example", "b\xc3\xbc"
                                                             "cher.example"},
                           .selector = "vm7k2m9qxa",
                           .public_b64 = "MIIB",
                           .selector_ed25519 = "vmabcdefgh",
                           .public_ed25519 = "11qY",
                           .return_path_label = "bounce",
                           .return_path_target = "bounce.mail.volmacht.example"};
}

static struct finding_text *texts_of(enum lang lang, enum record_kind kind, struct result result, size_t *count)
{
    struct domain domain = example();
    struct record record[RECORD_COUNT];
    struct finding_text *out;
    records_of(pool, &domain, record);
    result.kind = kind;
    result.required = record[kind].required;
    finding_texts(pool, lang, &domain, &record[kind], &result, &out, count);
    return out;
}

static void every_finding_has_words(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++)
        for (int kind = 0; kind < RECORD_COUNT; kind++)
            for (int f = 0; f < FINDING_COUNT; f++) {
                size_t count;
                struct result result = {.verdict = VERDICT_WRONG, .findings = FINDING_BIT(f)};
                struct finding_text *e = texts_of(lang, kind, result, &count);
                assert_int_equal(count, 1);
                assert_int_equal(e->finding, f);
                assert_true(strlen(e->fact) > 10);
                assert_null(strchr(e->fact, '{'));
                assert_null(strchr(e->advice, '{'));
                if (kind == RECORD_DMARC)
                    assert_int_not_equal(e->severity, SEVERITY_ERROR); /* advised only: never loud */
            }
}

static void what_caches_held_is_told_while_it_lasts(void **state)
{
    (void)state;
    struct result result = {
        .verdict = VERDICT_OK, .findings = FINDING_BIT(FINDING_CACHED_OLD), .old_until = clock_wall_ms() - 1000};
    size_t count;
    texts_of(LANG_NL, RECORD_DKIM, result, &count);
    assert_int_equal(count, 0);
    result.old_until += INT64_C(3) * 24 * 3600 * 1000; /* beyond tomorrow: day and clock */
    struct finding_text *e = texts_of(LANG_NL, RECORD_DKIM, result, &count);
    assert_int_equal(count, 1);
    assert_non_null(strchr(e->fact, ':'));
}

static void findings_come_by_priority(void **state)
{
    (void)state;
    size_t count;
    struct result result = {.verdict = VERDICT_MISSING,
                            .findings = FINDING_BIT(FINDING_NXDOMAIN) | FINDING_BIT(FINDING_NAME_DOUBLED),
                            .where = "vm7k2m9qxa._domainkey.xn--bcher-kva.example.xn--bcher-kva.example"};
    struct finding_text *e = texts_of(LANG_NL, RECORD_DKIM, result, &count);
    assert_int_equal(count, 2);
    assert_int_equal(e[0].finding, FINDING_NAME_DOUBLED);
    assert_non_null(strstr(e[0].fact, result.where));
    assert_non_null(strstr(e[0].advice, " vm7k2m9qxa._domainkey in.")); /* the part that is typed */
    assert_int_equal(e[1].finding, FINDING_NXDOMAIN);
    enum finding all[FINDING_COUNT];
    assert_int_equal(findings_by_priority(FINDING_BIT(FINDING_COUNT) - 1, all), FINDING_COUNT);
}

static void values_are_filled_in(void **state)
{
    (void)state;
    size_t count;
    struct result result = {.verdict = VERDICT_WRONG,
                            .findings = FINDING_BIT(FINDING_TRUNCATED),
                            .found_length = 255,
                            .expected_length = 410};
    assert_string_equal(texts_of(LANG_NL, RECORD_DKIM, result, &count)->fact,
                        "De waarde is afgekapt: 255 van de 410 tekens staan er.");
    result = (struct result){.verdict = VERDICT_MISSING,
                             .findings = FINDING_BIT(FINDING_SERVERS_DISAGREE),
                             .servers_right = 2,
                             .servers_asked = 3};
    assert_string_equal(texts_of(LANG_EN, RECORD_DKIM, result, &count)->fact, "It is already on 2 of 3 name servers.");
    result = (struct result){
        .verdict = VERDICT_WRONG, .findings = FINDING_BIT(FINDING_WRONG_TARGET), .where = "bounce.other.example"};
    assert_string_equal(texts_of(LANG_EN, RECORD_RETURN_PATH, result, &count)->fact,
                        "The record points to bounce.other.example instead of bounce.mail.volmacht.example.");
    result.where = "bounce.mail.volmacht.example.xn--bcher-kva.example"; /* the panel made the target relative */
    assert_non_null(strstr(texts_of(LANG_EN, RECORD_RETURN_PATH, result, &count)->advice,
                           "bounce.mail.volmacht.example. (with the dot)"));
}

static void refused_names(void **state)
{
    (void)state;
    struct name_evaluation evaluation = {.fault = NAME_AT_SIGN};
    assert_string_equal(name_fault_text(pool, LANG_NL, "sales@voorbeeld.nl", 18, &evaluation),
                        "Alleen het domein, zonder @.");
    for (int fault = NAME_EMPTY; fault <= NAME_MAILBOX_PROVIDER; fault++)
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            evaluation.fault = fault;
            assert_null(strchr(name_fault_text(pool, lang, "x", 1, &evaluation), '{'));
        }
    evaluation.fault = NAME_BAD_CHARACTER;
    char hostile[400];
    memset(hostile, 'a', sizeof(hostile));
    memcpy(hostile, "\x1b[31m\xff\r\n", 8);
    memcpy(hostile + 79, "\xc3\xbc", 2); /* would be cut in two */
    const char *said = name_fault_text(pool, LANG_NL, hostile, sizeof(hostile), &evaluation);
    assert_null(strpbrk(said, "\x1b\r\n\xff\xc3"));
    assert_true(strlen(said) < 250);
    assert_non_null(strstr(said, "aaa... kan geen domein zijn"));
}

static void moments(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(clock_zone_set("Europe/Amsterdam", &err), 0);
    const int64_t day = 86400000, now = 1795425000000; /* 2026-11-23 09:10 UTC: 10:10 in Amsterdam */
    assert_string_equal(time_text(pool, LANG_NL, now - 60000, now), "vandaag 10:09");
    assert_string_equal(time_text(pool, LANG_EN, now - 11 * 3600000, now), "yesterday 23:10");
    assert_string_equal(time_text(pool, LANG_NL, now + day, now), "morgen 10:10");
    assert_string_equal(time_text(pool, LANG_NL, now - 11 * day, now), "12 november 2026");
    assert_string_equal(time_text(pool, LANG_EN, now - 365 * day, now), "23 November 2025");
    /* The day of 25 hours, 2026-10-25: 00:30 summer time seen from 23:30 winter time is the same day; 24 hours tell
     * less. */
    assert_string_equal(time_text(pool, LANG_NL, 1792881000000, 1792967400000), "vandaag 00:30");
}

/* What is told of a check's results comes back as it was, whatever DNS put into it, and each with its own record. */
static void details_there_and_back(void **state)
{
    (void)state;
    const char *found[] = {"v=DKIM1; k=rsa; p=\"\\", "b\xc3\xbc", "", "x\nrecord dmarc\nzone evil.example"};
    struct result result[] = {{.kind = RECORD_DKIM,
                               .found = found,
                               .found_count = 4,
                               .where = "a.example",
                               .servers_right = 1,
                               .servers_asked = 3,
                               .old_until = 1795425000000,
                               .found_length = 255,
                               .expected_length = 410},
                              {.kind = RECORD_DMARC, .zone = "voorbeeld.nl"}};
    struct result back[RECORD_COUNT] = {0};
    result_details_parse(pool, result_details_text(pool, result, 2), back);
    struct result *dkim = &back[RECORD_DKIM];
    assert_int_equal(dkim->found_count, 4);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(dkim->found[i], found[i]);
    assert_string_equal(dkim->found[3], "x\\010record dmarc\\010zone evil.example");
    assert_string_equal(dkim->where, "a.example");
    assert_int_equal(dkim->servers_right, 1);
    assert_int_equal(dkim->servers_asked, 3);
    assert_int_equal(dkim->old_until, 1795425000000);
    assert_int_equal(dkim->found_length, 255);
    assert_int_equal(dkim->expected_length, 410);
    assert_null(dkim->zone);
    assert_null(dkim->dmarc);
    assert_string_equal(back[RECORD_DMARC].zone, "voorbeeld.nl");
    assert_int_equal(back[RECORD_DMARC].found_count, 0);
}

/* More values, and longer ones, than anybody looks at are not kept. */
static void details_are_bounded(void **state)
{
    (void)state;
    char *wide = pool_alloc(pool, 70000);
    memset(wide, 'x', 69999);
    const char *found[40];
    for (size_t i = 0; i < ARRAY_LEN(found); i++)
        found[i] = wide;
    struct result result = {.found = found, .found_count = ARRAY_LEN(found)}, back[RECORD_COUNT] = {0};
    result_details_parse(pool, result_details_text(pool, &result, 1), back);
    assert_int_equal(back[0].found_count, RESULT_FOUND_MAX);
    assert_int_equal(strlen(back[0].found[RESULT_FOUND_MAX - 1]), RESULT_TEXT_MAX);
}

/* Unknown lines leave their fields unset. */
static void other_details_are_left_out(void **state)
{
    (void)state;
    struct result back[RECORD_COUNT] = {0};
    result_details_parse(
        pool,
        "zone before.any\nrecord dkim\nwhere\nservers_right x\nservers_asked 99999999999\nold_until -3\nfound_length 18446744073709551616\n"
        "fault of a later version\npct 7\nreport x.example\nword of another version\nrecord bimi\nzone x\n\n\nrecord",
        back);
    struct result *dkim = &back[RECORD_DKIM];
    assert_null(dkim->zone);
    assert_null(dkim->where);
    assert_null(dkim->dmarc);
    assert_int_equal(dkim->fault, FAULT_NONE);
    assert_int_equal(dkim->servers_right + dkim->servers_asked + dkim->found_length, 0);
    assert_int_equal(dkim->old_until, 0);
    assert_int_equal(dkim->found_count, 0);
}

/* The fault, the provider and the effective DMARC policy are read back too; unknown lines leave their fields unset. */
static void effective_policies_there_and_back(void **state)
{
    (void)state;
    struct effective_policy o = {.policy = DMARC_P_REJECT,
                                 .where = "voorbeeld.nl",
                                 .rfc7489_policy = DMARC_P_NONE,
                                 .rfc7489_where = "nl",
                                 .strict_spf = true,
                                 .testing = true,
                                 .obsolete_tags = DMARC_OBSOLETE_PCT | DMARC_OBSOLETE_RI,
                                 .pct = 30,
                                 .report = {{"one.example", REPORT_ACCEPTED}, {"two.example", REPORT_REFUSED}},
                                 .report_count = 2};
    struct result result = {.kind = RECORD_DMARC,
                            .fault = FAULT_TAG_TWICE,
                            .offending_tag = "k",
                            .suggested = "v=DMARC1; p=none",
                            .zone = "voorbeeld.nl",
                            .provider = "transip",
                            .dmarc = &o};
    struct result all[RECORD_COUNT] = {0}, *back = &all[RECORD_DMARC];
    result_details_parse(pool, result_details_text(pool, &result, 1), all);
    assert_int_equal(back->fault, FAULT_TAG_TWICE);
    assert_string_equal(back->offending_tag, "k");
    assert_string_equal(back->suggested, "v=DMARC1; p=none");
    assert_string_equal(back->zone, "voorbeeld.nl");
    assert_string_equal(back->provider, "transip");
    assert_non_null(back->dmarc);
    assert_int_equal(back->dmarc->policy, DMARC_P_REJECT);
    assert_int_equal(back->dmarc->rfc7489_policy, DMARC_P_NONE);
    assert_string_equal(back->dmarc->where, "voorbeeld.nl");
    assert_string_equal(back->dmarc->rfc7489_where, "nl");
    assert_true(back->dmarc->strict_spf && back->dmarc->testing && !back->dmarc->strict_dkim &&
                !back->dmarc->spf_unaligned);
    assert_int_equal(back->dmarc->obsolete_tags, DMARC_OBSOLETE_PCT | DMARC_OBSOLETE_RI);
    assert_int_equal(back->dmarc->pct, 30);
    assert_int_equal(back->dmarc->report_count, 2);
    assert_string_equal(back->dmarc->report[1].host, "two.example");
    assert_int_equal(back->dmarc->report[1].accepts, REPORT_REFUSED);
    /* Both rules find the same policy: told once. No policy by the newer rules. None at all. */
    struct effective_policy same = {
        .policy = DMARC_P_NONE, .where = "a.nl", .rfc7489_policy = DMARC_P_NONE, .rfc7489_where = "a.nl", .pct = 100};
    result.dmarc = &same;
    result_details_parse(pool, result_details_text(pool, &result, 1), all);
    assert_int_equal(back->dmarc->rfc7489_policy, DMARC_P_NONE);
    assert_string_equal(back->dmarc->rfc7489_where, "a.nl");
    assert_int_equal(back->dmarc->pct, 100);
    same = (struct effective_policy){.rfc7489_policy = DMARC_P_REJECT, .rfc7489_where = "nl", .pct = 100};
    result_details_parse(pool, result_details_text(pool, &result, 1), all);
    assert_int_equal(back->dmarc->policy, DMARC_P_UNSET);
    assert_null(back->dmarc->where);
    assert_int_equal(back->dmarc->rfc7489_policy, DMARC_P_REJECT);
    assert_string_equal(back->dmarc->rfc7489_where, "nl");
    same = (struct effective_policy){.pct = 100};
    result_details_parse(pool, result_details_text(pool, &result, 1), all);
    assert_non_null(back->dmarc);
    assert_int_equal(back->dmarc->rfc7489_policy, DMARC_P_UNSET);
    assert_null(back->dmarc->rfc7489_where);
    result_details_parse(pool, "record dmarc\ndmarc 7\nreport_accepts 1\nreport x\nreport_accepts 9\n", all);
    assert_int_equal(back->dmarc->policy, DMARC_P_UNSET);
    assert_int_equal(back->dmarc->report[0].accepts, REPORT_NOT_ASKED);
}

/* Every fault has a sentence of its own where its finding is, in every language, and an unknown provider changes
 * nothing. */
static void every_fault_has_words(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++)
        for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
            enum record_kind kind = fault == FAULT_NO_VERSION || fault == FAULT_NO_SEMICOLON || fault >= FAULT_NO_POLICY
                                        ? RECORD_DMARC
                                        : RECORD_DKIM;
            enum finding finding =
                fault == FAULT_WEAK_KEY ? FINDING_OTHER_KEY
                : fault == FAULT_HASH || fault == FAULT_SERVICE || fault == FAULT_KEY_TYPE || fault == FAULT_NO_ED25519
                    ? FINDING_UNUSABLE
                    : FINDING_MALFORMED;
            struct result result = {.verdict = VERDICT_WRONG,
                                    .findings = FINDING_BIT(finding),
                                    .fault = fault,
                                    .offending_tag = "p",
                                    .provider = "nobody",
                                    .zone = "x.example"};
            struct result plain = result;
            size_t count;
            plain.fault = FAULT_NONE;
            const struct finding_text *own = texts_of(lang, kind, result, &count),
                                      *general = texts_of(lang, kind, plain, &count);
            assert_string_not_equal(own->fact, general->fact);
            assert_null(strchr(own->fact, '{'));
            assert_null(strchr(own->advice, '{'));
        }
    size_t count;
    struct result result = {.verdict = VERDICT_WRONG,
                            .findings = FINDING_BIT(FINDING_MALFORMED),
                            .fault = FAULT_TAG_TWICE}; /* and no offending_tag */
    assert_null(strchr(texts_of(LANG_NL, RECORD_DKIM, result, &count)->fact, '{'));
    result = (struct result){.verdict = VERDICT_WRONG,
                             .findings = FINDING_BIT(FINDING_MALFORMED),
                             .fault = FAULT_VERSION,
                             .suggested = "v=DMARC1; p=reject"};
    assert_string_equal(texts_of(LANG_NL, RECORD_DMARC, result, &count)->advice, "Maak ervan: v=DMARC1; p=reject");
}

/* The sentence that counts, and what changes it. */
static void dmarc_in_words(void **state)
{
    struct effective_policy strict = {.policy = DMARC_P_REJECT,
                                      .where = "case.example",
                                      .rfc7489_policy = DMARC_P_REJECT,
                                      .rfc7489_where = "case.example",
                                      .strict_spf = true};
    struct effective_policy apart = {.policy = DMARC_P_REJECT,
                                     .where = "b.case.example",
                                     .pct = 30,
                                     .obsolete_tags = DMARC_OBSOLETE_PCT | DMARC_OBSOLETE_RF};
    struct effective_policy reports = {.where = "case.example",
                                       .report = {{"no.example", REPORT_REFUSED}, {"yes.example", REPORT_ACCEPTED}},
                                       .report_count = 2};
    const struct {
        enum verdict dkim, path;
        finding_set path_findings;
        const struct effective_policy *effective;
        const char *first, *other; /* other: part of any note behind it; NULL: there is none */
    } cases[] = {
        {VERDICT_OK, VERDICT_OK, 0, NULL, "ja, door DKIM en SPF.", NULL},
        {VERDICT_OK, VERDICT_OK, FINDING_BIT(FINDING_FLATTENED), NULL, "ja, door DKIM.", "SPF telt niet mee"},
        {VERDICT_OK, VERDICT_OK, 0, &strict, "ja, door DKIM.", "aspf=s precies"},
        {VERDICT_OK, VERDICT_OK, 0, &strict, "ja, door DKIM.", "case.example: ontvangers weigeren die (reject)."},
        {VERDICT_OK, VERDICT_OK, 0, &apart, "ja, door DKIM en SPF.", "vinden dat beleid van b.case.example niet."},
        {VERDICT_OK, VERDICT_OK, 0, &apart, "ja, door DKIM en SPF.", "pct=30 is vervallen"},
        {VERDICT_OK, VERDICT_OK, 0, &apart, "ja, door DKIM en SPF.", "rf="},
        {VERDICT_OK, VERDICT_OK, 0, &reports, "ja, door DKIM en SPF.", "case.example._report._dmarc.no.example"},
        {VERDICT_OK, VERDICT_MISSING, 0, NULL, "nog niet;", NULL},
        {VERDICT_WRONG, VERDICT_UNKNOWN, 0, NULL, "nog niet;", NULL},
        {VERDICT_OK, VERDICT_UNKNOWN, 0, NULL, "onbekend,", NULL},
    };
    struct domain domain = example();
    struct record record[RECORD_COUNT];

    (void)state;
    records_of(pool, &domain, record);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct result result[RECORD_COUNT] = {
            [RECORD_DKIM] = {.verdict = VERDICT_OK}, /* the second key counts like the first */
            [RECORD_DKIM_ED25519] = {.verdict = cases[i].dkim},
            [RECORD_RETURN_PATH] = {.verdict = cases[i].path, .findings = cases[i].path_findings},
            [RECORD_DMARC] = {.verdict = VERDICT_OK, .dmarc = cases[i].effective}};
        struct note note[NOTES_MAX];
        size_t count = dmarc_notes(pool, LANG_NL, &domain, record, result, note);
        bool said = !cases[i].other && count == 1;
        for (size_t n = 0; n < count; n++) {
            assert_null(strchr(note[n].text, '{'));
            said = said || (n > 0 && cases[i].other && strstr(note[n].text, cases[i].other));
        }
        if (!said || !strstr(note[0].text, cases[i].first))
            fail_msg("case %zu: %s (%zu notes)", i, note[0].text, count);
    }
}

/* Where a near miss is shown: one value that was meant to be ours, or a name that is not the host. */
static void near_misses(void **state)
{
    static const char target[] = "bounce.mail.volmacht.example";
    const char *found[] = {"hello", "bounce.mail.volmacht.exampel"};
    struct record record = {
        .kind = RECORD_RETURN_PATH, .host = "bounce.case.example", .type = "CNAME", .value = target, .required = true};
    struct result result = {.kind = RECORD_RETURN_PATH,
                            .verdict = VERDICT_WRONG,
                            .findings = FINDING_BIT(FINDING_WRONG_TARGET),
                            .found = found,
                            .found_count = 2};
    struct difference d;
    bool of_name;

    (void)state;
    assert_true(value_difference(pool, &record, &result, &d, &of_name));
    assert_false(of_name);
    result.findings = FINDING_BIT(FINDING_PROXIED);
    assert_false(value_difference(pool, &record, &result, &d, &of_name));
    result.verdict = VERDICT_OK;
    result.findings = 0;
    assert_false(value_difference(pool, &record, &result, &d, &of_name));
    result = (struct result){.verdict = VERDICT_MISSING,
                             .findings = FINDING_BIT(FINDING_NAME_DOUBLED),
                             .where = "bounce.case.example.case.example"};
    assert_true(value_difference(pool, &record, &result, &d, &of_name));
    assert_true(of_name);
    assert_int_equal(d.count, 2);
    assert_int_equal(d.run[1].kind, RUN_EXTRA);
    assert_string_equal(d.run[1].text, ".case.example");
    found[0] = "v=dmarc1; p=reject";
    record.kind = RECORD_DMARC;
    record.value = "v=DMARC1; p=none;";
    result = (struct result){
        .verdict = VERDICT_WRONG, .findings = FINDING_BIT(FINDING_MALFORMED), .found = found, .found_count = 1};
    assert_false(value_difference(pool, &record, &result, &d, &of_name)); /* nobody knows what they meant */
    result.suggested = "v=DMARC1; p=reject";
    assert_true(value_difference(pool, &record, &result, &d, &of_name));
}

/* A name server that answers with all it has does not fill the database. */
static void observations_are_bounded(void **state)
{
    (void)state;
    static uint8_t big[65535];
    memset(big, 0x01, sizeof(big));
    struct answer_rr rr[40];
    struct observation observed[200];
    struct question question = {"x.example", RR_TXT};
    struct server server = {.name = "\xff\x1b", .addr = "192.0.2.1", .port = 53};
    for (size_t i = 0; i < ARRAY_LEN(rr); i++)
        rr[i] = (struct answer_rr){.owner = "x.example", .type = RR_TXT, .data = big, .data_len = sizeof(big)};
    for (size_t i = 0; i < ARRAY_LEN(observed); i++)
        observed[i] = (struct observation){.outcome = OUTCOME_DATA, .rr = rr, .rr_count = ARRAY_LEN(rr)};
    struct observations observations = {.zone = "x.example",
                                        .questions = &question,
                                        .question_count = 1,
                                        .servers = &server,
                                        .server_count = 1,
                                        .observed = observed,
                                        .observed_count = ARRAY_LEN(observed)};
    const char *json = observations_json(pool, &observations);
    assert_true(strlen(json) < 400 * 1024);
    assert_non_null(strstr(json, "\"whole\":false"));
    assert_null(strpbrk(json, "\xff\x1b\x01"));
}

/* The fixed interface, byte for byte. */
static void the_json_of_a_domain(void **state)
{
    (void)state;
    const char *found[] = {"v=DKIM1; k=rsa; p=MIIB"};
    struct domain_detail detail = {.domain = example()};
    struct domain_check check = {.info = {.trigger = TRIGGER_CLI, .at = 1795425000000, .ms = 37}};
    struct buf out;
    detail.domain.created_at = 1795424400000;
    detail.domain.checked_at = 1795425000000;
    assert_true(uuid_parse("0193f0a0-0000-7000-8000-000000000001", &detail.domain.id));
    assert_true(uuid_parse("0193f0a0-0000-7000-8000-000000000002", &detail.domain.account_id));
    records_of(pool, &detail.domain, detail.record);
    detail.result[RECORD_DKIM] = (struct result){
        .verdict = VERDICT_WRONG, .findings = FINDING_BIT(FINDING_TRUNCATED), .found = found, .found_count = 1};
    buf_init(&out, 65536);
    domain_json(&out, &detail, &check);
    const char *begin =
        "{\"id\":\"0193f0a0-0000-7000-8000-000000000001\",\"account\":\"0193f0a0-0000-7000-8000-000000000002\","
        "\"name\":\"xn--bcher-kva.example\",\"unicode\":\"b\xc3\xbc"
        "cher.example\",\"status\":\"pending\","
        "\"created_at\":\"2026-11-23T09:00:00Z\",\"verified_at\":null,\"checked_at\":\"2026-11-23T09:10:00Z\",\"records\":["
        "{\"record\":\"dkim\",\"host\":\"vm7k2m9qxa._domainkey.xn--bcher-kva.example\",\"type\":\"TXT\","
        "\"value\":\"v=DKIM1; k=rsa; p=MIIB\",\"required\":true,\"verdict\":\"wrong\",\"findings\":[\"truncated\"],"
        "\"found\":[\"v=DKIM1; k=rsa; p=MIIB\"]},{\"record\":\"dkim_ed25519\",";
    const char *end =
        "\"check\":{\"trigger\":\"cli\",\"at\":\"2026-11-23T09:10:00Z\",\"ms\":37,\"status_before\":\"pending\"}}\n";
    assert_memory_equal(out.data, begin, strlen(begin));
    assert_true(out.len > strlen(end));
    assert_string_equal(out.data + out.len - strlen(end), end);
    buf_reset(&out);
    detail.domain.public_ed25519 = NULL; /* what the domain does not have is not in it */
    records_of(pool, &detail.domain, detail.record);
    domain_json(&out, &detail, &check);
    assert_null(strstr(out.data, "ed25519"));
    buf_free(&out);
}

static int start(void **state)
{
    (void)state;
    pool = pool_new();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    pool_free(&pool);
    return 0;
}

/* RFC 4180, and nothing that a spreadsheet runs. */
static void test_csv_fields(void **state)
{
    static const char *const cases[][2] = {{"", ""},
                                           {"a.nl", "a.nl"},
                                           {"a,b", "\"a,b\""},
                                           {"a\"b", "\"a\"\"b\""},
                                           {"a\r\nb", "\"a\r\nb\""},
                                           {"=1+1", "\"'=1+1\""},
                                           {"+1", "\"'+1\""},
                                           {"-1", "\"'-1\""},
                                           {"@x", "\"'@x\""},
                                           {"\t=1", "\"'\t=1\""}};
    struct buf out;
    (void)state;
    buf_init(&out, 100);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        buf_reset(&out);
        csv_add_field(&out, cases[i][0]);
        assert_string_equal(out.data, cases[i][1]);
    }
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_fields),
        cmocka_unit_test(every_finding_has_words),
        cmocka_unit_test(what_caches_held_is_told_while_it_lasts),
        cmocka_unit_test(findings_come_by_priority),
        cmocka_unit_test(values_are_filled_in),
        cmocka_unit_test(refused_names),
        cmocka_unit_test(moments),
        cmocka_unit_test(details_there_and_back),
        cmocka_unit_test(details_are_bounded),
        cmocka_unit_test(other_details_are_left_out),
        cmocka_unit_test(effective_policies_there_and_back),
        cmocka_unit_test(every_fault_has_words),
        cmocka_unit_test(dmarc_in_words),
        cmocka_unit_test(near_misses),
        cmocka_unit_test(observations_are_bounded),
        cmocka_unit_test(the_json_of_a_domain),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
