/*
 * The words for mails that carry a link, and the kind of a link's holder.
 */
#include "base/base.h"

#include "base/lookup.h"
#include "model/login_link.h"

LOOKUP_DEFINE(login_mail_kind, enum login_mail_kind, {LOGIN_MAIL_PASSWORD, "password"}, {LOGIN_MAIL_INVITE, "invite"})

bool login_link_is_invitation(const struct login_link *link)
{
    return uuid_is_nil(link->user_id);
}
