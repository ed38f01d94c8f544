/*
 * Contrast as WCAG 2.2 defines it, and the colours that pages derive from one accent. Knows no page: which text stands
 * on which ground is said here once, as numbers.
 */
#include "base/base.h"

#include "base/color.h"
#include "base/encode.h"

#include <math.h>

static const double needed = 4.5; /* WCAG 2.2, 1.4.3: text of ordinary size */

static const struct color black = {0, 0, 0}, white = {255, 255, 255};
/* --ground, --card and --field of static/volmacht.css. */
static const struct color grounds[][3] = {
    [SCHEME_LIGHT] = {{0xf6, 0xf7, 0xf8}, {0xff, 0xff, 0xff}, {0xf1, 0xf3, 0xf5}},
    [SCHEME_DARK] = {{0x11, 0x16, 0x1b}, {0x1a, 0x21, 0x28}, {0x24, 0x2c, 0x35}},
};

/* --accent there. */
static const struct color accents[] = {[SCHEME_LIGHT] = {0x0b, 0x6e, 0x66}, [SCHEME_DARK] = {0x4c, 0xc3, 0xb6}};

struct color accent_default(enum color_scheme scheme)
{
    return accents[scheme];
}

bool color_parse(const char *text, struct color *out)
{
    int digit[6];
    if (strlen(text) != 7 || text[0] != '#')
        return false;
    for (int i = 0; i < 6; i++) {
        digit[i] = hex_value(text[i + 1]);
        if (digit[i] < 0)
            return false;
    }
    *out = (struct color){(uint8_t)(digit[0] * 16 + digit[1]), (uint8_t)(digit[2] * 16 + digit[3]),
                          (uint8_t)(digit[4] * 16 + digit[5])};
    return true;
}

void color_format(struct color color, char out[COLOR_TEXT_SIZE])
{
    snprintf(out, COLOR_TEXT_SIZE, "#%02x%02x%02x", color.r, color.g, color.b);
}

/* WCAG 2.2, "relative luminance"; 0.04045 is sRGB's own bound (IEC 61966-2-1), the same for 8 bits as the 0.03928 of
 * older texts. */
static double linear(uint8_t channel)
{
    double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(struct color c)
{
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

double color_contrast(struct color a, struct color b)
{
    double la = luminance(a), lb = luminance(b);
    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

static uint8_t mix_channel(uint8_t of, double share, uint8_t into)
{
    return (uint8_t)lround(of * share + into * (1 - share));
}

struct color color_mix(struct color of, double share, struct color into)
{
    return (struct color){mix_channel(of.r, share, into.r), mix_channel(of.g, share, into.g),
                          mix_channel(of.b, share, into.b)};
}

struct accent accent_of(struct color plain, enum color_scheme scheme)
{
    if (scheme == SCHEME_LIGHT)
        return (struct accent){.plain = plain,
                               .strong = color_mix(plain, 0.82, black),
                               .on = white,
                               .tint = color_mix(plain, 0.14, white)};
    return (struct accent){.plain = plain,
                           .strong = color_mix(plain, 0.8, white),
                           .on = color_mix(plain, 0.17, black),
                           .tint = color_mix(plain, 0.16, grounds[SCHEME_DARK][0])};
}

size_t accent_grounds(enum color_scheme scheme, const struct color **out)
{
    *out = grounds[scheme];
    return ARRAY_LEN(grounds[scheme]);
}

/* The pair of the lowest contrast among all that the pages show. */
static double worst_of(struct color plain, enum color_scheme scheme, struct color *text, struct color *ground)
{
    struct accent accent = accent_of(plain, scheme);
    const struct color pairs[][2] = {
        {plain, grounds[scheme][0]}, {plain, grounds[scheme][1]}, {plain, grounds[scheme][2]},
        {plain, accent.tint},        {accent.on, plain},          {accent.on, accent.strong},
    };
    double worst = 22;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        double contrast = color_contrast(pairs[i][0], pairs[i][1]);
        if (contrast < worst) {
            worst = contrast;
            *text = pairs[i][0];
            *ground = pairs[i][1];
        }
    }
    return worst;
}

struct color accent_nearest(struct color plain, enum color_scheme scheme)
{
    struct color text, ground, good = plain;
    for (int step = 1; step <= 255 && worst_of(good, scheme, &text, &ground) < needed; step++)
        good = color_mix(plain, 1 - step / 255.0, scheme == SCHEME_LIGHT ? black : white);
    return good;
}

int accent_check(struct color plain, enum color_scheme scheme, struct err *err)
{
    struct color text, ground;
    char text_hex[COLOR_TEXT_SIZE], ground_hex[COLOR_TEXT_SIZE], plain_hex[COLOR_TEXT_SIZE], good_hex[COLOR_TEXT_SIZE];
    double worst = worst_of(plain, scheme, &text, &ground);
    if (worst >= needed)
        return 0;
    color_format(text, text_hex);
    color_format(ground, ground_hex);
    color_format(plain, plain_hex);
    color_format(accent_nearest(plain, scheme), good_hex);
    /* Truncated, not rounded: 4.496 is not 4.50. */
    return err_set(
        err, ERR_CONFIG,
        "%s cannot be read well on %s pages: text in %s on %s has a contrast of %.2f, and 4.5 is needed (WCAG 2.2, 1.4.3). "
        "The nearest colour that is good is %s",
        plain_hex, scheme == SCHEME_LIGHT ? "light" : "dark", text_hex, ground_hex, floor(worst * 100) / 100, good_hex);
}
