# SPDX-License-Identifier: BSD-2-Clause
"""Many connections to HAProxy: through reloads, and captured and judged again by the audit."""
import collections
import concurrent.futures
import os
import ssl
import subprocess
import threading

import capture
import peer
import replay as audits

WORKERS = 4
ROUNDS = 31         # of the mix below
PAUSE = 2           # seconds between a client's requests, so that it is the reloads that are waited for
LEAST = 1200        # connections that are compared

# (client, service), each over TLS 1.2 and 1.3, and the good ones resumed where sessions are kept
MIX = ((None, "api"), ("good", "api"), ("wrong-cn", "api"), ("expired", "api"),
       ("not-yet-valid", "api"), ("revoked", "api"), ("self-signed", "api"), ("wrong-eku", "api"), ("no-intermediate", "api"),
       ("good", "again"), ("no-intermediate", "fields"), ("good", "fields"),
       ("good", "raw"), ("revoked", "raw"))
RESUMED = (("1.2", False), ("1.2", True), ("1.3", True))


def _several(test, tls, service, number, source):
    """Requests on one connection; of the service `fields` with other paths, that decide otherwise."""
    try:
        with peer.connect(test.haproxy.ports[service], tls, source=source) as connection:
            if service == "raw":
                connection.sendall(b"hello\n")
                connection.recv(100)
                return
            for path in ("/", "/admin", "/%d" % number)[:1 + number % 3]:
                peer.ask(connection, path=path)
    except OSError:
        pass    # a denial of a TCP connection; what was decided is in the log


def curl(test, client, *more, keylog=None):
    """One request over HTTP/2: the answer, and behind it "2 200"."""
    pki = test.haproxy.pki
    done = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", pki.cert("root"), "--cert", pki.cert(client), "--key",
         pki.key(client), "-w", "%{http_version} %{http_code}",
         "https://localhost:%d/" % test.haproxy.ports["api"], *more], capture_output=True, text=True,
        env=dict(os.environ, **({"SSLKEYLOGFILE": keylog} if keylog else {})))
    return done.stdout + done.stderr


def _round(test, keylog, number):
    """Every connection from an address of its own: a port of loopback comes back after a second, and
    the audit does not tell what was decided about it then from what is decided about it now."""
    sources = ("127.1.%d.%d" % (number, last) for last in range(1, 255))
    curl(test, ("good", "revoked", "wrong-cn")[number % 3], "--interface", next(sources), keylog=keylog)
    for client, service in MIX:
        for version in ("1.2", "1.3"):
            _several(test, test.tls(client, version, keylog=keylog), service, number, next(sources))
    for service in ("again", "api"):
        port = test.haproxy.ports[service]
        for version, tickets in RESUMED:
            tls = test.tls("good", version, keylog=keylog, tickets=tickets)
            first = peer.https(port, tls, source=next(sources))
            peer.https(port, tls, session=first.session, source=next(sources))


def _ends(row):
    """A connection, in a decision and in a row of the audit: services differ in the server's port."""
    flow = row.get("flow") or row["request"]
    return flow["source"], flow["source_port"], flow["destination_port"]


def replay(test):
    """Every decision of the mix again, by `mtlsauth-audit --as haproxy`."""
    folder = test.haproxy.folder
    file, keylog = os.path.join(folder, "mix.pcapng"), os.path.join(folder, "keys.log")
    before = len(test.haproxy.logged())
    ports = " or ".join("tcp port %d" % port for port in test.haproxy.ports.values())
    with capture.Capture(file, ports):
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda number: _round(test, keylog, number), range(ROUNDS)))
    decided = test.haproxy.logged()[before:]
    total, agree, wrong = 0, 0, []
    for service in ("api", "again", "fields", "raw"):
        log = test.haproxy.decision_log if service == "fields" else None
        audited = audits.audit("haproxy", test.haproxy.policy(service), [file], keylog, log)
        done = audits.compare([row for row in decided if row["policy"] == service], audited, log, _ends)
        total, agree, wrong = total + done[0], agree + done[1], wrong + done[2]
    seen = collections.Counter(row["reason"] for row in decided)
    test.case("replay, reasons decided", "expired no_certificate no_match not_yet_valid revoked rule"
              " success untrusted wrong_purpose", " ".join(sorted(seen)))
    test.suite.replay(total, agree, wrong, LEAST)


def _closing(error):
    """An error that is the server's end of a connection, in whatever state it was."""
    return (isinstance(error, (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError))
            or str(error) == "the server closed the connection")


class Askers:
    """Clients that keep asking, each on one connection as long as that lasts."""

    def __init__(self, test, connections):
        self.test, self.over, self.lock = test, threading.Event(), threading.Lock()
        self.wrong, self.asked = [], 0
        self.closed, self.failed = collections.Counter(), collections.Counter()
        self.threads = [threading.Thread(target=self._client, args=kind, daemon=True)
                        for kind in (("good", 200), ("revoked", 403)) * (connections // 2)]

    def _ask(self, connection, client, expected):
        status = peer.ask(connection).status
        with self.lock:
            self.asked += 1
            if status != expected:
                self.wrong.append("%s: %s" % (client, status))

    def _client(self, client, expected):
        tls = self.test.tls(client)
        while not self.over.is_set():
            try:
                with peer.connect(self.test.haproxy.ports["api"], tls) as connection:
                    while True:
                        self._ask(connection, client, expected)
                        if self.over.wait(PAUSE):
                            return
            except OSError as error:
                with self.lock:
                    (self.closed if _closing(error) else self.failed)[str(error)] += 1
                self.over.wait(PAUSE)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def reloads(test, connections=200, times=20):
    """No client is ever answered wrongly. To close connections is HAProxy's way to reload."""
    with Askers(test, connections) as askers:
        for _ in range(times):
            test.haproxy.reload()
    print("# %d requests of %d clients through %d reloads; closed: %s"
          % (askers.asked, connections, times, dict(askers.closed)))
    name = "%d connections, %d reloads: " % (connections, times)
    test.suite.case(name + "wrong answers", 0, len(askers.wrong), askers.wrong)
    test.suite.case(name + "not let in, and not closed", 0, sum(askers.failed.values()), askers.failed)
