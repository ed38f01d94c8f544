/*
 * Accounts and users as the operator administers them: what a name, an address and a password must be. The password
 * leaves this file as a hash only.
 */
#include "base/base.h"

#include "app/auth/account.h"

#include "app/auth/email_address.h"
#include "app/auth/password.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include "store/accounts.h"
#include "store/users.h"

enum { NAME_MAX_BYTES = 200 };

int account_add(struct worker *worker, const char *name, struct uuid *id, struct err *err)
{
    struct store *store = worker_store(worker);
    if (!*name || strlen(name) > NAME_MAX_BYTES || !is_printable(name))
        return err_set(err, ERR_MALFORMED, "an account's name has 1 to %d bytes of UTF-8 without control characters",
                       NAME_MAX_BYTES);
    *id = uuid_new();
    return store_account_add(store, *id, name, clock_wall_ms(), err);
}

int user_add(struct worker *worker, struct uuid account_id, const char *email, const char *password, enum role role,
             enum user_add_result *result, struct err *err)
{
    char address[EMAIL_SIZE], hash[PASSWORD_HASH_SIZE];
    enum store_added added = STORE_NOT_ADDED;
    struct store *store = worker_store(worker);
    *result = !email_is_valid(email) ? USER_BAD_EMAIL : USER_BAD_PASSWORD;
    if (!email_is_valid(email) || !password_acceptable(password))
        return 0;
    email_normalize(email, address);
    int rc = password_hash(password, hash, err);
    if (rc == 0)
        rc = store_user_add(store, account_id, uuid_new(), address, hash, role, clock_wall_ms(), &added, err);
    if (rc == 0)
        *result = added == STORE_ADDED ? USER_ADDED : added == STORE_EXISTS ? USER_EXISTS : USER_NO_ACCOUNT;
    explicit_bzero(hash, sizeof(hash));
    return rc;
}

int user_set_password(struct worker *worker, const struct actor *actor, struct uuid user_id, const char *password,
                      bool *good, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    struct store *store = worker_store(worker);
    char hash[PASSWORD_HASH_SIZE];
    bool found;
    *good = password_acceptable(password);
    if (!*good)
        return 0;
    int rc = password_hash(password, hash, err);
    if (rc == 0)
        rc = store_user_password_change(store, actor->account_id, user_id, hash, NULL, &by, ACTION_PASSWORD_CHANGED,
                                        clock_wall_ms(), &found, err);
    explicit_bzero(hash, sizeof(hash));
    return rc;
}

int schema_migrate(struct worker *worker, int *from, int *to, struct err *err)
{
    return store_migrate(worker_store(worker), from, to, err);
}
