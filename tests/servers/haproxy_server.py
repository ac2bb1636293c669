# SPDX-License-Identifier: BSD-2-Clause
"""HAProxy as its README has it: the sample configuration with other paths, and more frontends."""
import http.server
import json
import os
import shutil
import signal
import socketserver
import threading
import time

import suite

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.path.join(HERE, "../../adapters/haproxy")
MODULE_TEST = os.path.join(HERE, "haproxy_module.lua")

POLICY = """%(settings)s
trust = { anchors = [ "%(pki)s/root.pem" ]; %(trust)s };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "crl"; 
    files = [ "%(pki)s/root.crl", "%(pki)s/intermediate.crl" ]; },
  %(entries)s
  { control = "required"; plugin = "cn"; allow = [ "%(cn)s" ]; }
);
"""

# Each is a service with a port of its own: (settings, entries, common name, trust, HAProxy's mode).
HELPER = 'intermediates = [ "%s/intermediate.pem" ];'
SERVICES = {
    "api": ('forward = [ "rfc9440", "xfcc", "x-cert" ]; strip = [ "X-Remote-User" ];', "",
            "good.client.example", "", "http"),
    "admin": ("", "", "stranger.example", "", "http"),
    "again": ("", "", "good.client.example", HELPER, "http"),   # judges sessions without their chain
    "fields": ("", """{ control = "requisite"; plugin = "deny";
        when = "starts_with(http.request.uri.path, '/admin') or http.request.method eq 'DELETE'"; },""",
               "good.client.example", HELPER, "http"),
    "headers": ("", """{ control = "requisite"; plugin = "deny";
        when = "any(http.request.headers['x-team'][*] eq 'red')"; },""",
                "good.client.example", "", "http"),
    "monitor": ('mode = "monitor"; forward = [ "x-cert" ];', "", "good.client.example", "", "http"),
    "tried": ('candidate = "tried.next";', "", "good.client.example", "", "http"),
    "alone": ("", "", "good.client.example", "", "http-action"),
    "unasked": ("", "", "good.client.example", "", "http-deny"),
    "raw": ("", "", "good.client.example", "", "tcp"),
    "host": ('hosts = [ "localhost" ];', "", "good.client.example", "", "http"),
}

VERIFY = "verify optional ca-file %s ca-ignore-err all crt-ignore-err all"
FRONTEND = """
frontend %(name)s
    mode %(mode)s
    bind 127.0.0.1:%(port)d ssl crt %(server)s %(more)s %(verify)s
    %(rules)s
    default_backend %(backend)s
"""
ACTION = "http-request lua.mtlsauth%(dot)s\n"
DENY = "    http-request deny unless { var(txn.mtlsauth_verdict) -m str allow }\n"
RULES = {
    "http": ACTION + DENY + '    http-request set-header X-Verdict "' + " ".join(
        "%%%%[var(txn.mtlsauth_%s)]" % name for name in ("verdict", "reason", "policy")) + '"\n',
    "http-action": ACTION,      # what is left if one of the two is forgotten, or could not run
    "http-deny": DENY.lstrip(),
    "tcp": """tcp-request content lua.mtlsauth%(dot)s
    tcp-request content reject unless { var(txn.mtlsauth_verdict) -m str allow }
""",
}


