/*
 * Building one response in CGI form (RFC 3875 6.3). Owns the headers of every response, the security headers above all;
 * knows no page and no route. A header is safe or omitted: no input can forge a line.
 */
#include "base/base.h"

#include "response.h"

enum { HEADERS_MAX = 16 * 1024 };

static const char page_policy[] =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'\r\n";
/* An SVG may have its own styles; opened as a document it can run nothing. */
static const char file_policy[] =
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n";
static const char security_headers[] =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {200, "OK"},
    {303, "See Other"},
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

void response_init(struct response *response)
{
    *response = (struct response){0};
    buf_init(&response->headers, HEADERS_MAX);
    buf_init(&response->body, RESPONSE_BODY_MAX);
    response_reset(response);
}

void response_free(struct response *response)
{
    buf_free(&response->headers);
    buf_free(&response->body);
}

void response_reset(struct response *response)
{
    response->status = 200;
    response->immutable = false;
    response->more = NULL;
    response->content_type = "text/html; charset=utf-8";
    response->after_response = false;
    buf_reset(&response->headers);
    buf_reset(&response->body);
}

void response_header(struct response *response, const char *name, const char *value)
{
    if (!value || strpbrk(value, "\r\n"))
        return;
    buf_addf(&response->headers, "%s: %s\r\n", name, value);
}

bool response_path_is_ours(const char *path)
{
    /* Browsers read "//host" and "/\host" as another server; they also drop tabs and line ends from a URL before
     * parsing it. */
    if (!path || path[0] != '/' || path[1] == '/')
        return false;
    for (; *path; path++)
        if (*path == '\\' || (unsigned char)*path <= ' ' || *path == 0x7f)
            return false;
    return true;
}

void response_redirect(struct response *response, const char *path)
{
    response->status = 303;
    response_header(response, "Location", response_path_is_ours(path) ? path : "/");
}

void response_cookie(struct response *response, const char *name, const char *value, int max_age_s, bool secure)
{
    const char *flags = secure ? "; Path=/; HttpOnly; SameSite=Lax; Secure" : "; Path=/; HttpOnly; SameSite=Lax";
    if (strpbrk(value, "\r\n;, \t\"\\"))
        return;
    if (max_age_s < 0)
        buf_addf(&response->headers, "Set-Cookie: %s=; Max-Age=0%s\r\n", name, flags);
    else if (max_age_s == 0)
        buf_addf(&response->headers, "Set-Cookie: %s=%s%s\r\n", name, value, flags);
    else
        buf_addf(&response->headers, "Set-Cookie: %s=%s; Max-Age=%d%s\r\n", name, value, max_age_s, flags);
}

static const char *reason_of(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Other";
}

void response_serialize(const struct response *response, struct buf *out)
{
    buf_addf(out, "Status: %d %s\r\n", response->status, reason_of(response->status));
    buf_addf(out, "Content-Type: %s\r\n", response->content_type);
    if (!response->more)
        buf_addf(out, "Content-Length: %zu\r\n", response->body.len);
    buf_adds(out, response->immutable ? file_policy : page_policy);
    buf_adds(out, security_headers);
    buf_adds(out, response->capability_url
                      ? "Referrer-Policy: no-referrer\r\nX-Robots-Tag: noindex, nofollow, noarchive\r\n"
                      : "Referrer-Policy: same-origin\r\n");
    if (response->https)
        buf_adds(out, "Strict-Transport-Security: max-age=31536000\r\n");
    buf_adds(out, response->immutable ? "Cache-Control: public, max-age=31536000, immutable\r\n"
                                      : "Cache-Control: no-store\r\nVary: Accept-Language, Cookie\r\n");
    buf_add(out, response->headers.data, response->headers.len);
    buf_adds(out, "\r\n");
    if (!response->head_only)
        buf_add(out, response->body.data, response->body.len);
}
