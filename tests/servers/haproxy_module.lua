-- SPDX-License-Identifier: BSD-2-Clause
--
-- The C module asked directly, inside HAProxy, with tables that mtlsauth.lua would never give it. Run by
-- `haproxy -c`; prints a line for each row: its name, a tab, what is expected, a tab, what was seen.
-- POLICIES and PLUGINS name directories, GOOD a PEM file of a client that the service api lets in, with
-- the intermediate behind it.

local path = assert(package.searchpath("mtlsauth", package.cpath))
local module = assert(package.loadlib(path, "luaopen_mtlsauth"))()
local settings = { policy = os.getenv("POLICIES"), plugin_dir = os.getenv("PLUGINS") }
local engine = assert(module.open(settings))

local function contents(name)
    local file = assert(io.open(name))
    local text = file:read("a")
    file:close()
    return text
end

local leaf, chain = contents(os.getenv("GOOD")):match("^(.-END CERTIFICATE%-+\n)(.*)$")

-- What came of it: the reason, what was wrong with the table, or the error of Lua.
local function seen(facts, with)
    local ran, decision, why = pcall((with or engine).decide, with or engine, facts)
    if not ran then
        return "raised"
    elseif decision == nil then
        return why
    end
    return decision.verdict .. " " .. decision.reason
end

local function row(name, expected, got)
    print(("%s\t%s\t%s"):format(name, expected, tostring(got)))
end

local good = { service = "api", leaf = leaf, chain = chain }
local NO_STRING = "service, leaf or chain is no string"

row("a good client", "allow success", seen(good))
-- Nothing of one request is there in the next, also if that one is no good.
row("an empty table after it", "deny no_policy", seen({}))
row("a service alone", "deny no_certificate", seen({ service = "api" }))
row("a chain alone", "deny no_certificate", seen({ service = "api", chain = chain }))
row("no table", "raised", seen(nil))
row("a service that is none", "deny no_policy", seen({ service = "none", leaf = leaf, chain = chain }))

for _, case in ipairs({
    { "a service with a NUL", NO_STRING, "service", "api\0x" },
    { "a service that is a number", NO_STRING, "service", 1 },
    { "a leaf that is a number", NO_STRING, "leaf", 1 },
    { "a chain that is a table", NO_STRING, "chain", {} },
    { "an address that is a name", "an address that is none", "ip.src", "localhost" },
    { "an address that is empty", "an address that is none", "ip.src", "" },
    { "an address that is a number", "an address that is no text", "ip.dst", 2130706433 },
    { "an address with a NUL", "an address that is no text", "ip.src", "192.0.2.1\0" },
    { "a port that is text", "a port that is no integer", "tcp.srcport", "80" },
    { "a port that is no integer", "a port that is no integer", "tcp.dstport", 80.5 },
    { "a version that is a number", "a fact that should be a string is none", "tls.version", 13 },
    { "resumed that is a number", "a fact that should be true or false is neither", "tls.resumed", 0 },
    { "headers that are text", "headers that are no table", "http.request.headers", "a: b" },
    { "headers by number", "headers that are not as HAProxy has them", "http.request.headers", { {} } },
    { "a header that is text", "headers that are not as HAProxy has them", "http.request.headers",
      { a = "b" } },
    { "a header whose value is a number", "a header whose value is no string",
      "http.request.headers", { a = { [0] = 1 } } },
}) do
    local facts = { service = "api", leaf = leaf, chain = chain }
    facts[case[3]] = case[4]
    row(case[1], case[2], seen(facts))
    row("after that, no certificate", "deny no_certificate", seen({ service = "api" }))
end

row("a leaf that is garbage", "deny malformed", seen({ service = "api", leaf = "garbage" }))
row("leaf and chain in each other's place", "deny wrong_purpose",
    seen({ service = "api", leaf = chain, chain = leaf }))
row("addresses of both kinds", "allow success", seen({ service = "api", leaf = leaf, chain = chain,
    ["ip.src"] = "::ffff:192.0.2.1", ["ip.dst"] = "2001:db8::1", ["tcp.srcport"] = 65535 }))

local stripped = engine:decide({ service = "api", ["http.request.headers"] = {
    ["x_remote-user"] = { [0] = "a", [1] = "b" }, ["x-other"] = { [0] = "c" }, ["host"] = {},
    ["CLIENT_CERT"] = { [0] = "d" } } }).strip
table.sort(stripped)
row("headers to remove, though denied", "CLIENT_CERT x_remote-user", table.concat(stripped, " "))

-- One engine for a process.
local same = module.open({ policy = settings.policy, plugin_dir = settings.plugin_dir })
row("the same settings again", "allow success", seen(good, same))
local _, why = module.open({ policy = settings.policy, insecure_files = true })
row("other settings", "this HAProxy has loaded mtlsauth with other settings before", why:match("^[^;]*"))
row("a setting that is no text", "false", (pcall(module.open, { policy = {} })))
same:__gc()
same:__gc()
row("one that was closed, twice", "raised", seen(good, same))
row("the other one", "allow success", seen(good))
row("a service that is there", "true", engine:has_service("api"))
row("a service that is not", "false", engine:has_service("apis"))
