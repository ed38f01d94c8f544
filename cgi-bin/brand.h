/*
 * The platform's own look: name, mark or logo, accent colour. Read from the configuration once, before threads; the
 * resources that depend on it have URLs that change with it (page_brand_*), so that browsers may cache them.
 */
#ifndef CGI_BRAND_H
#define CGI_BRAND_H

#include "base/conf.h"
#include "base/err.h"

enum { BRAND_LOGO_MAX = 64 * 1024, BRAND_VERSION_SIZE = 17 };

struct brand {
    char version[BRAND_VERSION_SIZE]; /* of all below, for the URLs: hexadecimal */
    char initial[8];                  /* the first character of brand_name, UTF-8 */
    bool has_style;                   /* the platform has configured an accent */
    bool has_logo;
    bool logo_is_name;     /* a word mark: the name is not shown beside it */
    const char *logo_type; /* image/png or image/svg+xml */
    char *logo;            /* logo_len bytes */
    size_t logo_len;
};

/* Reads the logo. ERR_CONFIG: the file is missing, is neither PNG nor SVG, or is larger than BRAND_LOGO_MAX. Before
 * threads. */
int brand_load(const struct conf *conf, struct err *err);
void brand_unload(void);
/* The loaded brand; an empty one before brand_load. Immutable. */
const struct brand *brand(void);

#endif
