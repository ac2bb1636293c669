/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts.h - from a Lua table of what HAProxy knows of a request to the library's request.
 *
 * The keys are the names that policies use ("tls.sni"), and besides "service", "leaf" and "chain".
 * A key that is missing is a fact that is not known.
 */
#ifndef ADAPTERS_HAPROXY_FACTS_H
#define ADAPTERS_HAPROXY_FACTS_H

#include <lua.h>
#include <mtlsauth/mtlsauth.h>

/** HAProxy gives addresses as text; a request borrows their octets. */
typedef struct addresses {
    unsigned char octets[2][16];
} addresses_t;

/**
 * Sets all facts of the table at the absolute index `table`. The request borrows strings from it,
 * which must stay in it, and `addresses`, until it is reset.
 * Returns NULL, or what is wrong with the table, a static text. It may raise a Lua error (out of
 * memory).
 */
const char *facts_set(lua_State *L, int table, mtlsauth_request_t *request,
                      addresses_t *addresses) MTLSAUTH_MUST_CHECK;

#endif
