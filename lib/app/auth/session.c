/*
 * Logging in, being logged in, logging out. Only the cookie holds the token: the database has its SHA-256, and the CSRF
 * token is a keyed hash of it. Knows no HTTP.
 */
#include "base/base.h"

#include "app/auth/session.h"

#include <sodium.h>

#include "app/auth/email_address.h"
#include "app/auth/password.h"
#include "app/auth/token.h"
#include "app/auth/user_agent.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "store/mfa.h"
#include "store/sessions.h"
#include "store/users.h"

enum { MS_PER_HOUR = 3600 * 1000, SEEN_EVERY_MS = 5 * 60 * 1000, CLEAN_ONE_IN = 32, MFA_PENDING_MS = 10 * 60 * 1000 };

static int limit_login(struct worker *worker, const char *address, const char *addr, struct limited *out,
                       struct err *err)
{
    int rc = worker_limit_addr(worker, LIMIT_LOGIN_FROM, addr, out, err);
    if (rc == 0 && !out->yes)
        rc = worker_limit(worker, LIMIT_LOGIN_AS, address, strlen(address), out, err);
    return rc;
}

/* The user with that address and password; *out NULL if either is wrong. */
static int find_user(struct store *store, struct pool *pool, const char *address, const char *password,
                     struct store_login_user **out, struct err *err)
{
    int rc = store_user_by_email(store, pool, address, out, err);
    if (rc != 0)
        return rc;
    bool fits = password_matches(*out ? (*out)->password_hash : NULL, strlen(password) <= PASSWORD_MAX ? password : "");
    if (!fits)
        *out = NULL;
    return 0;
}

/* verified and *added as in store_session_add. */
static int add_session(struct worker *worker, struct uuid account_id, struct uuid user_id, const char *verified,
                       const struct visitor *from, char token[TOKEN_TEXT_SIZE], bool *added, struct err *err)
{
    struct store *store = worker_store(worker);
    struct browser browser = user_agent_parse(from->agent);
    struct err ignored; /* expired rows that are left are deleted another time */
    uint8_t hash[TOKEN_HASH_SIZE];
    int64_t now = clock_wall_ms(), until = now + (int64_t)worker_app(worker)->conf->session_hours * MS_PER_HOUR;
    *added = false;
    token_new(token);
    token_digest(token, hash);
    int rc = store_session_add(store, account_id, user_id, verified, hash, now, until, &browser, added, err);
    if (rc == 0 && random_below(CLEAN_ONE_IN) == 0 && store_expired_delete(store, now, &ignored) != 0)
        log_event(LOG_WARN, "not_cleaned", LOG_S("error", ignored.text));
    return rc;
}

int session_begin(struct worker *worker, struct uuid account_id, struct uuid user_id, const struct visitor *from,
                  char token[TOKEN_TEXT_SIZE], struct err *err)
{
    bool added;
    int rc = add_session(worker, account_id, user_id, NULL, from, token, &added, err);
    return rc == 0 && !added ? err_set(err, ERR_UNAVAILABLE, "database: the user went away during login") : rc;
}

static int begin_mfa(struct store *store, const struct store_login_user *user, char token[TOKEN_TEXT_SIZE], bool *added,
                     struct err *err)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    token_new(token);
    token_digest(token, hash);
    return store_mfa_pending_add(store, user, hash, clock_wall_ms() + MFA_PENDING_MS, added, err);
}

