/*
 * Colours and whether they can be told apart: relative luminance and contrast of WCAG 2.2, and what the pages make of
 * one accent colour. The colours of the pages' grounds stand in static/volmacht.css too; a test compares them.
 */
#ifndef BASE_COLOR_H
#define BASE_COLOR_H

#include "base/base.h"
#include "base/err.h"

struct color {
    uint8_t r, g, b; /* sRGB */
};
enum { COLOR_TEXT_SIZE = 8 }; /* "#0b6e66" */

/* #RRGGBB, either case; false for anything else. */
bool color_parse(const char *text, struct color *out);
void color_format(struct color color, char out[COLOR_TEXT_SIZE]);

/* 1 to 21 (WCAG 2.2, "contrast ratio"); the order makes no difference. */
double color_contrast(struct color a, struct color b);
/* share (0 to 1) of `of`, the rest of `into`; per channel. */
struct color color_mix(struct color of, double share, struct color into);

enum color_scheme { SCHEME_LIGHT, SCHEME_DARK };

/* The colours that pages derive from an accent. */
struct accent {
    struct color plain;  /* links, buttons, focus */
    struct color strong; /* a button under the pointer */
    struct color on;     /* text on plain and strong */
    struct color tint;   /* ground of the menu item that is open; plain is its text */
};
struct accent accent_of(struct color plain, enum color_scheme scheme);

/* The stylesheet's default, for a platform without a colour of its own. */
struct color accent_default(enum color_scheme scheme);

/*
 * 0 if every text that this accent colours or stands under reaches 4.5 (WCAG 2.2, 1.4.3). Else ERR_CONFIG, and err
 * tells the worst pair, its ratio and the nearest colour that is good.
 */
int accent_check(struct color plain, enum color_scheme scheme, struct err *err);
/* The nearest colour of the same hue that is good: darker on light pages, lighter on dark ones; plain itself if it is
 * good. */
struct color accent_nearest(struct color plain, enum color_scheme scheme);

/* The grounds that text in the accent stands on. Returns how many; *out is static. */
size_t accent_grounds(enum color_scheme scheme, const struct color **out);

#endif
