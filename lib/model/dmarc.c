/*
 * The words of the DMARC policies, as records and stored checks write them.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/dmarc.h"

static const struct lookup policy_words[] = {
    {DMARC_P_NONE, "none"}, {DMARC_P_QUARANTINE, "quarantine"}, {DMARC_P_REJECT, "reject"}, {0, NULL}};

const char *dmarc_policy_word(enum dmarc_policy policy)
{
    return lookup_word(policy_words, (int)policy);
}

enum dmarc_policy dmarc_policy_parse(const char *word)
{
    int id = DMARC_P_UNSET;
    lookup_id(policy_words, word, &id);
    return (enum dmarc_policy)id;
}
