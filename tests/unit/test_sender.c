/*
 * Senders as values: the route by which mail leaves now and why, what may stand in the fields, and that a secret stays
 * with its server.
 */
#include "app/sender/sender_input.h"
#include "unit.h"

static void the_effective_route_and_its_reason(void **state)
{
    (void)state;
    static const struct {
        struct sender sender;
        enum mail_route route;
        enum route_reason reason;
    } cases[] = {
        {{.route = MAIL_ROUTE_DOMAIN, .has_domain = true, .domain_status = STATUS_VERIFIED},
         MAIL_ROUTE_DOMAIN,
         ROUTE_DOMAIN_VERIFIED},
        {{.route = MAIL_ROUTE_DOMAIN, .has_domain = true, .domain_status = STATUS_PENDING},
         MAIL_ROUTE_DEFAULT,
         ROUTE_DOMAIN_PENDING},
        {{.route = MAIL_ROUTE_DOMAIN, .has_domain = true, .domain_status = STATUS_LOST},
         MAIL_ROUTE_DEFAULT,
         ROUTE_DOMAIN_LOST},
        {{.route = MAIL_ROUTE_DOMAIN}, MAIL_ROUTE_DEFAULT, ROUTE_DOMAIN_MISSING},
        {{.route = MAIL_ROUTE_SMTP, .has_secret = true}, MAIL_ROUTE_SMTP, ROUTE_AS_SET},
        {{.route = MAIL_ROUTE_NONE, .has_secret = true}, MAIL_ROUTE_NONE, ROUTE_REASON_NONE}, /* a forgotten route */
        {{.route = MAIL_ROUTE_SENDGRID}, MAIL_ROUTE_SENDGRID, ROUTE_SECRET_MISSING},
        {{.route = MAIL_ROUTE_DEFAULT, .has_domain = true, .domain_status = STATUS_VERIFIED},
         MAIL_ROUTE_DEFAULT,
         ROUTE_AS_SET},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct effective_route now = sender_effective_route(&cases[i].sender);
        assert_int_equal(now.route, cases[i].route);
        assert_int_equal(now.reason, cases[i].reason);
    }
}

/* Evaluates a change of an SMTP sender with a stored password; no new one is typed. */
static enum sender_fault fault_of_secret(const char *host, const char *port, const char *username)
{
    const struct sender before = {.address = "a@voorbeeld.nl",
                                  .route = MAIL_ROUTE_SMTP,
                                  .host = "smtp.voorbeeld.nl",
                                  .port = 587,
                                  .username = "jan",
                                  .has_secret = true};
    const struct sender_input in = {{NULL, "", "smtp", host, port, "starttls", username, ""}};
    struct name_rules *rules = name_rules_new(NULL);
    struct pool *pool = pool_new();
    struct sender_evaluation evaluation;
    struct sender out;
    sender_evaluate(pool, rules, &before, &in, &out, &evaluation);
    assert_string_equal(out.address, before.address);
    pool_free(&pool);
    name_rules_free(&rules);
    return evaluation.fault[SENDER_SECRET];
}

/* A field that was not evaluated refuses; those that the route does not have do not. */
static void what_is_not_evaluated_refuses(void **state)
{
    (void)state;
    static const struct sender_evaluation forgotten;
    for (size_t i = 0; i < SENDER_FIELD_COUNT; i++)
        assert_int_not_equal(forgotten.fault[i], SENDER_OK);
    struct name_rules *rules = name_rules_new(NULL);
    struct pool *pool = pool_new();
    struct sender_evaluation evaluation;
    struct sender out;
    assert_true(sender_evaluate(pool, rules, NULL, &(struct sender_input){{"jan@voorbeeld.nl", "", "default"}}, &out,
                                &evaluation));
    assert_int_equal(out.route, MAIL_ROUTE_DEFAULT);
    assert_int_equal(out.security, SMTP_SECURITY_UNSET);
    assert_false(sender_evaluate(pool, rules, NULL, &(struct sender_input){{"jan@voorbeeld.nl"}}, &out, &evaluation));
    assert_int_equal(evaluation.fault[SENDER_ROUTE], SENDER_EMPTY);
    assert_int_equal(out.route, MAIL_ROUTE_NONE);
    pool_free(&pool);
    name_rules_free(&rules);
}

static void a_secret_stays_with_its_server(void **state)
{
    (void)state;
    assert_int_equal(fault_of_secret("SMTP.voorbeeld.nl", "587", "jan"), SENDER_OK);
    assert_int_equal(fault_of_secret("smtp.boef.nl", "587", "jan"), SENDER_SECRET_AGAIN);
    assert_int_equal(fault_of_secret("smtp.voorbeeld.nl", "2525", "jan"), SENDER_SECRET_AGAIN);
    assert_int_equal(fault_of_secret("smtp.voorbeeld.nl", "587", "piet"), SENDER_SECRET_AGAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_effective_route_and_its_reason),
                                       cmocka_unit_test(what_is_not_evaluated_refuses),
                                       cmocka_unit_test(a_secret_stays_with_its_server)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
