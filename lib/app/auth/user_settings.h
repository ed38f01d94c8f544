/*
 * What a logged-in user has set for himself: the language, and whether the night may mail him.
 */
#ifndef APP_AUTH_USER_SETTINGS_H
#define APP_AUTH_USER_SETTINGS_H

#include "app/app.h"
#include "base/text.h"

struct user_settings {
    bool has_language;
    enum lang language; /* when has_language */
    bool notify;        /* mails about domains; only admins get them */
};
int user_settings_get(struct worker *worker, struct pool *pool, const struct actor *actor, struct user_settings *out,
                      struct err *err);
int user_settings_save(struct worker *worker, const struct actor *actor, const struct user_settings *settings,
                       struct err *err);

#endif
