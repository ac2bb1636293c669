# SPDX-License-Identifier: BSD-2-Clause
"""Settings of nginx that are wrong, and what is said of them; and the sample, which is right."""
import re

import nginx_setup
import suite as common

# name; what is replaced in the configuration, by what; the server block; exit status, what is said
WRONG = (
    ("no such policy", "/policies;", "/none;", "mtlsauth on;", 1,
     r"\[emerg\] .*/none: .*mtlsauth_policy in .*nginx.conf:\d+"),
    ("policy outside of http", "events {", "mtlsauth_policy a; events {", "", 1,
     r'"mtlsauth_policy" directive is not allowed here in .*nginx.conf:\d+'),
    ("policy twice", "log_format", "mtlsauth_policy b; log_format", "", 1,
     r'"mtlsauth_policy" is there twice in .*nginx.conf:\d+'),
    ("policy without a path", "log_format", "mtlsauth_policy; log_format", "", 1,
     r'invalid number of arguments in "mtlsauth_policy"'),
    ("policy with an empty path", "mtlsauth_policy", 'mtlsauth_policy "";#', "", 1,
     r'"mtlsauth_policy" has an empty path in .*nginx.conf:\d+'),
    ("decision log where none can be", "/decisions.json", "/none/log", "mtlsauth on;", 1,
     r'open\(\) ".*/none/log" failed'),
    ("in a location", "", "", "location / { mtlsauth on; }", 1,
     r'"mtlsauth" directive is not allowed here in .*nginx.conf:\d+'),
    ("neither on nor off", "", "", "mtlsauth maybe;", 1, r'invalid value "maybe" in "mtlsauth"'),
    ("ssl_verify_client too", "", "",
     "mtlsauth on; ssl_client_certificate %(root)s; ssl_verify_client on;", 1,
     r'"ssl_verify_client" and "mtlsauth on" in the server block in .*nginx.conf:\d+.*'
     r'write "ssl_verify_client off;"'),
    ("unknown service", "", "", "mtlsauth on; mtlsauth_service none;", 1,
     r'mtlsauth_service "none" of the server block in .*nginx.conf:\d+: there is no policy'),
    ("no such CA file", "", "", "mtlsauth on; mtlsauth_client_ca none.pem;", 1,
     r'mtlsauth_client_ca ".*none.pem" of the server block in .*No such file'),
    ("policy that nobody asks", "", "", "", 0, r"\[warn\] .*no server block that asks it"),
    ("without TLS", "ssl_certificate", "#", "mtlsauth on;", 0,
     r"\[warn\] .*which has no ssl_certificate"),
    ("right", "", "", "mtlsauth on; mtlsauth_service plain;", 0, r"test is successful"),
)


def run(suite, nginx):
    for name, old, new, block, status, said in WRONG:
        nginx.configure("server { listen 127.0.0.1:%d; %s }" % (
            nginx.plain, block % {"root": nginx.pki.cert("root")}))
        if old:
            text = common.text_of(nginx.path("nginx.conf"))
            nginx_setup.write(nginx.path("nginx.conf"), text.replace(old, new))
        got, text = nginx.test()
        suite.case("nginx -t: " + name, "%d, as it should" % status, "%d, %s" % (
            got, "as it should" if re.search(said, text) else "otherwise"), text.splitlines())
    nginx.policy("plain.conf", '  { control = "required"; plugin = "cnn"; }')
    nginx.configure("server { listen 127.0.0.1:%d; mtlsauth on; }" % nginx.plain)
    try:
        with nginx:
            said = "it started"
    except RuntimeError:
        said = nginx.errors() + common.text_of(nginx.path("out.log"))
    suite.case("a policy error at the start", True, re.search(
        r"plain.conf:\d+:\d+: .*cnn.*mtlsauth_policy in .*nginx.conf:\d+", said) is not None,
        said.splitlines()[-5:])


def sample(suite, folder, pki, upstream):
    nginx = nginx_setup.Nginx(folder, pki)
    nginx.policy("api.conf", more='hosts = [ "api.example.com" ]; forward = [ "rfc9440" ];')
    nginx.sample(upstream)
    with nginx:
        for client, expected in (("good", "200 success"), (None, "403 no_certificate")):
            suite.case("sample configuration: %s" % (client or "no certificate"), expected,
                       nginx.seen(nginx.ask(client, "api.example.com")))
        suite.case("sample configuration: another name", "refused by the server",
                   nginx.seen(nginx.ask("good", "localhost")))
