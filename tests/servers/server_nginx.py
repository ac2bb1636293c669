# SPDX-License-Identifier: BSD-2-Clause
"""nginx with its adapter: who is let in, that nobody gets round it, and what an operator sees."""
import json
import os
import re
import socket
import subprocess

import nginx_load
import nginx_reload
import nginx_replay
import nginx_settings
import nginx_setup
import peer
import pki as keys
import suite as common

# The main server: what most cases are asked of. Then ways that might lead round the policy.
SERVERS = """
server {
    listen 127.0.0.1:%(port)d ssl http2 default_server;
    listen 127.0.0.1:%(plain)d default_server;
    server_name localhost;
    mtlsauth on;
    mtlsauth_service plain;
    mtlsauth_client_ca %(pki)s/root.pem;
    error_page 497 =200 /return;
    location / { proxy_pass http://127.0.0.1:%(upstream)d; }
    location /return { return 200 "in"; }
    location /verify { return 200 "$ssl_client_verify"; }
    location /variables {
        add_header X-Seen "$mtlsauth_verdict $mtlsauth_reason $mtlsauth_policy";
        return 200 "$http_client_cert $http_cookie $proxy_add_x_forwarded_for";
    }
}
server {
    listen 127.0.0.1:%(port)d ssl; server_name return.example; mtlsauth on; mtlsauth_service plain;
    return 200 "in";
}
server {
    listen 127.0.0.1:%(port)d ssl; server_name lenient.example; mtlsauth on; mtlsauth_service plain;
    root %(folder)s/www; satisfy any; allow all; auth_basic off;
    if ($request_method = OPTIONS) { return 200 "in"; }
    rewrite ^/old /index.html last;
    location / { try_files $uri /index.html; }
}
server {
    listen 127.0.0.1:%(port)d ssl; server_name pages.example; mtlsauth on; mtlsauth_service plain;
    error_page 403 404 =200 /index.html;
    error_page 400 405 414 494 =200 @open;
    recursive_error_pages on;
    large_client_header_buffers 2 2k;
    root %(folder)s/www;
    location @open { return 200 "in"; }
}
server {
    listen 127.0.0.1:%(port)d ssl; server_name open.example;
    location / { return 200 "open"; }
}
server {
    listen 127.0.0.1:%(port)d ssl; server_name other.example; mtlsauth on; mtlsauth_service other;
    return 200 "in";
}
server {
    listen 127.0.0.1:%(port)d ssl; server_name monitor.example; mtlsauth on;
    mtlsauth_service monitor;
    location / { proxy_pass http://127.0.0.1:%(upstream)d; }
}
server {
    listen 127.0.0.1:%(port)d ssl; server_name candidate.example; mtlsauth on;
    mtlsauth_service candidate;
    return 200 "in";
}
server {
    listen 127.0.0.1:%(port)d ssl; server_name late.example; mtlsauth on; mtlsauth_service late;
    return 200 "in";
}
server {
    listen 127.0.0.1:%(port)d ssl; server_name real.example; mtlsauth on; mtlsauth_service real;
    set_real_ip_from 127.0.0.0/8; real_ip_header X-Real-IP;
    location / { return 200 "$remote_addr"; }
}
"""

# client, None: without a certificate; what is seen over any version of TLS
CLIENTS = (
    ("no certificate", None, "403 no_certificate"),
    ("good", "good", "200 success"),
    ("wrong CN", "wrong-cn", "403 no_match"),
    ("expired", "expired", "403 expired"),
    ("not yet valid", "not-yet-valid", "403 not_yet_valid"),
    ("revoked", "revoked", "403 revoked"),
    ("self-signed", "self-signed", "403 untrusted"),
    ("wrong EKU", "wrong-eku", "403 wrong_purpose"),
    ("missing intermediate", "no-intermediate", "403 untrusted"),
)

