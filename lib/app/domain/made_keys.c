/*
 * Making the DKIM keys of a domain. mailauth/dkim_key.h makes and verifies each.
 */
#include "base/base.h"

#include "app/domain/made_keys.h"

int keys_make(bool ed25519, struct made_keys *out, struct err *err)
{
    int rc = 0;
    *out = (struct made_keys){0};
    for (int algorithm = 0; rc == 0 && algorithm < (ed25519 ? DKIM_ALGORITHM_COUNT : DKIM_ED25519); algorithm++) {
        rc = dkim_key_generate((enum dkim_algorithm)algorithm, &out->key[algorithm], err);
        if (rc == 0)
            rc = dkim_key_verify((enum dkim_algorithm)algorithm, out->key[algorithm]->private_pem,
                                 out->key[algorithm]->public_b64, err);
    }
    if (rc != 0)
        keys_free(out);
    return rc;
}

void keys_free(struct made_keys *keys)
{
    for (int algorithm = 0; algorithm < DKIM_ALGORITHM_COUNT; algorithm++)
        dkim_key_free(&keys->key[algorithm]);
}
