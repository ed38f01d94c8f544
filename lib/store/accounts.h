/*
 * Accounts, as rows. As store.h says of all that is in the store.
 */
#ifndef STORE_ACCOUNTS_H
#define STORE_ACCOUNTS_H

#include "store/store.h"

int store_account_add(struct store *store, struct uuid account_id, const char *name, int64_t now, struct err *err);

#endif
