# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of Apache httpd run: its configuration, policies, and an application behind it."""
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import threading

import peer
import pki
import replay
import suite

MODULES = "/usr/lib/apache2/modules"
APACHE = "/usr/sbin/apache2"
# The stock modules that either MPM has; CGI and HTTP/2 differ.
LOADED = ("authz_core authz_host authn_core access_compat env dir alias rewrite headers cache "
          "cache_disk socache_shmcb ssl proxy proxy_http").split()

MAIN = """
ServerRoot %(folder)s
ServerName localhost
PidFile %(folder)s/httpd.pid
User www-data
Group www-data
ErrorLog %(log)s
LogLevel info
%(load)s
LoadModule mtlsauth_module %(module)s
%(mpm)s
MTLSAuthPolicy %(policies)s
MTLSAuthPluginDir %(plugins)s
MTLSAuthDecisionLog %(decisions)s
LogFormat "%%{remote}p %%>s %%{MTLSAUTH_VERDICT}e %%{MTLSAUTH_REASON}e %%{MTLSAUTH_ID}e" mtlsauth
CustomLog %(folder)s/access.log mtlsauth
SSLSessionCache shmcb:%(folder)s/sessions(512000)
SSLCADNRequestFile %(pki)s/chain.pem
SSLVerifyClient optional_no_ca
SSLOptions +StdEnvVars
DocumentRoot %(folder)s/www
KeepAliveTimeout 20
MaxKeepAliveRequests 0
ErrorDocument 403 /secret.html
CacheRoot %(folder)s/cache
CacheEnable disk /cached
CacheEnable disk /special
CacheDefaultExpire 600
CacheIgnoreNoLastMod On
CacheHeader On
RewriteEngine On
RewriteRule ^/rewritten http://elsewhere.example/ [R]
Redirect /redirected http://elsewhere.example/
ProxyPass /app http://127.0.0.1:%(behind)d
ScriptAlias /cgi-bin/ %(folder)s/cgi-bin/
<Directory %(folder)s>
    Require all granted
</Directory>
<Location /granted>
    Require all granted
</Location>
<Location /any>
    Order deny,allow
    Allow from all
    Satisfy Any
</Location>
Listen 127.0.0.1:%(port)d
SSLCertificateFile %(pki)s/server.pem
SSLCertificateKeyFile %(pki)s/server.key
"""

HOST = """
<VirtualHost 127.0.0.1:%(port)d>
    ServerName %(name)s
    SSLEngine On
    RewriteEngine On
    RewriteOptions Inherit
    %(more)s
</VirtualHost>
"""

# A <Location> of a service of its own, and everything that might get round it.
SPECIAL = """MTLSAuth On
    MTLSAuthService valid
    <Location /special>
        MTLSAuthService special
        Order deny,allow
        Allow from all
        Satisfy Any
        Require all granted
    </Location>
    <Location /special/redirected>
        Redirect temp http://elsewhere.example/
    </Location>
    <Location /required>
        Require mtlsauth special
    </Location>"""

HOSTS = (("localhost", "MTLSAuth On\n    MTLSAuthService main"),
         ("second.example", "MTLSAuth On\n    MTLSAuthService special"),
         ("special.example", SPECIAL),
         ("monitor.example", "MTLSAuth On\n    MTLSAuthService watch"),
         ("candidate.example", "MTLSAuth On\n    MTLSAuthService tried"),
         ("api.example", "MTLSAuth On"),
         ("off.example", "MTLSAuth Off"),
         ("first.example", "MTLSAuth On\n    MTLSAuthService main\n    SSLVerifyClient optional\n"
                           "    SSLVerifyDepth 3\n"
                           "    SSLCACertificateFile %(pki)s/chain.pem"))

STACK = """%(head)s
trust = { anchors = [ "%(pki)s/root.pem" ]; %(trust)s };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "crl";
    files = [ "%(pki)s/root.crl", "%(pki)s/intermediate.crl" ]; },
  { control = "required"; plugin = "%(last)s; },
);
"""
GOOD = 'cn"; allow = [ "good.client.example" ]'
STRANGER = 'cn"; allow = [ "stranger.example" ]'
# A resumed session has the client's own certificate alone: where sessions are resumed, the policy
# has to have the intermediate.
RESUMES = ("api.conf",)
# name: (settings, the last entry)
POLICIES = {
    "main.conf": ('forward = [ "rfc9440", "xfcc" ];', GOOD),
    "special.conf": ("", STRANGER),
    "valid.conf": ("", 'permit"; when = "http.request.uri.path ne \'/special/not\'"'),
    "watch.conf": ('mode = "monitor";', GOOD),
    "tried.conf": ('candidate = "tried.next";', GOOD),
    "tried.next": ("", STRANGER),
    "api.conf": ('hosts = [ "api.example" ];', GOOD),
}

# LC_ALL=C: octets are counted.
CGI = """#!/bin/sh
LC_ALL=C
body=$(env)
printf 'Content-Type: text/plain\\r\\nContent-Length: %d\\r\\n\\r\\n%s' ${#body} "$body"
"""


