/*
 * Accounts, as rows. The rules of store.h hold.
 */
#ifndef STORE_ACCOUNTS_H
#define STORE_ACCOUNTS_H

#include "store/store.h"

int store_account_add(struct store *store, struct uuid account_id, const char *name, int64_t now, struct err *err);

#endif
