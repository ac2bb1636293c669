# SPDX-License-Identifier: BSD-2-Clause
"""OpenVPN with its plugin: stock server and clients, over UDP and TCP."""
import concurrent.futures
import os
import re
import threading

import capture
import openvpn_host
import peer
import pki as pki_module
import replay
import suite
from openvpn_host import Client, Host, fate, fates, next_source
from openvpn_wire import Wire

GOOD = "good.client.example"

LET_IN = "let in, success"
REFUSED = "refused by the server"
CLIENTS = (     # case, client, fate
    ("no certificate", None, REFUSED),
    ("good", "good", LET_IN),
    ("wrong CN", "wrong-cn", "denied, no_match"),
    ("expired", "expired", REFUSED),
    ("not yet valid", "not-yet-valid", REFUSED),
    ("revoked", "revoked", "denied, revoked"),
    ("self-signed", "self-signed", REFUSED),
    ("wrong EKU", "wrong-eku", REFUSED),
    ("missing intermediate", "no-intermediate", REFUSED),
)
# Without a certificate a client needs something else to say.
PASSWORD = "user\npassword\n"


def missing():
    if openvpn_host.OPENVPN is None:
        return "no openvpn here"
    if suite.installed(openvpn_host.MODULE) is None:
        return "the adapter was not built"
    if not os.path.exists("/dev/net/tun"):
        return "no /dev/net/tun here"
    return None if os.geteuid() == 0 else "clients of many addresses need root"


# Who is not at home comes in from nowhere.
AT_HOME = """stack = (
  { control = "requisite"; plugin = "deny";
    when = "not (ip.src in {127.0.0.0/8} and tcp.srcport eq %d)"; },""" % openvpn_host.CLIENT_PORT


def write_policy(path, keys, name=GOOD, more="", stack="stack = ("):
    """adapters/openvpn/vpn.conf with this place's paths."""
    with open(os.path.join(openvpn_host.ADAPTER, "vpn.conf")) as file:
        text = openvpn_host.replaced(file.read(), (
            ("/etc/openvpn/server/ca.pem", keys.cert("root")),
            ("/etc/openvpn/server/intermediate.pem", keys.cert("intermediate")),
            ("/etc/openvpn/server/crl/",
             '%s", "%s' % (keys.path("root.crl"), keys.path("intermediate.crl"))),
            (GOOD, name), ("stack = (", stack)))
    with open(path + ".new", "w") as file:
        file.write(more + "\n" + text)
    os.replace(path + ".new", path)


def how_of(name, folder, version="1.2"):
    more = ["--auth-user-pass", os.path.join(folder, "password")] if name is None else []
    return {"version": version, "more": more}


def table(done, folder, hosts):
    """Every kind of client, over UDP and TCP, TLS 1.2 and 1.3."""
    for proto, version, label in (("udp", "1.3", ""), ("udp", "1.2", " (TLS 1.2)"),
                                  ("tcp", "1.3", " (TCP)"), ("tcp", "1.2", " (TCP, TLS 1.2)")):
        seen, _ = fates(hosts[proto], [(name, how_of(name, folder, version))
                                       for _, name, _ in CLIENTS])
        for (case, _, expected), got in zip(CLIENTS, seen):
            done.case(case + label, expected, got)


def policies_of(keys, folder):
    """A directory of several services, and candidates beside it."""
    policies = os.path.join(folder, "policies")
    os.mkdir(policies)
    next_one = os.path.join(folder, "next")
    write_policy(next_one, keys, name="nobody.example")
    write_policy(os.path.join(policies, "vpn.conf"), keys)
    write_policy(os.path.join(policies, "guests.conf"), keys, name="stranger.example")
    write_policy(os.path.join(policies, "watched.conf"), keys, more='mode = "monitor";')
    write_policy(os.path.join(policies, "home.conf"), keys, stack=AT_HOME)
    write_policy(os.path.join(policies, "careful.conf"), keys, more='candidate = "%s";' % next_one)
    return policies


