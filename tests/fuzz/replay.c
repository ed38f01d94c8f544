/*
 * Runs a fuzz target over the files of its corpus, so that the ordinary tests cover what fuzzing once found. The corpus
 * is tests/fuzz/corpus/CORPUS of the source tree; make check gives the tree as $srcdir.
 */
#include "base/base.h"

#include <dirent.h>

#include "base/buf.h"
#include "base/pool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool replay(const char *path)
{
    struct buf input;
    char chunk[4096];
    size_t n;
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    buf_init(&input, 1 << 20);
    while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
        buf_add(&input, chunk, n);
    fclose(file);
    LLVMFuzzerTestOneInput((const uint8_t *)input.data, input.len);
    buf_free(&input);
    return true;
}

int main(void)
{
    const char *srcdir = getenv("srcdir");
    struct pool *pool = pool_new();
    const char *folder = pool_printf(pool, "%s/tests/fuzz/corpus/" CORPUS, srcdir ? srcdir : ".");
    struct dirent *entry;
    int seen = 0, failed = 0;
    DIR *dir = opendir(folder);
    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.') {
            seen++;
            failed += !replay(pool_printf(pool, "%s/%s", folder, entry->d_name));
        }
    if (dir)
        closedir(dir);
    printf("%s: %d inputs, %d unreadable\n", folder, seen, failed);
    pool_free(&pool);
    return seen == 0 || failed ? 1 : 0;
}
