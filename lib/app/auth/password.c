/*
 * Passwords to hashes and the comparison, with a turnstile before the memory-hard part. Knows no user and no database.
 */
#include "base/base.h"

#include "app/auth/password.h"

#include <pthread.h>
#include <sodium.h>

enum { PASSES = 2, MEMORY = 19 * 1024 * 1024 };

_Static_assert(PASSWORD_HASH_SIZE >= crypto_pwhash_STRBYTES, "the hash fits");

bool password_acceptable(const char *password)
{
    size_t len = strlen(password);
    return len >= PASSWORD_MIN && len <= PASSWORD_MAX;
}

static pthread_mutex_t turnstile = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left = PTHREAD_COND_INITIALIZER;
static int inside;

static void enter(void)
{
    pthread_mutex_lock(&turnstile);
    while (inside >= PASSWORDS_AT_ONCE)
        pthread_cond_wait(&left, &turnstile);
    inside++;
    pthread_mutex_unlock(&turnstile);
}

static void leave(void)
{
    pthread_mutex_lock(&turnstile);
    inside--;
    pthread_cond_signal(&left);
    pthread_mutex_unlock(&turnstile);
}

int password_hash(const char *password, char out[PASSWORD_HASH_SIZE], struct err *err)
{
    enter();
    int rc = crypto_pwhash_str_alg(out, password, strlen(password), PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13);
    leave();
    return rc == 0 ? 0 : err_set(err, ERR_FAULT, "no memory to hash a password");
}

/* Of a password that nobody has, with the same cost: made at the first login to an unknown address. */
static char nobodys_hash[PASSWORD_HASH_SIZE];
static pthread_once_t nobodys_once = PTHREAD_ONCE_INIT;

static void make_nobodys(void)
{
    unsigned char password[32];
    randombytes_buf(password, sizeof(password));
    if (crypto_pwhash_str_alg(nobodys_hash, (const char *)password, sizeof(password), PASSES, MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        nobodys_hash[0] = '\0';
}

bool password_matches(const char *hash, const char *password)
{
    pthread_once(&nobodys_once,
                 make_nobodys); /* also for those who exist: the first unknown address must not be told by its time */
    enter();
    bool matches = crypto_pwhash_str_verify(hash ? hash : nobodys_hash, password, strlen(password)) == 0;
    leave();
    return matches && hash;
}
