# SPDX-License-Identifier: BSD-2-Clause
"""Apache httpd: resumed sessions, and restarts while clients come."""
import collections
import concurrent.futures
import datetime
import os
import re
import threading
import time

import apache_lab
import peer
import suite as common
from apache_lab import ask, seen

# ---- resumption ---------------------------------------------------------------------------------

WAYS = (("TLS 1.2 by id", "1.2", False), ("TLS 1.2 by ticket", "1.2", True),
        ("TLS 1.3", "1.3", True))


def begin(lab, client, host="api.example", times=1):
    """Sessions for each way: {way: [(context, reply)]}."""
    found = {}
    for way, version, tickets in WAYS:
        tls = peer.context(lab.keys, client, version, tickets=tickets)
        found[way] = [(tls, peer.https(lab.port, tls, host, host=host)) for _ in range(times)]
    return found


def resume(lab, sessions, host="api.example"):
    """(way, what is seen, reply) of the first that is resumed; of the last if none is."""
    for way, offered in sessions.items():
        for tls, first in offered:
            reply = peer.https(lab.port, tls, host, first.session, host=host, path="/cgi-bin/env")
            if reply.resumed:
                break
        yield way, ("resumed, " if reply.resumed else "not resumed, ") + seen(lab, reply), reply


def resumed(suite, lab):
    for way, got, _ in resume(lab, begin(lab, "good", "localhost"), "localhost"):
        suite.case("resumed without the intermediate (%s)" % way, "resumed, 403 untrusted", got)
    for way, got, reply in resume(lab, begin(lab, "good")):
        suite.case("resumed (%s)" % way, "resumed, 200 success", got)
        suite.case("SSL_CLIENT_VERIFY when resumed (%s)" % way, "not SUCCESS",
                   apache_lab.client_verify(reply))


def revoked_since(suite, lab, server):
    """With a SSLSessionTicketKeyFile tickets outlive a restart. Apache, this module loaded or not,
    then takes about every second of those that hold a client certificate."""
    lab.configure(more="SSLSessionTicketKeyFile %s/ticket.key\n" % lab.folder)
    lab.reload(server)
    sessions = begin(lab, "late", times=24)
    idle = peer.connect(lab.port, peer.context(lab.keys, "late"))
    suite.case("keep-alive before a reload", "200", peer.ask(idle).status)
    lab.keys.revoke("late")
    lab.keys.write_crls()
    suite.case("reload", True, "policies reloaded" in lab.reload(server))
    # The cache of sessions begins anew with a restart.
    expected = {"TLS 1.2 by id": "not resumed, 403 revoked"}
    for way, got, _ in resume(lab, sessions):
        suite.case("resumed after revocation (%s)" % way,
                   expected.get(way, "resumed, 403 revoked"), got)
    try:
        time.sleep(0.5)
        after = peer.ask(idle).status
    except OSError:
        after = "closed by the server"
    suite.case("keep-alive across a reload", "closed by the server", after)
    idle.close()


def brief(lab):
    """Sessions of a certificate that soon expires, when, and what came of them."""
    now = datetime.datetime.now(datetime.timezone.utc)
    end = now + datetime.timedelta(seconds=10)
    stamp = "%Y%m%d%H%M%SZ"
    lab.keys.issue("brief", "good.client.example", "client",
                   ((now - datetime.timedelta(days=1)).strftime(stamp), end.strftime(stamp)))
    sessions = begin(lab, "brief")
    return sessions, end.timestamp(), [seen(lab, reply) for offered in sessions.values()
                                       for _, reply in offered]


def outlived(suite, lab, sessions, end):
    """Sessions of a certificate that has expired since."""
    time.sleep(max(0, end - time.time() + 1.1))
    for way, got, _ in resume(lab, sessions):
        suite.case("resumed past notAfter (%s)" % way, "resumed, 403 expired", got)


# ---- reloads ------------------------------------------------------------------------------------

def reloads(suite, lab, server):
    lab.policy("main.conf", "stack = (\n  { control = \"require\"; plugin = \"deny\"; },\n);\n")
    said = lab.reload(server)
    suite.case("reload with a broken policy", True, re.search(
        r"not reloaded, the old policies stay in force: \S+/main\.conf:2:\d+: ", said) is not None,
               said.splitlines())
    suite.case("... the old policy stays", "200 success", seen(lab, ask(lab, "good")))
    suite.case("... and still denies", "403 revoked", seen(lab, ask(lab, "revoked")))
    code, said = lab.try_out(None, "-t")
    suite.case("... configtest says so", True, code != 0 and "main.conf:2:" in said, [said])
    lab.policy("main.conf")
    os.rename(lab.policies, lab.policies + ".away")
    suite.case("policies renamed away", "200 success", seen(lab, ask(lab, "good")))
    said = lab.reload(server)
    suite.case("... a reload says so", True, "not reloaded" in said and lab.policies in said,
               said.splitlines())
    suite.case("... the old policy stays", "403 revoked", seen(lab, ask(lab, "revoked")))
    os.rename(lab.policies + ".away", lab.policies)
    conf = common.text_of(lab.conf)
    apache_lab.write(lab.conf, conf.replace("MTLSAuthService special", "MTLSAuthService nobody"))
    said = lab.reload(server)
    suite.case("reload with an unknown service", True, 'the service "nobody"' in said,
               said.splitlines())
    suite.case("... is denied there", "403 no_match", seen(
        lab, ask(lab, "wrong-cn", sni="localhost")))
    apache_lab.write(lab.conf, conf)
    suite.case("reload", True, "policies reloaded" in lab.reload(server))


def crowd(suite, lab, server, clients=200, times=20):
    """Clients that come again and again while the server restarts."""
    over = threading.Event()
    counts = collections.Counter()
    contexts = {name: peer.context(lab.keys, name) for name in ("good", "revoked")}

    def client(number):
        name, wanted = ("good", 200) if number % 2 else ("revoked", 403)
        own = collections.Counter()
        while not over.is_set() or not own:
            try:
                with peer.connect(lab.port, contexts[name]) as connection:
                    asked = 0
                    while asked < 3:
                        reply = peer.ask(connection, path="/granted")
                        own["right" if reply.status == wanted else "wrong"] += 1
                        asked += 1
                        over.wait(0.2)
            except OSError as error:
                own["closed when idle" if asked else "failed: %s" % error] += 1
        return own

    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        futures = [pool.submit(client, number) for number in range(clients)]
        done = sum("policies reloaded" in lab.reload(server) for _ in range(times))
        over.set()
        for future in futures:
            counts += future.result()
    idle = counts.pop("closed when idle", 0)
    right = counts.pop("right", 0)
    print("# apache: %d clients, %d reloads: %d right answers, %d closed when idle" % (
        clients, done, right, idle))
    suite.case("%d clients, %d reloads: wrong or failed" % (clients, times), {}, dict(counts))
    suite.case("... reloads done", times, done)
    suite.case("... answers", True, right >= 3 * clients)
