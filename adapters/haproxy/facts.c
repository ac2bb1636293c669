/* SPDX-License-Identifier: BSD-2-Clause */
/* facts.c - see facts.h. */
#include "haproxy/facts.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/web_attributes.h"

/*
 * In what follows the value is on the top of the stack. A string is borrowed from there although
 * it is popped afterwards: the table has it. For that reason numbers are never taken as strings,
 * which would make new ones that nobody has.
 */
static const char *top_string(lua_State *L, size_t *size)
{
    return lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, size) : NULL;
}

static const char *set_string(lua_State *L, mtlsauth_request_t *request, unsigned fact)
{
    size_t size = 0;
    const char *bytes = top_string(L, &size);

    if (bytes == NULL)
        return "a fact that should be a string is none";
    mtlsauth_request_string(request, fact, bytes, size);
    return NULL;
}

static const char *set_address(lua_State *L, mtlsauth_request_t *request, unsigned fact,
                               unsigned char octets[16])
{
    size_t size = 0;
    const char *text = top_string(L, &size);

    if (text == NULL || strlen(text) != size)
        return "an address that is no text";
    if (inet_pton(AF_INET, text, octets) == 1)
        mtlsauth_request_address(request, fact, octets, 4);
    else if (inet_pton(AF_INET6, text, octets) == 1)
        mtlsauth_request_address(request, fact, octets, 16);
    else
        return "an address that is none";
    return NULL;
}

static const char *set_port(lua_State *L, mtlsauth_request_t *request, unsigned fact)
{
    if (!lua_isinteger(L, -1))
        return "a port that is no integer";
    mtlsauth_request_int(request, fact, lua_tointeger(L, -1));
    return NULL;
}

static const char *set_bool(lua_State *L, mtlsauth_request_t *request, unsigned fact)
{
    if (!lua_isboolean(L, -1))
        return "a fact that should be true or false is neither";
    mtlsauth_request_bool(request, fact, lua_toboolean(L, -1));
    return NULL;
}

/* The values of one header, an array that begins at 0; on the top, with the name below it. */
static const char *set_header(lua_State *L, mtlsauth_request_t *request)
{
    size_t name_size = 0, size = 0;
    const char *name, *value;
    lua_Integer i;

    if (lua_type(L, -2) != LUA_TSTRING || !lua_istable(L, -1))
        return "headers that are not as HAProxy has them";
    name = lua_tolstring(L, -2, &name_size);
    for (i = 0; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
        value = top_string(L, &size);
        if (value == NULL)
            return "a header whose value is no string";
        mtlsauth_request_header(request, HTTP_HEADERS, name, name_size, value, size);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return NULL;
}

static const char *set_headers(lua_State *L, mtlsauth_request_t *request)
{
    const char *wrong = NULL;

    if (!lua_istable(L, -1))
        return "headers that are no table";
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        wrong = set_header(L, request);
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

static const char *set_fact(lua_State *L, mtlsauth_request_t *request, unsigned fact,
                            addresses_t *addresses)
{
    switch (fact) {
    case IP_SRC:
    case IP_DST:
        return set_address(L, request, fact, addresses->octets[fact == IP_DST]);
    case TCP_SRCPORT:
    case TCP_DSTPORT:
        return set_port(L, request, fact);
    case TLS_RESUMED:
        return set_bool(L, request, fact);
    case HTTP_HEADERS:
        return set_headers(L, request);
    default:
        return set_string(L, request, fact);
    }
}

/* Leaf and chain are apart: HAProxy's chain does not begin with the client's own certificate. */
static const char *set_credential(lua_State *L, int table, mtlsauth_request_t *request)
{
    const char *wrong = "service, leaf or chain is no string", *bytes;
    const int top = lua_gettop(L);
    size_t size = 0;

    if (lua_getfield(L, table, "service") != LUA_TNIL) {
        bytes = top_string(L, &size);
        if (bytes == NULL || strlen(bytes) != size)
            goto out;
        mtlsauth_request_service(request, bytes);
    }
    if (lua_getfield(L, table, "leaf") != LUA_TNIL) {
        bytes = top_string(L, &size);
        if (bytes == NULL)
            goto out;
        mtlsauth_request_leaf(request, bytes, size);
    }
    if (lua_getfield(L, table, "chain") != LUA_TNIL) {
        bytes = top_string(L, &size);
        if (bytes == NULL)
            goto out;
        mtlsauth_request_chain(request, bytes, size);
    }
    wrong = NULL;
out:
    lua_settop(L, top);
    return wrong;
}

const char *facts_set(lua_State *L, int table, mtlsauth_request_t *request, addresses_t *addresses)
{
    const char *wrong = set_credential(L, table, request);
    const int top = lua_gettop(L);
    unsigned fact;

    for (fact = 0; fact < WEB_ATTRIBUTES && wrong == NULL; fact++) {
        if (lua_getfield(L, table, web_attributes[fact]) != LUA_TNIL)
            wrong = set_fact(L, request, fact, addresses);
        lua_settop(L, top);
    }
    return wrong;
}
