/*
 * Secrets, the codes that belong to them, and recovery codes. The only user of liboath and libqrencode. Knows no page.
 */
#include "base/base.h"

#include "app/auth/mfa.h"

#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>

#include "app/auth/session.h"
#include "app/auth/token.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/random.h"
#include "store/mfa.h"

enum { STEP_S = 30, WINDOW = 1, DIGITS = 6, QUIET = 4 /* modules, ISO/IEC 18004 */, CODE_BYTES = 10, TYPED_MAX = 64 };

/* --- what an authenticator app reads --- */

static const char *secret_text(struct pool *pool, const uint8_t secret[TOTP_SECRET_SIZE], bool groups)
{
    struct buf out;
    char *base32 = NULL;
    size_t len = 0;
    buf_init(&out, 256);
    if (oath_base32_encode((const char *)secret, TOTP_SECRET_SIZE, &base32, &len) == OATH_OK)
        for (size_t i = 0; i < len && base32[i] != '='; i++)
            buf_addf(&out, groups && i > 0 && i % 4 == 0 ? " %c" : "%c", base32[i]);
    free(base32);
    const char *text = pool_strdup(pool, out.data);
    buf_free(&out);
    return text;
}

/* The key URI format that authenticator apps share. */
static const char *uri_of(struct pool *pool, const char *brand, const char *email,
                          const uint8_t secret[TOTP_SECRET_SIZE])
{
    struct buf out;
    buf_init(&out, 4096);
    buf_adds(&out, "otpauth://totp/");
    buf_add_percent(&out, brand);
    buf_addc(&out, ':');
    buf_add_percent(&out, email);
    buf_addf(&out, "?secret=%s&issuer=", secret_text(pool, secret, false));
    buf_add_percent(&out, brand);
    const char *uri = pool_strdup(pool, out.data);
    buf_free(&out);
    return uri;
}

/* As an SVG path: each row's runs of dark modules are rectangles. */
static void draw_qr(struct pool *pool, const char *uri, struct mfa *out)
{
    struct buf path;
    QRcode *qr = QRcode_encodeString8bit(uri, 0, QR_ECLEVEL_M);
    out->qr_path = "";
    if (!qr)
        return;
    buf_init(&path, 256 * 1024);
    for (int y = 0; y < qr->width; y++)
        for (int x = 0, run; x < qr->width; x += run) {
            bool dark = qr->data[y * qr->width + x] & 1;
            for (run = 1; x + run < qr->width && (qr->data[y * qr->width + x + run] & 1) == dark; run++)
                continue;
            if (dark)
                buf_addf(&path, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
        }
    out->qr_size = qr->width + 2 * QUIET;
    out->qr_path = pool_strdup(pool, path.data);
    buf_free(&path);
    QRcode_free(qr);
}

int mfa_get(struct worker *worker, struct pool *pool, const struct actor *actor, const char *email, struct mfa *out,
            struct err *err)
{
    struct store *store = worker_store(worker);
    struct totp totp;
    *out = (struct mfa){0};
    int rc = store_totp_get(store, actor->account_id, actor->user_id, &totp, err);
    out->state = totp.state;
    out->recovery_codes_left = totp.recovery_codes_left;
    if (rc == 0 && totp.state == TOTP_STARTED) {
        out->secret = secret_text(pool, totp.secret, true);
        out->uri = uri_of(pool, worker_app(worker)->conf->brand_name, email, totp.secret);
        draw_qr(pool, out->uri, out);
    }
    explicit_bzero(&totp, sizeof(totp));
    return rc;
}

int mfa_start(struct worker *worker, const struct actor *actor, struct err *err)
{
    struct store *store = worker_store(worker);
    uint8_t secret[TOTP_SECRET_SIZE];
    random_bytes(secret, sizeof(secret));
    int rc = store_totp_start(store, actor->account_id, actor->user_id, secret, clock_wall_ms(), err);
    explicit_bzero(secret, sizeof(secret));
    return rc;
}

/* --- codes --- */

/* The typed code without spaces and hyphens, in lower case. False if it is too long for any code. */
static bool plain_code(const char *typed, char out[TYPED_MAX])
{
    size_t n = 0;
    for (; *typed; typed++) {
        char c = ascii_lower(*typed);
        if (c == ' ' || c == '-')
            continue;
        if (n == TYPED_MAX - 1)
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return true;
}

/* The time step (RFC 6238 4.2) that the code belongs to; -1 for a wrong code. */
static int64_t mfa_step_of(const uint8_t secret[TOTP_SECRET_SIZE], const char *code)
{
    uint64_t step = 0;
    if (strlen(code) != DIGITS || strspn(code, "0123456789") != DIGITS)
        return -1;
    int rc = oath_totp_validate3((const char *)secret, TOTP_SECRET_SIZE, (time_t)(clock_wall_ms() / 1000), STEP_S, 0,
                                 WINDOW, NULL, &step, code);
    return rc >= 0 ? (int64_t)step : -1;
}

/* Hashed with the user id, so that equal codes of two users are two rows. */
static void recovery_digest(struct uuid user_id, const char *plain, uint8_t out[TOKEN_HASH_SIZE])
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, user_id.byte, sizeof(user_id.byte));
    crypto_hash_sha256_update(&state, (const unsigned char *)plain, strlen(plain));
    crypto_hash_sha256_final(&state, out);
}

