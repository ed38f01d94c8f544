/*
 * The words of the roles, as command line and database write them.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/user.h"

LOOKUP_DEFINE(role, enum role, {ROLE_ADMIN, "admin"}, {ROLE_VIEWER, "viewer"})
