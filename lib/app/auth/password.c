/*
 * Hashing and verifying passwords. At most PASSWORDS_AT_ONCE threads run the memory-hard part. Knows no user and no
 * database.
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

static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t slot_free = PTHREAD_COND_INITIALIZER;
static int slots_used;

static void slot_take(void)
{
    pthread_mutex_lock(&slots_lock);
    while (slots_used >= PASSWORDS_AT_ONCE)
        pthread_cond_wait(&slot_free, &slots_lock);
    slots_used++;
    pthread_mutex_unlock(&slots_lock);
}

static void slot_release(void)
{
    pthread_mutex_lock(&slots_lock);
    slots_used--;
    pthread_cond_signal(&slot_free);
    pthread_mutex_unlock(&slots_lock);
}

int password_hash(const char *password, char out[PASSWORD_HASH_SIZE], struct err *err)
{
    slot_take();
    int rc = crypto_pwhash_str_alg(out, password, strlen(password), PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13);
    slot_release();
    return rc == 0 ? 0 : err_set(err, ERR_FAULT, "no memory to hash a password");
}

/* The hash of a random password, with the same cost: passwords for unknown addresses are verified against it. */
static char decoy_hash[PASSWORD_HASH_SIZE];
static pthread_once_t decoy_once = PTHREAD_ONCE_INIT;

static void make_decoy(void)
{
    unsigned char password[32];
    randombytes_buf(password, sizeof(password));
    if (crypto_pwhash_str_alg(decoy_hash, (const char *)password, sizeof(password), PASSES, MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        decoy_hash[0] = '\0';
}

bool password_matches(const char *hash, const char *password)
{
    /* Also for known addresses: the first login with an unknown one must not take longer. */
    pthread_once(&decoy_once, make_decoy);
    slot_take();
    bool matches = crypto_pwhash_str_verify(hash ? hash : decoy_hash, password, strlen(password)) == 0;
    slot_release();
    return matches && hash;
}
