# SPDX-License-Identifier: BSD-2-Clause
"""A stock nginx with its configuration and policies in a folder, and an application behind it."""
import collections
import http.server
import json
import os
import signal
import subprocess
import threading

import peer
import suite

NGINX = "/usr/sbin/nginx"
WORKERS = 2
SAMPLE = os.path.join(os.path.dirname(__file__), "../../adapters/nginx/nginx.conf")

# With anchors alone whoever forgets the intermediate is untrusted, and so is a resumed session, of
# which nginx keeps the client's own certificate. %(more)s: what a policy has besides.
POLICY = """%(more)s
trust = { anchors = [ "%(pki)s/root.pem" ]; %(trust)s };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "crl"; freshness = "strict";
    files = [ "%(pki)s/root.crl", "%(pki)s/intermediate.crl" ]; },
%(entries)s
);
"""
CN = '  { control = "required"; plugin = "cn"; allow = [ "%s" ]; }'
PATHS = ('  { control = "requisite"; plugin = "deny";'
         ' when = "http.request.uri.path contains \'/secret\''
         ' or http.request.method eq \'DELETE\'"; },\n')
HELP = 'intermediates = [ "%s/intermediate.pem" ];'

HTTP = """load_module %(module)s;
user www-data;
worker_processes %(workers)d;
pid %(folder)s/nginx.pid;
error_log %(folder)s/error.log notice;
events { worker_connections 2048; }
http {
    mtlsauth_plugin_dir %(plugins)s;
    mtlsauth_policy %(folder)s/policies;
    mtlsauth_decision_log %(folder)s/decisions.json;
    log_format verdicts '$status $mtlsauth_verdict $mtlsauth_reason $mtlsauth_policy $mtlsauth_id';
    access_log %(folder)s/access.log verdicts;
    client_body_temp_path %(folder)s/body;
    proxy_temp_path %(folder)s/proxy;
    fastcgi_temp_path %(folder)s/fastcgi;
    uwsgi_temp_path %(folder)s/uwsgi;
    scgi_temp_path %(folder)s/scgi;
    keepalive_requests 100000;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate %(pki)s/server.pem;
    ssl_certificate_key %(pki)s/server.key;
    ssl_session_cache shared:tls:10m;
    ssl_session_ticket_key %(folder)s/ticket.key;
%(servers)s
}
"""


class Application(http.server.BaseHTTPRequestHandler):
    """Answers with the header fields that it got, as JSON: [[name, value], ...]."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps(self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Upstream:
    """with Upstream() as port: ..."""

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1]

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


class Nginx:
    """One nginx in a folder of its own; servers(port, plain port) is what stands in `http`."""

    def __init__(self, folder, pki):
        self.folder, self.pki = folder, pki
        self.port, self.plain = suite.free_port(), suite.free_port()
        self.module = suite.installed("ngx_http_mtlsauth_module.so")
        self.process = None
        for name in ("", "policies", "www"):
            os.makedirs(os.path.join(folder, name), 0o755, exist_ok=True)
        with open(self.path("ticket.key"), "wb") as file:
            file.write(os.urandom(80))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def policy(self, name, entries=None, more="", helped=True):
        """Writes policies/NAME; `helped`: it has the intermediate, which clients may leave out."""
        write(self.path("policies", name), POLICY % {
            "pki": self.pki.folder, "more": more, "trust": HELP % self.pki.folder if helped else "",
            "entries": entries if entries is not None else CN % "good.client.example"})

    def configure(self, servers):
        write(self.path("nginx.conf"), HTTP % {
            "module": self.module, "workers": WORKERS, "folder": self.folder,
            "pki": self.pki.folder, "plugins": os.environ["MTLSAUTH_PLUGINS"], "servers": servers})

    def sample(self, upstream):
        """The sample configuration, with the paths of this folder."""
        text = open(SAMPLE).read()
        for old, new in (
                ("/usr/lib/nginx/modules/ngx_http_mtlsauth_module.so", self.module),
                ("/run/nginx.pid", self.path("nginx.pid")),
                ("/var/log/nginx", self.folder),
                ("/mtlsauth.json", "/decisions.json"),
                ("mtlsauth_policy /etc/mtlsauth/policies;", "mtlsauth_plugin_dir %s;"
                 " mtlsauth_policy %s;" % (os.environ["MTLSAUTH_PLUGINS"], self.path("policies"))),
                ("/etc/ssl/certs/api.example.com.pem", self.pki.cert("server")),
                ("/etc/ssl/private/api.example.com.key", self.pki.key("server")),
                ("listen 443", "listen 127.0.0.1:%d" % self.port),
                ("127.0.0.1:8080", "127.0.0.1:%d" % upstream)):
            assert old in text, old
            text = text.replace(old, new)
        write(self.path("nginx.conf"), text)

    def test(self):
        """nginx -t: (exit status, what it says)."""
        done = subprocess.run(
            [NGINX, "-t", "-c", self.path("nginx.conf")], capture_output=True, text=True,
            env=dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(os.environ["MTLSAUTH_LIB"])))
        return done.returncode, done.stderr

    def __enter__(self):
        self.process = suite.Server([NGINX, "-c", self.path("nginx.conf"), "-g", "daemon off;"],
                                    self.path("out.log"), self.port)
        return self

    def __exit__(self, *_):
        self.process.end(signal.SIGQUIT if self.process.process.poll() is None else signal.SIGTERM)

    def ask(self, client, name="localhost", version=None, **more):
        """One request of that client, None: without a certificate; SNI and Host are `name`."""
        return peer.https(self.port, peer.context(self.pki, client, version), sni=name,
                          **dict({"host": name}, **more))

    def errors(self, after=0):
        """The error log behind octet `after`."""
        if not os.path.exists(self.path("error.log")):
            return ""
        with open(self.path("error.log"), errors="replace") as file:
            file.seek(after)
            return file.read()

    def reload(self, good=True):
        """Waits until the old workers take no more, or nginx refused; what the log says of it."""
        before = os.path.getsize(self.path("error.log"))

        def done():
            said = self.errors(before)
            return said.count("gracefully shutting down") >= WORKERS if good else "[emerg]" in said

        self.process.signal(signal.SIGHUP)
        suite.wait_until(done, "a reload")
        return self.errors(before)

    def decisions(self):
        """All of the decision log, by the client's port, the last ones last."""
        found = collections.defaultdict(list)
        for line in suite.text_of(self.path("decisions.json")).splitlines():
            row = json.loads(line)
            found[row["request"].get("source_port")].append(row)
        return found

    def seen(self, reply):
        """"403 revoked": the status, and the reason of the last decision for that client's port."""
        if reply.status is None:
            return "refused by the server"
        rows = self.decisions()[reply.port]
        return "%d %s" % (reply.status, rows[-1]["reason"] if rows else "-")
