/*
 * The words of the roles, as command line and database write them, and when an invitation ends.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/user.h"

LOOKUP_DEFINE(role, enum role, {ROLE_ADMIN, "admin"}, {ROLE_VIEWER, "viewer"})

bool invitation_expired(const struct invitation *invitation, int64_t now)
{
    return invitation->expires_at <= now;
}
