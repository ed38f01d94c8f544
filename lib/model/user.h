/*
 * The users of an account with their roles, those who are invited to become one, and what a user has set.
 */
#ifndef MODEL_USER_H
#define MODEL_USER_H

#include "base/base.h"
#include "base/random.h"
#include "base/text.h"

enum role { ROLE_NONE, ROLE_ADMIN, ROLE_VIEWER }; /* NONE: no rights at all; a role that was not set refuses */
const char *role_word(enum role r);
bool role_parse(const char *word, enum role *out);

/* A user, as the account's members see one another. */
struct member {
    struct uuid id;
    const char *email; /* as stored: ASCII letters small */
    enum role role;
    int64_t created_at; /* ms UTC */
};

/* Somebody who was sent a link with which to become a member. */
struct invitation {
    struct uuid id;
    const char *email;
    enum role role;
    int64_t created_at, expires_at; /* ms UTC */
};
/* Whether the invitation's link opens nothing any more at now (ms UTC). */
bool invitation_expired(const struct invitation *invitation, int64_t now);

/* What became of a change to a member. */
enum member_change {
    MEMBER_GONE,       /* the account has no such user */
    MEMBER_LAST_ADMIN, /* an account keeps one admin: nothing was changed */
    MEMBER_CHANGED
};

struct user_settings {
    bool has_language;
    enum lang language; /* when has_language */
    bool notify;        /* mails about domains; only admins get them */
};

#endif
