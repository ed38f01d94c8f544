#include "unit.h"

/*
 * The ground floor: buf, pool, err, log, conf, clock, random, text.
 */

#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/encode.h"
#include "base/err.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/text.h"

static void buf_grows_and_stops_at_its_maximum(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    assert_string_equal(b.data, "");
    buf_adds(&b, "12345");
    buf_addf(&b, "%d", 678);
    buf_adds(&b, "too long");
    assert_string_equal(b.data, "12345678");
    assert_true(b.overflowed);
    buf_adds(&b, "90");
    assert_int_equal(b.len, 10);
    assert_string_equal(b.data, "1234567890");
    buf_reset(&b);
    assert_false(b.overflowed);
    buf_add(&b, "a\0b", 3);
    assert_int_equal(b.len, 3);
    assert_memory_equal(b.data, "a\0b", 4);
    buf_free(&b);
}

static void printable_keeps_text_and_disarms_the_rest(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"voorbeeld.nl", "voorbeeld.nl"},
        {"b\xc3\xbc"
         "cher \xe2\x82\xac",
         "b\xc3\xbc"
         "cher \xe2\x82\xac"},
        {"a\xff", "a\\255"},
        {"\x1b[31m", "\\027[31m"},
        {"a\r\nb", "a\\013\\010b"},
        {"\xe2\x80\xae", "\\226\\128\\174"},          /* U+202E */
        {"\xc0\xaf", "\\192\\175"},                   /* overlong */
        {"\xed\xa0\x80", "\\237\\160\\128"},          /* surrogate */
        {"\xf4\x90\x80\x80", "\\244\\144\\128\\128"}, /* over U+10FFFF */
        {"\xc2\x85", "\\194\\133"},                   /* C1 */
        {"\xe2\x82", "\\226\\130"},                   /* truncated */
        {"back\\slash", "back\\slash"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b;
        buf_init(&b, 100);
        buf_add_printable(&b, cases[i].in, strlen(cases[i].in));
        assert_string_equal(b.data, cases[i].out);
        assert_int_equal(is_printable(cases[i].in), strcmp(cases[i].in, cases[i].out) == 0);
        buf_free(&b);
    }
}

static void percent_keeps_what_a_uri_takes_as_it_is(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    buf_add_percent(&b, "Az09-._~");
    buf_add_percent(&b, "");
    assert_string_equal(b.data, "Az09-._~");
    buf_add_percent(&b, " +&=#/?%\"\r\n\x7f\xc3\xa9");
    assert_string_equal(b.data, "Az09-._~%20%2B%26%3D%23%2F%3F%25%22%0D%0A%7F%C3%A9");
    buf_free(&b);
}

static void pool_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct pool *pool = pool_new();
    for (int round = 0; round < 3; round++) {
        for (size_t size = 0; size < 70000; size = size * 3 + 1) {
            unsigned char *p = pool_alloc(pool, size);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xa5, size);
        }
        assert_string_equal(pool_printf(pool, "%s-%d", "x", 7), "x-7");
        assert_string_equal(pool_memdup(pool, "abcdef", 3), "abc");
        pool_clear(pool);
    }
    pool_free(&pool);
    assert_null(pool);
    pool_free(&pool);
}

static void err_holds_its_first_sentence_and_a_place(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(err_set(&err, ERR_CONFIG, "value %d", 7), ERR_CONFIG);
    assert_int_equal(err_prefix(&err, "%s:%d", "file", 3), ERR_CONFIG);
    assert_string_equal(err.text, "file:3: value 7");
    assert_int_equal(err_set(NULL, ERR_FAULT, "nobody asks"), ERR_FAULT);
}

static void log_line_cannot_be_forged(void **state)
{
    (void)state;
    struct buf line;
    buf_init(&line, 4096);
    log_format(&line, LOG_WARN, "login_failed",
               (const struct log_field[]){LOG_S("email", "a@b.nl\nlevel=error event=\"forged\x1b"),
                                          LOG_I("n", -5),
                                          LOG_S("plain", "voorbeeld.nl"),
                                          LOG_S("null", NULL),
                                          {0}});
    assert_string_equal(
        line.data,
        "level=warn event=login_failed email=\"a@b.nl\\010level=error event=\\\"forged\\027\" n=-5 plain=voorbeeld.nl null=-\n");
    buf_free(&line);
}