# server name, method and path, and whether the good client is let in; nobody else ever is
WAYS = (
    ("return in a location", "localhost", "GET", "/return", 200),
    ("return in the server", "return.example", "GET", "/", 200),
    ("satisfy any, try_files", "lenient.example", "GET", "/none", 200),
    ("if", "lenient.example", "OPTIONS", "/", 200),
    ("rewrite", "lenient.example", "GET", "/old", 200),
    ("error_page, internal redirect", "pages.example", "GET", "/none", 200),
    ("error_page 405, TRACE", "pages.example", "TRACE", "/", 200),
    ("error_page 404, internal redirect", "pages.example", "POST", "/none", 200),
)

# What nginx refuses by itself, and then hands to @open, which error_page names.
BROKEN = (
    ("error_page 400, a broken field",
     b"GET / HTTP/1.1\r\nHost: pages.example\r\nx\x00y: 1\r\n\r\n"),
    ("error_page 494, a long field",
     b"GET / HTTP/1.1\r\nHost: pages.example\r\nx: " + 3000 * b"a" + b"\r\n\r\n"),
)

FORGED = (
    ("Client-Cert", ":Zm9yZ2Vk:"), ("client-CERT", ":Zm9yZ2Vk:"), ("Client_Cert", ":Zm9yZ2Vk:"),
    ("Client-Cert-Chain", ":Zm9yZ2Vk:"), ("x-forwarded-client-cert", "Hash=forged"),
    ("X-Forwarded-Client-Cert", "Hash=forged"), ("X-Remote-User", "forged"), ("Kept", "yes"),
    ("Cookie", "user=forged"), ("X-Forwarded-For", "192.0.2.1"), ("Kept-Too", "yes"),
)


def missing():
    if not os.path.exists(nginx_setup.NGINX):
        return "no nginx here"
    if common.installed("ngx_http_mtlsauth_module.so") is None:
        return "the adapter was not built"
    return None


def write_policies(nginx):
    nginx.policy("plain.conf", helped=False, more='forward = [ "rfc9440", "xfcc" ]; '
                 'strip = [ "X-Remote-User", "Cookie", "X-Forwarded-For" ];')
    nginx.policy("other.conf", nginx_setup.CN % "stranger.example",
                 more='hosts = [ "other.example" ];')
    nginx.policy("monitor.conf", more='mode = "monitor"; forward = [ "rfc9440", "xfcc" ];')
    nginx.policy("candidate.conf", more='candidate = "candidate.next";')
    nginx.policy("candidate.next", nginx_setup.CN % "stranger.example")
    nginx.policy("late.conf")
    nginx.policy("real.conf", '  { control = "requisite"; plugin = "deny";'
                 ' when = "not ip.src in {127.0.0.0/8}"; },\n'
                 + nginx_setup.CN % "good.client.example")
    nginx_setup.write(nginx.path("www", "index.html"), "in")


def clients(suite, nginx):
    for version in ("1.2", "1.3"):
        for name, client, expected in CLIENTS:
            suite.case("%s (TLS %s)" % (name, version), expected,
                       nginx.seen(nginx.ask(client, version=version)))
    verify = nginx.ask("good", path="/verify").body.decode()
    suite.case("$ssl_client_verify of a good client", "FAILED", verify.partition(":")[0])
    names = subprocess.run(
        ["openssl", "s_client", "-connect", "127.0.0.1:%d" % nginx.port, "-servername",
         "localhost"], input="", capture_output=True, text=True).stdout
    suite.case("issuers offered to clients", "CN = Root CA",
               (re.search(r"client certificate CA names\n.*(CN = .*)", names) or ["", "none"])[1])


