/*
 * Requests from a table of parameters: what is taken, what is refused and with which status.
 */
#include "unit.h"

#include "base/buf.h"
#include "cgi-bin/request.h"

struct table {
    const char *pair[24]; /* name, value, …, NULL */
    const char *body;
    size_t len, at;
    size_t chunk; /* at most so many bytes a read, 0: as many as asked */
    bool breaks;  /* the stream breaks after the body */
    bool plain_cgi;
};

static const char *table_param(void *self, const char *name)
{
    struct table *t = self;
    for (size_t i = 0; t->pair[i]; i += 2)
        if (strcmp(t->pair[i], name) == 0)
            return t->pair[i + 1];
    return NULL;
}

static long table_read(void *self, char *out, size_t size)
{
    struct table *t = self;
    size_t n = t->len - t->at < size ? t->len - t->at : size;
    if (t->chunk && n > t->chunk)
        n = t->chunk;
    if (n == 0 && t->breaks)
        return -1;
    if (n)
        memcpy(out, t->body + t->at, n);
    t->at += n;
    return (long)n;
}

static struct pool *pool;
static struct request *request;

static int setup(void **state)
{
    (void)state;
    pool = pool_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    pool_free(&pool);
    return 0;
}

static int parse(struct table *t)
{
    struct request_source source = {table_param, table_read, t, t->plain_cgi};
    if (t->body && !t->len)
        t->len = strlen(t->body);
    return request_parse(pool, &source, &request);
}

static int get(const char *uri)
{
    struct table t = {.pair = {"REQUEST_METHOD", "GET", "REQUEST_URI", uri}};
    return parse(&t);
}

/* A form with its own length. */
static int post(const char *body, size_t len)
{
    char length[32];
    snprintf(length, sizeof(length), "%zu", len);
    struct table t = {.pair = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", length, "CONTENT_TYPE",
                               "application/x-www-form-urlencoded"},
                      .body = body,
                      .len = len,
                      .chunk = 7};
    return parse(&t);
}

static void path_and_query(void **state)
{
    (void)state;
    assert_int_equal(get("/settings/domains?q=b%C3%BCcher+nl&after=&flag&q=two"), 0);
    assert_string_equal(request->path, "/settings/domains");
    assert_string_equal(request_query(request, "q"), "bücher nl");
    assert_string_equal(request_query(request, "after"), "");
    assert_string_equal(request_query(request, "flag"), "");
    assert_null(request_query(request, "nothing"));
    assert_int_equal(request->query_count, 4);
    assert_int_equal(get("/a%2Fb+c"), 0);
    assert_string_equal(request->path, "/a/b+c");
    assert_int_equal(get("http://other.example/login?x=1"), 0);
    assert_string_equal(request->path, "/login");
    assert_int_equal(get("https://other.example"), 0);
    assert_string_equal(request->path, "/");
    assert_int_equal(get("/?&&a=1&&"), 0);
    assert_int_equal(request->query_count, 1);
}

static void what_is_badly_encoded_is_refused(void **state)
{
    static const char *const bad[] = {"/%", "/%4", "/%4g",   "/%g4",     "/%00",       "/a%00b", "login",
                                      "*",  "",    "/x?a=%", "/x?%zz=1", "/x?a%00b=1", "/x?a=%4"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(get(bad[i]), 400);
    assert_non_null(request); /* for the error page */
    assert_string_equal(request->path, "/x");
}

static void uri_has_a_bound(void **state)
{
    char uri[9001];
    (void)state;
    memset(uri, 'a', sizeof(uri) - 1);
    uri[0] = '/';
    uri[sizeof(uri) - 1] = '\0';
    assert_int_equal(get(uri), 414);
    uri[8000] = '\0';
    assert_int_equal(get(uri), 0);
}

static void too_many_fields_are_refused(void **state)
{
    struct buf uri;
    (void)state;
    buf_init(&uri, 4096);
    buf_adds(&uri, "/?");
    for (int i = 0; i < REQUEST_FIELDS_MAX; i++)
        buf_adds(&uri, "a=1&");
    assert_int_equal(get(uri.data), 0);
    buf_adds(&uri, "a=1");
    assert_int_equal(get(uri.data), 400);
    assert_int_equal(post(uri.data + 2, uri.len - 2), 400);
    buf_free(&uri);
}

static void servers_differ_in_what_they_say(void **state)
{
    struct table nginx = {.pair = {"REQUEST_METHOD", "GET", "REQUEST_URI", "/login?a=1", "SCRIPT_NAME", "/login",
                                   "DOCUMENT_URI", "/login", "QUERY_STRING", "a=1"}};
    struct table apache_cgi = {.pair = {"REQUEST_METHOD", "GET", "REQUEST_URI", "/cgi-bin/volmacht.cgi/login?a=1",
                                        "SCRIPT_NAME", "/cgi-bin/volmacht.cgi", "PATH_INFO", "/login", "QUERY_STRING",
                                        "a=1"}};
    struct table apache_root = {
        .pair = {"REQUEST_METHOD", "GET", "REQUEST_URI", "/login?a=1", "SCRIPT_NAME", "", "PATH_INFO", "/login"}};
    struct table apache_proxy = {.pair = {"REQUEST_METHOD", "GET", "REQUEST_URI", "/settings/domains", "SCRIPT_NAME",
                                          "/settings", "PATH_INFO", "/domains"}};
    struct table document = {.pair = {"REQUEST_METHOD", "GET", "DOCUMENT_URI", "/login", "QUERY_STRING", "a=1"}};
    struct table nothing = {.pair = {"REQUEST_METHOD", "GET"}};
    struct table *same[] = {&nginx, &apache_cgi, &apache_root, &document};
    (void)state;
    apache_cgi.plain_cgi = true;
    apache_root.plain_cgi = true;
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        assert_int_equal(parse(same[i]), 0);
        assert_string_equal(request->path, "/login");
        assert_string_equal(request_query(request, "a"), "1");
    }
    assert_int_equal(parse(&apache_proxy), 0);
    assert_string_equal(request->path, "/settings/domains");
    assert_int_equal(parse(&nothing), 400);
}

