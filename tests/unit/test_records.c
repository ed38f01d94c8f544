/*
 * The records of a domain, their master-file form, the fixed words and the status rules of the design's section 2.
 */
#include "base/base.h"
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "base/pool.h"
#include "model/check.h"
#include "model/dns_residue.h"
#include "model/domain.h"
#include "model/event.h"
#include "model/finding.h"
#include "model/observation.h"
#include "model/user.h"

static void test_records(void **state)
{
    struct pool *pool = pool_new();
    struct domain d = {.selector = "vm7k2m9qxa",
                       .public_b64 = "QUJD",
                       .return_path_label = "bounce",
                       .return_path_target = "rp.platform.example"};
    struct record r[RECORD_COUNT];
    struct buf zone;

    (void)state;
    snprintf(d.name.ascii, sizeof(d.name.ascii), "xn--bcher-kva.example");
    records_of(pool, &d, r);
    assert_string_equal(r[RECORD_DKIM].host, "vm7k2m9qxa._domainkey.xn--bcher-kva.example");
    assert_string_equal(r[RECORD_DKIM].value, "v=DKIM1; k=rsa; p=QUJD");
    assert_true(r[RECORD_DKIM].required && r[RECORD_RETURN_PATH].required);
    assert_false(r[RECORD_DMARC].required);
    buf_init(&zone, 4096);
    zone_fragment(&zone, r, RECORD_COUNT);
    assert_string_equal(zone.data,
                        "vm7k2m9qxa._domainkey.xn--bcher-kva.example. 3600 IN TXT \"v=DKIM1; k=rsa; p=QUJD\"\n"
                        "bounce.xn--bcher-kva.example. 3600 IN CNAME rp.platform.example.\n"
                        "_dmarc.xn--bcher-kva.example. 3600 IN TXT \"v=DMARC1; p=none;\"\n");
    assert_int_equal(domain_records(&d), 3);
    assert_true(!domain_has(&d, RECORD_DKIM_ED25519) && !r[RECORD_DKIM_ED25519].host &&
                !r[RECORD_DKIM_ED25519].required);
    d.public_ed25519 = "QQ==";
    snprintf(d.selector_ed25519, sizeof(d.selector_ed25519), "vmabcdefgh");
    records_of(pool, &d, r);
    assert_int_equal(domain_records(&d), 4);
    assert_true(r[RECORD_DKIM_ED25519].required);
    buf_reset(&zone);
    zone_fragment(&zone, r, RECORD_COUNT);
    assert_non_null(strstr(
        zone.data,
        "p=QUJD\"\nvmabcdefgh._domainkey.xn--bcher-kva.example. 3600 IN TXT \"v=DKIM1; k=ed25519; p=QQ==\"\nbounce"));
    buf_free(&zone);
    pool_free(&pool);
}

/* A row from before the second key has three characters. */
static void test_letters(void **state)
{
    (void)state;
    assert_int_equal(verdict_letter("omw", RECORD_DKIM), 'o');
    assert_int_equal(verdict_letter("omw", RECORD_DKIM_ED25519), '\0');
    assert_int_equal(verdict_letter("omw", RECORD_RETURN_PATH), 'm');
    assert_int_equal(verdict_letter("omw", RECORD_DMARC), 'w');
    assert_int_equal(verdict_letter("oumw", RECORD_DKIM_ED25519), 'u');
    assert_int_equal(verdict_letter("oumw", RECORD_DMARC), 'w');
    assert_int_equal(verdict_letter("", RECORD_DKIM), '\0');
    assert_int_equal(verdict_letter("ooooo", RECORD_DKIM), '\0');
}

static void test_quoting(void **state)
{
    char value[600];
    struct buf out;

    (void)state;
    buf_init(&out, 4096);
    zone_quote_txt(&out, "", 0);
    assert_string_equal(out.data, "\"\"");
    buf_reset(&out);
    zone_quote_txt(&out, "a\"b\\c\x01\xff;", 8);
    assert_string_equal(out.data, "\"a\\\"b\\\\c\\001\\255;\"");
    buf_reset(&out);
    memset(value, 'a', sizeof(value));
    zone_quote_txt(&out, value, 510);
    assert_int_equal(out.len, 510 + 5); /* two full strings and no empty third */
    assert_memory_equal(out.data + 1 + 255, "\" \"", 3);
    buf_free(&out);
}

static void test_words(void **state)
{
    enum status s;
    enum verdict v;
    enum trigger t;
    enum role r;
    enum record_kind k;
    enum finding f;

    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++)
        assert_true(status_parse(status_word((enum status)i), &s) && (int)s == i);
    for (int i = VERDICT_UNKNOWN; i <= VERDICT_WRONG; i++)
        assert_true(verdict_parse(verdict_word((enum verdict)i), &v) && (int)v == i);
    for (int i = TRIGGER_MANUAL; i <= TRIGGER_CLI; i++)
        assert_true(trigger_parse(trigger_word((enum trigger)i), &t) && (int)t == i);
    for (int i = ROLE_ADMIN; i <= ROLE_VIEWER; i++)
        assert_true(role_parse(role_word((enum role)i), &r) && (int)r == i);
    for (int i = 0; i < RECORD_COUNT; i++)
        assert_true(record_parse(record_word((enum record_kind)i), &k) && (int)k == i);
    for (int i = 0; i < FINDING_COUNT; i++)
        assert_true(finding_parse(finding_word((enum finding)i), &f) && (int)f == i);
    for (int i = OUTCOME_DATA; i <= OUTCOME_DEADLINE; i++)
        assert_true(outcome_word((enum outcome)i)[0] != '\0');
    assert_true(!outcome_usable((enum outcome)0) && outcome_word((enum outcome)0)[0] == '\0'); /* zero is not usable */
    assert_false(status_parse("Pending", &s) || verdict_parse("", &v) || trigger_parse("x", &t) ||
                 role_parse("root", &r) || record_parse("spf", &k));
    assert_false(finding_parse("nxdomainx", &f));
}

