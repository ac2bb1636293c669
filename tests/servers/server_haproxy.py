# SPDX-License-Identifier: BSD-2-Clause
"""HAProxy, started from the sample configuration, and what its clients see."""
import json
import os
import re
import shutil
import signal
import subprocess

import haproxy_load
import haproxy_server
import peer
import pki as keys
import suite as common

missing = haproxy_server.missing

# client, what it sees of the service api, and the reason in the decision log
CLIENTS = (
    (None, "no certificate", "403 no_certificate"),
    ("good", "good", "200 success"),
    ("wrong-cn", "wrong CN", "403 no_match"),
    ("expired", "expired", "403 expired"),
    ("not-yet-valid", "not yet valid", "403 not_yet_valid"),
    ("revoked", "revoked", "403 revoked"),
    ("self-signed", "self-signed", "403 untrusted"),
    ("wrong-eku", "wrong EKU", "403 wrong_purpose"),
    ("no-intermediate", "missing intermediate", "403 untrusted"),
)

FORGED = (
    ("Client-Cert", ":Zm9yZ2Vk:"), ("client_cert", "forged"), ("CLIENT-CERT-CHAIN", "forged"),
    ("Client-Cert", "forged again"), ("X-Forwarded-Client-Cert", "forged"),
    ("x_forwarded-client_cert", "forged"), ("x-cert-subject-dn", "forged"),
    ("X_CERT_SUBJECT_DN", "forged"), ("x-remote-user", "forged"), ("X_Remote_User", "forged"),
)


class Tester:
    def __init__(self, suite, haproxy):
        self.suite, self.haproxy = suite, haproxy

    def case(self, name, expected, seen):
        said = common.text_of(self.haproxy.log).splitlines()
        return self.suite.case(name, expected, seen, said[-30:])

    def tls(self, client, version=None, **more):
        return peer.context(self.haproxy.pki, client, version, **more)

    def seen(self, reply):
        """"200 success": what the client got, and why."""
        if reply.status is None:
            return "no answer: " + reply.error
        row = self.haproxy.last(reply.port)
        return "%d %s" % (reply.status, row["reason"] if row else "without a decision")

    def ask(self, client, service="api", version=None, **request):
        return self.seen(peer.https(self.haproxy.ports[service], self.tls(client, version), **request))


def clients(test):
    for client, name, expected in CLIENTS:
        for version in ("1.2", "1.3"):
            test.case("%s (TLS %s)" % (name, version), expected, test.ask(client, version=version))


def services(test):
    for client, service, expected in (
            ("good", "admin", "403 no_match"), ("wrong-cn", "admin", "200 success"),
            ("good", "host", "200 success"), ("wrong-cn", "host", "403 no_match")):
        test.case("several services: %s, %s" % (service, client), expected, test.ask(client, service))
    test.case("a host that no policy has", "403 no_policy", test.ask(
        "good", "host", sni="other.example", host="other.example"))
    test.case("SNI not equal to Host", "403 host_mismatch",
              test.ask("good", sni="localhost", host="other.example"))
    test.case("SNI equal to Host with a port", "200 success", test.ask("good", host="LOCALHOST:443"))
    test.case("a request's path", "403 rule", test.ask("good", "fields", path="/admin/x?y=1"))
    test.case("a request's method", "403 rule", test.ask("good", "fields", method="DELETE"))
    test.case("a request's header", "403 rule", test.ask(
        "good", "headers", headers=[("X-Team", "blue"), ("X-TEAM", "red")]))
    test.case("another header", "200 success", test.ask(
        "good", "headers", headers=[("X-Team", "blue")]))
    reply = peer.https(test.haproxy.ports["admin"], test.tls("wrong-cn"))
    test.case("variables", "allow success admin", dict(json.loads(reply.body)).get("x-verdict"))


def rules(test):
    """The action denies without the rule behind it, and that rule without the action."""
    for client, service, expected in (
            ("good", "alone", "200 success"), ("revoked", "alone", "403 revoked"),
            (None, "alone", "403 no_certificate"), ("good", "unasked", "403 without a decision")):
        test.case("one rule of two: %s, %s" % (service, client or "no certificate"), expected,
                  test.ask(client, service))


