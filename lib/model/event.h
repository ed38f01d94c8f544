/*
 * The audit trail: its actions, and an event as a domain's history shows it. The words are fixed: they are stored in
 * audit_event.action and scripts read them there.
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "base/base.h"
#include "model/check.h"

#define AUDIT_ACTIONS(X)                                                                                               \
    X(DOMAIN_ADDED, "added")                                                                                           \
    X(DOMAIN_DELETED, "deleted")                                                                                       \
    X(CHECKED, "checked")                                                                                              \
    X(VERIFIED, "verified")                                                                                            \
    X(LOST, "lost")                                                                                                    \
    X(KEY_ADDED, "key_added")                                                                                          \
    X(KEY_ACTIVATED, "key_changed")                                                                                    \
    X(KEY_DROPPED, "key_dropped")                                                                                      \
    X(SHARED, "shared")                                                                                                \
    X(UNSHARED, "unshared")                                                                                            \
    X(SENDER_ADDED, "sender_added")                                                                                    \
    X(SENDER_CHANGED, "sender_changed")                                                                                \
    X(SENDER_DELETED, "sender_deleted")                                                                                \
    X(USER_INVITED, "user_invited")                                                                                    \
    X(USER_JOINED, "user_joined")                                                                                      \
    X(USER_REMOVED, "user_removed")                                                                                    \
    X(USER_MADE_ADMIN, "user_made_admin")                                                                              \
    X(USER_MADE_VIEWER, "user_made_viewer")                                                                            \
    X(INVITATION_WITHDRAWN, "invitation_withdrawn")                                                                    \
    X(PASSWORD_CHANGED, "password_changed")                                                                            \
    X(PASSWORD_RESET, "password_reset")                                                                                \
    X(SECOND_FACTOR_ON, "second_factor_on")                                                                            \
    X(SECOND_FACTOR_OFF, "second_factor_off")

enum audit_action {
    ACTION_NONE, /* no action, or one of another version */
#define X(id, word) ACTION_##id,
    AUDIT_ACTIONS(X)
#undef X
        ACTION_COUNT
};
const char *audit_action_word(enum audit_action action); /* "" for NONE */
bool audit_action_parse(const char *word, enum audit_action *out);
/* The action of a check that set that status. NONE for pending, which no check sets. */
enum audit_action audit_action_of_status(enum status status);

/* One line of a domain's history. */
struct event {
    int64_t at; /* ms UTC */
    enum audit_action action;
    const char *user;     /* e-mail of the actor; "" for the command line, the sweep and the share link */
    enum trigger trigger; /* of a check; else NONE */
};

#endif