static const char minimal[] = "platform_domain = volmacht.example\nreturn_path_target = bounce.mail.volmacht.example\n";

static struct conf *conf_with(const char *more, struct err *err)
{
    struct buf text;
    buf_init(&text, 10000);
    buf_adds(&text, minimal);
    buf_adds(&text, more);
    struct conf *conf = conf_parse("/etc/volmacht/volmacht.conf", text.data, text.len, err);
    buf_free(&text);
    return conf;
}

static void conf_reads_all_kinds(void **state)
{
    (void)state;
    struct err err;
    struct conf *c = conf_with(
        "# comment\n\n  dns_resolvers = 127.0.0.1@5353, ::1\n dns_allow_private=yes\ndb_socket = db/s.sock\nsweep_at = 23:30\n"
        "base_url = https://mail.example/\nlanguage = en\nlimit_check = 5/10\nplatform_note",
        &err);
    assert_null(c); /* a line without '=' */
    assert_string_equal(err.text, "/etc/volmacht/volmacht.conf:12: a line is `key = value`, not \"platform_note\"");
    c = conf_with(
        "dns_resolvers = 127.0.0.1@5353, ::1\n dns_allow_private=yes\r\ndb_socket = db/s.sock\nsweep_at = 23:30\nbase_url = https://mail.example/\n"
        "language = en\nlimit_check = 5/10",
        &err);
    assert_non_null(c);
    assert_int_equal(c->dns_resolver_count, 2);
    assert_string_equal(c->dns_resolvers[0].addr, "127.0.0.1");
    assert_int_equal(c->dns_resolvers[0].port, 5353);
    assert_string_equal(c->dns_resolvers[1].addr, "::1");
    assert_int_equal(c->dns_resolvers[1].port, 53);
    assert_true(c->dns_allow_private);
    assert_string_equal(c->db_socket, "/etc/volmacht/db/s.sock");
    assert_int_equal(c->sweep_at, 23 * 60 + 30);
    assert_string_equal(c->base_url, "https://mail.example");
    assert_int_equal(c->language, LANG_EN);
    assert_int_equal(c->limit_check.count, 5);
    assert_int_equal(c->limit_check.seconds, 10);
    assert_int_equal(c->dns_deadline_ms, 5000);
    assert_string_equal(c->return_path_label, "bounce");
    assert_string_equal(c->db_owner_user, "volmacht_web");
    conf_free(&c);
    assert_null(c);
}

static void conf_refuses_with_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says;
    } bad[] = {
        {"colour = red", ":3: unknown key colour"},
        {"db_port = 70000", ":3: db_port: must be a whole number from 1 to 65535, not \"70000\""},
        {"db_port = 12x", ":3: db_port: must be"},
        {"dns_allow_private = maybe", ":3: dns_allow_private: must be no or yes, not \"maybe\""},
        {"sweep_at = 24:00", ":3: sweep_at: must be a time"},
        {"dns_resolvers = localhost", ":3: dns_resolvers: must be addresses"},
        {"base_url = ftp://x", ":3: base_url: must be http"},
        {"base_url = http://x/path", ":3: base_url: must be http"},
        {"language = de", ":3: language: must be nl or en"},
        {"limit_add = many", ":3: limit_add: must be COUNT/SECONDS"},
        {"platform_domain = x.example", ":3: platform_domain: platform_domain stands here for the second time"},
        {"db_name =", ":3: db_name: must not be empty"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err;
        assert_null(conf_with(bad[i].line, &err));
        if (i != 10)
            assert_non_null(strstr(err.text, bad[i].says));
        else
            assert_non_null(strstr(err.text, ":3: platform_domain stands here for the second time"));
        assert_int_equal(err.code, ERR_CONFIG);
    }
    struct err err;
    assert_null(conf_parse("f", "", 0, &err));
    assert_non_null(strstr(err.text, "return_path_target is missing"));
    assert_null(conf_parse("f", "a\0b", 3, &err));
    assert_null(conf_load("/nonexistent/volmacht.conf", &err));
    assert_non_null(strstr(err.text, "/nonexistent/volmacht.conf: No such file"));
}

