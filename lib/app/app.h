/*
 * The use cases: what a user, the command line or the sweep may do with the platform's domains. Ties domain, dns and
 * store together; knows no HTTP and no HTML. The only headers that pages and commands include are app/, domain/ and
 * base/.
 *
 * Every function that touches customer data takes the account first and sees nothing of any other account. Results are
 * values; the only errors are faults: ERR_UNAVAILABLE (database gone: say 503, try later, nothing was changed or, after
 * a lost COMMIT, it was looked up whether it was), ERR_FAULT.
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

/* As which database user a worker works. */
enum worker_kind { WORKER_WEB = 1, WORKER_OWNER, WORKER_SWEEP };

/*
 * One worker: one thread, one database connection (made at first use, made again after a loss), one DNS handle.
 * Not thread-safe; make one a thread.
 */
struct worker;
struct worker *worker_new(const struct app *app, enum worker_kind as);
void worker_free(struct worker **worker);
const struct app *worker_app(const struct worker *worker);

/* Who acts, for rights, limits and the audit trail. */
struct actor {
    struct uuid account_id;
    struct uuid user_id; /* nil: the command line or the sweep */
    const char *email;   /* the user's; NULL with no user */
    enum role role;
    const char *addr; /* the client's address as text; "" for the command line and the sweep: no rate limits */
};

/* Who asks before anybody is logged in, as the web server and the browser say. */
struct visitor {
    const char *addr;  /* the client's address as text */
    const char *agent; /* User-Agent; any bytes, NULL if there is none */
};

/* A use case may be refused for its rate: when it may be tried again. */
struct limited {
    bool yes;
    int retry_after_s;
};

/* The database answers and has this program's schema version. */
int worker_ping(struct worker *worker, struct err *err);

#endif
