/*
 * The pool: blocks of memory in a list, allocated from front to back, freed together. Large pieces get blocks of their
 * own. Knows nothing of what is stored in it.
 */
#include "base/base.h"

#include "base/pool.h"

#include <stdalign.h>
#include <stdarg.h>

enum { BLOCK_SIZE = 16 * 1024 };

struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char data[];
};

struct pool {
    struct block *first; /* kept by pool_clear */
    struct block *top;   /* where small pieces are allocated */
};

static _Noreturn void out_of_memory(void)
{
    static const char line[] = "level=error event=out_of_memory\n";
    fputs(line, stderr);
    abort();
}

void *mem_alloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *mem_realloc(void *p, size_t size)
{
    p = realloc(p, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

char *mem_strdup(const char *s)
{
    size_t len = strlen(s) + 1;
    return memcpy(mem_alloc(len), s, len);
}

static struct block *block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct block))
        out_of_memory();
    struct block *b = mem_alloc(sizeof(*b) + size);
    b->next = NULL;
    b->used = 0;
    b->size = size;
    return b;
}

struct pool *pool_new(void)
{
    struct pool *pool = mem_alloc(sizeof(*pool));
    pool->first = pool->top = block_new(BLOCK_SIZE);
    return pool;
}

static void blocks_free(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
}

void pool_free(struct pool **pool)
{
    if (!*pool)
        return;
    blocks_free((*pool)->first);
    free(*pool);
    *pool = NULL;
}

void pool_clear(struct pool *pool)
{
    blocks_free(pool->first->next);
    pool->first->next = NULL;
    pool->first->used = 0;
    pool->top = pool->first;
}

void *pool_alloc(struct pool *pool, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX - align)
        out_of_memory();
    size = (size + align - 1) / align * align;
    struct block *b = pool->top;
    if (size > b->size - b->used) {
        struct block *fresh = block_new(size > BLOCK_SIZE / 4 ? size : BLOCK_SIZE);
        fresh->next = b->next;
        b->next = fresh;
        if (fresh->size == BLOCK_SIZE)
            pool->top = fresh;
        b = fresh;
    }
    void *p = b->data + b->used;
    b->used += size;
    return memset(p, 0, size);
}

void *pool_array(struct pool *pool, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        out_of_memory();
    return pool_alloc(pool, bytes);
}

char *pool_memdup(struct pool *pool, const void *data, size_t len)
{
    char *p = pool_alloc(pool, len + 1);
    if (len)
        memcpy(p, data, len);
    p[len] = '\0';
    return p;
}

char *pool_strdup(struct pool *pool, const char *s)
{
    return pool_memdup(pool, s, strlen(s));
}

char *pool_printf(struct pool *pool, const char *fmt, ...)
{
    char most[512]; /* nearly every text fits: formatted once */
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(most, sizeof(most), fmt, ap);
    va_end(ap);
    if (n < 0)
        out_of_memory(); /* only a text over INT_MAX */
    if ((size_t)n < sizeof(most))
        return pool_memdup(pool, most, (size_t)n);
    char *p = pool_alloc(pool, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return p;
}
