/*
 * Reading one request: the server's parameters (RFC 3875), the query and the form, each within its bound. Strict:
 * invalid encoding is refused, not repaired, so that every page sees what the web server's rules and logs saw. Knows no
 * page and no FastCGI: parameters and body come through struct request_source.
 */
#include "base/base.h"

#include "request.h"

enum { URI_MAX = 8 * 1024 };

static const char form_type[] = "application/x-www-form-urlencoded";

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Percent-decodes len bytes (RFC 3986 2.1), in forms also + for a space. NULL if a % has no two hex digits.
 * NUL-terminated, in pool. */
static char *percent_decode(struct pool *pool, const char *s, size_t len, bool form, size_t *out_len)
{
    char *out = pool_alloc(pool, len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '%') {
            int high = len - i > 2 ? hex_value(s[i + 1]) : -1;
            int low = len - i > 2 ? hex_value(s[i + 2]) : -1;
            if (high < 0 || low < 0)
                return NULL;
            out[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            out[n++] = form && s[i] == '+' ? ' ' : s[i];
        }
    }
    out[n] = '\0';
    *out_len = n;
    return out;
}

/* name=value&name=value (URL standard, application/x-www-form-urlencoded). 0 or 400: bad encoding, too many fields, a
 * NUL in a name. */
static int fields_parse(struct pool *pool, const char *s, size_t len, struct field *field, size_t *count)
{
    const char *end = s + len;
    while (s < end) {
        const char *amp = memchr(s, '&', (size_t)(end - s));
        const char *stop = amp ? amp : end;
        const char *eq = memchr(s, '=', (size_t)(stop - s));
        const char *name_end = eq ? eq : stop;
        const char *value = eq ? eq + 1 : stop;
        if (stop > s) {
            size_t name_len;
            if (*count == REQUEST_FIELDS_MAX)
                return 400;
            struct field *f = &field[*count];
            f->name = percent_decode(pool, s, (size_t)(name_end - s), true, &name_len);
            f->value = percent_decode(pool, value, (size_t)(stop - value), true, &f->len);
            if (!f->name || !f->value || strlen(f->name) != name_len)
                return 400;
            (*count)++;
        }
        s = amp ? amp + 1 : end;
    }
    return 0;
}

static const struct field *field_find(const struct field *field, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(field[i].name, name) == 0)
            return &field[i];
    return NULL;
}

const char *request_query(const struct request *r, const char *name)
{
    const struct field *f = field_find(r->query_field, r->query_count, name);
    return f ? f->value : NULL;
}

const char *request_form(const struct request *r, const char *name, size_t *len)
{
    const struct field *f = field_find(r->form_field, r->form_count, name);
    if (len)
        *len = f ? f->len : 0;
    return f ? f->value : NULL;
}

const char *request_cookie(const struct request *r, struct pool *pool, const char *name)
{
    size_t name_len = strlen(name);
    for (const char *s = r->cookie; *s;) {
        s += strspn(s, " \t;");
        size_t len = strcspn(s, ";");
        if (len > name_len && memcmp(s, name, name_len) == 0 && s[name_len] == '=')
            return pool_memdup(pool, s + name_len + 1, len - name_len - 1);
        s += len;
    }
    return NULL;
}

static const char *param(const struct request_source *source, const char *name)
{
    return source->param(source->self, name);
}

/* A copy of a parameter in pool; NULL if it is absent or empty. */
static const char *param_copy(struct pool *pool, const struct request_source *source, const char *name,
                              const char *absent)
{
    const char *value = param(source, name);
    return value && *value ? pool_strdup(pool, value) : absent;
}

/*
 * As plain CGI under a script's own URL, REQUEST_URI is SCRIPT_NAME and PATH_INFO together: the program's path is the
 * second. Not so over FastCGI: nginx gives the whole path as SCRIPT_NAME, Apache splits /settings/domains in two
 * although no /settings exists.
 */
static const char *path_below_script(const struct request_source *source, const char *path)
{
    const char *script = param(source, "SCRIPT_NAME");
    const char *info = param(source, "PATH_INFO");
    if (!source->plain_cgi || !script || !*script || !info || info[0] != '/')
        return path;
    size_t len = strlen(script);
    return strncmp(path, script, len) == 0 && strcmp(path + len, info) == 0 ? path + len : path;
}

/* The absolute form (RFC 9112 3.2.2) "http://host/path" from its path on; other targets unchanged. */
static const char *target_path(const char *target)
{
    size_t scheme = strncasecmp(target, "http://", 7) == 0 ? 7 : strncasecmp(target, "https://", 8) == 0 ? 8 : 0;
    if (scheme == 0)
        return target;
    const char *path = target + scheme + strcspn(target + scheme, "/?");
    return *path == '/' ? path : "/";
}

