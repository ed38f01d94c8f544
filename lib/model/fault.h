/*
 * The precise reason of a finding that has several: "malformed" because of a duplicate tag, "unusable" because of h=.
 * The findings are fixed (docs/design.md, section 6); a fault is kept beside them and selects the text that users see.
 */
#ifndef MODEL_FAULT_H
#define MODEL_FAULT_H

#include "base/base.h"

#define FAULTS(X)                                                                                                      \
    X(NONE, "")                                                                                                        \
    X(SYNTAX, "syntax")                       /* no tag list: something without =, an empty tag inside */              \
    X(CHARACTER, "character")                 /* a byte that no value may hold */                                      \
    X(TAG_TWICE, "tag_twice")                 /* RFC 6376 3.2: the whole record counts as invalid */                   \
    X(VERSION, "version")                     /* v= is not DKIM1, or not DMARC1, letter by letter */                   \
    X(VERSION_NOT_FIRST, "version_not_first") /* there is a right v=, but something before it */                       \
    X(NO_VERSION, "no_version")               /* DMARC: there is none */                                               \
    X(NO_SEMICOLON, "no_semicolon")           /* v=DMARC1 p=none */                                                    \
    X(NO_KEY, "no_key")                       /* no p= */                                                              \
    X(NOT_BASE64, "not_base64")                                                                                        \
    X(NOT_A_KEY, "not_a_key")     /* base64, but no public key comes out */                                            \
    X(PKCS1, "pkcs1")             /* our key as bare RSAPublicKey: OpenDKIM and others can't read it */                \
    X(WEAK_KEY, "weak_key")       /* another RSA key, under 1024 bits: RFC 8301 3.2 */                                 \
    X(HASH, "hash")               /* h= without sha256 */                                                              \
    X(SERVICE, "service")         /* s= without email and * */                                                         \
    X(KEY_TYPE, "key_type")       /* k= is not the kind of key that belongs here */                                    \
    X(ED25519, "ed25519")         /* a key of RFC 8463 where the RSA key belongs */                                    \
    X(RSA, "rsa")                 /* an RSA key where the Ed25519 key belongs */                                       \
    X(NO_ED25519, "no_ed25519")   /* our Ed25519 key without k=ed25519: it would be read as an RSA key */              \
    X(NO_POLICY, "no_policy")     /* DMARC: no p= */                                                                   \
    X(POLICY_WORD, "policy_word") /* DMARC: p=, sp= or np= is none of the three words */

enum fault {
#define X(id, word) FAULT_##id,
    FAULTS(X)
#undef X
        FAULT_COUNT
};

const char *fault_word(enum fault fault);
/* FAULT_NONE for any word that is not one of these. */
enum fault fault_parse(const char *word);

enum { OFFENDING_TAG_SIZE = 24 }; /* bytes for the name of a fault's tag, with its NUL; longer names are truncated */

#endif
