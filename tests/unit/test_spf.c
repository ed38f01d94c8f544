/* SPF (RFC 7208): records and addresses as values, DNS as a few lines of text. */
#include "unit.h"

#include <arpa/inet.h>

#include "base/pool.h"
#include "mailauth/spf.h"

/* "name TYPE value|name TYPE value"; a value of "!timeout" and the like is an outcome. */
struct world {
    struct pool *pool;
    const char *zone;
    int asked;
};

static const char *word(struct pool *pool, const char **at, const char *stop)
{
    size_t len = strcspn(*at, stop);
    const char *out = pool_memdup(pool, *at, len);
    *at += len;
    *at += **at == ' ';
    return out;
}

static enum rr_type type_of(const char *text)
{
    return strcmp(text, "A") == 0      ? RR_A
           : strcmp(text, "AAAA") == 0 ? RR_AAAA
           : strcmp(text, "MX") == 0   ? RR_MX
                                       : RR_TXT;
}

static void add_rr(struct world *w, struct observation *o, enum rr_type type, const char *name, const char *value)
{
    struct answer_rr *rr = (struct answer_rr *)&o->rr[o->rr_count++];
    uint8_t *byte = pool_alloc(w->pool, 16);
    *rr = (struct answer_rr){.owner = name, .type = (int)type, .ttl = 60};
    if (type == RR_MX) {
        rr->target = value;
        return;
    }
    rr->data = (const uint8_t *)value;
    rr->data_len = strlen(value);
    if (type == RR_TXT)
        return;
    assert_int_equal(inet_pton(type == RR_A ? AF_INET : AF_INET6, value, byte), 1);
    rr->data = byte;
    rr->data_len = type == RR_A ? 4 : 16;
}

static const struct observation *ask(void *self, const char *name, enum rr_type type)
{
    struct world *w = self;
    struct observation *o = pool_alloc(w->pool, sizeof(*o));
    bool exists = false;
    *o = (struct observation){.rr = pool_array(w->pool, 64, sizeof(struct answer_rr))};
    w->asked++;
    for (const char *at = w->zone; *at; at += *at == '|') {
        const char *owner = word(w->pool, &at, " "), *kind = word(w->pool, &at, " "), *value = word(w->pool, &at, "|");
        if (strcmp(owner, name) != 0)
            continue;
        exists = true;
        if (strcmp(value, "!unasked") == 0)
            return NULL;
        if (value[0] == '!') {
            o->outcome = OUTCOME_TIMEOUT;
            return o;
        }
        if (type_of(kind) == type)
            add_rr(w, o, type, owner, value);
    }
    o->outcome = o->rr_count ? OUTCOME_DATA : exists ? OUTCOME_NODATA : OUTCOME_NXDOMAIN;
    return o;
}

static struct spf_answer check(struct pool *pool, const char *ip, const char *zone, int *asked)
{
    struct world w = {.pool = pool, .zone = zone};
    struct spf_address address;
    struct spf_answer answer;
    assert_true(spf_address_parse(ip, &address));
    spf_check(pool, &address, "a.example", ask, &w, &answer);
    *asked = w.asked;
    return answer;
}

#define TXT "a.example TXT v=spf1 "

