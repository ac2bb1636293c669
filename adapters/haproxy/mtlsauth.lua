-- SPDX-License-Identifier: BSD-2-Clause
--
-- mtlsauth.lua - HAProxy asks mtlsauth whether a client may come in.
--
-- A file of settings loads this one (mtlsauth-settings.lua is a sample):
--
--     dofile("/usr/share/mtlsauth/haproxy/mtlsauth.lua").setup { policy = ..., services = { ... } }
--
-- and HAProxy that file, with `lua-load-per-thread`. Then there are these actions, for
-- `http-request` and `tcp-request content`:
--
--     lua.mtlsauth              asks the policy that fits the host of the request
--     lua.mtlsauth.SERVICE      asks the policy of a service; one for each of `services`
--
-- An action that does not allow denies. But HAProxy goes on with the next rule where an action
-- could not run at all (out of memory, out of time), so that the rule behind it has to be
--
--     http-request deny unless { var(txn.mtlsauth_verdict) -m str allow }

local SETTINGS = {
    policy = "string",
    plugin_dir = "string",
    decision_log = "string",
    insecure_files = "boolean",
    services = "table",
}

-- Not require(), which would look for Lua files first, and find this one if it is in the way.
local function load_module()
    local path, tried = package.searchpath("mtlsauth", package.cpath)
    if path == nil then
        return nil, "no mtlsauth.so here; `lua-prepend-path DIRECTORY/?.so cpath` in front of the"
            .. " file of settings says where it is. Looked for:" .. tried:gsub("\n%s*", " ")
    end
    local open, why = package.loadlib(path, "luaopen_mtlsauth")
    if open == nil then
        return nil, why
    end
    return open()
end

-- ---- what HAProxy knows of a request ---------------------------------------------------------

local function connection_facts(txn, service)
    local fetch = txn.f
    local leaf = fetch:ssl_c_der()
    local resumed = fetch:ssl_fc_is_resumed()

    -- A certificate that is larger than tune.bufsize is there, and cannot be had.
    if leaf == nil and fetch:ssl_c_used() == 1 then
        error("the client's certificate does not fit into tune.bufsize", 0)
    end
    if resumed ~= nil then
        resumed = resumed == 1
    end
    return {
        service = service,
        leaf = leaf,
        chain = fetch:ssl_c_chain_der(), -- without the leaf; nothing if the session was resumed
        ["ip.src"] = fetch:src(),
        ["ip.dst"] = fetch:dst(),
        ["tcp.srcport"] = fetch:src_port(),
        ["tcp.dstport"] = fetch:dst_port(),
        ["tls.version"] = fetch:ssl_fc_protocol(),
        ["tls.cipher"] = fetch:ssl_fc_cipher(),
        ["tls.sni"] = fetch:ssl_fc_sni(),
        ["tls.alpn"] = fetch:ssl_fc_alpn(),
        ["tls.resumed"] = resumed,
    }
end

-- HAProxy counts the values of a header from 0, and refuses requests with different hosts itself.
local function add_request_facts(txn, facts)
    local headers = txn.http:req_get_headers()
    local host = headers["host"]

    if host ~= nil and host[1] ~= nil then
        error("the request has two hosts", 0)
    end
    facts["http.host"] = host and host[0]
    facts["http.request.method"] = txn.f:method()
    facts["http.request.uri.path"] = txn.f:path()
    facts["http.request.headers"] = headers
end

-- ---- carrying out a decision -----------------------------------------------------------------

local function set_variables(txn, decision)
    txn:set_var("txn.mtlsauth_reason", decision.reason)
    txn:set_var("txn.mtlsauth_id", decision.id)
    txn:set_var("txn.mtlsauth_policy", decision.policy)
    txn:set_var("txn.mtlsauth_message", decision.message)
end

