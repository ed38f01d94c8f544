/*
 * A user's own settings, from the store and back. Knows no page.
 */
#include "base/base.h"

#include "app/auth/user_settings.h"

#include "app/worker.h"
#include "store/users.h"

int user_settings_get(struct worker *worker, const struct actor *actor, struct user_settings *out, struct err *err)
{
    return store_user_settings(worker_store(worker), actor->account_id, actor->user_id, out, err);
}

int user_settings_save(struct worker *worker, const struct actor *actor, const struct user_settings *settings,
                       struct err *err)
{
    return store_user_settings_change(worker_store(worker), actor->account_id, actor->user_id, settings, err);
}
