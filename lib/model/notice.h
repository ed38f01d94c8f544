/*
 * Notices: reports about a domain to an account's admins by mail, and the mail to one of them.
 */
#ifndef MODEL_NOTICE_H
#define MODEL_NOTICE_H

#include "base/base.h"
#include "base/random.h"

enum notice_kind {
    NOTICE_NONE,
    NOTICE_VERIFIED,   /* a nightly check made the domain verified */
    NOTICE_WAITING_3,  /* pending for 3 days */
    NOTICE_WAITING_14, /* pending for 14 days */
    NOTICE_COUNT
};
const char *notice_kind_word(enum notice_kind kind); /* "verified", "waiting_3", "waiting_14" */
bool notice_kind_parse(const char *word, enum notice_kind *out);

struct notice {
    struct uuid account_id, domain_id;
    enum notice_kind kind;
    int64_t since; /* ms UTC: the domain's verified_at or created_at */
};

/* A mail in the outbox: one notice to one admin. */
struct notice_mail {
    struct notice notice;
    struct uuid user_id;
    int64_t created_at;   /* ms UTC */
    int tries;            /* that failed */
    const char *email;    /* as stored */
    const char *language; /* a code of base/text.h; NULL: not chosen */
    bool wanted;          /* the user still wants such mails */
    struct uuid owner;    /* of the claim under which it is being sent */
};

#endif