local function log_decision(txn, decision)
    local level = core.info

    if not decision.allow then
        level = core.warning
    elseif decision.matters then
        level = core.notice
    end
    txn:log(level, "mtlsauth: " .. decision.line)
    if decision.log_error ~= nil then
        txn:log(core.err, "mtlsauth: decision_log: " .. decision.log_error)
    end
end

-- HAProxy does not say whether a header found room, so that it is looked for afterwards.
local function replace_headers(txn, decision)
    local http = txn.http

    for _, name in ipairs(decision.strip) do
        http:req_del_header(name)
    end
    if #decision.set == 0 then
        return
    end
    for _, header in ipairs(decision.set) do
        http:req_add_header(header[1], header[2])
    end
    local now = http:req_get_headers()
    for _, header in ipairs(decision.set) do
        local values = now[header[1]:lower()]
        if values == nil or values[0] ~= header[2] or values[1] ~= nil then
            error("no room for the header " .. header[1] .. "; tune.bufsize gives more", 0)
        end
    end
end

-- Runs judge(txn), and lets in only if it came to its end and said so.
local function guarded(judge)
    return function(txn)
        local ok, allow = pcall(function()
            txn:set_var("txn.mtlsauth_verdict", "deny") -- also if an action before this one allowed
            return judge(txn)
        end)
        if ok and allow == true then
            txn:set_var("txn.mtlsauth_verdict", "allow")
            return act.CONTINUE
        end
        if not ok then
            pcall(function()
                set_variables(txn, { reason = "error", id = "", policy = "", message = "" })
                txn:log(core.err, "mtlsauth: deny (error): " .. tostring(allow))
            end)
        end
        return act.DENY
    end
end

local function decide(engine, txn, facts)
    local decision, why = engine:decide(facts)

    if decision == nil then
        error(why, 0)
    end
    set_variables(txn, decision)
    log_decision(txn, decision)
    return decision
end

local function register(engine, name, service)
    core.register_action(name, { "tcp-req" }, guarded(function(txn)
        return decide(engine, txn, connection_facts(txn, service)).allow
    end), 0)
    core.register_action(name, { "http-req" }, guarded(function(txn)
        local facts = connection_facts(txn, service)
        add_request_facts(txn, facts)
        local decision = decide(engine, txn, facts)
        replace_headers(txn, decision)
        return decision.allow
    end), 0)
end

-- ---- settings --------------------------------------------------------------------------------

local function check_services(services)
    local seen = {}

    for index, service in pairs(services) do
        if math.type(index) ~= "integer" or type(service) ~= "string" then
            return "services is a list of names: { \"api\", \"admin\" }"
        elseif seen[service] then
            return ("services has \"%s\" twice"):format(service)
        end
        seen[service] = true
    end
end

local function check_settings(settings)
    if type(settings) ~= "table" then
        return "setup takes a table of settings"
    end
    for name, value in pairs(settings) do
        local wanted = SETTINGS[name]
        if wanted == nil then
            return ("there is no setting \"%s\"; the settings are policy, services, decision_log,"
                .. " plugin_dir and insecure_files"):format(tostring(name))
        elseif type(value) ~= wanted then
            return ("%s is a %s and should be a %s"):format(name, type(value), wanted)
        end
    end
    return check_services(settings.services or {})
end

-- Errors name the file of settings and the line of this call; they end HAProxy's start or reload.
local function setup(settings)
    local wrong = check_settings(settings)
    local module, engine

    if wrong == nil then
        module, wrong = load_module()
    end
    if module ~= nil then
        engine, wrong = module.open(settings)
    end
    if engine == nil then
        error("mtlsauth: " .. wrong, 2)
    end
    for _, service in ipairs(settings.services or {}) do
        if not engine:has_service(service) then
            error(("mtlsauth: there is no policy for the service \"%s\"; it would be the file"
                .. " %s.conf in the policy directory"):format(service, service), 2)
        end
    end
    register(engine, "mtlsauth", nil)
    for _, service in ipairs(settings.services or {}) do
        register(engine, "mtlsauth." .. service, service)
    end
end

return { setup = setup }
