/*
 * The fields of a sender as typed, and which values may be stored. Pure; asks no DNS.
 */
#ifndef APP_SENDER_SENDER_INPUT_H
#define APP_SENDER_SENDER_INPUT_H

#include "base/base.h"
#include "base/pool.h"
#include "mailauth/name.h"
#include "model/sender.h"

enum sender_field {
    SENDER_ADDRESS,
    SENDER_NAME,
    SENDER_ROUTE,
    SENDER_HOST,
    SENDER_PORT,
    SENDER_SECURITY,
    SENDER_USERNAME,
    SENDER_SECRET,
    SENDER_FIELD_COUNT
};
enum sender_fault {
    SENDER_UNCHECKED, /* not evaluated: counts as refused */
    SENDER_OK,
    SENDER_EMPTY,
    SENDER_MALFORMED,    /* not what the field holds; control characters; too long */
    SENDER_BAD_DOMAIN,   /* the address's domain: see struct sender_evaluation.name */
    SENDER_TAKEN,        /* the account has this address already */
    SENDER_HOST_INWARD,  /* the host's address is loopback, private or otherwise not global */
    SENDER_HOST_OURS,    /* the host is the platform's own */
    SENDER_HOST_UNKNOWN, /* DNS has no address for it */
    SENDER_HOST_SILENT,  /* DNS gave no usable answer: try again */
    SENDER_SECRET_AGAIN, /* host or user changed: the password must be typed again, since it is sent only to the server
                            for which it was typed */
};

/* As typed; NULL is "". */
struct sender_input {
    const char *field[SENDER_FIELD_COUNT];
};
struct sender_evaluation {
    enum sender_fault fault[SENDER_FIELD_COUNT];
    struct name_evaluation name; /* of the address's domain, with SENDER_BAD_DOMAIN */
};

/*
 * Evaluates the typed fields and fills *out (strings in pool) with the values to store; has_secret: a new secret was
 * typed. before: the sender that is changed, whose address is immutable; NULL for a new one. Fields that the route does
 * not have are SENDER_OK. True if all are. Does not resolve the host.
 */
bool sender_evaluate(struct pool *pool, const struct name_rules *rules, const struct sender *before,
                     const struct sender_input *input, struct sender *out, struct sender_evaluation *evaluation);

#endif
