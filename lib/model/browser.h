/*
 * The browser behind a User-Agent, in the two words that people know it by. Good for recognising one's own browser in a
 * list, and for nothing else: whoever sends the header writes what he likes.
 */
#ifndef MODEL_BROWSER_H
#define MODEL_BROWSER_H

#include "base/base.h"

struct browser {
    const char *name; /* "Firefox", "Chrome", …; "" if it is none that we know. Static */
    const char *os;   /* "Windows", "iPhone", …; "" likewise */
};
/* agent: any bytes (RFC 9110 10.1.5), NULL for none. */
struct browser browser_of(const char *agent);

#endif
