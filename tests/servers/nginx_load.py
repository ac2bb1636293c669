# SPDX-License-Identifier: BSD-2-Clause
"""200 clients on connections that they keep, while nginx is reloaded 20 times."""
import collections
import threading

import peer

CONNECTIONS = 200
RELOADS = 20
EXPECTED = {"good": 200, "revoked": 403, "wrong-cn": 403, None: 403}


class Client(threading.Thread):
    """Asks until it is told to stop; an old worker closes what is idle, then it connects anew."""

    def __init__(self, nginx, name, tls, stop):
        super().__init__(daemon=True)
        self.nginx, self.name_in_pki, self.tls, self.stop = nginx, name, tls, stop
        self.counts = collections.Counter()

    def run(self):
        while not self.stop.is_set():
            try:
                with peer.connect(self.nginx.port, self.tls) as connection:
                    self.keep_asking(connection)
            except OSError as error:
                self.counts["not connected: %s" % error] += 1

    def keep_asking(self, connection):
        asked = 0
        while not self.stop.is_set():
            try:
                reply = peer.ask(connection, "/return")
            except OSError as error:
                # Idle, so far as the server knew: never on a connection's first request.
                self.counts["closed when idle" if asked > 0 else "cut off: %s" % error] += 1
                return
            asked += 1
            right = reply.status == EXPECTED[self.name_in_pki]
            self.counts["right" if right else "wrong"] += 1
            if reply.headers.get("connection") == "close":
                self.counts["closed after an answer"] += 1
                return
            self.stop.wait(0.05)


def decisions(nginx):
    with open(nginx.path("decisions.json")) as log:
        return sum(1 for _ in log)


def run(suite, nginx):
    stop, names = threading.Event(), sorted(EXPECTED, key=str)
    contexts = {name: peer.context(nginx.pki, name) for name in names}
    clients = [Client(nginx, names[i % len(names)], contexts[names[i % len(names)]], stop)
               for i in range(CONNECTIONS)]
    before = decisions(nginx)
    for client in clients:
        client.start()
    for _ in range(RELOADS):
        nginx.reload()
    stop.set()
    for client in clients:
        client.join(peer.TIMEOUT)
    total = sum((client.counts for client in clients), collections.Counter())
    print("# load:", dict(total))
    failed = sum(count for what, count in total.items()
                 if what not in ("right", "wrong", "closed when idle", "closed after an answer"))
    # A decision without an answer is a request that was cut off; one without a decision was idle.
    failed += abs(decisions(nginx) - before - total["right"] - total["wrong"])
    enough = "enough" if total["right"] >= CONNECTIONS * RELOADS // 2 else "too few"
    suite.case("200 connections, 20 reloads", "0 wrong, 0 failed, enough",
               "%d wrong, %d failed, %s" % (total["wrong"], failed, enough), [str(dict(total))])
