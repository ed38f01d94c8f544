/*
 * The settings of a logged-in user: the language, and whether to get mails about domains. Both functions act on the
 * actor's own user.
 */
#ifndef APP_AUTH_USER_SETTINGS_H
#define APP_AUTH_USER_SETTINGS_H

#include "app/app.h"
#include "model/user.h"

int user_settings_get(struct worker *worker, const struct actor *actor, struct user_settings *out, struct err *err);
int user_settings_save(struct worker *worker, const struct actor *actor, const struct user_settings *settings,
                       struct err *err);

#endif
