-- SPDX-License-Identifier: BSD-2-Clause
--
-- The settings of mtlsauth in HAProxy. Put it in /etc/haproxy; haproxy.cfg loads it.
dofile("/usr/share/mtlsauth/haproxy/mtlsauth.lua").setup {
    policy = "/etc/mtlsauth/policies",
    services = { "api" },
    decision_log = "/var/log/haproxy-mtlsauth.json",
}