def too_large(test):
    """What does not fit into HAProxy's buffers is denied, whatever the policy says."""
    reply = peer.https(test.haproxy.ports["api"], test.tls("good"), headers=[("X-Pad", "a" * 13000)])
    test.case("no room for the forwarded headers", 403, reply.status)
    test.haproxy.said("deny (error): no room for the header")
    test.case("a certificate larger than HAProxy's buffer", "403 without a decision", test.ask("huge"))
    test.haproxy.said("deny (error): the client's certificate does not fit")


def monitor(test):
    before = len(common.text_of(test.haproxy.log))
    test.case("monitor mode", "200 no_match", test.ask("wrong-cn", "monitor"))
    test.haproxy.said("[notice]", before)
    said = common.text_of(test.haproxy.log)[before:]
    test.case("monitor mode, logged", "monitor: would deny, no_match",
              "".join(re.findall(r"\[notice\].*\((monitor: [^)]*)\)", said)))
    before = len(common.text_of(test.haproxy.log))
    test.case("candidate", "200 success", test.ask("good", "tried"))
    test.haproxy.said("[notice]", before)
    said = common.text_of(test.haproxy.log)[before:]
    test.case("candidate, logged", "candidate=tried.next would deny (no_match)",
              "".join(re.findall(r"\[notice\].*(candidate=\S+ would \S+ \(\w+\))", said)))


def forged(test):
    """What the application sees in place of what the client says of itself."""
    for service, client, expected in (
            ("api", "good", "client-cert client-cert-chain x-forwarded-client-cert x-cert-subject-dn"),
            ("monitor", "wrong-cn", "client-cert client-cert-chain client_cert x-forwarded-client-cert"
             " x-remote-user x_forwarded-client_cert x_remote_user")):  # it forwards x-cert alone
        reply = peer.https(test.haproxy.ports[service], test.tls(client), headers=FORGED)
        sent = json.loads(reply.body)
        names = {name.lower() for name, _ in FORGED}
        seen = {name for name, _ in sent if name in names}
        test.case("forged identity headers, %s: seen" % service, " ".join(sorted(expected.split())),
                  " ".join(sorted(seen)))
        if service == "api":
            test.case("forged identity headers, values", "none is forged",
                      "none is forged" if "forged" not in reply.body.decode() else reply.body)
            test.case("forged identity headers, how often", "once each",
                      "once each" if len(sent) == len({name for name, _ in sent}) else sent)


def http2(test):
    """curl speaks HTTP/2 by ALPN; the reason is that of the last decision."""
    for client, expected in (("good", "2 200 success"), ("revoked", "2 403 revoked")):
        said = haproxy_load.curl(test, client, "-o", os.devnull)
        test.case("HTTP/2, " + client, expected,
                  "%s %s" % (said, test.haproxy.logged()[-1]["reason"]))
    body = haproxy_load.curl(test, "good", "-H", "client_cert: forged", "-H", "X_CERT_FINGER: forged")
    test.case("HTTP/2, forged identity headers", "client-cert, and none is forged", "%s, and %s" % (
        "client-cert" if '["client-cert", ":MII' in body else body,
        "some are forged" if "forged" in body else "none is forged"))


def raw(test):
    """TCP behind TLS: a line comes back, or the connection is closed."""
    for client, expected in (("good", "echo hello"), ("revoked", "closed"), (None, "closed")):
        try:
            with peer.connect(test.haproxy.ports["raw"], test.tls(client)) as connection:
                connection.sendall(b"hello\n")
                seen = connection.recv(100).decode().strip() or "closed"
        except OSError:
            seen = "closed"
        test.case("TCP, %s" % (client or "no certificate"), expected, seen)