static void forms(void **state)
{
    static const char with_nul[] = "domain=a%00b&csrf=x%2By+z";
    size_t len;
    (void)state;
    assert_int_equal(post(with_nul, sizeof(with_nul) - 1), 0);
    assert_string_equal(request_form(request, "csrf", &len), "x+y z");
    assert_int_equal(len, 5);
    assert_memory_equal(request_form(request, "domain", &len), "a\0b", 4);
    assert_int_equal(len, 3);
    assert_null(request_form(request, "nothing", &len));
    assert_int_equal(len, 0);
    assert_null(request_query(request, "csrf")); /* a form's field is no query's */
    assert_int_equal(post("a=%", 3), 400);
    assert_int_equal(post("", 0), 0);
}

static void body_has_a_bound(void **state)
{
    static char body[REQUEST_BODY_MAX + 1];
    char *type = "application/x-www-form-urlencoded";
    (void)state;
    memset(body, 'a', sizeof(body));
    assert_int_equal(post(body, REQUEST_BODY_MAX), 0);
    assert_int_equal(strlen(request->form_field[0].name), REQUEST_BODY_MAX);
    assert_int_equal(post(body, REQUEST_BODY_MAX + 1), 413);
    /* without a length: read to the end, and no further than the bound */
    struct table chunked = {.pair = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_TYPE", type},
                            .body = body,
                            .len = REQUEST_BODY_MAX};
    assert_int_equal(parse(&chunked), 0);
    struct table chunked_more = {.pair = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_TYPE", type},
                                 .body = body,
                                 .len = REQUEST_BODY_MAX + 1};
    assert_int_equal(parse(&chunked_more), 413);
    struct table huge = {.pair = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH",
                                  "99999999999999999999999", "CONTENT_TYPE", type},
                         .body = body,
                         .len = 1};
    assert_int_equal(parse(&huge), 413);
}

static void broken_bodies_are_refused(void **state)
{
    const char *type = "application/x-www-form-urlencoded";
    (void)state;
    struct table early = {
        .pair = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", "10", "CONTENT_TYPE", type},
        .body = "a=1"};
    assert_int_equal(parse(&early), 400);
    struct table breaks = {
        .pair = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_TYPE", type}, .body = "a=1", .breaks = true};
    assert_int_equal(parse(&breaks), 400);
    struct table negative = {
        .pair = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", "-1", "CONTENT_TYPE", type},
        .body = "a=1"};
    assert_int_equal(parse(&negative), 400);
    struct table json = {
        {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", "2", "CONTENT_TYPE", "application/json"},
        "{}",
        0,
        0,
        0,
        false,
        false};
    assert_int_equal(parse(&json), 415);
    struct table alike = {.pair = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", "3", "CONTENT_TYPE",
                                   "application/x-www-form-urlencodedness"},
                          .body = "a=1"};
    assert_int_equal(parse(&alike), 415);
    struct table charset = {.pair = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", "3",
                                     "CONTENT_TYPE", "Application/X-WWW-Form-urlencoded; charset=UTF-8"},
                            .body = "a=1"};
    assert_int_equal(parse(&charset), 0);
}

static void methods_and_headers(void **state)
{
    struct table t = {.pair = {"REQUEST_METHOD", "HEAD", "REQUEST_URI", "/", "HTTP_COOKIE",
                               "a=1; volmacht=tok=en ;lang=en; volmacht=second", "HTTP_ORIGIN", "",
                               "HTTP_X_REQUESTED_WITH", "fetch", "REMOTE_ADDR", "127.0.0.9"}};
    (void)state;
    assert_int_equal(parse(&t), 0);
    assert_int_equal(request->method, METHOD_HEAD);
    assert_true(request->wants_fragment);
    assert_string_equal(request_cookie(request, pool, "volmacht"), "tok=en ");
    assert_string_equal(request_cookie(request, pool, "lang"), "en");
    assert_null(request_cookie(request, pool, "olmacht"));
    assert_null(request_cookie(request, pool, "lan"));
    assert_null(request->origin);
    assert_string_equal(request->addr, "127.0.0.9");
    assert_string_equal(request->host, "");
    struct table patch = {.pair = {"REQUEST_METHOD", "PATCH", "REQUEST_URI", "/"}, .body = "ignored"};
    assert_int_equal(parse(&patch), 0);
    assert_int_equal(request->method, METHOD_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(path_and_query, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_badly_encoded_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(uri_has_a_bound, setup, teardown),
        cmocka_unit_test_setup_teardown(too_many_fields_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(servers_differ_in_what_they_say, setup, teardown),
        cmocka_unit_test_setup_teardown(forms, setup, teardown),
        cmocka_unit_test_setup_teardown(body_has_a_bound, setup, teardown),
        cmocka_unit_test_setup_teardown(broken_bodies_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(methods_and_headers, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
