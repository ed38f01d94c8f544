/*
 * A user's own settings, from the store and back. Whose they are is the actor's matter: nobody sets another's.
 */
#include "base/base.h"

#include "app/auth/user_settings.h"

#include "app/worker.h"

int user_settings_get(struct worker *worker, struct pool *pool, const struct actor *actor, struct user_settings *out,
                      struct err *err)
{
    struct store *store = worker_store(worker);
    const char *language;
    *out = (struct user_settings){0};
    int rc = store_user_settings(store, pool, actor->account_id, actor->user_id, &language, &out->notify, err);
    out->has_language = rc == 0 && language && lang_parse(language, &out->language);
    return rc;
}

int user_settings_save(struct worker *worker, const struct actor *actor, const struct user_settings *settings,
                       struct err *err)
{
    struct store *store = worker_store(worker);
    return store_user_settings_change(store, actor->account_id, actor->user_id,
                                      settings->has_language ? lang_code(settings->language) : NULL, settings->notify,
                                      err);
}
