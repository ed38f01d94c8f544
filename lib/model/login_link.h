/*
 * Links by mail that lead to a password: for a password reset, and for an invitation to an account. The mail that
 * carries one, the target of the link, and the outcome of its use.
 */
#ifndef MODEL_LOGIN_LINK_H
#define MODEL_LOGIN_LINK_H

#include "base/base.h"
#include "base/random.h"
#include "model/user.h"

enum login_mail_kind { LOGIN_MAIL_NONE, LOGIN_MAIL_PASSWORD, LOGIN_MAIL_INVITE };
const char *login_mail_kind_word(enum login_mail_kind kind); /* "password", "invite" */
bool login_mail_kind_parse(const char *word, enum login_mail_kind *out);

/* A queued mail. */
struct login_mail {
    struct uuid id;
    enum login_mail_kind kind;
    const char *email;
    const char *language; /* a code of base/text.h: the user's own setting, else that of the page that asked */
    int64_t created_at;   /* ms UTC */
    int tries;            /* that failed */
    struct uuid account_id, user_id, invitation_id; /* all nil: the mail has no recipient (any more) */
    int64_t expires_at;                             /* ms UTC: the invitation's, else 0 */
    const char *account_name;                       /* of an invitation, else NULL */
    struct uuid owner;                              /* of the claim under which it is being sent */
};

/* The target of a link: a user's password, or an account for an invited user. */
struct login_link {
    struct uuid account_id;
    struct uuid user_id;       /* nil: it is an invitation's */
    struct uuid invitation_id; /* nil: it is a user's */
    const char *account_name, *email;
    enum role role; /* of an invitation, else ROLE_NONE */
};
bool login_link_is_invitation(const struct login_link *link);

enum login_link_result {
    LINK_GONE,          /* it opens nothing (any more) */
    LINK_BAD_PASSWORD,  /* under 8 or over 1024 bytes */
    LINK_ADDRESS_TAKEN, /* by a user of some account */
    LINK_USED
};

#endif
