/*
 * One HTTP response: status, headers, body; sent whole with Content-Length in one write. Every response gets the
 * security headers here, so that no page can forget them.
 */
#ifndef CGI_RESPONSE_H
#define CGI_RESPONSE_H

#include "base/buf.h"
#include "base/err.h"

/* Adds the next piece of a body to out, which is empty. 1: more follow, 0: that was the last, < 0: a fault. */
typedef int response_more(void *arg, struct buf *out, struct err *err);

struct response {
    int status;               /* 200 */
    const char *content_type; /* "text/html; charset=utf-8" */
    struct buf headers;       /* further header lines, each with CRLF; response_header adds one */
    struct buf body;
    response_more
        *more; /* set: body is the first piece, the others are made while it is sent, and the length is not known */
    void *more_arg;
    bool head_only;      /* HEAD: the body is counted, not sent */
    bool https;          /* base_url is https: HSTS is sent */
    bool immutable;      /* depends on nothing but its URL: cached for a year; never an HTML document */
    bool after_response; /* mails are queued that the program sends once the client has the response */
    bool capability_url; /* the URL grants access: no Referer to other sites, no robots */
};

enum { RESPONSE_BODY_MAX = 4 * 1024 * 1024 };

void response_init(struct response *response);
void response_free(struct response *response);
void response_reset(
    struct response *response); /* resets all but head_only, https and capability_url, which belong to the request */
/* Omits a value with CR, LF or NUL: the last defence against header injection. */
void response_header(struct response *response, const char *name, const char *value);
/* True for a path on this server: begins with one /, no control characters, spaces or backslashes. For `next`. */
bool response_path_is_ours(const char *path);
/* 303 to a path on this server (begins with one /, no control characters; anything else becomes "/"). */
void response_redirect(struct response *response, const char *path);
void response_cookie(struct response *response, const char *name, const char *value, int max_age_s,
                     bool secure); /* HttpOnly, SameSite=Lax, Path=/; max_age_s < 0 deletes, 0 session */
/* Status line, headers and body in CGI form (RFC 3875 6.3), ready to send. no-store unless it is immutable: pages
 * are private. */
void response_serialize(const struct response *response, struct buf *out);

#endif
