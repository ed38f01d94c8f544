/*
 * Compares two short texts by their longest common subsequence, character by character (a UTF-8 character is never
 * split). Knows nothing of records: value_text decides which texts are worth comparing.
 */
#include "base/base.h"

#include "app/check/difference.h"
#include "base/encode.h"

enum {
    MIDDLE_MAX = 600, /* characters between common beginning and end that are compared one by one */
    BLOCK_MIN = 4,    /* fewer equal characters between two differences count as coincidence */
    SHOWN_HEAD = 32,  /* characters shown of a long run */
    SHOWN_TAIL = 12,
};

/* A text as characters. */
struct units {
    const char **at, **end; /* [count] */
    uint32_t *code;         /* [count]: what is compared */
    int *match;             /* [count]: the partner's index in the other text, or -1 */
    size_t count;
};

/* The character at the start of a non-empty text: returns its length in bytes, and in *code the value to compare. A
 * byte that is not UTF-8 counts as a character of its own. */
static size_t next_unit(const char *at, uint32_t *code)
{
    enum { BEYOND_UNICODE = 0x110000 };
    size_t len = utf8_next(at, strnlen(at, 4), code);

    if (len == 0)
        *code = BEYOND_UNICODE + (unsigned char)*at;
    return len ? len : 1;
}

static struct units split(struct pool *pool, const char *text)
{
    size_t max = strlen(text) + 1;
    struct units u = {.at = pool_array(pool, max, sizeof(*u.at)),
                      .end = pool_array(pool, max, sizeof(*u.end)),
                      .code = pool_array(pool, max, sizeof(*u.code)),
                      .match = pool_array(pool, max, sizeof(*u.match))};

    for (size_t len; *text; text += len) {
        len = next_unit(text, &u.code[u.count]);
        if (*text == ' ' || *text == '\t')
            continue;
        u.match[u.count] = -1;
        u.end[u.count] = text + len;
        u.at[u.count++] = text;
    }
    return u;
}

static void pair(struct units *a, size_t i, struct units *b, size_t k)
{
    a->match[i] = (int)k;
    b->match[k] = (int)i;
}

/* Longest common subsequence by dynamic programming: length[i][k] is that of a from i and b from k. */
static void match_middle(struct units *a, size_t a_from, size_t a_to, struct units *b, size_t b_from, size_t b_to)
{
    size_t n = a_to - a_from, m = b_to - b_from, i = 0, k = 0;
    uint16_t *length;

    if (n == 0 || m == 0 || n > MIDDLE_MAX || m > MIDDLE_MAX)
        return;
    length = mem_alloc((n + 1) * (m + 1) * sizeof(*length));
    for (size_t x = n + 1; x-- > 0;)
        for (size_t y = m + 1; y-- > 0;) {
            uint16_t *here = &length[x * (m + 1) + y];
            if (x == n || y == m)
                *here = 0;
            else if (a->code[a_from + x] == b->code[b_from + y])
                *here = (uint16_t)(here[m + 2] + 1);
            else
                *here = here[m + 1] > here[1] ? here[m + 1] : here[1];
        }
    while (i < n && k < m) {
        const uint16_t *here = &length[i * (m + 1) + k];
        if (a->code[a_from + i] == b->code[b_from + k])
            pair(a, a_from + i++, b, b_from + k++);
        else if (here[m + 1] >= here[1])
            i++;
        else
            k++;
    }
    free(length);
}

static void match_all(struct units *a, struct units *b)
{
    size_t front = 0, a_to = a->count, b_to = b->count;

    while (front < a_to && front < b_to && a->code[front] == b->code[front]) {
        pair(a, front, b, front);
        front++;
    }
    while (a_to > front && b_to > front && a->code[a_to - 1] == b->code[b_to - 1])
        pair(a, --a_to, b, --b_to);
    match_middle(a, front, a_to, b, front, b_to);
}

/* The number of characters from i that are equal in both without a break. */
static size_t block_length(const struct units *a, size_t i)
{
    size_t len = 0;

    while (i + len < a->count && a->match[i] >= 0 && a->match[i + len] == a->match[i] + (int)len)
        len++;
    return len;
}

/* Unmatches equal blocks that are coincidence; returns how many characters stay matched. */
static size_t drop_chance(struct units *a, struct units *b)
{
    size_t kept = 0, len;

    for (size_t i = 0; i < a->count; i += len) {
        bool edge;
        len = block_length(a, i);
        if (len == 0) {
            len = 1;
            continue;
        }
        edge = (i == 0 && a->match[0] == 0) || (i + len == a->count && a->match[i] + (int)len == (int)b->count);
        if (len >= BLOCK_MIN || edge || b->count < BLOCK_MIN * 4) {
            kept += len;
            continue;
        }
        for (size_t x = i; x < i + len; x++) {
            b->match[a->match[x]] = -1;
            a->match[x] = -1;
        }
    }
    return kept;
}

/* --- runs --- */

static void add_run(struct difference *out, enum run_kind kind, const char *text)
{
    if (out->count < RUNS_MAX)
        out->run[out->count++] = (struct run){.kind = kind, .text = text};
}

/* Characters from..to of u as one run; skips the middle of a long one. */
static void add_stretch(struct pool *pool, struct difference *out, enum run_kind kind, const struct units *u,
                        size_t from, size_t to)
{
    const char *end = u->end[to - 1];

    if (to - from <= SHOWN_HEAD + SHOWN_TAIL + 8) {
        add_run(out, kind, pool_memdup(pool, u->at[from], (size_t)(end - u->at[from])));
        return;
    }
    add_run(out, kind, pool_memdup(pool, u->at[from], (size_t)(u->at[from + SHOWN_HEAD] - u->at[from])));
    add_run(out, RUN_SKIPPED, NULL);
    add_run(out, kind, pool_memdup(pool, u->at[to - SHOWN_TAIL], (size_t)(end - u->at[to - SHOWN_TAIL])));
}

static void add_runs(struct pool *pool, const struct units *a, const struct units *b, struct difference *out)
{
    size_t i = 0, k = 0;

    while (i < a->count || k < b->count) {
        size_t from = i, other = k;
        size_t len = i < a->count && a->match[i] == (int)k ? block_length(a, i) : 0;
        if (len > 0) {
            add_stretch(pool, out, RUN_EQUAL, a, i, i + len);
            i += len;
            k += len;
            continue;
        }
        while (i < a->count && a->match[i] < 0)
            i++;
        while (k < b->count && b->match[k] < 0)
            k++;
        if (i > from)
            add_stretch(pool, out, RUN_MISSING, a, from, i);
        if (k > other)
            add_stretch(pool, out, RUN_EXTRA, b, other, k);
    }
}

void difference_of(struct pool *pool, const char *expected, const char *found, struct difference *out)
{
    struct units a, b;
    size_t kept;

    *out = (struct difference){0};
    if (strlen(expected) > DIFFERENCE_BYTES_MAX || strlen(found) > DIFFERENCE_BYTES_MAX)
        return;
    a = split(pool, expected);
    b = split(pool, found);
    match_all(&a, &b);
    kept = drop_chance(&a, &b);
    out->near = kept * 2 > a.count && (kept < a.count || kept < b.count);
    if (out->near)
        add_runs(pool, &a, &b, out);
    if (out->count == RUNS_MAX) /* too many differences: not a typing mistake */
        *out = (struct difference){0};
}
