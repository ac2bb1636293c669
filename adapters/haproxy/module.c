/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module.c - the Lua module `mtlsauth`, for mtlsauth.lua:
 *
 *     engine, why   = mtlsauth.open { policy = ..., plugin_dir = ..., decision_log = ...,
 *                                     insecure_files = ... }
 *     boolean       = engine:has_service(name)
 *     decision, why = engine:decide(facts)                      facts.h says which
 *
 * A decision is a table: allow (boolean), verdict, reason, id, policy, message, line (for the log),
 * matters (boolean: worth a notice though allowed), strip (names of headers that the client sent
 * and that must go), set (pairs of name and value), log_error (the decision log's, or nil).
 *
 * Whatever fails gives nil and the reason. Lua itself raises an error where its memory runs out; no
 * C function here then holds what only it knows of: requests and engines belong to userdata.
 */
#include "common/decision_line.h"
#include "common/decision_log.h"
#include "common/errno_text.h"
#include "haproxy/facts.h"
#include "haproxy/shared.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>

#define HANDLE "mtlsauth.engine"

/* What one Lua state has. It runs one action at a time, and decide() does not yield. */
typedef struct handle {
    shared_t *shared;
    mtlsauth_request_t *request;
    addresses_t addresses;
} handle_t;

MTLSAUTH_EXPORT int luaopen_mtlsauth(lua_State *L);

static int fail(lua_State *L, const char *why)
{
    lua_pushnil(L);
    lua_pushstring(L, why);
    return 2;
}

/* ---- opening ------------------------------------------------------------------------------ */

static int handle_gc(lua_State *L)
{
    handle_t *handle = luaL_checkudata(L, 1, HANDLE);

    mtlsauth_request_free(handle->request);
    shared_release(handle->shared);
    *handle = (handle_t) { 0 };
    return 0;
}

/* Leaves the value on the stack, where the text is borrowed from. */
static const char *text_field(lua_State *L, const char *name)
{
    if (lua_getfield(L, 1, name) == LUA_TNIL)
        return NULL;
    if (lua_type(L, -1) != LUA_TSTRING || strlen(lua_tostring(L, -1)) != lua_rawlen(L, -1))
        luaL_error(L, "%s is no text", name);
    return lua_tostring(L, -1);
}

static int module_open(lua_State *L)
{
    settings_t settings = { 0 };
    char why[WHY_SIZE];
    handle_t *handle;

    luaL_checktype(L, 1, LUA_TTABLE);
    settings.policy = text_field(L, "policy");
    settings.plugin_dir = text_field(L, "plugin_dir");
    settings.decision_log = text_field(L, "decision_log");
    lua_getfield(L, 1, "insecure_files");
    settings.insecure_files = lua_toboolean(L, -1);

    handle = lua_newuserdata(L, sizeof(*handle));
    *handle = (handle_t) { 0 };
    luaL_setmetatable(L, HANDLE);
    if (shared_open(&handle->shared, &settings, why) != 0)
        return fail(L, why);
    if (mtlsauth_request_new(handle->shared->engine, &handle->request) != MTLSAUTH_OK)
        return fail(L, "out of memory");
    return 1;
}

static handle_t *check_handle(lua_State *L)
{
    handle_t *handle = luaL_checkudata(L, 1, HANDLE);

    if (handle->request == NULL)
        luaL_error(L, "an engine that is closed");
    return handle;
}

static int handle_has_service(lua_State *L)
{
    const handle_t *handle = check_handle(L);
    const char *name = luaL_checkstring(L, 2);

    lua_pushboolean(L, mtlsauth_engine_has_service(handle->shared->engine, name));
    return 1;
}

/* ---- deciding ----------------------------------------------------------------------------- */

static void put_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

/* Of the headers in the table of facts those that the application must not see from the client. */
static void put_strip(lua_State *L, int facts, const mtlsauth_decision_t *decision)
{
    const int result = lua_gettop(L);
    lua_Integer count = 0;
    size_t size = 0;

    lua_newtable(L);
    if (lua_getfield(L, facts, "http.request.headers") == LUA_TTABLE) {
        for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
            const char *name = lua_tolstring(L, -2, &size); /* facts_set() saw to it: a string */
            if (mtlsauth_decision_strips(decision, name, size) != 0) {
                lua_pushvalue(L, -2);
                lua_rawseti(L, result + 1, ++count);
            }
        }
    }
    lua_settop(L, result + 1);
    lua_setfield(L, result, "strip");
}

static void put_set(lua_State *L, const mtlsauth_decision_t *decision)
{
    size_t i;

    lua_newtable(L);
    for (i = 0; i < decision->n_headers; i++) {
        lua_createtable(L, 2, 0);
        lua_pushstring(L, decision->headers[i]->name);
        lua_rawseti(L, -2, 1);
        lua_pushstring(L, decision->headers[i]->value);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "set");
}

static void push_decision(lua_State *L, int facts, const mtlsauth_decision_t *decision, int allow,
                          const char *log_error)
{
    char line[DECISION_LINE_SIZE];

    decision_line(decision, line);
    lua_newtable(L);
    lua_pushboolean(L, allow);
    lua_setfield(L, -2, "allow");
    lua_pushboolean(L, decision_matters(decision));
    lua_setfield(L, -2, "matters");
    put_text(L, "verdict", allow ? "allow" : "deny");
    put_text(L, "reason", decision->reason);
    put_text(L, "id", decision->id);
    put_text(L, "policy", decision->policy);
    put_text(L, "message", decision->message);
    put_text(L, "line", line);
    put_text(L, "log_error", log_error); /* NULL is nil */
    put_strip(L, facts, decision);
    put_set(L, decision);
}

static int handle_decide(lua_State *L)
{
    handle_t *handle = check_handle(L);
    const mtlsauth_decision_t *decision;
    const char *wrong, *log_error = NULL;
    char why[ERRNO_TEXT_SIZE];
    int allow;

    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    mtlsauth_request_reset(handle->request); /* the last call may have ended in an error of Lua */
    wrong = facts_set(L, 2, handle->request, &handle->addresses);
    if (wrong != NULL) {
        mtlsauth_request_reset(handle->request);
        return fail(L, wrong);
    }
    allow = mtlsauth_authorize(handle->request) == 1;
    decision = mtlsauth_decision(handle->request);
    if (handle->shared->log_fd >= 0 && decision_log_write(handle->shared->log_fd, decision) != 0)
        log_error = errno_text(errno, why);
    push_decision(L, 2, decision, allow, log_error);
    mtlsauth_request_reset(handle->request);
    return 1;
}

static const luaL_Reg module[] = { { "open", module_open }, { NULL, NULL } };

static const luaL_Reg methods[] = {
    { "has_service", handle_has_service },
    { "decide", handle_decide },
    { "__gc", handle_gc },
    { NULL, NULL },
};

int luaopen_mtlsauth(lua_State *L)
{
    luaL_newmetatable(L, HANDLE);
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_newlib(L, module);
    return 1;
}