class Behind(http.server.BaseHTTPRequestHandler):
    """An application that tells which headers it was sent."""

    def do_GET(self):
        body = json.dumps(self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def write(path, text, mode=0o644):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


class Lab:
    """One folder with all that a server needs; start() as often as wanted."""

    def __init__(self, folder, keys=None):
        self.folder = folder
        self.keys = keys or pki.Pki(os.path.join(folder, "pki"))
        self.policies = os.path.join(folder, "policies")
        self.decided = os.path.join(folder, "decisions.json")
        self.log = os.path.join(folder, "error.log")
        self.port = suite.free_port()
        for name in ("www", "cgi-bin", "policies", "cache"):
            os.makedirs(os.path.join(folder, name), exist_ok=True)
        shutil.chown(os.path.join(folder, "cache"), "www-data")
        for name in ("index.html", "secret.html", "granted", "any", "cached", "special",
                     "required"):
            write(os.path.join(folder, "www", name), "content of " + name)
        write(os.path.join(folder, "cgi-bin", "env"), CGI, 0o755)
        with open(os.path.join(folder, "ticket.key"), "wb") as file:
            file.write(os.urandom(48))
        for name in POLICIES:
            self.policy(name)
        # The application ends with the test: nobody else waits for it.
        self.behind = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind)
        threading.Thread(target=self.behind.serve_forever, daemon=True).start()

    def policy(self, name, text=None, like=None):
        head, last = POLICIES[like or name]
        more = 'intermediates = [ "%s" ];' % self.keys.cert("intermediate")
        write(os.path.join(self.policies, name), text or STACK % {
            "head": head, "last": last, "pki": self.keys.folder,
            "trust": more if name in RESUMES else ""})

    def configure(self, mpm="event", hosts=HOSTS, more=""):
        names = LOADED + (["cgi"] if mpm == "prefork" else ["http2", "cgid"])
        load = ["mpm_" + mpm] + names
        tuned = "StartServers 4\nServerLimit 250\nMaxRequestWorkers 250"
        if mpm != "prefork":
            tuned = ("ThreadsPerChild 25\nServerLimit 40\nMaxRequestWorkers 500\nStartServers 1\n"
                     "Protocols h2 http/1.1\nScriptSock %s/cgi.sock" % self.folder)
        known = {"folder": self.folder, "log": self.log,
                 "module": suite.installed("mod_mtlsauth.so"),
                 "policies": self.policies, "plugins": replay.PLUGINS, "decisions": self.decided,
                 "pki": self.keys.folder, "port": self.port, "behind": self.behind.server_port,
                 "mpm": tuned, "load": "\n".join("LoadModule %s_module %s/mod_%s.so" % (
                     name, MODULES, name) for name in load)}
        text = MAIN % known + more
        for name, own in hosts:
            text += HOST % {"port": self.port, "name": name,
                            "more": own % known if "%(" in own else own}
        self.conf = os.path.join(self.folder, "httpd.conf")
        write(self.conf, text)
        return self.conf

    def start(self):
        return suite.Server([APACHE, "-f", self.conf, "-DFOREGROUND"], self.log, self.port)

    def try_out(self, conf=None, *more):
        """(exit code, what is said) of a start that is to fail, or of -t."""
        done = subprocess.run([APACHE, "-f", conf or self.conf, "-DFOREGROUND"] + list(more),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=suite.LIMIT,
                              env=dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(
                                  os.environ["MTLSAUTH_LIB"])))
        return done.returncode, (done.stdout + done.stderr).decode()

    def reload(self, server):
        """A graceful restart; returns what the log says of it."""
        before = len(suite.text_of(self.log))
        server.signal(signal.SIGUSR1)
        server.said("resuming normal operations", before)
        return suite.text_of(self.log)[before:]

    def decisions(self):
        return replay.decisions(self.decided)

    def of(self, port):
        """The decisions about the last connection from that port of the client."""
        rows = self.decisions()
        while rows and rows[-1]["request"]["source_port"] != port:
            rows.pop()
        begin = len(rows)
        while begin > 0 and rows[begin - 1]["request"]["source_port"] == port:
            begin -= 1
        return rows[begin:]


def ask(lab, client, version=None, sni="localhost", **more):
    """One request of that client, on a connection of its own."""
    more.setdefault("host", sni)
    return peer.https(lab.port, peer.context(lab.keys, client, version), sni, **more)


def seen(lab, reply):
    """Status and the reasons in the decision log: "403 revoked"."""
    if reply.status is None:
        return "refused by the server"
    return " ".join([str(reply.status)] + [row["reason"] for row in lab.of(reply.port)])


def client_verify(reply):
    """What mod_ssl tells applications: GENEROUS or FAILED:..., never SUCCESS."""
    said = re.search(r"^SSL_CLIENT_VERIFY=([A-Z]*)", reply.body.decode(), re.M).group(1)
    return "not SUCCESS" if said in ("GENEROUS", "FAILED") else said
