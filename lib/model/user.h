/*
 * The users of an account with their roles, invited users, and a user's settings.
 */
#ifndef MODEL_USER_H
#define MODEL_USER_H

#include "base/base.h"
#include "base/random.h"
#include "base/text.h"

enum role { ROLE_NONE, ROLE_ADMIN, ROLE_VIEWER }; /* NONE: no rights at all; an unset role refuses */
const char *role_word(enum role r);
bool role_parse(const char *word, enum role *out);

/* A user, as the account's members see one another. */
struct member {
    struct uuid id;
    const char *email; /* as stored: ASCII letters in lower case */
    enum role role;
    int64_t created_at; /* ms UTC */
};

/* An invitation to become a member, sent by mail. */
struct invitation {
    struct uuid id;
    const char *email;
    enum role role;
    int64_t created_at, expires_at; /* ms UTC */
};
/* Whether the invitation has expired at now (ms UTC). */
bool invitation_expired(const struct invitation *invitation, int64_t now);

/* The outcome of a change to a member. */
enum member_change {
    MEMBER_GONE,       /* the account has no such user */
    MEMBER_LAST_ADMIN, /* an account keeps at least one admin: nothing was changed */
    MEMBER_CHANGED
};

struct user_settings {
    bool has_language;
    enum lang language; /* when has_language */
    bool notify;        /* mails about domains; only admins get them */
};

#endif
