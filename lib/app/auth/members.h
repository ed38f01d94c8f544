/*
 * Who uses an account: its users with their roles, and who is invited. Changes want an admin as actor; an account keeps
 * one, whatever happens.
 */
#ifndef APP_AUTH_MEMBERS_H
#define APP_AUTH_MEMBERS_H

#include "app/app.h"
#include "base/text.h"
#include "model/user.h"

struct person {
    struct uuid id;
    const char *email;
    enum role role;
    int64_t since;      /* ms UTC: user, or invited */
    int64_t expires_at; /* of an invitation, else 0 */
    bool expired;       /* of an invitation: its link opens nothing any more */
};
struct people {
    struct person *user, *invited; /* each in the order of addresses */
    size_t user_count, invited_count;
};
int people_list(struct worker *worker, struct pool *pool, struct uuid account_id, struct people *out, struct err *err);
/* *out NULL: the account has no such user. */
int people_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id, struct person **out,
               struct err *err);
/* By the address, in whatever letters. *found false: the account has no such user. */
int people_find(struct worker *worker, struct uuid account_id, const char *email, bool *found, struct uuid *id,
                struct err *err);

struct invite {
    enum {
        INVITED,
        INVITE_BAD_EMAIL,
        INVITE_EXISTS /* a user of this account */,
        INVITE_NO_MAIL /* smtp_host is not set */,
        INVITE_LIMITED
    } what;
    struct limited limited; /* with INVITE_LIMITED */
};
/*
 * Writes to that address; an invitation that there was ends. Whether a user of another account has the address is not
 * told here: its owner learns it from the link. lang: of the mail.
 */
int people_invite(struct worker *worker, const struct actor *actor, const char *email, enum role role, enum lang lang,
                  struct invite *out, struct err *err);
int people_withdraw(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err);

enum person_change { PERSON_CHANGED, PERSON_GONE, PERSON_LAST_ADMIN /* nothing was changed */ };
int people_set_role(struct worker *worker, const struct actor *actor, struct uuid id, enum role role,
                    enum person_change *out, struct err *err);
/* His sessions end; what he did stays in the audit trail. */
int people_remove(struct worker *worker, const struct actor *actor, struct uuid id, enum person_change *out,
                  struct err *err);

#endif