def services(done, keys, folder, policies):
    def words(service):
        return ["policy=" + policies, "service=" + service]

    with Host(keys, folder + "/guests", words=words("guests")) as host:
        seen, _ = fates(host, [("wrong-cn", {}), ("good", {})])
        done.case("several services: the guests'", [LET_IN, "denied, no_match"], seen)
    with Host(keys, folder + "/home", "tcp", words=words("home")) as host:
        seen, _ = fates(host, [("good", {}), ("good", {"more": ["--lport", "30002"]})])
        done.case("a policy that reads address and port", [LET_IN, "denied, rule"], seen)
    with Host(keys, folder + "/watched", words=words("watched")) as host:
        seen, clients = fates(host, [("revoked", {})])
        rows = host.decided[clients[0].source]
        done.case("monitor mode", "let in, revoked; would deny", "%s; would %s" % (
            seen[0], rows[-1]["would"]))
        done.case("monitor mode, the log", True, host.said("allow (monitor: would deny, revoked)"))
    with Host(keys, folder + "/careful", words=words("careful")) as host:
        seen, clients = fates(host, [("good", {})])
        row = host.decided[clients[0].source][-1]
        done.case("candidate", "let in, success; would deny", "%s; would %s" % (
            seen[0], row["candidate"]["verdict"]))


def without_certificate(done, keys, folder, policies):
    """What keeps those out whom OpenVPN lets come without a certificate."""
    accept = os.path.join(folder, "accept")
    with open(accept, "w") as file:
        file.write("#!/bin/sh\nexit 0\n")
    os.chmod(accept, 0o755)
    script = ["script-security 3", "auth-user-pass-verify %s via-env" % accept]
    for setting, name, service, more, expected in (
            ("optional", None, "vpn", script, "denied, no_certificate"),
            ("optional", "good", "vpn", script, LET_IN),
            ("none", "good", "vpn", script, "denied, no_certificate"),  # it asks for none
            ("optional", None, "watched", script, "let in, no_certificate"),
            ("optional", None, "vpn", [], REFUSED)):    # and no password either
        at = "%s/%s-%s-%s-%d" % (folder, setting, name, service, len(more))
        with Host(keys, at, words=["policy=" + policies, "service=" + service], more=more,
                  edit=lambda text: re.sub(
                      "^verify-client-cert .*", "verify-client-cert " + setting, text,
                      flags=re.M)) as host:
            how = how_of(None, folder)
            who = "no certificate" if name is None else name
            done.case("%s, verify-client-cert %s%s%s" % (
                who, setting, ", monitor mode" if service == "watched" else "",
                "" if more else ", nothing else asked"), expected, fate(host, name, **how))


def sees(done, name, host):
    """Decisions are made, and by the policies as they were."""
    seen, _ = fates(host, [("good", {}), ("revoked", {})])
    done.case(name, [LET_IN, "denied, revoked"], seen)


def verdicts_of(host, source):
    host.read()
    return ["%s, %s" % (row["verdict"], row["reason"]) for row in host.decided.get(source, [])]


def by_wire(host, name, source, version="1.2", session=None):
    return Wire(host, peer.context(host.keys, name, version), source, session)


def interleaved(done, host):
    """Clients whose certificates come in pieces, others in between; each is judged by its own."""
    sources = [next_source() for _ in range(3)]
    with by_wire(host, "good", sources[0]) as slow, by_wire(host, "revoked", sources[1]) as revoked:
        slow.begin()
        revoked.begin()
        others, _ = fates(host, [(name, {}) for name in
                                 ("expired", "no-intermediate", "wrong-cn", "good")])
        done.case("two stop half way, four in between",
                  [REFUSED, REFUSED, "denied, no_match", LET_IN], others)
        done.case("those that stopped are not asked about yet", [[], []],
                  [verdicts_of(host, source) for source in sources[:2]])
        slow.finish()
        try:
            revoked.finish()
        except OSError:     # ssl.SSLError is one
            pass
        suite.wait_until(lambda: verdicts_of(host, sources[1]), "a decision")
        done.case("they go on", [["allow, success"], ["deny, revoked"]],
                  [verdicts_of(host, source) for source in sources[:2]])


def one_address(done, host):
    """Over UDP a client's address and port are the client: what one left there is not the next one's."""
    source = next_source()
    seen = []
    for name in ("expired", "no-intermediate", "revoked", "self-signed", "wrong-cn", "good"):
        for told in (host.refused, host.stopped):
            told.discard(source)
        host.decided.pop(source, None)
        seen.append(fate(host, name, source=source))
    done.case("one address and port, one after another", [
        REFUSED, REFUSED, "denied, revoked", REFUSED, "denied, no_match", LET_IN], seen)


def resumption(done, host):
    """A client that offers its session gets a whole handshake, and is asked about."""
    for version in ("1.2", "1.3"):
        tls, source = peer.context(host.keys, "good", version), next_source()
        with Wire(host, tls, source) as first:
            first.handshake()
            session = first.tls.session
        with Wire(host, tls, source, session) as second:
            second.handshake()
            suite.wait_until(lambda: len(verdicts_of(host, source)) > 1, "a decision")
            done.case("resumed session (TLS %s)" % version, "not resumed: no ticket, asked again",
                      "%s: %s, %s" % ("resumed" if second.tls.session_reused else "not resumed",
                                      "a ticket" if session.has_ticket else "no ticket",
                                      "asked again" if verdicts_of(host, source)
                                      == ["allow, success"] * 2 else "else"))