static void uuids_sort_by_making_and_parse_back(void **state)
{
    (void)state;
    struct uuid last = uuid_new();
    for (int i = 0; i < 100000; i++) {
        struct uuid next = uuid_new();
        assert_true(memcmp(last.byte, next.byte, 16) < 0);
        last = next;
    }
    char text[UUID_TEXT_SIZE];
    uuid_format(last, text);
    assert_int_equal(text[14], '7');
    assert_non_null(strchr("89ab", text[19]));
    struct uuid back;
    assert_true(uuid_parse(text, &back));
    assert_true(uuid_equal(back, last));
    static const char *const bad[] = {"",
                                      "0",
                                      "0193-",
                                      "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
                                      "01930000-0000-7000-8000-00000000000",
                                      "01930000-0000-7000-8000-0000000000001",
                                      "019300000000-7000-8000-000000000001",
                                      "{01930000-0000-7000-8000-000000000001}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(uuid_parse(bad[i], &back));
}

static void tokens_are_43_characters_and_differ(void **state)
{
    (void)state;
    char a[TOKEN_TEXT_SIZE], b[TOKEN_TEXT_SIZE];
    token_new(a);
    token_new(b);
    assert_int_equal(strlen(a), 43);
    assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_string_not_equal(a, b);
}

static int64_t utc(int year, int month, int day, int hour, int minute)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute};
    return (int64_t)timegm(&tm) * 1000;
}

static void daily_times_occur_once_when_the_clock_changes(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(clock_zone_set("Mars/Olympus", &err), ERR_CONFIG);
    assert_int_equal(clock_zone_set("../../../etc/passwd", &err), ERR_CONFIG);
    assert_int_equal(clock_zone_set("Europe/Amsterdam", &err), 0);
    /* winter: midnight is 23:00 UTC */
    assert_int_equal(clock_next_daily(utc(2026, 11, 23, 9, 0), 0), utc(2026, 11, 23, 23, 0));
    assert_int_equal(clock_next_daily(utc(2026, 11, 23, 23, 0), 0), utc(2026, 11, 24, 23, 0));
    /* 29 March 2026: 02:00 becomes 03:00, so 02:30 is skipped: the moment of the skip, 01:00 UTC */
    assert_int_equal(clock_next_daily(utc(2026, 3, 28, 12, 0), 150), utc(2026, 3, 29, 1, 0));
    assert_int_equal(clock_next_daily(utc(2026, 3, 29, 1, 0), 150), utc(2026, 3, 30, 0, 30));
    /* 25 October 2026: 02:30 comes twice, first at 00:30 UTC; then not again that day */
    assert_int_equal(clock_next_daily(utc(2026, 10, 24, 12, 0), 150), utc(2026, 10, 25, 0, 30));
    assert_int_equal(clock_next_daily(utc(2026, 10, 25, 0, 30), 150), utc(2026, 10, 26, 1, 30));
    /* The last due time is the same until the next one, also on the days when the clock changes. */
    assert_int_equal(clock_last_daily(utc(2026, 3, 29, 0, 59), 150), utc(2026, 3, 28, 1, 30));
    assert_int_equal(clock_last_daily(utc(2026, 3, 29, 1, 0), 150), utc(2026, 3, 29, 1, 0));
    assert_int_equal(clock_last_daily(utc(2026, 3, 30, 0, 29), 150), utc(2026, 3, 29, 1, 0));
    assert_int_equal(clock_last_daily(utc(2026, 10, 25, 0, 30), 150), utc(2026, 10, 25, 0, 30));
    assert_int_equal(clock_last_daily(utc(2026, 10, 25, 1, 30), 150), utc(2026, 10, 25, 0, 30));
    assert_int_equal(clock_last_daily(utc(2026, 10, 26, 1, 29), 150), utc(2026, 10, 25, 0, 30));
    assert_int_equal(clock_last_daily(utc(2026, 11, 23, 22, 59), 0), utc(2026, 11, 22, 23, 0));
    struct clock_local local;
    clock_local(utc(2026, 7, 1, 22, 5), &local);
    assert_int_equal(local.day, 2);
    assert_int_equal(local.hour, 0);
    assert_int_equal(local.offset_s, 7200);
    char iso[CLOCK_ISO_SIZE];
    clock_iso(utc(2026, 11, 23, 9, 0) + 999, iso);
    assert_string_equal(iso, "2026-11-23T09:00:00Z");
}

