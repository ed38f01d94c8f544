/*
 * The platform's own look, read once. Owns the logo's bytes and the version in its URLs; knows no page.
 */
#include "base/base.h"

#include "brand.h"

#include <errno.h>

#include "base/buf.h"
#include "base/pool.h"

/* px, at the logo's height of 26 px: a wider logo counts as a word mark. */
enum { NAME_WIDTH = 60 };

static struct brand loaded;

/* FNV-1a, 64 bits: the version distinguishes contents; it is no secret. */
static uint64_t hash_add(uint64_t hash, const void *data, size_t len)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ p[i]) * 0x100000001b3ULL;
    return hash;
}

static const char *logo_type_of(const char *data, size_t len)
{
    static const char png[] = "\x89PNG\r\n\x1a\n";
    if (len > sizeof(png) - 1 && memcmp(data, png, sizeof(png) - 1) == 0)
        return "image/png";
    /* Text with a root element of SVG, which comments or declarations may precede. */
    if (memchr(data, '\0', len) || data[strspn(data, "\xef\xbb\xbf \t\r\n")] != '<' || !strstr(data, "<svg"))
        return NULL;
    return "image/svg+xml";
}

static int read_logo(const char *path, struct err *err)
{
    struct buf content;
    char chunk[4096];
    size_t n;
    int rc = 0;
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(err, ERR_CONFIG, "logo %s: %s", path, strerror(errno));
    buf_init(&content, BRAND_LOGO_MAX);
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        buf_add(&content, chunk, n);
    if (ferror(f))
        rc = err_set(err, ERR_CONFIG, "logo %s: %s", path, strerror(errno));
    else if (content.overflowed)
        rc = err_set(err, ERR_CONFIG, "logo %s: larger than %d bytes", path, BRAND_LOGO_MAX);
    else if (!(loaded.logo_type = logo_type_of(content.data, content.len)))
        rc = err_set(err, ERR_CONFIG, "logo %s: is no PNG and no SVG", path);
    fclose(f);
    if (rc == 0) {
        loaded.has_logo = true;
        loaded.logo_len = content.len;
        loaded.logo = mem_alloc(content.len);
        memcpy(loaded.logo, content.data, content.len);
    }
    buf_free(&content);
    return rc;
}

/* The first character, whole: a UTF-8 sequence has at most four bytes. */
static void take_initial(const char *name)
{
    size_t len = name[0] ? 1 : 0;
    while (len > 0 && len < 4 && ((unsigned char)name[len] & 0xc0) == 0x80)
        len++;
    memcpy(loaded.initial, name, len);
    loaded.initial[len] = '\0';
}

int brand_load(const struct conf *conf, struct err *err)
{
    brand_unload();
    take_initial(conf->brand_name);
    loaded.has_style = conf->has_accent;
    int rc = conf->logo ? read_logo(conf->logo, err) : 0;
    if (rc < 0)
        return rc;
    loaded.logo_is_name = loaded.has_logo && conf->logo_width > NAME_WIDTH;
    uint64_t hash = 0xcbf29ce484222325ULL;
    hash = hash_add(hash, conf->brand_name, strlen(conf->brand_name) + 1);
    hash = hash_add(hash, &conf->accent_color, sizeof(conf->accent_color));
    hash = hash_add(hash, &conf->accent_color_dark, sizeof(conf->accent_color_dark));
    hash = hash_add(hash, loaded.logo, loaded.logo_len);
    snprintf(loaded.version, sizeof(loaded.version), "%016llx", (unsigned long long)hash);
    return 0;
}

void brand_unload(void)
{
    free(loaded.logo);
    loaded = (struct brand){0};
}

const struct brand *brand(void)
{
    return &loaded;
}
