/*
 * A user's role in an account.
 */
#ifndef MODEL_USER_H
#define MODEL_USER_H

#include "base/base.h"

enum role { ROLE_NONE, ROLE_ADMIN, ROLE_VIEWER }; /* NONE: no rights at all; a role that was not set refuses */
const char *role_word(enum role r);
bool role_parse(const char *word, enum role *out);

#endif
