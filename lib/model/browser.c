/*
 * Words in a User-Agent and what they mean. Browsers name each other in it, so the order decides: the more special
 * comes first.
 */
#include "base/base.h"

#include "model/browser.h"

struct mark {
    const char *word, *means;
};

static const struct mark names[] = {
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"Vivaldi/", "Vivaldi"},
    {"Firefox/", "Firefox"},
    {"FxiOS/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Safari/", "Safari"},
    {"curl/", "curl"},
};

static const struct mark systems[] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},       {"Android", "Android"}, {"CrOS", "ChromeOS"},
    {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Linux", "Linux"},
};

static const char *find(const struct mark *mark, size_t count, const char *agent)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(agent, mark[i].word))
            return mark[i].means;
    return "";
}

struct browser browser_of(const char *agent)
{
    if (!agent)
        return (struct browser){"", ""};
    return (struct browser){find(names, ARRAY_LEN(names), agent), find(systems, ARRAY_LEN(systems), agent)};
}