static void results(void **state)
{
    static const struct {
        const char *ip, *zone;
        enum spf_result result;
        const char *offending_term; /* NULL: whatever */
    } cases[] = {
        /* records */
        {"192.0.2.1", "", SPF_NONE, NULL},
        {"192.0.2.1", "a.example TXT v=spf10 +all", SPF_NONE, NULL},
        {"192.0.2.1", "a.example TXT v=spf1", SPF_NEUTRAL, NULL},
        {"192.0.2.1", "a.example TXT V=SPF1 +all", SPF_PASS, NULL},
        {"192.0.2.1", "a.example TXT hello|a.example TXT v=spf1 all", SPF_PASS, NULL},
        {"192.0.2.1", TXT "all|" TXT "all", SPF_PERMERROR, NULL},
        {"192.0.2.1", "a.example TXT !timeout", SPF_TEMPERROR, "a.example"},
        {"192.0.2.1", "a.example TXT !unasked", SPF_TEMPERROR, "a.example"},
        /* qualifiers */
        {"192.0.2.1", TXT "-all", SPF_FAIL, "-all"},
        {"192.0.2.1", TXT "~all", SPF_SOFTFAIL, "~all"},
        {"192.0.2.1", TXT "?all", SPF_NEUTRAL, "?all"},
        {"192.0.2.1", TXT "  -ALL  ", SPF_FAIL, NULL},
        /* addresses */
        {"192.0.2.1", TXT "ip4:192.0.2.1 -all", SPF_PASS, NULL},
        {"192.0.2.2", TXT "ip4:192.0.2.1 -all", SPF_FAIL, NULL},
        {"192.0.2.200", TXT "ip4:192.0.2.129/25 -all", SPF_PASS, NULL},
        {"192.0.2.100", TXT "ip4:192.0.2.129/25 -all", SPF_FAIL, NULL},
        {"198.51.100.1", TXT "ip4:192.0.2.1/0 -all", SPF_PASS, NULL},
        {"2001:db8::5", TXT "ip6:2001:db8::/32 -all", SPF_PASS, NULL},
        {"2001:db9::5", TXT "ip6:2001:db8::/32 -all", SPF_FAIL, NULL},
        {"2001:db8::5", TXT "ip4:0.0.0.0/0 -all", SPF_FAIL, NULL},
        {"192.0.2.1", TXT "ip6:::/0 -all", SPF_FAIL, NULL},
        {"::ffff:192.0.2.1", TXT "ip4:192.0.2.1 -all", SPF_PASS, NULL},
        /* a, mx */
        {"192.0.2.1", TXT "a -all|a.example A 192.0.2.1", SPF_PASS, NULL},
        {"192.0.2.9", TXT "a/28 -all|a.example A 192.0.2.1", SPF_PASS, NULL},
        {"192.0.2.1", TXT "a:b.example -all|b.example A 192.0.2.1", SPF_PASS, NULL},
        {"192.0.2.1", TXT "a:B.Example. -all|b.example A 192.0.2.1", SPF_PASS, NULL},
        {"2001:db8::1", TXT "a:b.example//64 -all|b.example A 192.0.2.1|b.example AAAA 2001:db8::9", SPF_PASS, NULL},
        {"2001:db8::1", TXT "a:b.example/24//128 -all|b.example AAAA 2001:db8::9", SPF_FAIL, NULL},
        {"192.0.2.1", TXT "mx -all|a.example MX m.example|m.example A 192.0.2.1", SPF_PASS, NULL},
        {"192.0.2.1", TXT "mx:c.example/24 -all|c.example MX m.example|m.example A 192.0.2.77", SPF_PASS, NULL},
        {"192.0.2.1", TXT "mx -all|a.example MX m.example|m.example A 192.0.2.2", SPF_FAIL, NULL},
        {"192.0.2.1", TXT "a:b.example +all|b.example A !timeout", SPF_TEMPERROR, "b.example"},
        /* include and redirect (RFC 7208 5.2, 6.1) */
        {"192.0.2.1", TXT "include:i.example -all|i.example TXT v=spf1 ip4:192.0.2.1 -all", SPF_PASS, NULL},
        {"192.0.2.1", TXT "-include:i.example +all|i.example TXT v=spf1 ip4:192.0.2.1 -all", SPF_FAIL,
         "-include:i.example"},
        {"192.0.2.1", TXT "include:i.example ~all|i.example TXT v=spf1 -all", SPF_SOFTFAIL, "~all"},
        {"192.0.2.1", TXT "include:i.example|i.example TXT v=spf1 -all", SPF_NEUTRAL, NULL},
        {"192.0.2.1", TXT "include:i.example +all", SPF_PERMERROR, "include:i.example"},
        {"192.0.2.1", TXT "include:i.example +all|i.example TXT v=spf1 nonsense", SPF_PERMERROR, "nonsense"},
        {"192.0.2.1", TXT "include:i.example +all|i.example TXT !timeout", SPF_TEMPERROR, "i.example"},
        {"192.0.2.1", TXT "redirect=r.example|r.example TXT v=spf1 a:b.example -all|b.example A 192.0.2.1", SPF_PASS,
         NULL},
        {"192.0.2.1", TXT "redirect=r.example|r.example TXT v=spf1 a -all|r.example A 192.0.2.1", SPF_PASS, NULL},
        {"192.0.2.1", TXT "redirect=r.example -all", SPF_FAIL, NULL},
        {"192.0.2.1", TXT "redirect=r.example", SPF_PERMERROR, "r.example"},
        /* a slip anywhere is one of the whole record (4.6) */
        {"192.0.2.1", TXT "+all ip4:192.0.2", SPF_PERMERROR, "ip4:192.0.2"},
        {"192.0.2.1", TXT "+all ip4:192.0.2.0/33", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all ip4:192.0.2.0/", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all ip4:192.0.2.0/024", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all ip4", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all ip6:192.0.2.1", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all a:", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all a/24/64", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all include", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all all:x", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all ipv4:192.0.2.1", SPF_PERMERROR, "ipv4:192.0.2.1"},
        {"192.0.2.1", TXT "+all a:%x.example", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all exp=x.example exp=y.example", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all redirect=x.example redirect=y.example", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all redirect=", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all unknown= other=x%{d}", SPF_PASS, NULL},
        {"192.0.2.1", TXT "++all", SPF_PERMERROR, NULL},
        {"192.0.2.1", TXT "+all \tmx", SPF_PERMERROR, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct pool *pool = pool_new();
        int asked;
        struct spf_answer answer = check(pool, cases[i].ip, cases[i].zone, &asked);
        if (answer.result != cases[i].result ||
            (cases[i].offending_term &&
             (!answer.offending_term || strcmp(answer.offending_term, cases[i].offending_term) != 0)))
            fail_msg("%s for %s: %s because of %s", cases[i].zone, cases[i].ip, spf_result_word(answer.result),
                     answer.offending_term ? answer.offending_term : "-");
        pool_free(&pool);
    }
}

/* Ten terms that ask, over all records; two names that are not there; ten names of an MX (RFC 7208 4.6.4). */
static void limits(void **state)
{
    static const struct {
        const char *zone;
        enum spf_result result;
        int lookups;
    } cases[] = {
        {TXT
         "a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example +all|"
         "b.example A 198.51.100.1",
         SPF_PASS, 10},
        {TXT
         "a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example a:b.example +all|"
         "b.example A 198.51.100.1",
         SPF_PERMERROR, 11},
        {TXT "include:a.example +all", SPF_PERMERROR, 11},
        {TXT "redirect=a.example", SPF_PERMERROR, 11},
        {TXT
         "include:b.example include:b.example +all|b.example TXT v=spf1 a mx ptr exists:c.example ?all|b.example A 198.51.100.1|b.example MX b.example",
         SPF_PASS, 10},
        {TXT "a:no1.example a:no2.example +all", SPF_PASS, 2},
        {TXT "a:no1.example a:no2.example a:no3.example +all", SPF_PERMERROR, 3},
        {TXT
         "mx +all|a.example MX 1.example|a.example MX 2.example|a.example MX 3.example|a.example MX 4.example|a.example MX 5.example|a.example MX 6.example|"
         "a.example MX 7.example|a.example MX 8.example|a.example MX 9.example|a.example MX 10.example",
         SPF_PASS, 1},
        {TXT
         "mx +all|a.example MX 1.example|a.example MX 2.example|a.example MX 3.example|a.example MX 4.example|a.example MX 5.example|a.example MX 6.example|"
         "a.example MX 7.example|a.example MX 8.example|a.example MX 9.example|a.example MX 10.example|a.example MX 11.example",
         SPF_PERMERROR, 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct pool *pool = pool_new();
        int asked;
        struct spf_answer answer = check(pool, "192.0.2.1", cases[i].zone, &asked);
        if (answer.result != cases[i].result || answer.lookups != cases[i].lookups)
            fail_msg("%s: %s with %d lookups", cases[i].zone, spf_result_word(answer.result), answer.lookups);
        assert_true(asked <= 40);
        pool_free(&pool);
    }
}

/* What is not followed is told, and matches nothing. */
static void not_followed(void **state)
{
    static const char *const terms[] = {
        "exists:x.example", "ptr", "ptr:x.example", "a:%{d}", "include:%{i}._spf.x.example", "mx:%{d2}/24"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
        struct pool *pool = pool_new();
        int asked;
        struct spf_answer answer = check(pool, "192.0.2.1", pool_printf(pool, TXT "%s -all", terms[i]), &asked);
        assert_int_equal(answer.result, SPF_FAIL);
        assert_true(answer.skipped);
        assert_int_equal(answer.lookups, 1);
        assert_int_equal(asked, 1);
        pool_free(&pool);
    }
}

static void addresses(void **state)
{
    static const char *const bad[] = {"", "1.2.3", "192.0.2.256", "x", "192.0.2.1/24", "2001:db8::g"};
    struct spf_address a;

    (void)state;
    assert_true(spf_address_parse("2001:db8::1", &a) && a.family == AF_INET6 && a.byte[15] == 1);
    assert_true(spf_address_parse("::ffff:192.0.2.7", &a) && a.family == AF_INET && a.byte[0] == 192 && a.byte[3] == 7);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(spf_address_parse(bad[i], &a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results),
        cmocka_unit_test(limits),
        cmocka_unit_test(not_followed),
        cmocka_unit_test(addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
