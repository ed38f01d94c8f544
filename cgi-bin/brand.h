/*
 * The platform's own look: name, mark or logo, accent colour. Taken from the configuration once, before threads; what
 * depends on it is given at URLs that change with it (page_brand_*), so that browsers may keep it.
 */
#ifndef CGI_BRAND_H
#define CGI_BRAND_H

#include "base/conf.h"
#include "base/err.h"

enum { BRAND_LOGO_MAX = 64 * 1024, BRAND_VERSION_SIZE = 17 };

struct brand {
    char version[BRAND_VERSION_SIZE]; /* of all below, for the URLs: hexadecimal */
    char initial[8];                  /* the first character of brand_name, UTF-8 */
    bool has_style;                   /* the accent is the platform's own */
    bool has_logo;
    bool logo_is_name;     /* so wide that it holds the name, which is then not shown beside it */
    const char *logo_type; /* image/png or image/svg+xml */
    char *logo;            /* logo_len bytes */
    size_t logo_len;
};

/* Reads the logo. ERR_CONFIG: it is not there, no PNG and no SVG, or larger than BRAND_LOGO_MAX. Before threads. */
int brand_load(const struct conf *conf, struct err *err);
void brand_unload(void);
/* What was loaded; before that a brand of nothing. Immutable. */
const struct brand *brand(void);

#endif
