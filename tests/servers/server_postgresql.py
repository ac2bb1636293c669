# SPDX-License-Identifier: BSD-2-Clause
"""PostgreSQL 15 with its adapter: psql, and clients that keep keys and sessions."""
import os

import peer
import suite
import postgresql_client as client
import postgresql_cluster as cluster
from postgresql_replay import crowd, roles
from postgresql_start import neighbours, services, surprises, wrong_starts
from postgresql_test import BROKEN, CLIENTS, GOOD, SQL, STRANGER, Test, logged


def missing():
    if not os.path.exists(cluster.BIN + "postgres"):
        return "no PostgreSQL 15 here"
    if cluster.module() is None:
        return "the adapter was not built"
    return "it takes root, to become postgres" if os.geteuid() != 0 else None


def clients(test):
    """Each kind of client with psql, over both versions of TLS."""
    for version in ("1.3", "1.2"):
        for name, certificate, expected in CLIENTS:
            answer = test.case("%s (TLS %s)" % (name, version), expected,
                               lambda: test.psql("127.0.0.1", test.port, certificate, version))
            if certificate == "revoked":
                test.suite.case("the client is not told why (TLS %s)" % version,
                                "FATAL:  " + client.DENIAL, answer.said.split("failed: ")[-1])


def other_ways_in(test):
    """Without TLS, by the unix socket, and those whom PostgreSQL refuses itself."""
    test.case("TCP without TLS", "denied no_certificate",
              lambda: test.psql("127.0.0.1", test.port, tls=False))
    test.case("unix socket, skip", "in",
              lambda: test.psql(test.cluster.folder, test.port, tls=False))
    for name, certificate, user, expected in (
            ("rejected by pg_hba.conf: not asked", "good", "barred", "refused by the server"),
            ("wrong password: not asked", "good", "locked", "refused by the server"),
            ("pg_hba.conf cert, CN is the role", "good", GOOD, "in success"),
            ("pg_hba.conf cert, CN is not the role", "wrong-cn", GOOD, "refused by the server"),
            ("pg_hba.conf cert, revoked", "revoked", GOOD, "denied revoked")):
        test.case(name, expected,
                  lambda: test.psql("127.0.0.1", test.port, certificate, user=user))


def switching_off(test):
    """Nobody who is in can switch it off for a session."""
    for statement, says in (
            ("set mtlsauth.policy = ''", "cannot be changed without restarting the server"),
            ("set mtlsauth.local = skip", "cannot be changed now"),
            ("alter role app set mtlsauth.local = skip", "cannot be changed now"),
            ("alter system set mtlsauth.polcy = 'x'", "unrecognized configuration parameter")):
        said = test.sql(statement)
        test.suite.case(statement, says, says if says in said else said)
    said = test.sql("select 1", options="-c mtlsauth.local=skip")
    test.suite.case("options at the start of a session", "cannot be changed now",
                    "cannot be changed now" if "cannot be changed now" in said else said)


def local_deny(test, server):
    """mtlsauth.local = deny comes with a reload, and goes with one."""
    test.cluster.configure("mtlsauth.local = deny\n")
    test.cluster.reload(server)
    answer = test.case("unix socket, deny", "refused by the server",
                       lambda: test.psql(test.cluster.folder, test.port, tls=False))
    test.suite.case("unix socket, deny: the client is told", "yes",
                    "yes" if "unix-domain sockets are refused" in answer.said else answer.said)
    test.cluster.configure("mtlsauth.local = sometimes\n")
    said = test.cluster.reload(server)
    wanted = 'invalid value for parameter "mtlsauth.local": "sometimes"'
    test.suite.case("a wrong value at a reload", "named, old value stays",
                    "named, old value stays" if wanted in said and "refused" in test.psql(
                        test.cluster.folder, test.port, tls=False).verdict else said)
    test.cluster.configure()
    test.cluster.reload(server)


