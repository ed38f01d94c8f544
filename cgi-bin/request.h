/*
 * One HTTP request as the pages see it: method, path, query, form, cookies, client. Parsed once, bounded, read-only.
 * Knows FastCGI parameters (RFC 3875) but no page. Everything in it lives in the request's pool.
 */
#ifndef CGI_REQUEST_H
#define CGI_REQUEST_H

#include "base/buf.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/text.h"

enum { REQUEST_BODY_MAX = 64 * 1024, REQUEST_FIELDS_MAX = 64 };
enum method { METHOD_OTHER, METHOD_GET, METHOD_HEAD, METHOD_POST };

struct field {
    const char *name;
    const char *value; /* percent-decoded; may hold any bytes, also NUL: use len */
    size_t len;
};

struct request {
    enum method method;
    const char *path;   /* percent-decoded, without query; always begins with / */
    const char *query;  /* raw */
    const char *addr;   /* REMOTE_ADDR */
    const char *host;   /* HTTP_HOST */
    const char *origin; /* HTTP_ORIGIN, NULL if absent */
    const char *referer;
    const char *accept_language;
    const char *agent;         /* HTTP_USER_AGENT, NULL if absent */
    const char *authorization; /* HTTP_AUTHORIZATION, NULL if absent */
    const char *remote_user;
    bool wants_fragment; /* the request is from our script: X-Requested-With: fetch */
    struct field query_field[REQUEST_FIELDS_MAX];
    size_t query_count;
    struct field form_field[REQUEST_FIELDS_MAX];
    size_t form_count;
    const char *cookie; /* raw Cookie header or "" */
};

/* The value of the first field of that name; NULL if absent. *len may be NULL. */
const char *request_query(const struct request *r, const char *name);
const char *request_form(const struct request *r, const char *name, size_t *len);
/* A cookie's value in pool, NULL if absent. */
const char *request_cookie(const struct request *r, struct pool *pool, const char *name);

/* The source of the server's parameters and the body: FastCGI in main.c, a table in tests and fuzzing. */
struct request_source {
    const char *(*param)(void *self, const char *name); /* NULL if absent */
    long (*read)(void *self, char *out, size_t size);   /* 0 at the end, -1 on a broken stream */
    void *self;
    bool plain_cgi; /* the process was started for this request: the path begins after SCRIPT_NAME */
};

/*
 * 0, or the HTTP status to answer with: 400 (bad encoding, broken body), 413, 414, 415. Sets *out in any case, to what
 * was read before the fault, so that the error page has the client's language. A body without a length is read to its
 * end.
 */
int request_parse(struct pool *pool, const struct request_source *source, struct request **out);

#endif
