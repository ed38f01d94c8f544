/*
 * The use cases: what a user, the command line or the sweep may do with the platform's domains. Ties mailauth, dns and
 * store together; knows no HTTP and no HTML. Pages and commands include no headers but those of app/, model/, mailauth/
 * and base/.
 *
 * Every function that touches customer data takes the account first and sees nothing of any other account. Results are
 * values; the only errors are faults: ERR_UNAVAILABLE (the database cannot be reached: answer 503; nothing was changed,
 * or a lost COMMIT was looked up), ERR_FAULT.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "base/conf.h"
#include "base/err.h"
#include "base/pool.h"
#include "mailauth/evaluation.h"
#include "model/domain.h"
#include "model/user.h"

/* What all threads share: configuration and name rules (the time zone is the process's). Immutable after
 * app_new. */
struct app {
    const struct conf *conf;
    struct name_rules *names;
};
int app_new(const struct conf *conf, struct app **out,
            struct err *err); /* also the libraries' global init and the process's time zone; before threads */
void app_free(struct app **app);

/* The database user that a worker connects as. */
enum worker_kind { WORKER_WEB = 1, WORKER_OWNER, WORKER_SWEEP };

/*
 * One worker: one thread, one database connection (made at first use, made again after a loss), one DNS handle.
 * Not thread-safe; make one a thread.
 */
struct worker;
struct worker *worker_new(const struct app *app, enum worker_kind as);
void worker_free(struct worker **worker);
const struct app *worker_app(const struct worker *worker);

/* Who acts: for rights, limits and the audit trail. */
struct actor {
    struct uuid account_id;
    struct uuid user_id; /* nil: the command line or the sweep */
    const char *email;   /* the user's; NULL with no user */
    enum role role;
    const char *addr; /* the client's address as text; "" for the command line and the sweep: no rate limits */
};

/* The client of a request before login, as the web server and the browser report it. */
struct visitor {
    const char *addr;  /* the client's address as text */
    const char *agent; /* User-Agent; any bytes, NULL if there is none */
};

/* The rate limit of a use case: whether it refused, and when the next try is allowed. */
struct limited {
    bool yes;
    int retry_after_s;
};

/* 0 if the database answers and has this program's schema version. */
int worker_ping(struct worker *worker, struct err *err);

#endif