def resumed(test, server):
    """PostgreSQL keeps no sessions: who comes back shows the certificate anew."""
    test.policy(GOOD, keys=test.own)
    chain = test.cluster.pki.path("chain.pem")
    own = os.path.join(test.folder, "both.pem")     # clients of both PKIs are known to OpenSSL
    cluster.write(own, suite.text_of(chain) + suite.text_of(test.own.path("chain.pem")))
    test.cluster.configure("ssl_ca_file = '%s'\n" % own)
    test.cluster.reload(server)
    ways = []
    for name, version, tickets in (("TLS 1.2 by id", "1.2", False),
                                   ("TLS 1.2 by ticket", "1.2", True), ("TLS 1.3", "1.3", True)):
        tls = peer.context(test.own, "late", version, tickets=tickets)
        tls.load_verify_locations(test.pki.cert("root"))
        ways.append((name, tls, client.ask(test.port, tls)))
    tls = test.tls("late", keys=test.own)
    tls.load_verify_locations(test.pki.cert("root"))
    stays = client.connect(test.port, tls)
    test.own.revoke("late")
    test.own.write_crls()
    test.cluster.reload(server)
    for name, tls, first in ways:
        seen, again = test.seen(lambda: client.ask(test.port, tls, session=first.session))
        test.suite.case("resumed session after revocation, " + name,
                        "in, then denied revoked, not resumed", "%s, then %s, %s" % (
                            first.verdict, seen, "resumed" if again.resumed else "not resumed"))
    with stays:
        test.suite.case("open session across a reload that revokes it", "goes on",
                        client.query(stays))
    test.policy(GOOD)
    test.cluster.configure()
    test.cluster.reload(server)


def reloads(test, server):
    """Broken, gone, and there again."""
    good = test.tls("good")
    test.policy(GOOD, form=BROKEN)
    said = test.cluster.reload(server, "old policies stay in force")
    place = test.policies + "/postgresql.conf:3:"
    test.suite.case("reload with a broken policy: file and line", "named",
                    "named" if place in said else said)
    test.case("reload with a broken policy: the old one stays", "in success",
              lambda: client.ask(test.port, good))
    test.policy(GOOD)
    os.rename(test.policies, test.policies + ".away")
    test.case("policy directory renamed away", "in success", lambda: client.ask(test.port, good))
    said = test.cluster.reload(server, "old policies stay in force")
    test.suite.case("policy directory renamed away: a reload names it", "named",
                    "named" if test.policies in said else said)
    test.case("policy directory renamed away: the old one stays", "in success",
              lambda: client.ask(test.port, good))
    os.rename(test.policies + ".away", test.policies)
    test.policy(STRANGER)
    test.sql("select pg_reload_conf()")
    suite.wait_until(lambda: client.ask(test.port, good).verdict == "denied",
                     "the policy that pg_reload_conf() reads")
    test.case("pg_reload_conf()", "denied no_match", lambda: client.ask(test.port, good))
    test.policy(GOOD)
    os.rename(test.cluster.decided, test.cluster.decided + ".1")
    test.cluster.reload(server)
    test.case("decision log rotated", "in success", lambda: client.ask(test.port, good))


def modes(test, server):
    """Monitor mode and a candidate."""
    test.policy(GOOD, before='mode = "monitor";\n')
    said = len(suite.text_of(test.cluster.log))
    test.cluster.reload(server)
    test.case("monitor mode", "in no_match", lambda: client.ask(test.port, test.tls("wrong-cn")))
    log = suite.text_of(test.cluster.log)[said:]
    wanted = "LOG:  mtlsauth: allow (monitor: would deny, no_match) policy=postgresql"
    test.suite.case("monitor mode: logged", "yes", "yes" if wanted in log else log)
    test.policy(GOOD, before='candidate = "postgresql.next";\n')
    test.policy(STRANGER, name="postgresql.next")
    test.cluster.reload(server)
    said = len(suite.text_of(test.cluster.log))
    test.case("candidate", "in success", lambda: client.ask(test.port, test.tls("good")))
    log = suite.text_of(test.cluster.log)[said:]
    wanted = "would deny (no_match)"
    test.suite.case("candidate: logged", "yes", "yes" if wanted in log else log)
    os.unlink(os.path.join(test.policies, "postgresql.next"))
    test.policy(GOOD)


def run(done, keys, folder):
    test = Test(done, keys, folder)
    with test.cluster.start() as server:
        for statement in SQL:
            test.sql(statement)
        clients(test)
        other_ways_in(test)
        switching_off(test)
        local_deny(test, server)
        resumed(test, server)
        reloads(test, server)
        crowd(test, server)
        roles(test, server)
        modes(test, server)
    services(test)
    wrong_starts(test)
    surprises(test)
    neighbours(test)
