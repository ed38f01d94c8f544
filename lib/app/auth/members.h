/*
 * The members of an account: its users with their roles, and its invitations. Changes need an admin as actor; an
 * account keeps at least one admin.
 */
#ifndef APP_AUTH_MEMBERS_H
#define APP_AUTH_MEMBERS_H

#include "app/app.h"
#include "base/text.h"
#include "model/user.h"

struct members {
    struct member *member; /* in the order of addresses */
    size_t member_count;
    struct invitation *invitation; /* likewise, expired ones too */
    size_t invitation_count;
};
int members_list(struct worker *worker, struct pool *pool, struct uuid account_id, struct members *out,
                 struct err *err);
/* *out NULL: the account has no such user. */
int member_get(struct worker *worker, struct pool *pool, struct uuid account_id, struct uuid id, struct member **out,
               struct err *err);
/* By the address, case-insensitively. *found false: the account has no such user. */
int member_find(struct worker *worker, struct uuid account_id, const char *email, bool *found, struct uuid *id,
                struct err *err);

struct invite {
    enum {
        INVITE_BAD_EMAIL,
        INVITE_EXISTS,  /* a user of this account has that address */
        INVITE_NO_MAIL, /* smtp_host is not set */
        INVITE_LIMITED,
        INVITE_QUEUED
    } what;
    struct limited limited; /* with INVITE_LIMITED */
};
/*
 * Queues a mail with a link to that address and ends an earlier invitation to it. The result does not reveal whether a
 * user of another account has the address: its owner learns it from the link. lang: of the mail.
 */
int member_invite(struct worker *worker, const struct actor *actor, const char *email, enum role role, enum lang lang,
                  struct invite *out, struct err *err);
int invitation_withdraw(struct worker *worker, const struct actor *actor, struct uuid id, bool *found, struct err *err);

int member_set_role(struct worker *worker, const struct actor *actor, struct uuid id, enum role role,
                    enum member_change *out, struct err *err);
/* Ends the user's sessions; the user's events are kept in the audit trail. */
int member_remove(struct worker *worker, const struct actor *actor, struct uuid id, enum member_change *out,
                  struct err *err);

#endif