def reloads(done, keys, folder):
    policies = os.path.join(folder, "changing")
    policy = os.path.join(policies, "vpn.conf")
    os.mkdir(policies)
    write_policy(policy, keys)
    write_policy(os.path.join(policies, "someone.conf"), keys)
    with Host(keys, folder + "/reloads", words=["policy=" + policies, "service=vpn"]) as host:
        renegotiates(done, host)
        with open(policy, "a") as file:
            file.write("\nstack = 7;\n")
        after = len(suite.text_of(host.log))
        host.reload("the old ones stay in force: ")
        done.case("reload with a broken policy: the log names file and line", True, re.search(
            r"old ones stay in force: \S*/vpn\.conf:\d+", suite.text_of(host.log)[after:])
            is not None)
        sees(done, "reload with a broken policy: the old one stays", host)
        write_policy(policy, keys)
        os.rename(policies, policies + ".away")
        sees(done, "policies renamed away", host)
        host.reload("the old ones stay in force: ")
        sees(done, "policies renamed away, reload", host)
        os.rename(policies + ".away", policies)
        os.rename(policy, policy + ".away")
        host.reload("nobody is let in: there is no policy for the service")
        done.case("the service is gone, reload", "denied, no_policy", fate(host, "good"))
        os.rename(policy + ".away", policy)
        host.reload()
        sees(done, "reload, all is well again", host)


def start_errors(done, keys, folder, policies):
    """Whatever is wrong in the configuration stops the start, with a line that says what."""
    broken = os.path.join(folder, "broken.conf")
    with open(broken, "w") as file:
        file.write("trust = { anchors = [ \"%s\" ]; };\nstack = (\n" % keys.cert("root")
                   + "  { control = \"required\"; plugin = \"validty\"; }\n);\n")
    one = os.path.join(policies, "vpn.conf")
    for number, (case, words, said) in enumerate((
            ("policy error", ["policy=" + broken], r"broken\.conf:3:\d+: .*validty"),
            ("no policy", ["policy=%s/absent.conf" % folder], r"absent\.conf"),
            ("unknown service", ["policy=" + policies, "service=vnp"],
             r"there is no policy for the service that service= names: vnp"),
            ("no service", ["policy=" + policies], r"service= is missing: "),
            ("unknown setting", ["polcy=" + one], r'unknown setting: "polcy='),
            ("no value", ["policy="], r'a setting without a value: "policy="'),
            ("twice", ["policy=" + one, "policy=" + one], r"stands there twice"),
            ("a word", ["policy=" + one, "yes"], r'unknown setting: "yes"'),
            ("decision log", ["policy=" + one, "decision-log=/absent/log"],
             r"decision-log: No such file or directory: /absent/log"))):
        at = "%s/start-%d" % (folder, number)
        status, output = openvpn_host.start_fails(keys, at, words)
        done.case("start: " + case, "1, said", "%d, %s" % (status, "said" if re.search(
            "PLUGIN mtlsauth: .*" + said, output) else "not said"), output.splitlines()[-12:])


def crowd(done, keys, folder, policies):
    """200 clients while OpenVPN is restarted: those cut off try again, and all come to their fate."""
    expected = {"good": LET_IN, "revoked": "denied, revoked", "wrong-cn": "denied, no_match"}
    names = [("good", "revoked", "good", "wrong-cn")[i % 4] for i in range(200)]
    again = {"more": ["--connect-retry-max", "60", "--connect-retry", "1", "1"]}
    with Host(keys, folder + "/crowd", "tcp", words=["policy=" + policies, "service=vpn"],
              more=["connect-retry 1 1"]) as host:
        restarts = threading.Thread(target=restart, args=(host,))
        restarts.start()
        try:
            seen, clients = fates(host, [(name, again) for name in names], at_once=200)
        finally:
            restarts.join()
        host.read()
        wrong = ["%s %s: %s" % (client.name, client.source, got)
                 for client, got in zip(clients, seen) if got != expected[client.name]]
        done.case("200 clients, 20 reloads", "0 of 200 wrong", "%d of %d wrong" % (
            len(wrong), len(seen)), wrong)
        answers = [(client.name, row["verdict"], row["reason"]) for client in clients
                   for row in host.decided[client.source]]
        done.case("200 clients, 20 reloads: verdicts", sorted(
            [("good", "allow", "success"), ("revoked", "deny", "revoked"),
             ("wrong-cn", "deny", "no_match")]), sorted(set(answers)))
        done.case("200 clients, 20 reloads: reloads", 20, suite.text_of(host.log).count(
            "PLUGIN mtlsauth: reloaded"))