def resumed(test):
    """Sessions without a reload; HAProxy keeps of their certificates only the client's own."""
    for service, expected in (("again", "resumed 200 success"), ("api", "resumed 403 untrusted")):
        for version, tickets in (("1.2", False), ("1.2", True), ("1.3", True)):
            tls = test.tls("good", version, tickets=tickets)
            first = peer.https(test.haproxy.ports[service], tls)
            second = peer.https(test.haproxy.ports[service], tls, session=first.session)
            test.case("resumed, %s: TLS %s by %s" % (service, version, "ticket" if tickets else "id"),
                      expected, "%s %s" % ("resumed" if second.resumed else "anew", test.seen(second)))


def resumed_after_revocation(test):
    """One reload, three sessions. Ids are in the old process, the keys of tickets in a file."""
    kinds = (("TLS 1.2 by id", "1.2", False, "anew 403 revoked"),
             ("TLS 1.2 by ticket", "1.2", True, "resumed 403 revoked"),
             ("TLS 1.3", "1.3", True, "resumed 403 revoked"))
    port = test.haproxy.ports["again"]
    sessions = []
    for _, version, tickets, _ in kinds:
        tls = test.tls("late", version, tickets=tickets)
        sessions.append((tls, peer.https(port, tls)))
    test.case("before its revocation", "200 success, 200 success, 200 success",
              ", ".join(test.seen(first) for _, first in sessions))
    kept = peer.connect(port, test.tls("late"))
    test.case("keep-alive across a reload, before", "200 success", test.seen(peer.ask(kept)))
    test.haproxy.pki.revoke("late")
    test.haproxy.pki.write_crls()
    test.haproxy.reload()
    for (name, _, _, expected), (tls, first) in zip(kinds, sessions):
        again = peer.https(port, tls, session=first.session)
        test.case("resumed session after revocation: " + name, expected, "%s %s" % (
            "resumed" if again.resumed else "anew", test.seen(again)))
    with kept:
        try:
            seen = test.seen(peer.ask(kept))
        except OSError:
            seen = "closed by the server"
    test.case("keep-alive across a reload, after", "closed by the server", seen)


def broken(test):
    """What is wrong at a reload leaves the old policies in force, and is said with its place."""
    path = test.haproxy.policy("api")
    good = common.text_of(path)
    haproxy_server.write(path, good.replace("validity", "validty"))
    line = good[:good.index("validity")].count("\n") + 1
    said = test.haproxy.reload(good=False)
    test.case("reload with a broken policy, logged", "api.conf:%d" % line, "".join(
        sorted(set(re.findall(r"api\.conf:\d+", said)))))
    test.case("reload with a broken policy, good", "200 success", test.ask("good"))
    test.case("reload with a broken policy, revoked", "403 revoked", test.ask("revoked"))
    haproxy_server.write(path, good)
    test.haproxy.reload()
    test.case("mended and reloaded", "200 success", test.ask("good"))

    os.rename(test.haproxy.policies, test.haproxy.policies + ".away")
    test.case("policies renamed away, good", "200 success", test.ask("good"))
    test.case("policies renamed away, revoked", "403 revoked", test.ask("revoked"))
    said = test.haproxy.reload(good=False)
    test.case("policies renamed away, reload", "says which", "says which" if re.search(
        r"\[ALERT\].*%s\b.*No such file" % re.escape(test.haproxy.policies), said) else said)
    test.case("policies renamed away, old policy", "200 success, 403 revoked",
              test.ask("good") + ", " + test.ask("revoked"))
    os.rename(test.haproxy.policies + ".away", test.haproxy.policies)
    test.haproxy.reload()


