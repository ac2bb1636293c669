# SPDX-License-Identifier: BSD-2-Clause
"""Many connections: at once, through reloads, with roles; and what the audit says of them."""
import os
import threading

import capture
import peer
import replay
import suite
import postgresql_client as client
import postgresql_cluster as cluster
from postgresql_test import CLIENTS, GOOD, ROLES

CONCURRENT, ROUNDS, RELOADS = 200, 3, 20
# Certificate and TLS version of the connections that are captured, and what must come of each.
MIXED = tuple((certificate, version, expected.split()[0])
              for _, certificate, expected in CLIENTS if not expected.startswith("refused")
              for version in ("1.2", "1.3"))


def address(turn, number):
    """Of loopback, one for each connection: the audit and the log name a connection by it."""
    return "127.0.%d.%d" % (turn + 1, number + 1)


class Crowd:
    """Threads that come all at once, and hold their connections until all have been answered."""

    def __init__(self, test, keylog):
        self.test = test
        self.contexts = {(name, version): peer.context(test.pki, name, version, keylog)
                         for name, version, _ in MIXED}
        self.wrong = []
        self.answered = 0
        self.lock = threading.Lock()
        self.together = threading.Barrier(CONCURRENT)

    def one(self, number):
        for turn in range(ROUNDS):
            name, version, expected = MIXED[(number + turn) % len(MIXED)]
            self.together.wait(suite.LIMIT)
            connection, said = None, ""
            try:
                connection = client.connect(self.test.port, self.contexts[name, version],
                                            source=address(turn, number))
            except OSError as error:
                said = str(error)
            verdict = client.verdict_of(connection is not None, said)
            with self.lock:
                self.answered += 1
                if verdict != expected:
                    self.wrong.append("%s, TLS %s: %s: %s" % (name, version, verdict, said))
            self.together.wait(suite.LIMIT)
            if connection is not None:
                connection.close()

    def run(self, server):
        threads = [threading.Thread(target=self.one, args=(number,), daemon=True)
                   for number in range(CONCURRENT)]
        for thread in threads:
            thread.start()
        for _ in range(RELOADS):
            self.test.cluster.reload(server)
        reloaded_during = any(thread.is_alive() for thread in threads)
        for thread in threads:
            thread.join(suite.LIMIT)
        return reloaded_during


def one_by_one(test, keylog, count=120):
    """Clients that come back with the session they had, one after the other."""
    sessions, wrong = {}, []
    contexts = {(name, version): peer.context(test.pki, name, version, keylog)
                for name, version, _ in MIXED}
    for number in range(count):
        name, version, expected = MIXED[number % len(MIXED)]
        answer = client.ask(test.port, contexts[name, version],
                            session=sessions.get((name, version)), source=address(ROUNDS, number))
        sessions[name, version] = answer.session
        if answer.verdict != expected or answer.resumed:
            wrong.append("%s, TLS %s: %s" % (name, version, answer))
    return wrong


def crowd(test, server):
    """200 at once, three times, through 20 reloads; captured, and judged again by the audit."""
    file, keylog = os.path.join(test.folder, "crowd.pcapng"), os.path.join(test.folder, "keys.log")
    before = len(test.cluster.decisions())
    with capture.Capture(file, "tcp port %d" % test.port):
        people = Crowd(test, keylog)
        during = people.run(server)
        wrong = one_by_one(test, keylog)
    test.suite.case("%d connections at once, %d rounds, through %d reloads" % (
        CONCURRENT, ROUNDS, RELOADS), "%d answered, 0 wrong" % (CONCURRENT * ROUNDS),
        "%d answered, %d wrong" % (people.answered, len(people.wrong)), people.wrong)
    test.suite.case("reloads while they came", "yes", "yes" if during else "no")
    test.suite.case("120 that offer their session again", "0 wrong", "%d wrong" % len(wrong), wrong)
    decided = test.cluster.decisions(before)
    policy = os.path.join(test.policies, "postgresql.conf")
    test.suite.replay(*replay.compare(decided, replay.audit("postgresql", policy, [file], keylog),
                                      None), least=700)


# Certificate, role, database, replication, and what comes of it.
WISHES = (
    ("good", "app", "shop", None, "in success"),
    ("good", "app", "postgres", None, "denied no_grant"),
    ("good", "reader", "shop", None, "denied no_match"),
    ("wrong-cn", "reader", "shop", None, "in success"),
    ("wrong-cn", "app", "shop", None, "denied no_match"),
    ("good", "postgres", "shop", None, "denied no_grant"),
    ("good", "standby", "shop", None, "denied no_grant"),
    ("good", "standby", "", "true", "in success"),
    ("good", "standby", "shop", "database", "denied no_grant"),
    ("wrong-cn", "standby", "", "true", "denied no_match"),
)


def roles(test, server):
    """Rules about role, database and replication; the audit is told of them by the decision log."""
    file, keylog = os.path.join(test.folder, "roles.pcapng"), os.path.join(test.folder, "keys2.log")
    test.policy(GOOD, form=ROLES)
    test.cluster.reload(server)
    before = len(test.cluster.decisions())
    with capture.Capture(file, "tcp port %d" % test.port):
        for turn in range(6):
            for certificate, user, database, replication, expected in WISHES:
                words = {"replication": replication} if replication else {}
                tls = peer.context(test.pki, certificate, ("1.2", "1.3")[turn % 2], keylog)
                ask = lambda: client.ask(test.port, tls, user=user, database=database, **words)
                if turn == 0:
                    test.case("%s as %s on %s%s" % (
                        certificate, user, database or "all databases",
                        ", replication" if replication else ""), expected, ask)
                else:
                    ask()
    log = os.path.join(test.folder, "roles.json")
    rows = suite.text_of(test.cluster.decided).splitlines(True)[before:]
    cluster.write(log, "".join(rows))
    policy = os.path.join(test.policies, "postgresql.conf")
    audited = replay.audit("postgresql", policy, [file], keylog, log)
    count, agree, wrong = replay.compare(replay.decisions(log), audited, log)
    test.suite.agreement("replay of role rules, --decisions", count, agree, wrong, 54)
    test.policy(GOOD)
    test.cluster.reload(server)