def restart(host):
    for _ in range(20):
        host.reload()


def replays(done, keys, folder, policies):
    """What was captured is judged as it was judged: over UDP, TCP, and under tls-auth."""
    least = 320
    names = ("good", "revoked", "wrong-cn", "late", "good", "expired", "no-intermediate")
    words = ["policy=" + policies, "service=vpn"]
    captured = os.path.join(folder, "replay.pcapng")
    shared = openvpn_host.shared_key(folder)
    with Host(keys, folder + "/replay-udp", words=words) as udp, \
            Host(keys, folder + "/replay-tcp", "tcp", words=words) as tcp, \
            Host(keys, folder + "/replay-ca", words=words, ca="chain",
                 more=["tls-auth %s 0" % shared]) as lends:
        hosts = ((udp, 210), (tcp, 210), (lends, 28))
        with capture.Capture(captured, " or ".join("port %d" % host.port for host, _ in hosts)):
            for host, count in hosts:
                how = {"more": ["--tls-auth", shared, "1"]} if host is lends else {}
                seen, _ = fates(host, [(names[i % len(names)], how) for i in range(count)])
                if host is lends:
                    done.case("missing intermediate, of which OpenVPN has one", LET_IN, seen[6])
        decided = [row for host, _ in hosts for row in replay.decisions(host.decisions)]
    audited = replay.audit("openvpn", os.path.join(policies, "vpn.conf"), [captured])
    done.replay(*replay.compare(decided, audited, None), least=least)
    log = os.path.join(folder, "decisions.log")
    with open(log, "w") as file:
        file.writelines(suite.text_of(host.decisions) for host, _ in hosts)
    audited = replay.audit("openvpn", os.path.join(policies, "home.conf"), [captured], log=log)
    connections, agree, wrong = replay.compare(decided, audited, log)
    done.case("replay with the decision log, and a policy that reads address and port",
              "all agree", "all agree" if agree == connections else "%d of %d" % (agree, connections),
              wrong)


def renegotiates(done, host):
    """A client that stays is asked about again in each handshake."""
    client = Client(host, "good", more=["--reneg-sec", "2"])
    try:
        def rows():
            host.read()
            return host.decided.get(client.source, [])
        suite.wait_until(lambda: len(rows()) >= 3, "renegotiations")
        done.case("renegotiation", ["allow"] * 3, [row["verdict"] for row in rows()[:3]])
    finally:
        client.end()


def stays(done, keys, host):
    """OpenVPN ends all connections on SIGHUP; a client comes back by itself, and is asked about."""
    client = Client(host, "late", more=["--connect-retry-max", "9"])
    try:
        def reached(wanted):
            host.read()
            return client.fate() == wanted
        suite.wait_until(lambda: reached(LET_IN), "a client")
        keys.revoke("late")
        keys.write_crls()
        host.reload()
        suite.wait_until(lambda: reached("denied, revoked"), "a client that comes back")
        done.case("connection kept across a reload", "closed by the server; comes back: denied, "
                  "revoked", ("closed by the server" if "Connection reset" in suite.text_of(client.log)
                              else "kept") + "; comes back: " + client.fate())
    finally:
        client.end()
    done.case("revoked, reload", "denied, revoked", fate(host, "late"))


def run(done, pki, folder):
    keys = pki_module.Pki(os.path.join(folder, "pki"))
    with open(os.path.join(folder, "password"), "w") as file:
        file.write(PASSWORD)
    os.chmod(os.path.join(folder, "password"), 0o600)
    policies = policies_of(keys, folder)
    words = ["policy=" + policies, "service=vpn"]
    with Host(keys, folder + "/udp", words=words) as udp, \
            Host(keys, folder + "/tcp", "tcp", words=words) as tcp:
        table(done, folder, {"udp": udp, "tcp": tcp})
        interleaved(done, tcp)
        one_address(done, udp)
        resumption(done, tcp)
        stays(done, keys, tcp)
    # OpenVPN waits a second whenever it restarts: meanwhile there is time for the rest.
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        crowded = beside.submit(crowd, done, keys, folder, policies)
        services(done, keys, folder, policies)
        reloads(done, keys, folder)
        start_errors(done, keys, folder, policies)
        without_certificate(done, keys, folder, policies)
        crowded.result()
    replays(done, keys, folder, policies)
