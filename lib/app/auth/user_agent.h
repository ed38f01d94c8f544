/*
 * The browser named by a User-Agent header (RFC 9110 10.1.5). Only for recognising one's own browser in the list of
 * sessions: the client may send any header.
 */
#ifndef APP_AUTH_USER_AGENT_H
#define APP_AUTH_USER_AGENT_H

#include "model/session.h"

/* agent: any bytes, NULL where the client sent none. The strings of the result are static, "" where nothing is known.
 */
struct browser user_agent_parse(const char *agent);

#endif
