# SPDX-License-Identifier: BSD-2-Clause
"""A cluster of PostgreSQL 15 in a folder, run by its usual user with the adapter's sample files."""
import os
import re
import shutil
import signal
import subprocess

import replay
import suite

BIN = "/usr/lib/postgresql/15/bin/"
SAMPLES = os.path.join(os.path.dirname(__file__), "..", "..", "adapters", "postgresql")
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
# What a test needs and the sample does not say.
OWN = """
port = %(port)d
listen_addresses = '127.0.0.1'
unix_socket_directories = '%(folder)s'
dynamic_library_path = '$libdir:%(modules)s'
hba_file = '%(folder)s/pg_hba.conf'
mtlsauth.plugin_dir = '%(plugins)s'
max_connections = 260
fsync = off
log_line_prefix = '%%p '
"""
HBA = """host all barred all reject
host all locked all password
hostssl all good.client.example all cert
host all all all trust
"""


def sample(name, replaced):
    text = suite.text_of(os.path.join(SAMPLES, name))
    for old, new in replaced.items():
        if old not in text:
            raise RuntimeError("%s: has no %s any more" % (name, old))
        text = text.replace(old, new)
    return text


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def module():
    return suite.installed("mtlsauth.so", "postgresql")


class Server(suite.Server):
    def end(self, number=signal.SIGINT):    # at once, whoever is connected
        super().end(number)


class Cluster:
    def __init__(self, folder, pki, policies):
        self.folder = folder
        self.data = os.path.join(folder, "data")
        self.log = os.path.join(folder, "server.log")
        self.decided = os.path.join(folder, "decisions.json")
        self.policies = policies
        self.pki = pki
        self.port = suite.free_port()
        os.mkdir(folder)    # apart: dumpcap writes only where root does
        shutil.chown(folder, "postgres")
        self.key = os.path.join(folder, "server.key")
        shutil.copy(pki.key("server"), self.key)
        os.chmod(self.key, 0o600)
        shutil.chown(self.key, "postgres")
        subprocess.run(AS_POSTGRES + [BIN + "initdb", "-N", "-A", "trust", "-D", self.data],
                       check=True, capture_output=True, cwd=folder)
        self.usual = suite.text_of(os.path.join(self.data, "postgresql.conf"))

    def configure(self, more="", hba=HBA):
        """The sample with the paths of this test; `more` has the last word."""
        own = OWN % {"port": self.port, "folder": self.folder, "plugins": replay.PLUGINS,
                     "modules": os.path.dirname(module() or "")}
        conf = sample("postgresql.conf", {
            "/etc/mtlsauth/pki/server.pem": self.pki.cert("server"),
            "/etc/mtlsauth/pki/server.key": self.key,
            "/etc/mtlsauth/pki/chain.pem": self.pki.path("chain.pem"),
            "/etc/mtlsauth/policies": self.policies,
            "/var/log/postgresql/mtlsauth-decisions.json": self.decided})
        write(os.path.join(self.data, "postgresql.conf"), self.usual + conf + own + more)
        write(os.path.join(self.folder, "pg_hba.conf"),
              hba + sample("pg_hba.conf", {"peer": "trust", "scram-sha-256": "trust"}))

    def command(self):
        return AS_POSTGRES + [BIN + "postgres", "-D", self.data]

    def start(self, more="", hba=HBA):
        self.configure(more, hba)
        before = len(suite.text_of(self.log))
        server = Server(self.command(), self.log, self.port, {"PWD": self.folder})
        server.said("ready to accept connections", before)  # it listens before it is
        return server

    def start_fails(self, more):
        """What is said by a start that must fail: its status and its FATAL line."""
        self.configure(more)
        env = dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(os.environ["MTLSAUTH_LIB"]))
        done = subprocess.run(self.command(), capture_output=True, text=True, env=env,
                              timeout=suite.LIMIT)
        fatal = re.findall(r"FATAL: +(.*)", done.stderr)
        return "%d %s" % (done.returncode, fatal[0] if fatal else done.stderr)

    def reload(self, server, said="mtlsauth: reloaded"):
        """Until the postmaster has said so."""
        before = len(suite.text_of(self.log))
        server.signal(signal.SIGHUP)
        server.said(said, before)
        return suite.text_of(self.log)[before:]

    def decisions(self, after=0):
        return replay.decisions(self.decided)[after:] if os.path.exists(self.decided) else []
