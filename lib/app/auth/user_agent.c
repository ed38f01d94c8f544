/*
 * Product names in a User-Agent and the browsers and systems that they stand for. Browsers name each other for
 * compatibility, so the order decides: the more specific name comes first.
 */
#include "base/base.h"

#include "app/auth/user_agent.h"

struct product {
    const char *name, *meaning;
};

static const struct product browsers[] = {
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

static const struct product systems[] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},       {"Android", "Android"}, {"CrOS", "ChromeOS"},
    {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Linux", "Linux"},
};

static const char *user_agent_find(const struct product *product, size_t count, const char *agent)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(agent, product[i].name))
            return product[i].meaning;
    return "";
}

struct browser user_agent_parse(const char *agent)
{
    if (!agent)
        return (struct browser){"", ""};
    return (struct browser){user_agent_find(browsers, ARRAY_LEN(browsers), agent),
                            user_agent_find(systems, ARRAY_LEN(systems), agent)};
}
