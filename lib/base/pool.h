/*
 * A pool holds all memory of one request or one check and is dropped whole at
 * its end. Nothing in it is freed alone. Out of memory aborts the process: a
 * supervisor starts it again. A pool belongs to one thread.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/base.h"

struct pool;

struct pool *pool_new(void);
void pool_free(struct pool **pool); /* NULL-safe; sets *pool to NULL */
void pool_clear(struct pool *pool); /* drops what it holds and keeps its first block for the next request */

/* Zeroed memory, aligned for any type. size 0 gives a valid pointer. */
void *pool_alloc(struct pool *pool, size_t size);
/* Zeroed array; aborts if count * size overflows. */
void *pool_array(struct pool *pool, size_t count, size_t size);
char *pool_strdup(struct pool *pool, const char *s);
/* Copies len bytes and puts a NUL behind them. */
char *pool_memdup(struct pool *pool, const void *data, size_t len);
char *pool_printf(struct pool *pool, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* malloc, realloc and strdup that abort when memory is out; freed with free(). */
void *mem_alloc(size_t size);
void *mem_realloc(void *p, size_t size);
char *mem_strdup(const char *s);

#endif