def starts(test):
    """Mistakes that end the start: what is changed, and what `haproxy -c` says of it."""
    folder = test.haproxy.folder
    settings, config = common.text_of(test.haproxy.settings), common.text_of(test.haproxy.config)
    policy = common.text_of(test.haproxy.policy("api"))
    wrong = os.path.join(folder, "wrong")
    shutil.copytree(test.haproxy.policies, wrong)
    haproxy_server.write(os.path.join(wrong, "api.conf"), policy.replace('"cn"', '"cm"'))
    at = policy[:policy.index('"cn"')].rsplit("\n", 1)
    column = len(at[1]) + 1
    for name, change, expected in (
            ("a policy error", (test.haproxy.policies + '"', wrong + '"'),
             r"mtlsauth-settings\.lua:4: mtlsauth: \S*/wrong/api\.conf:%d:%d: " % (
                 at[0].count("\n") + 2, column)),
            ("no policy", (test.haproxy.policies + '"', folder + '/none"'),
             r"mtlsauth-settings\.lua:4: mtlsauth: .*none.*No such file"),
            ("an unknown service", ('"admin"', '"amdin"'),
             r'mtlsauth-settings\.lua:4: mtlsauth: there is no policy for the service "amdin"'),
            ("an unknown setting", ("decision_log =", "decision_lgo ="),
             r'mtlsauth-settings\.lua:4: mtlsauth: there is no setting "decision_lgo"'),
            ("a decision log that cannot be", (test.haproxy.decision_log, folder + "/none/log"),
             r'mtlsauth-settings\.lua:4: mtlsauth: decision_log ".*/none/log": No such file'),
            ("a service without an action", ("lua.mtlsauth.admin", "lua.mtlsauth.amdin"),
             r"haproxy\.wrong:\d+\]: .*but got 'lua\.mtlsauth\.amdin'")):
        new = os.path.join(folder, "try")
        os.makedirs(new, exist_ok=True)
        haproxy_server.write(new + "/mtlsauth-settings.lua", settings.replace(*change))
        haproxy_server.write(new + "/haproxy.wrong", config.replace(
            test.haproxy.settings, new + "/mtlsauth-settings.lua").replace(*change))
        done = subprocess.run(
            ["haproxy", "-c", "-f", new + "/haproxy.wrong"], capture_output=True, text=True,
            env=dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(os.environ["MTLSAUTH_LIB"])))
        found = re.search(expected, done.stderr)
        test.suite.case(name + " at start", "refused with its place", "refused with its place" if
                        done.returncode == 1 and found else "%d: no %s" % (done.returncode, expected),
                        done.stderr.splitlines())


def module(test):
    """What the C module says of tables that are not as they should be: haproxy_module.lua."""
    config = haproxy_server.write(os.path.join(test.haproxy.folder, "module.cfg"), """global
    lua-prepend-path %s/?.so cpath
    lua-load %s
""" % (os.path.dirname(common.installed("mtlsauth.so", "lua")), haproxy_server.MODULE_TEST))
    done = subprocess.run(["haproxy", "-c", "-f", config], capture_output=True, text=True, env=dict(
        os.environ, LD_LIBRARY_PATH=os.path.dirname(os.environ["MTLSAUTH_LIB"]),
        POLICIES=test.haproxy.policies, PLUGINS=os.environ["MTLSAUTH_PLUGINS"],
        GOOD=test.haproxy.pki.cert("good")))
    rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 2]
    wrong = ["%s: expected %s, seen %s" % tuple(row) for row in rows if row[1] != row[2]]
    test.suite.case("the module with tables of all kinds", "49 rows, 0 wrong", "%d rows, %d wrong" % (
        len(rows), len(wrong)), wrong + done.stderr.splitlines())


def run(suite, _, folder):
    pki = keys.Pki(os.path.join(folder, "pki"))     # of its own: a client is revoked
    with open(pki.path("intermediate.cnf"), "a") as config:
        config.write("[huge]\nextendedKeyUsage = clientAuth\nsubjectAltName = %s\n" % ",".join(
            "DNS:%s.example" % (("n%d" % number) * 10) for number in range(500)))
    pki.issue("huge", "good.client.example", "huge", None)
    with haproxy_server.Haproxy(folder, pki) as haproxy:
        test = Tester(suite, haproxy)
        clients(test)
        services(test)
        rules(test)
        too_large(test)
        monitor(test)
        forged(test)
        http2(test)
        raw(test)
        resumed(test)
        haproxy_load.replay(test)
        resumed_after_revocation(test)
        broken(test)
        haproxy_load.reloads(test)
        starts(test)
        module(test)
        haproxy.end(signal.SIGTERM)
