/*
 * Inside the store: its own error codes, for a statement's outcome that the store itself handles.
 */
#ifndef STORE_STORE_ERROR_H
#define STORE_STORE_ERROR_H

/*
 * What can go wrong, beside ERR_*: these never leave the store. LOST: the connection is gone, what was under way is
 * unknown. CONFLICT: deadlock or lock wait, the transaction was or must be rolled back. DUPLICATE: a unique key has it.
 * NO_PARENT: a foreign key hasn't. NO_TABLE: there is none, or this user may not see it.
 */
enum {
    STORE_LOST = -101,
    STORE_CONFLICT = -102,
    STORE_DUPLICATE = -103,
    STORE_NO_PARENT = -104,
    STORE_NO_TABLE = -105,
};

#endif