static void language_is_negotiated(void **state)
{
    (void)state;
    assert_int_equal(lang_negotiate(NULL, LANG_NL), LANG_NL);
    assert_int_equal(lang_negotiate("", LANG_EN), LANG_EN);
    assert_int_equal(lang_negotiate("en-US,en;q=0.9", LANG_NL), LANG_EN);
    assert_int_equal(lang_negotiate("de, en;q=0.5, nl-BE;q=0.7", LANG_EN), LANG_NL);
    assert_int_equal(lang_negotiate("fr", LANG_NL), LANG_NL);
    assert_int_equal(lang_negotiate("en;q=0, nl;q=0.1", LANG_EN), LANG_NL);
    assert_int_equal(lang_negotiate(";;;,,q=,en;q=x", LANG_NL), LANG_NL);
    assert_int_equal(lang_negotiate("english", LANG_NL), LANG_NL);
}

static void characters_and_digits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len, length; /* 0: not valid */
        uint32_t code;
    } utf8[] = {
        {"a", 1, 1, 'a'},
        {"", 1, 1, 0},
        {"\xc3\xbc", 2, 2, 0xfc},
        {"\xe2\x82\xac", 3, 3, 0x20ac},
        {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
        {"\xc3\xbc", 1, 0, 0},         /* truncated */
        {"\xbc", 1, 0, 0},             /* no beginning */
        {"\xc0\x80", 2, 0, 0},         /* overlong */
        {"\xe0\x9f\xbf", 3, 0, 0},     /* overlong */
        {"\xed\xa0\x80", 3, 0, 0},     /* surrogate */
        {"\xf4\x90\x80\x80", 4, 0, 0}, /* over U+10FFFF */
        {"\xff", 1, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(utf8); i++) {
        uint32_t code = 0;
        if (utf8_next(utf8[i].text, utf8[i].len, &code) != utf8[i].length || code != utf8[i].code)
            fail_msg("UTF-8, row %zu: U+%04X", i, (unsigned)code);
    }
    assert_int_equal(utf8_cut("a\xe2\x82\xac", 4, 4), 4);
    assert_int_equal(utf8_cut("a\xe2\x82\xac", 4, 3), 1);
    assert_int_equal(utf8_cut("a\xe2\x82\xac", 4, 0), 0);
    char text[] = "AZ[@az\xc3\x9c";
    ascii_lower_all(text);
    assert_string_equal(text, "az[@az\xc3\x9c");
    for (unsigned i = 0; i < 16; i++)
        assert_int_equal(hex_value(hex_digit(i)), i);
    assert_true(hex_value('F') == 15 && hex_value('g') == -1 && hex_value('/') == -1 && hex_value('\0') == -1);
    assert_true(base32_digit(0) == 'a' && base32_digit(31) == '7' && base32_digit(32) == 'a');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_grows_and_stops_at_its_maximum),
        cmocka_unit_test(printable_keeps_text_and_disarms_the_rest),
        cmocka_unit_test(percent_keeps_what_a_uri_takes_as_it_is),
        cmocka_unit_test(pool_gives_zeroed_aligned_memory),
        cmocka_unit_test(err_holds_its_first_sentence_and_a_place),
        cmocka_unit_test(log_line_cannot_be_forged),
        cmocka_unit_test(conf_reads_all_kinds),
        cmocka_unit_test(conf_refuses_with_file_and_line),
        cmocka_unit_test(uuids_sort_by_making_and_parse_back),
        cmocka_unit_test(tokens_are_43_characters_and_differ),
        cmocka_unit_test(daily_times_occur_once_when_the_clock_changes),
        cmocka_unit_test(language_is_negotiated),
        cmocka_unit_test(characters_and_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
