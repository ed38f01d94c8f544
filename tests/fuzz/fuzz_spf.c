/*
 * Fuzz target: SPF records from strangers' zones. Each line of the input is the record of the next name that is asked
 * for.
 */
#include "base/base.h"

#include "base/pool.h"
#include "mailauth/spf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ASKED_MAX = 4096 };

struct world {
    struct pool *pool;
    const char *at, *end;
    int asked;
};

static void promise(bool holds)
{
    if (!holds)
        abort();
}

static const char *next_line(struct world *w, size_t *len)
{
    const char *line = w->at, *newline = line < w->end ? memchr(line, '\n', (size_t)(w->end - line)) : NULL;

    *len = (size_t)((newline ? newline : w->end) - line);
    w->at = newline ? newline + 1 : w->end;
    return line;
}

/* TXT: the next line. Addresses and MX: one of each. Names that begin with n do not exist, those with t get no usable
 * answer. */
static const struct observation *answer(void *self, const char *name, enum rr_type type)
{
    static const uint8_t address[16] = {192, 0, 2, 1};
    struct world *w = self;
    struct observation *o = pool_alloc(w->pool, sizeof(*o));
    struct answer_rr *rr = pool_alloc(w->pool, sizeof(*rr));

    promise(++w->asked <= ASKED_MAX && name[0] != '\0');
    *o = (struct observation){.rr = rr, .rr_count = 1};
    *rr = (struct answer_rr){.owner = name, .type = (int)type, .data = address, .data_len = type == RR_A ? 4 : 16};
    if (type == RR_MX)
        *rr = (struct answer_rr){.owner = name, .type = RR_MX, .target = "mx.example"};
    if (type == RR_TXT)
        rr->data = (const uint8_t *)next_line(w, &rr->data_len);
    if (name[0] == 'n')
        *o = (struct observation){.outcome = OUTCOME_NXDOMAIN};
    return name[0] == 't' ? NULL : o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ips[] = {"192.0.2.1", "2001:db8::1"};

    for (size_t i = 0; i < ARRAY_LEN(ips); i++) {
        struct pool *pool = pool_new();
        struct world w = {.pool = pool, .at = (const char *)data, .end = (const char *)data + size};
        struct spf_address ip;
        struct spf_answer out;
        size_t first_len;
        const char *first = next_line(&(struct world){.at = w.at, .end = w.end}, &first_len);

        promise(spf_address_parse(ips[i], &ip));
        spf_check(pool, &ip, "a.example", answer, &w, &out);
        promise(out.result < SPF_RESULT_COUNT && spf_result_word(out.result)[0] && out.lookups <= SPF_LOOKUPS_MAX + 1);
        promise(out.result != SPF_NONE ||
                !spf_is_record(first, first_len)); /* it was read: what the first name has is evaluated */
        promise(out.result != SPF_PASS || size >= 6);
        promise(out.result != SPF_PERMERROR || out.offending_term);
        pool_free(&pool);
    }
    return 0;
}
