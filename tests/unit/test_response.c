/*
 * Answers: what each carries, and that no value forges a header or leads to another server.
 */
#include "unit.h"

#include "cgi-bin/response.h"
#include "cgi-bin/session.h"

static struct response response;
static struct buf out;

static int setup(void **state)
{
    (void)state;
    response_init(&response);
    buf_init(&out, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    response_free(&response);
    buf_free(&out);
    return 0;
}

static const char *serialized(void)
{
    buf_reset(&out);
    response_serialize(&response, &out);
    return out.data;
}

static void has(const char *line)
{
    if (!strstr(serialized(), line))
        fail_msg("%s is not in:\n%s", line, out.data);
}

static void has_not(const char *line)
{
    if (strstr(serialized(), line))
        fail_msg("%s is in:\n%s", line, out.data);
}

static void every_answer_carries_the_security_headers(void **state)
{
    (void)state;
    assert_memory_equal(serialized(), "Status: 200 OK\r\n", 16);
    has("\r\nContent-Security-Policy: default-src 'none';");
    has("frame-ancestors 'none'");
    has("\r\nX-Content-Type-Options: nosniff\r\n");
    has("\r\nX-Frame-Options: DENY\r\n");
    has("\r\nReferrer-Policy: same-origin\r\n");
    has("\r\nCross-Origin-Opener-Policy: same-origin\r\n");
    has("\r\nPermissions-Policy: ");
    has("\r\nCache-Control: no-store\r\n");
    has_not("Strict-Transport-Security");
    response.https = true;
    response_reset(&response);
    has("\r\nStrict-Transport-Security: max-age=");
}

static void body_is_counted_and_for_head_not_sent(void **state)
{
    (void)state;
    buf_add(&response.body, "a\0b", 3);
    has("Content-Length: 3\r\n");
    assert_memory_equal(out.data + out.len - 7, "\r\n\r\na\0b", 7);
    response.head_only = true;
    has("Content-Length: 3\r\n");
    assert_memory_equal(out.data + out.len - 4, "\r\n\r\n", 4);
}

static void no_value_forges_a_header(void **state)
{
    (void)state;
    response_header(&response, "X-A", "fine");
    response_header(&response, "X-B", "a\r\nSet-Cookie: evil=1");
    response_header(&response, "X-C", "a\nb");
    response_header(&response, "X-D", NULL);
    response_cookie(&response, "volmacht", "a; Domain=evil", 0, false);
    response_cookie(&response, "volmacht", "a\r\nX: y", 0, false);
    assert_string_equal(response.headers.data, "X-A: fine\r\n");
}

static void redirects_stay_here(void **state)
{
    static const char *const ours[] = {"/", "/settings/domains?q=a%20b&after=x", "/a//b",
                                       "/login?next=https://x.example/"};
    static const char *const others[] = {NULL,
                                         "",
                                         "//evil.example",
                                         "/\\evil.example",
                                         "\\\\evil.example",
                                         "https://evil.example/",
                                         "javascript:alert(1)",
                                         "/\tx",
                                         "/\r\nX: y",
                                         "/a b",
                                         " /a",
                                         "/\x7f",
                                         "/a\\b",
                                         "settings",
                                         "/\n/evil"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        assert_true(response_path_is_ours(ours[i]));
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_false(response_path_is_ours(others[i]));
        response_reset(&response);
        response_redirect(&response, others[i]);
        assert_int_equal(response.status, 303);
        assert_string_equal(response.headers.data, "Location: /\r\n");
    }
    response_reset(&response);
    response_redirect(&response, "/settings");
    has("Status: 303 See Other\r\n");
    has("\r\nLocation: /settings\r\n");
}

static void cookies(void **state)
{
    char token[] = "0123456789abcdefghijABCDEFGHIJ_-0123456789a";
    struct conf conf = {.session_hours = 2, .base_url = "http://volmacht.example"};
    (void)state;
    session_cookie_set(&conf, &response, COOKIE_SESSION, token);
    assert_string_equal(
        response.headers.data,
        "Set-Cookie: volmacht=0123456789abcdefghijABCDEFGHIJ_-0123456789a; Max-Age=7200; Path=/; HttpOnly; SameSite=Lax\r\n");
    response_reset(&response);
    conf.base_url = "https://volmacht.example";
    session_cookie_set(&conf, &response, COOKIE_LOGIN, token);
    assert_string_equal(
        response.headers.data,
        "Set-Cookie: __Host-volmacht-login=0123456789abcdefghijABCDEFGHIJ_-0123456789a; Path=/; HttpOnly; SameSite=Lax; Secure\r\n");
    response_reset(&response);
    session_cookie_drop(&conf, &response, COOKIE_SESSION);
    assert_string_equal(response.headers.data,
                        "Set-Cookie: __Host-volmacht=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure\r\n");
}

static void only_what_looks_like_a_token_is_read(void **state)
{
    struct conf conf = {.base_url = "http://volmacht.example"};
    struct pool *pool = pool_new();
    struct request request = {.cookie = "volmacht=0123456789abcdefghijABCDEFGHIJ_-0123456789a"};
    (void)state;
    assert_non_null(session_cookie_read(&conf, &request, pool, COOKIE_SESSION));
    assert_null(session_cookie_read(&conf, &request, pool, COOKIE_LOGIN));
    request.cookie = "volmacht=0123456789abcdefghijABCDEFGHIJ_-0123456789";
    assert_null(session_cookie_read(&conf, &request, pool, COOKIE_SESSION));
    request.cookie = "volmacht=0123456789abcdefghijABCDEFGHIJ_-0123456789'";
    assert_null(session_cookie_read(&conf, &request, pool, COOKIE_SESSION));
    pool_free(&pool);
}

static int pieces(void *arg, struct buf *to, struct err *err)
{
    (void)arg, (void)to, (void)err;
    return 0;
}

/* A body that is still being made has no length to tell; the next answer has one again. */
static void made_on_the_way(void **state)
{
    (void)state;
    response.more = pieces;
    has_not("Content-Length");
    response_reset(&response);
    has("Content-Length: 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_answer_carries_the_security_headers, setup, teardown),
        cmocka_unit_test_setup_teardown(body_is_counted_and_for_head_not_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(no_value_forges_a_header, setup, teardown),
        cmocka_unit_test_setup_teardown(redirects_stay_here, setup, teardown),
        cmocka_unit_test_setup_teardown(cookies, setup, teardown),
        cmocka_unit_test_setup_teardown(made_on_the_way, setup, teardown),
        cmocka_unit_test_setup_teardown(only_what_looks_like_a_token_is_read, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