/* path and query, from REQUEST_URI; if the server leaves it out, from DOCUMENT_URI, which is decoded already. */
static int target_parse(struct pool *pool, const struct request_source *source, struct request *r)
{
    const char *target = param(source, "REQUEST_URI");
    bool encoded = target && *target;
    if (!encoded)
        target = param(source, "DOCUMENT_URI");
    if (!target)
        return 400;
    if (strlen(target) > URI_MAX)
        return 414;
    target = target_path(target);
    size_t path_len = encoded ? strcspn(target, "?") : strlen(target), len = path_len;
    const char *query = param(source, "QUERY_STRING");
    if (!query)
        query = target[path_len] == '?' ? target + path_len + 1 : "";
    if (strlen(query) > URI_MAX)
        return 414;
    const char *path = encoded ? percent_decode(pool, target, path_len, false, &len) : pool_strdup(pool, target);
    if (!path || path[0] != '/' || strlen(path) != len)
        return 400;
    r->path = path_below_script(source, path);
    r->query = pool_strdup(pool, query);
    return fields_parse(pool, r->query, strlen(r->query), r->query_field, &r->query_count);
}

static bool is_form(const char *content_type)
{
    size_t len = sizeof(form_type) - 1;
    if (!content_type || strncasecmp(content_type, form_type, len) != 0)
        return false;
    content_type += len;
    content_type += strspn(content_type, " \t");
    return *content_type == '\0' || *content_type == ';';
}

/* CONTENT_LENGTH in *length, -1 if the server gives none (chunked). 0, 400, 413. */
static int length_parse(const char *s, long *length)
{
    *length = -1;
    if (!s || !*s)
        return 0;
    size_t digits = strspn(s, "0123456789");
    if (s[digits] != '\0')
        return 400;
    *length = 0;
    for (; *s; s++) {
        *length = *length * 10 + (*s - '0');
        if (*length > REQUEST_BODY_MAX)
            return 413;
    }
    return 0;
}

/* Up to length bytes, or to the end where length is -1. 0, 400 (ends early), 413. */
static int body_read(const struct request_source *source, long length, struct buf *body)
{
    char chunk[4096];
    while (length < 0 || (long)body->len < length) {
        size_t want = sizeof(chunk);
        if (length >= 0 && (size_t)length - body->len < want)
            want = (size_t)length - body->len;
        long n = source->read(source->self, chunk, want);
        if (n < 0 || (n == 0 && length >= 0))
            return 400;
        if (n == 0)
            break;
        buf_add(body, chunk, (size_t)n);
        if (body->overflowed)
            return 413;
    }
    return 0;
}

static int form_parse(struct pool *pool, const struct request_source *source, struct request *r)
{
    long length;
    int status = length_parse(param(source, "CONTENT_LENGTH"), &length);
    if (status)
        return status;
    struct buf body;
    buf_init(&body, REQUEST_BODY_MAX);
    status = body_read(source, length, &body);
    if (status == 0 && body.len > 0)
        status = is_form(param(source, "CONTENT_TYPE"))
                     ? fields_parse(pool, body.data, body.len, r->form_field, &r->form_count)
                     : 415;
    buf_free(&body);
    return status;
}

static enum method method_parse(const char *s)
{
    if (s && strcmp(s, "GET") == 0)
        return METHOD_GET;
    if (s && strcmp(s, "HEAD") == 0)
        return METHOD_HEAD;
    if (s && strcmp(s, "POST") == 0)
        return METHOD_POST;
    return METHOD_OTHER;
}

int request_parse(struct pool *pool, const struct request_source *source, struct request **out)
{
    struct request *r = pool_alloc(pool, sizeof(*r));
    const char *asked_by = param(source, "HTTP_X_REQUESTED_WITH");
    *out = r;
    r->method = method_parse(param(source, "REQUEST_METHOD"));
    r->path = "/";
    r->query = "";
    r->addr = param_copy(pool, source, "REMOTE_ADDR", "");
    r->host = param_copy(pool, source, "HTTP_HOST", "");
    r->origin = param_copy(pool, source, "HTTP_ORIGIN", NULL);
    r->referer = param_copy(pool, source, "HTTP_REFERER", NULL);
    r->accept_language = param_copy(pool, source, "HTTP_ACCEPT_LANGUAGE", NULL);
    r->agent = param_copy(pool, source, "HTTP_USER_AGENT", NULL);
    r->authorization = param_copy(pool, source, "HTTP_AUTHORIZATION", NULL);
    r->remote_user = param_copy(pool, source, "REMOTE_USER", NULL);
    r->cookie = param_copy(pool, source, "HTTP_COOKIE", "");
    r->wants_fragment = asked_by && strcmp(asked_by, "fetch") == 0;
    int status = target_parse(pool, source, r);
    if (status == 0 && r->method == METHOD_POST)
        status = form_parse(pool, source, r);
    return status;
}