def ways_round(suite, nginx):
    for name, server, method, path, inside in WAYS:
        for client, expected in ((None, 403), ("revoked", 403), ("good", inside)):
            reply = nginx.ask(client, server, method=method, path=path)
            suite.case("%s: %s" % (name, client or "no certificate"), expected, reply.status)
    raw = raw_request(nginx, None, b"GET / HTTP/1.0\r\n\r\n", "return.example")
    suite.case("HTTP/1.0 without Host", "403", raw)
    for name, octets in BROKEN:
        for client, expected in ((None, "403"), ("good", "200")):
            raw = raw_request(nginx, client, octets, "pages.example")
            suite.case("%s: %s" % (name, client or "no certificate"), expected, raw)
    raw = raw_request(nginx, None, b"GET /\r\n", "return.example")
    suite.case("HTTP/0.9", "403", raw)
    raw = raw_request(nginx, None, b"GET https://localhost/ HTTP/1.1\r\nHost: open.example\r\n\r\n",
                      "open.example")
    suite.case("absolute URI: its host decides, not Host", "403", raw)
    raw = raw_request(nginx, None, b"GET https://open.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
                      "localhost")
    suite.case("absolute URI: a server without mtlsauth", "200", raw)
    reply = nginx.ask(None, "open.example", host="localhost")
    suite.case("SNI of an open server, Host of one that asks", "403", reply.status)
    for name, port in (("plain HTTP", nginx.plain),
                       ("plain HTTP to TLS, error_page 497", nginx.port)):
        with socket.create_connection(("127.0.0.1", port), peer.TIMEOUT) as plain:
            plain.sendall(b"GET /return HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            suite.case(name, "403", plain.recv(4096).decode().split(" ")[1])


def raw_request(nginx, client, octets, sni):
    """The status of the answer to these octets; of HTTP/0.9, which has none, that of its page."""
    with peer.connect(nginx.port, peer.context(nginx.pki, client), sni) as connection:
        connection.sendall(octets)
        answer = connection.recv(65536)
    return re.match(rb"(?:HTTP/1.1 |<html>\r\n<head><title>)?(\w*)", answer)[1].decode()


def requests(suite, nginx):
    suite.case("SNI not equal to Host", "403 host_mismatch",
               nginx.seen(nginx.ask("good", "localhost", host="return.example")))
    got = json.loads(nginx.ask("good", headers=FORGED).body)
    names = sorted({name.lower() for name, _ in got} - {"host", "connection"})
    suite.case("forged headers: what the application sees",
               ["client-cert", "client-cert-chain", "kept", "kept-too", "x-forwarded-client-cert"],
               names)
    suite.case("forged headers: each once", len(names), len(
        [name for name, _ in got if name.lower() not in ("host", "connection")]))
    suite.case("forged headers: none of their values", "no", "yes" if any(
        "forged" in value or "Zm9yZ2Vk" in value for _, value in got) else "no")
    got = json.loads(nginx.ask("wrong-cn", "monitor.example", headers=FORGED[:5]).body)
    suite.case("forged headers, let pass by monitor mode", "none",
               ", ".join(name for name, _ in got if "client" in name.lower()) or "none")
    reply = nginx.ask("good", path="/variables", headers=FORGED)
    suite.case("variables", "allow success plain", reply.headers.get("x-seen"))
    suite.case("variables of header fields", "Client-Cert, no Cookie, the peer alone", re.sub(
        "^:MII[^ ]*: ", "Client-Cert, ", reply.body.decode()).replace(
            ",  127.0.0.1", ", no Cookie, the peer alone"))
    nginx.ask("revoked")
    common.wait_until(lambda: "403 deny revoked plain" in common.text_of(nginx.path("access.log")),
                      "the access log")
    suite.case("variables in the access log", True, "200 allow success plain"
               in common.text_of(nginx.path("access.log")))
    with peer.connect(nginx.port, peer.context(nginx.pki, "good")) as connection:
        seen = [nginx.seen(peer.ask(connection, host=host))
                for host in ("localhost", "return.example", "localhost")]
    suite.case("several requests on a connection", ["200 success", "403 host_mismatch",
                                                    "200 success"], seen)
    reply = nginx.ask("good", "real.example", headers=[("X-Real-IP", "192.0.2.9")])
    suite.case("ip.src is the peer's, before realip", "200 192.0.2.9",
               "%s %s" % (reply.status, reply.body.decode()))
    reply = nginx.ask("good", headers=[("X-Many", str(i)) for i in range(300)])
    suite.case("more header fields than are looked at", "403 limit", nginx.seen(reply))


def http2(suite, nginx):
    for name, client, expected in (CLIENTS[0], CLIENTS[1], CLIENTS[5]):
        command = ["curl", "-sS", "--http2", "--cacert", nginx.pki.cert("root"), "-w",
                   "%{http_code} %{local_port} %{http_version}", "-o", nginx.path("h2.body"),
                   "-H", "client-cert: :Zm9yZ2Vk:", "https://localhost:%d/" % nginx.port]
        if client:
            command += ["--cert", nginx.pki.cert(client), "--key", nginx.pki.key(client)]
        done = subprocess.run(command, capture_output=True, text=True)
        status, port, version = done.stdout.split()
        suite.case("%s (HTTP/2)" % name, expected + " 2", "%s %s" % (
            nginx.seen(peer.Reply(int(status), port=int(port))), version))
        if client == "good":
            got = json.loads(common.text_of(nginx.path("h2.body")))
            values = [value for name, value in got if name.lower() == "client-cert"]
            suite.case("forged headers (HTTP/2)", "1, the server's", "%d, %s" % (
                len(values), "the server's" if values[:1] and values[0][:4] == ":MII" else values))


def services(suite, nginx):
    for client, server, expected in (("good", "other.example", "403 no_match"),
                                     ("wrong-cn", "other.example", "200 success"),
                                     ("good", "late.example", "200 success")):
        suite.case("service of %s: %s" % (server, client), expected,
                   nginx.seen(nginx.ask(client, server)))
    nginx_reload.resumed(suite, nginx, "open.example", "good",
                         "a session of a server that does not ask", "resumed 403 no_certificate")
    nginx_reload.resumed(suite, nginx, "other.example", "wrong-cn",
                         "a session of another service", "resumed 403 no_match")
    reply = nginx.ask("revoked", "monitor.example")
    row = nginx.decisions()[reply.port][-1]
    suite.case("monitor mode", "200, allow, would deny: revoked", "%s, %s, would %s: %s" % (
        reply.status, row["verdict"], row["would"], row["reason"]))
    suite.case("monitor mode in the error log", True,
               "allow (monitor: would deny, revoked) policy=monitor" in nginx.errors())
    reply = nginx.ask("good", "candidate.example")
    row = nginx.decisions()[reply.port][-1]
    suite.case("candidate", "200 success, deny no_match", "%s %s, %s %s" % (
        reply.status, row["reason"], row["candidate"]["verdict"], row["candidate"]["reason"]))
    suite.case("candidate in the error log", True, "would deny (no_match)" in nginx.errors())
    suite.case("a denial in the error log", True, re.search(
        r"\[error\].*mtlsauth: deny \(revoked\) policy=plain .*client: 127.0.0.1", nginx.errors())
        is not None)


def run(suite, pki, folder):
    own = os.path.join(folder, "pki")   # of this server alone: clients are revoked
    os.makedirs(own)
    own = keys.Pki(own)
    with nginx_setup.Upstream() as upstream:
        nginx_settings.sample(suite, os.path.join(folder, "sample"), own, upstream)
        nginx = nginx_setup.Nginx(os.path.join(folder, "main"), own)
        write_policies(nginx)
        nginx.configure(SERVERS % {"port": nginx.port, "plain": nginx.plain, "upstream": upstream,
                                   "pki": own.folder, "folder": nginx.folder})
        with nginx:
            suite.case("mode of the decision log", "0o640", oct(
                os.stat(nginx.path("decisions.json")).st_mode & 0o777))
            for part in (clients, ways_round, requests, http2, services):
                part(suite, nginx)
            nginx_reload.run(suite, nginx)
            nginx_load.run(suite, nginx)
        suite.case("alerts, and workers that died", 0, len(re.findall(
            r"\[alert\]|exited on signal", nginx.errors())))
        nginx_settings.run(suite, nginx)
    nginx_replay.run(suite, nginx_setup.Nginx(os.path.join(folder, "replay"), pki))
