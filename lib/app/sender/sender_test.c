/*
 * A test mail as one of the account's senders, and credentials for SMTP AUTH. The mail is submitted like every mail of
 * the account, by a credential made for it that expires after some minutes; the mail server decides its route and
 * records each delivery attempt.
 */
#include "base/base.h"

#include <crypt.h>
#include <time.h>

#include "app/notify/message.h"
#include "app/notify/submission.h"
#include "app/sender/sender.h"
#include "app/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "mailauth/mail_address.h"
#include "model/user.h"
#include "store/senders.h"

enum {
    LOGIN_LIFE_MS = 5 * 60 * 1000,
    WAIT_MS = 4000, /* for the first attempt; afterwards the page says that there was none yet */
    WAIT_STEP_MS = 100,
    CRYPT_HASH_MAX = 128,
};

/* --- logins --- */

/* SHA-512 crypt, which the mail server's crypteq verifies. The password is 256 random bits, so the default number of
 * rounds suffices. */
static int hash_for_mail_server(const char *password, char out[CRYPT_HASH_MAX], struct err *err)
{
    static const char base64[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char setting[3 + 16 + 2] = "$6$";
    uint8_t salt[16];
    struct crypt_data *data = mem_alloc(sizeof(*data)); /* 32 KB: not for the stack */
    memset(data, 0, sizeof(*data));
    random_bytes(salt, sizeof(salt));
    for (size_t i = 0; i < sizeof(salt); i++)
        setting[3 + i] = base64[salt[i] % 64];
    setting[3 + sizeof(salt)] = '$';
    const char *hash = crypt_r(password, setting, data);
    bool ok = hash && strncmp(hash, "$6$", 3) == 0 && strlen(hash) < CRYPT_HASH_MAX;
    if (ok)
        snprintf(out, CRYPT_HASH_MAX, "%s", hash);
    explicit_bzero(data, sizeof(*data));
    free(data);
    return ok ? 0 : err_set(err, ERR_FAULT, "crypt_r makes no SHA-512 hash");
}

static void login_new(const char *prefix, char out[CREDENTIAL_LOGIN_SIZE])
{
    char word[12 + 1] = "";
    random_base32(word, sizeof(word) - 1);
    snprintf(out, CREDENTIAL_LOGIN_SIZE, "%s%s", prefix, word);
}

int credential_add(struct worker *worker, struct uuid account_id, struct credential *out, bool *no_account,
                   struct err *err)
{
    struct store *store = worker_store(worker);
    char hash[CRYPT_HASH_MAX];
    enum store_added added = STORE_NOT_ADDED;
    login_new("vm", out->login);
    token_new(out->password);
    int rc = hash_for_mail_server(out->password, hash, err);
    if (rc == 0)
        rc = store_credential_add(store, account_id, out->login, hash, clock_wall_ms(), &added,
                                  err); /* 60 random bits: EXISTS is our own first attempt */
    *no_account = rc == 0 && added == STORE_NO_ACCOUNT;
    return rc;
}

/* --- the mail --- */

/* The From address of the test: the sender itself, or an address in the whole domain. */
static const char *from_of(struct pool *pool, const struct sender *sender)
{
    return sender_is_whole_domain(sender) ? pool_printf(pool, "test%s", sender->address) : sender->address;
}

static void write_message(struct buf *out, const struct app *app, enum lang lang, const struct sender *sender,
                          const char *from, const char *to, struct uuid id, int64_t now)
{
    struct buf subject, body, message_id;
    char id_text[UUID_TEXT_SIZE];
    uuid_format(id, id_text);
    buf_init(&subject, MESSAGE_MAX);
    buf_init(&body, MESSAGE_MAX);
    buf_init(&message_id, MESSAGE_MAX);
    text_fill(&subject, lang, TEXT_TEST_MAIL_SUBJECT, TEXT_ARGS({"sender", sender->address}));
    text_fill(&body, lang, TEXT_TEST_MAIL_BODY,
              TEXT_ARGS({"sender", sender->address}, {"brand", app->conf->brand_name}));
    buf_addf(&message_id, "test.%s@%s", id_text, app->conf->platform_domain);
    message_write(out, &(struct message){.from_name = sender->display_name,
                                         .from = from,
                                         .to = to,
                                         .subject = subject.data,
                                         .id = message_id.data,
                                         .at = now,
                                         .body = body.data});
    buf_free(&subject);
    buf_free(&body);
    buf_free(&message_id);
}

/* --- sending --- */

/* Waits up to WAIT_MS until the mail server has recorded a delivery attempt. */
static int wait_for_attempt(struct store *store, struct uuid account_id, struct uuid sender_id, struct err *err)
{
    int64_t until = clock_mono_us() + WAIT_MS * 1000;
    size_t count = 0;
    int rc = 0;
    while (rc == 0 && count == 0 && clock_mono_us() < until) {
        struct pool *pool = pool_new();
        struct test_mail test;
        struct delivery_attempt *attempt;
        bool found;
        nanosleep(&(struct timespec){.tv_nsec = WAIT_STEP_MS * 1000000L}, NULL);
        rc = store_test_mail_last(store, pool, account_id, sender_id, &found, &test, &attempt, &count, err);
        pool_free(&pool);
    }
    return rc;
}

/* The answer of the platform's mail server, made printable. */
static const char *printable_answer(struct pool *pool, const struct submitted *answer)
{
    struct buf out;
    buf_init(&out, 4 * SUBMISSION_ANSWER_SIZE);
    buf_add_printable(&out, answer->answer, strlen(answer->answer));
    const char *said = pool_strdup(pool, out.data);
    buf_free(&out);
    return said;
}

/* The row and credential of the test mail. */
static int add_test(struct store *store, const struct actor *actor, const struct test_mail *test,
                    struct credential *login, struct err *err)
{
    char hash[CRYPT_HASH_MAX];
    login_new("test-", login->login);
    token_new(login->password);
    int rc = hash_for_mail_server(login->password, hash, err);
    if (rc == 0)
        rc = store_test_mail_add(store, actor->account_id, test, login->login, hash, test->at + LOGIN_LIFE_MS, err);
    return rc;
}

static int sender_test_submit(struct worker *worker, struct pool *pool, const struct actor *actor, enum lang lang,
                              const struct sender *sender, const char *to, struct sender_test *out, struct err *err)
{
    const struct app *app = worker_app(worker);
    struct store *store = worker_store(worker);
    const struct test_mail test = {.id = uuid_new(), .sender_id = sender->id, .recipient = to, .at = clock_wall_ms()};
    const char *from = from_of(pool, sender);
    struct credential login;
    struct submitted answer;
    struct buf message;
    buf_init(&message, MESSAGE_MAX);
    int rc = add_test(store, actor, &test, &login, err);
    if (rc != 0)
        goto out;
    write_message(&message, app, lang, sender, from, to, test.id, test.at);
    rc = submission_send(app->conf,
                         &(struct submission){.login = login.login,
                                              .password = login.password,
                                              .from = from,
                                              .to = to,
                                              .message = message.data,
                                              .len = message.len},
                         &answer, err);
    if (rc == ERR_UNAVAILABLE) { /* an error of the mail server, not of the page */
        log_event(LOG_WARN, "test_mail_not_submitted", LOG_S("error", err->text));
        out->what = TEST_NOT_POSSIBLE;
        rc = 0;
        goto out;
    }
    if (rc != 0)
        goto out;
    out->what = answer.accepted ? TEST_SENT : TEST_REFUSED;
    out->answer = printable_answer(pool, &answer);
    if (answer.accepted)
        rc = wait_for_attempt(store, actor->account_id, sender->id, err);
out:
    explicit_bzero(login.password, sizeof(login.password));
    buf_free(&message);
    return rc;
}

bool sender_can_test(const struct worker *worker)
{
    return worker_app(worker)->conf->smtp_host != NULL;
}

int sender_test(struct worker *worker, struct pool *pool, const struct actor *actor, enum lang lang, struct uuid id,
                const char *recipient, struct sender_test *out, struct err *err)
{
    struct store *store = worker_store(worker);
    struct sender *sender = NULL;
    *out = (struct sender_test){.what = TEST_SENDER_GONE};
    int rc = actor_require(actor, ROLE_ADMIN, "send test mails", err);
    if (rc == 0)
        rc = store_sender_get(store, pool, actor->account_id, id, &sender, err);
    if (rc != 0 || !sender)
        return rc;
    const char *to = mail_address(pool, recipient);
    out->what = !to ? TEST_BAD_RECIPIENT : TEST_NOT_POSSIBLE;
    if (!to || !sender_can_test(worker))
        return 0;
    rc = worker_limit_account(worker, LIMIT_TEST_MAIL, actor, &out->limited, err);
    if (rc != 0 || out->limited.yes)
        return rc;
    return sender_test_submit(worker, pool, actor, lang, sender, to, out, err);
}
