/*
 * Fuzz target: a whole request from outside. The input is lines "NAME=value" of server parameters, an empty line, then
 * the body. Besides the sanitizers' findings, what request_parse promises must hold.
 */
#include "base/base.h"

#include "app/auth/user_agent.h"
#include "cgi-bin/request.h"
#include "cgi-bin/response.h"

enum { PARAMS_MAX = 32 };

struct input {
    char *param[PARAMS_MAX]; /* "NAME=value" */
    size_t count;
    const char *body;
    size_t left;
};

static const char *input_param(void *self, const char *name)
{
    const struct input *input = self;
    size_t len = strlen(name);
    for (size_t i = 0; i < input->count; i++)
        if (strncmp(input->param[i], name, len) == 0 && input->param[i][len] == '=')
            return input->param[i] + len + 1;
    return NULL;
}

static long input_read(void *self, char *out, size_t size)
{
    struct input *input = self;
    size_t n = input->left < size ? input->left : size;
    memcpy(out, input->body, n);
    input->body += n;
    input->left -= n;
    return (long)n;
}

static void promise(bool holds)
{
    if (!holds)
        abort();
}

static void check(struct pool *pool, const struct request *request, int status)
{
    promise(status == 0 || status == 400 || status == 413 || status == 414 || status == 415);
    promise(request->path[0] == '/');
    promise(request->query_count <= REQUEST_FIELDS_MAX && request->form_count <= REQUEST_FIELDS_MAX);
    request_cookie(request, pool, "volmacht");
    lang_negotiate(request->accept_language, LANG_NL);
    struct browser browser = user_agent_parse(request->agent);
    promise(strlen(browser.name) < 20 && strlen(browser.os) < 20);
    for (size_t i = 0; status == 0 && i < request->form_count; i++)
        promise(request->form_field[i].value[request->form_field[i].len] == '\0');
    if (status == 0 && response_path_is_ours(request_query(request, "next")))
        promise(request_query(request, "next")[1] != '/' && !strpbrk(request_query(request, "next"), "\r\n\t\\ "));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pool *pool = pool_new();
    char *copy = pool_memdup(pool, data, size);
    struct input input = {.count = 0};
    size_t at = 0;
    while (at < size && input.count < PARAMS_MAX && copy[at] != '\n') {
        size_t len = strcspn(copy + at, "\n");
        input.param[input.count++] = pool_memdup(pool, copy + at, len);
        at += len + 1;
    }
    at = at < size ? at + (copy[at] == '\n') : size;
    input.body = copy + at;
    input.left = size - at;
    struct request_source source = {input_param, input_read, &input, input_param(&input, "GATEWAY_INTERFACE") != NULL};
    struct request *request = NULL;
    int status = request_parse(pool, &source, &request);
    check(pool, request, status);
    pool_free(&pool);
    return 0;
}
