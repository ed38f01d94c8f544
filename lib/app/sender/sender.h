/*
 * The account's senders: the addresses that it sends from and the routes of their mail; test mails; credentials for
 * submission.
 */
#ifndef APP_SENDER_SENDER_H
#define APP_SENDER_SENDER_H

#include "app/app.h"
#include "app/sender/sender_input.h"

struct sender_list {
    struct sender *sender; /* by address: whole domains first */
    size_t count;
    bool more; /* there is a next page, after sender[count - 1].address */
};
/* after: an address, NULL for the first page. page_size: at most 200. */
int sender_list(struct worker *worker, struct pool *pool, struct uuid account_id, const char *after, int page_size,
                struct sender_list *out, struct err *err);

enum { BOUNCES_SHOWN = 20 };
struct sender_detail {
    struct sender sender;
    struct bounce *bounce; /* newest first */
    size_t bounce_count;
    bool tested; /* a test mail was sent recently */
    struct test_mail test;
    struct delivery_attempt *attempt; /* of that test mail, newest first; none before the first try */
    size_t attempt_count;
};
/* *out NULL: the account has no such sender. */
int sender_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id,
               struct sender_detail **out, struct err *err);

struct sender_save {
    enum { SENDER_GONE, SENDER_REFUSED, SENDER_SAVED } what;
    struct limited limited; /* when yes, nothing was saved */
    struct uuid id;         /* with SAVED; else nil */
    struct sender_evaluation evaluation;
};
/*
 * Adds a sender (id nil) or changes one, whose address is immutable. Resolves the host of an SMTP route: its addresses
 * must be global and not the platform's own. A secret is kept only for the server for which it was typed.
 */
int sender_save(struct worker *worker, struct pool *pool, const struct actor *actor, struct uuid id,
                const struct sender_input *input, struct sender_save *out, struct err *err);
int sender_delete(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err);

struct sender_test {
    enum { TEST_SENDER_GONE, TEST_BAD_RECIPIENT, TEST_NOT_POSSIBLE, TEST_REFUSED, TEST_SENT } what;
    struct limited limited; /* when yes, nothing else is set */
    const char *answer;     /* REFUSED: the answer of the platform's mail server; printable */
};
/*
 * Submits a real mail as this sender to recipient, by a credential of its own that expires after some minutes, and
 * waits up to 4 s for the first delivery attempt of the mail server (see sender_get). NOT_POSSIBLE: the platform has no
 * smtp_host, or its mail server does not answer.
 */
int sender_test(struct worker *worker, struct pool *pool, const struct actor *actor, enum lang lang, struct uuid id,
                const char *recipient, struct sender_test *out, struct err *err);
/* Whether test mails are possible at all. */
bool sender_can_test(const struct worker *worker);

/* A login and password for the account's software, shown once: only a hash is stored. Works with WORKER_OWNER. */
enum { CREDENTIAL_LOGIN_SIZE = 24 };
struct credential {
    char login[CREDENTIAL_LOGIN_SIZE];
    char password[TOKEN_TEXT_SIZE];
};
int credential_add(struct worker *worker, struct uuid account_id, struct credential *out, bool *no_account,
                   struct err *err);

#endif