/* A password that changed during its verification counts as wrong. */
int session_login(struct worker *worker, struct pool *pool, const char *email, const char *password,
                  const struct visitor *from, struct login *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct store_login_user *user = NULL;
    char address[EMAIL_SIZE];
    *out = (struct login){0};
    email_normalize(email, address);
    int rc = limit_login(worker, address, from->addr, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    rc = find_user(store, pool, address, password, &user, err);
    if (rc != 0 || !user)
        return rc;
    if (user->mfa_required)
        return begin_mfa(store, user, out->token, &out->mfa_required, err);
    return add_session(worker, user->account_id, user->user_id, user->password_hash, from, out->token, &out->ok, err);
}

/* Extends the session, at most once every SEEN_EVERY_MS. */
static void prolong(struct worker *worker, struct store *store, struct session *session,
                    const uint8_t hash[TOKEN_HASH_SIZE], int64_t now)
{
    struct err ignored; /* the session is valid; the next request extends it */
    int64_t until = now + (int64_t)worker_app(worker)->conf->session_hours * MS_PER_HOUR;
    session->prolonged = now - session->seen_at >= SEEN_EVERY_MS;
    if (session->prolonged &&
        store_session_seen(store, session->account_id, hash, now, until, now - SEEN_EVERY_MS + 1, &ignored) != 0)
        log_event(LOG_WARN, "session_not_prolonged", LOG_S("error", ignored.text));
}

int session_open(struct worker *worker, struct pool *pool, const char *token, struct session **out, struct err *err)
{
    struct store *store = worker_store(worker);
    uint8_t hash[TOKEN_HASH_SIZE];
    *out = NULL;
    if (!token_digest(token, hash))
        return 0;
    int64_t now = clock_wall_ms();
    int rc = store_session_open(store, pool, hash, now, out, err);
    if (rc != 0 || !*out)
        return rc;
    prolong(worker, store, *out, hash, now);
    session_csrf(token, (*out)->csrf);
    return 0;
}

bool session_is_of(const struct session *session, const char *remote_user)
{
    char address[EMAIL_SIZE];
    email_normalize(remote_user, address);
    return strcmp(address, session->email) == 0;
}

int session_remote(struct worker *worker, struct pool *pool, const char *remote_user, const struct visitor *from,
                   char token[TOKEN_TEXT_SIZE], struct session **out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct store_login_user *user;
    char address[EMAIL_SIZE];
    *out = NULL;
    email_normalize(remote_user, address);
    int rc = store_user_by_email(store, pool, address, &user, err);
    if (rc != 0 || !user)
        return rc;
    rc = session_begin(worker, user->account_id, user->user_id, from, token, err);
    return rc ? rc : session_open(worker, pool, token, out, err);
}

int session_logout(struct worker *worker, const char *token, struct err *err)
{
    struct store *store = worker_store(worker);
    uint8_t hash[TOKEN_HASH_SIZE];
    return token_digest(token, hash) ? store_session_delete(store, hash, err) : 0;
}

/* What a form carries: a salt, and a hash that only the token's holder can make of it. */
enum { CSRF_SALT = 8 };

static void csrf_with_salt(const char *token, const unsigned char salt[CSRF_SALT], char out[TOKEN_TEXT_SIZE])
{
    /* The key only separates this use of the hash from others; the secret is the token. */
    static const char key[] = "volmacht.csrf-token-of-session.2";
    unsigned char both[TOKEN_BYTES];
    crypto_generichash_state state;
    crypto_generichash_init(&state, (const unsigned char *)key, sizeof(key) - 1, TOKEN_BYTES - CSRF_SALT);
    crypto_generichash_update(&state, salt, CSRF_SALT);
    crypto_generichash_update(&state, (const unsigned char *)token, strlen(token));
    memcpy(both, salt, CSRF_SALT);
    crypto_generichash_final(&state, both + CSRF_SALT, TOKEN_BYTES - CSRF_SALT);
    sodium_bin2base64(out, TOKEN_TEXT_SIZE, both, sizeof(both), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void session_csrf(const char *token, char out[TOKEN_TEXT_SIZE])
{
    unsigned char salt[CSRF_SALT];
    random_bytes(salt, sizeof(salt));
    csrf_with_salt(token, salt, out);
}

bool session_csrf_valid(const char *token, const char *given)
{
    unsigned char raw[TOKEN_BYTES];
    size_t len = 0;
    char wanted[TOKEN_TEXT_SIZE];
    if (sodium_base642bin(raw, sizeof(raw), given, strlen(given), NULL, &len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        len != TOKEN_BYTES)
        return false;
    csrf_with_salt(token, raw, wanted);
    return strlen(given) == TOKEN_TEXT_SIZE - 1 && sodium_memcmp(given, wanted, TOKEN_TEXT_SIZE - 1) == 0;
}