static void recovery_new(struct uuid user_id, char shown[RECOVERY_CODE_SIZE], uint8_t hash[TOKEN_HASH_SIZE])
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    char plain[TYPED_MAX];
    size_t n = 0;
    for (size_t i = 0; i < CODE_BYTES * 8 / 5; i++) {
        if (i > 0 && i % 4 == 0)
            shown[n++] = '-';
        shown[n++] = alphabet[random_below(32)];
    }
    shown[n] = '\0';
    plain_code(shown, plain);
    recovery_digest(user_id, plain, hash);
    explicit_bzero(plain, sizeof(plain));
}

static int limit_codes(struct worker *worker, struct uuid user_id, struct limited *out, struct err *err)
{
    return worker_limit(worker, LIMIT_CODE, user_id.byte, sizeof(user_id.byte), out, err);
}

int mfa_confirm(struct worker *worker, const struct actor *actor, const char *code, struct mfa_confirm *out,
                struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    struct store *store = worker_store(worker);
    uint8_t hash[RECOVERY_CODES][TOKEN_HASH_SIZE];
    struct totp totp;
    char plain[TYPED_MAX];
    bool done;
    *out = (struct mfa_confirm){.what = MFA_LIMITED};
    int rc = limit_codes(worker, actor->user_id, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    rc = store_totp_get(store, actor->account_id, actor->user_id, &totp, err);
    if (rc != 0)
        return rc;
    bool started = totp.state == TOTP_STARTED;
    int64_t step = started && plain_code(code, plain) ? mfa_step_of(totp.secret, plain) : -1;
    explicit_bzero(&totp, sizeof(totp));
    out->what = started ? MFA_CODE_WRONG : MFA_NOT_PENDING;
    if (step < 0)
        return 0;
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        recovery_new(actor->user_id, out->code[i], hash[i]);
    rc = store_totp_change(store, actor->account_id, actor->user_id,
                           &(struct store_totp_confirmation){.step = step, .code_hash = hash, .count = RECOVERY_CODES},
                           &by, clock_wall_ms(), &done, err);
    out->what = rc == 0 && done ? MFA_ACCEPTED : MFA_NOT_PENDING;
    return rc;
}

int mfa_remove(struct worker *worker, const struct actor *actor, struct uuid user_id, struct err *err)
{
    const struct store_actor by = worker_actor(actor);
    struct store *store = worker_store(worker);
    bool done;
    return store_totp_change(store, actor->account_id, user_id, NULL, &by, clock_wall_ms(), &done, err);
}

int mfa_disable(struct worker *worker, struct pool *pool, const struct actor *actor, const char *password,
                struct profile_password *out, struct err *err)
{
    int rc = profile_password_check(worker, pool, actor, password, out, err);
    return rc != 0 || out->what != PASSWORD_ACCEPTED ? rc : mfa_remove(worker, actor, actor->user_id, err);
}

/* --- at the login --- */

/* Uses a code up: the device's, or a recovery code. *accepted false: it is wrong or already used. */
static int mfa_use_code(struct store *store, struct uuid account_id, struct uuid user_id, const char *code,
                        bool *accepted, struct err *err)
{
    struct totp totp;
    uint8_t hash[TOKEN_HASH_SIZE];
    char plain[TYPED_MAX];
    *accepted = false;
    if (!plain_code(code, plain))
        return 0;
    int rc = store_totp_get(store, account_id, user_id, &totp, err);
    int64_t step = rc == 0 && totp.state == TOTP_CONFIRMED ? mfa_step_of(totp.secret, plain) : -1;
    explicit_bzero(&totp, sizeof(totp));
    if (rc != 0)
        return rc;
    if (step >= 0)
        return store_totp_use(store, account_id, user_id, step, accepted, err);
    recovery_digest(user_id, plain, hash);
    return store_recovery_use(store, account_id, user_id, hash, accepted, err);
}

int mfa_login(struct worker *worker, const char *token, const char *code, const struct visitor *from,
              struct mfa_login *out, struct err *err)
{
    struct store *store = worker_store(worker);
    uint8_t hash[TOKEN_HASH_SIZE];
    struct uuid account_id, user_id;
    bool pending, accepted;
    *out = (struct mfa_login){.what = MFA_NOT_PENDING};
    if (!token_digest(token, hash))
        return 0;
    int64_t now = clock_wall_ms();
    int rc = store_mfa_pending_open(store, hash, now, &pending, &account_id, &user_id, err);
    if (rc != 0 || !pending)
        return rc;
    out->what = MFA_CODE_WRONG;
    if (!code)
        return 0;
    rc = limit_codes(worker, user_id, &out->limited, err);
    if (rc == 0 && out->limited.yes)
        out->what = MFA_LIMITED;
    if (rc != 0 || out->limited.yes)
        return rc;
    rc = mfa_use_code(store, account_id, user_id, code, &accepted, err);
    if (rc != 0 || !accepted)
        return rc;
    rc = store_mfa_pending_delete(store, hash, now, err);
    if (rc == 0)
        rc = session_begin(worker, account_id, user_id, from, out->token, err);
    if (rc == 0)
        out->what = MFA_ACCEPTED;
    return rc;
}