class Echo(http.server.BaseHTTPRequestHandler):
    """The application: answers with the header fields that it was sent, as pairs."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps(self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_DELETE = do_GET

    def log_message(self, *_):
        pass


class EchoLine(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"echo " + self.rfile.readline())


class Threads(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, *_):     # HAProxy went away: nothing to tell
        pass


def serve(handler):
    """Runs an application in a thread; its port."""
    server = Threads(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o644)
    return path


class Haproxy(suite.Server):
    """All services in one HAProxy. `port` and `policies` by name; decisions in `decision_log`."""

    def __init__(self, folder, pki):
        self.folder, self.pki = folder, pki
        self.policies = os.path.join(folder, "policies")
        self.decision_log = os.path.join(folder, "decisions.json")
        self.config = os.path.join(folder, "haproxy.cfg")
        self.ports = {name: suite.free_port() for name in SERVICES}
        os.mkdir(self.policies, 0o755)
        self.write_policies()
        write(os.path.join(folder, "server.pem"),
              suite.text_of(pki.cert("server")) + suite.text_of(pki.key("server")))
        write(os.path.join(folder, "tickets"), "".join(
            line + "\n" for line in ("A" * 64, "B" * 64, "C" * 64)))  # 48 octets each, for tests alone
        self.write_settings()
        self.write_config()
        super().__init__(["/usr/sbin/haproxy", "-W", "-f", self.config],
                         os.path.join(folder, "haproxy.log"), self.ports["api"])

    def policy(self, name):
        return os.path.join(self.policies, name + ".conf")

    def write_policies(self):
        for name, (settings, entries, cn, trust, _) in SERVICES.items():
            if "%s" in trust:
                trust = trust % self.pki.folder
            text = POLICY % {"settings": settings, "pki": self.pki.folder, "trust": trust,
                             "entries": entries, "cn": cn}
            write(self.policy(name), text)
        write(os.path.join(self.policies, "tried.next"),
              POLICY % {"settings": "", "pki": self.pki.folder, "trust": "", "entries": "",
                        "cn": "nobody.example"})

    def write_settings(self, **changed):
        """The sample's settings, with other values and more services."""
        text = suite.text_of(os.path.join(SAMPLES, "mtlsauth-settings.lua"))
        services = ", ".join('"%s"' % name for name in SERVICES if name != "host")
        values = dict({"/usr/share/mtlsauth/haproxy/mtlsauth.lua": suite.installed("mtlsauth.lua"),
                       "/etc/mtlsauth/policies": self.policies,
                       "/var/log/haproxy-mtlsauth.json": self.decision_log,
                       '"api"': services,
                       " }": ' },\n    plugin_dir = "%s"' % os.environ["MTLSAUTH_PLUGINS"]}, **changed)
        for old, new in values.items():
            assert old in text, old
            text = text.replace(old, new)
        self.settings = write(os.path.join(self.folder, "mtlsauth-settings.lua"), text)

    def sample(self):
        """The sample configuration; its frontend is the service api."""
        module = suite.installed("mtlsauth.so", "lua")
        text = suite.text_of(os.path.join(SAMPLES, "haproxy.cfg"))
        for old, new in (
                ("log /dev/log local0", "log stdout format raw local0\n"
                 "    nbthread 4\n    lua-prepend-path %s/?.so cpath" % os.path.dirname(module)),
                ("/etc/haproxy/mtlsauth-settings.lua", self.settings),
                ("bind :443", "bind 127.0.0.1:%d" % self.ports["api"]),
                ("/etc/haproxy/server.pem", os.path.join(self.folder, "server.pem")),
                ("/etc/haproxy/client-ca.pem", self.pki.cert("root")),
                ("127.0.0.1:8080", "127.0.0.1:%d" % self.application)):
            assert old in text, old
            text = text.replace(old, new)
        return text

    def write_config(self):
        self.application, line = serve(Echo), serve(EchoLine)
        text = self.sample() + "\nbackend lines\n    mode tcp\n    server local 127.0.0.1:%d\n" % line
        for name, (*_, mode) in SERVICES.items():
            if name == "api":
                continue
            more = "tls-ticket-keys " + os.path.join(self.folder, "tickets") if name == "again" else ""
            text += FRONTEND % {
                "name": name, "mode": mode.split("-")[0], "port": self.ports[name], "more": more,
                "server": os.path.join(self.folder, "server.pem"), "verify": VERIFY % self.pki.cert("root"),
                "rules": RULES[mode] % {"dot": "" if name == "host" else "." + name},
                "backend": "lines" if mode == "tcp" else "application"}
        write(self.config, text)

    def reload(self, good=True):
        """Waits until HAProxy says how it went; what it said."""
        before = os.path.getsize(self.log)

        def begun():    # a master that is not done with the last reload does not hear the signal
            self.signal(signal.SIGUSR2)
            time.sleep(0.1)
            return b"Reloading HAProxy" in self.log_after(before)

        def done():
            said = self.log_after(before)
            return b"Loading success." in said or b"Loading failure!" in said

        suite.wait_until(begun, "HAProxy to hear of a reload")
        def over():     # until then the old worker takes connections too
            said = self.log_after(before)
            return all(b"Proxy %s stopped" % name.encode() in said for name in self.ports)

        suite.wait_until(done, "the end of a reload")
        if good:
            suite.wait_until(over, "the old worker to stop listening")
        said = self.log_after(before).decode(errors="replace")
        if ("Loading success." in said) != good:
            raise RuntimeError("reloaded otherwise: " + said[-2000:])
        return said

    def log_after(self, offset):
        with open(self.log, "rb") as file:
            file.seek(offset)
            return file.read()

    def logged(self):
        """The decisions, as objects."""
        with open(self.decision_log) as file:
            return [json.loads(line) for line in file]

    def last(self, port):
        """The last decision about the client with that port, or None."""
        mine = [row for row in self.logged() if row["request"].get("source_port") == port]
        return mine[-1] if mine else None


def missing():
    if shutil.which("haproxy") is None:
        return "no haproxy here"
    if suite.installed("mtlsauth.so", "lua") is None:
        return "the adapter was not built: liblua5.3-dev"
    return None
