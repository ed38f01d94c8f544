/*
 * Inside the use cases: what a worker holds, and the rate limits. Pages and commands see struct worker as opaque.
 */
#ifndef APP_WORKER_H
#define APP_WORKER_H

#include "app/app.h"
#include "dns/dns.h"
#include "store/store.h"

/*
 * How a use case begins, in this order and in one line each: its role, its rate limit, its database.
 *
 *     int rc = actor_require(actor, ROLE_ADMIN, "make a link", err);
 *     if (rc == 0)
 *         rc = worker_limit_account(worker, LIMIT_SHARE, actor, &out->limited, err);
 *     if (rc != 0 || out->limited.yes)
 *         return rc;
 *     return store_share_add(worker_store(worker), ...);
 */

/* 0 if the actor's role includes the role `needed`: ROLE_VIEWER to look and check, ROLE_ADMIN to change. Else
 * ERR_FAULT with "a viewer may not <what>" for the log: pages and commands do not offer an action that the role may
 * not do. */
int actor_require(const struct actor *actor, enum role needed, const char *what, struct err *err);

/* The worker's database; never NULL. The first statement connects; a failure to connect, an unreadable password file
 * included, is that statement's error. */
struct store *worker_store(struct worker *worker);
struct dns *worker_dns(struct worker *worker);

/* Once *stop is true the worker is to end: a running check ends at once with ERR_UNAVAILABLE and writes nothing. */
void worker_stop_on(struct worker *worker, const atomic_bool *stop);
/* The worker's checks keep to pace, which must outlive the worker. */
void worker_keep_pace(struct worker *worker, struct pace *pace);
bool worker_stopped(const struct worker *worker);

/* The same actor for the store's audit trail; borrows its strings. */
struct store_actor worker_actor(const struct actor *actor);

/*
 * The rate limits: LIMIT(id, word, setting). The word is hashed together with the subject, so each kind has its own
 * count; a changed word resets all counts of its kind. setting: the limit_* of the configuration that applies.
 */
#define LIMITS(LIMIT)                                                                                                  \
    LIMIT(LOGIN_FROM, "login from", login) /* an address */                                                            \
    LIMIT(LOGIN_AS, "login as", login)     /* an e-mail address */                                                     \
    LIMIT(PASSWORD, "password of", login)  /* a user who is logged in and types the password again */                  \
    LIMIT(CODE, "code of", login)          /* a user who types a code */                                               \
    LIMIT(MAIL_FROM, "mail for", login)    /* an address that has mails sent */                                        \
    LIMIT(MAIL_TO, "mail to", mail)        /* an e-mail address that gets them */                                      \
    LIMIT(INVITE, "invite", add)           /* an account, as all below but CHECK_FROM */                               \
    LIMIT(ADD, "add", add)                                                                                             \
    LIMIT(SHARE, "share", add)                                                                                         \
    LIMIT(SENDER, "sender", add)                                                                                       \
    LIMIT(TEST_MAIL, "test", test)                                                                                     \
    LIMIT(CHECK, "check of", check)                                                                                    \
    LIMIT(CHECK_FROM, "check from", check) /* an address */
#define LIMIT_ENUM(id, word, setting) LIMIT_##id,
enum limit { LIMITS(LIMIT_ENUM) LIMIT_COUNT };
#undef LIMIT_ENUM

/* Takes one from the subject's allowance; out->yes: none was left. Does not touch out otherwise. */
int worker_limit(struct worker *worker, enum limit limit, const void *subject, size_t len, struct limited *out,
                 struct err *err);
/* For the actor's account. The command line and the sweep, which have no address, have no limits. */
int worker_limit_account(struct worker *worker, enum limit limit, const struct actor *actor, struct limited *out,
                         struct err *err);
/* For a client's address, unless it is empty; IPv6 counts by /64, the prefix of one client (RFC 6177). */
int worker_limit_addr(struct worker *worker, enum limit limit, const char *addr, struct limited *out, struct err *err);

#endif