/* Every combination of status, trigger and two required verdicts, with an optional one that must not matter. */
static void test_status(void **state)
{
    (void)state;
    for (int before = 0; before < STATUS_COUNT; before++)
        for (int trigger = TRIGGER_MANUAL; trigger <= TRIGGER_CLI; trigger++)
            for (int a = VERDICT_UNKNOWN; a <= VERDICT_WRONG; a++)
                for (int b = VERDICT_UNKNOWN; b <= VERDICT_WRONG; b++)
                    for (int c = VERDICT_UNKNOWN; c <= VERDICT_WRONG; c++) {
                        struct result result[RECORD_COUNT] = {{.required = true, .verdict = (enum verdict)a},
                                                              {.required = true, .verdict = (enum verdict)b},
                                                              {.verdict = (enum verdict)c}};
                        enum status after =
                            status_after((enum status)before, (enum trigger)trigger, check_summary(result));
                        bool bad =
                            a == VERDICT_MISSING || a == VERDICT_WRONG || b == VERDICT_MISSING || b == VERDICT_WRONG;

                        if (a == VERDICT_OK && b == VERDICT_OK)
                            assert_int_equal(after, STATUS_VERIFIED);
                        else if (bad && before == STATUS_VERIFIED && trigger != TRIGGER_NIGHTLY)
                            assert_int_equal(after, STATUS_LOST);
                        else
                            assert_int_equal(after, before);
                    }
}

/* What is missing or wrong weighs more than what is not known; without a required record nothing is proved. */
static void test_summary(void **state)
{
    struct result result[RECORD_COUNT] = {{.verdict = VERDICT_MISSING}};

    (void)state;
    assert_int_equal(check_summary(result), CHECK_INCONCLUSIVE);
    assert_false(check_incomplete(result));
    result[RECORD_RETURN_PATH] = (struct result){.required = true, .verdict = VERDICT_UNKNOWN};
    assert_int_equal(check_summary(result), CHECK_INCONCLUSIVE);
    assert_true(check_incomplete(result));
    result[RECORD_DKIM].required = true;
    assert_int_equal(check_summary(result), CHECK_FAILED);
    assert_true(check_incomplete(result));
    result[RECORD_DKIM].verdict = result[RECORD_RETURN_PATH].verdict = VERDICT_OK;
    assert_int_equal(check_summary(result), CHECK_PASSED);
    assert_int_equal(check_records_ok(result), 2);
}

/* What a deleted domain leaves in DNS, there and back; of more keys than there is room for, the newest. */
static void test_residue(void **state)
{
    struct dns_residue residue = {.return_path_label = "bounce", .return_path_target = "r.example"}, back;
    struct pool *pool = pool_new();

    (void)state;
    residue.selector = pool_array(pool, 100, sizeof(*residue.selector));
    for (; residue.selector_count < 100; residue.selector_count++)
        residue.selector[residue.selector_count] = residue.selector_count ? "vmaaaaaaaa" : "vmbbbbbbbb";
    const char *text = dns_residue_text(pool, &residue);
    assert_true(strlen(text) <= DNS_RESIDUE_SIZE);
    assert_true(dns_residue_parse(pool, text, &back));
    assert_string_equal(back.return_path_label, "bounce");
    assert_string_equal(back.return_path_target, "r.example");
    assert_int_equal(back.selector_count, (DNS_RESIDUE_SIZE - strlen("bounce r.example")) / strlen(" vmaaaaaaaa"));
    assert_string_equal(back.selector[0], "vmbbbbbbbb");
    assert_false(dns_residue_parse(pool, "", &back));
    assert_false(dns_residue_parse(pool, "bounce", &back));
    assert_null(back.return_path_target);
    pool_free(&pool);
}

static void test_actions(void **state)
{
    enum audit_action action;

    (void)state;
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
        assert_true(audit_action_parse(audit_action_word((enum audit_action)i), &action) && (int)action == i);
    assert_false(audit_action_parse("", &action));
    assert_int_equal(audit_action_of_status(STATUS_LOST), ACTION_LOST);
    assert_int_equal(audit_action_of_status(STATUS_PENDING), ACTION_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_records), cmocka_unit_test(test_letters),
                                       cmocka_unit_test(test_quoting), cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_status),  cmocka_unit_test(test_summary),
                                       cmocka_unit_test(test_residue), cmocka_unit_test(test_actions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
