# SPDX-License-Identifier: BSD-2-Clause
"""Apache httpd with mod_mtlsauth. See run.py; apache_lab.py has the configuration."""
import collections
import concurrent.futures
import json
import os
import re
import subprocess

import apache_lab
import apache_reload
import capture
import peer
import replay
import suite as common
from apache_lab import ask, seen

CONNECTIONS = 1200
SAMPLE = os.path.join(os.path.dirname(__file__), "..", "..", "adapters", "apache", "httpd.conf")

# client of the PKI: what becomes of its request
MAIN = (("no certificate", None, "403 no_certificate"),
        ("good", "good", "200 success"),
        ("wrong CN", "wrong-cn", "403 no_match"),
        ("expired", "expired", "403 expired"),
        ("not yet valid", "not-yet-valid", "403 not_yet_valid"),
        ("revoked", "revoked", "403 revoked"),
        ("self-signed", "self-signed", "403 untrusted"),
        ("wrong EKU", "wrong-eku", "403 wrong_purpose"),
        ("missing intermediate", "no-intermediate", "403 untrusted"))

# What might get round the server's check: path, good client, revoked client.
ROUND = (("Require all granted", "/granted", "200", "403"),
         ("Satisfy Any", "/any", "200", "403"),
         ("Redirect", "/redirected", "302", "403"),
         ("RewriteRule [R]", "/rewritten", "302", "403"),
         ("ProxyPass", "/app", "200", "403"),
         ("no such file", "/nothing", "404", "403"),
         ("a bad escape", "/%00", "403", "403"))


def missing():
    if common.installed("mod_mtlsauth.so") is None:
        return "mod_mtlsauth was not built"
    if not os.path.exists(apache_lab.APACHE) or os.getuid() != 0:
        return "needs apache2, and root"
    return None


def verdicts(suite, lab, suffix=""):
    for name, client, expected in MAIN:
        for version in ("1.2", "1.3"):
            suite.case("%s (TLS %s)%s" % (name, version, suffix), expected,
                       seen(lab, ask(lab, client, version)))


# ---- what might get round -----------------------------------------------------------------------

def round_about(suite, lab):
    for name, path, good, revoked in ROUND:
        for client, expected in (("good", good), ("revoked", revoked)):
            suite.case("%s, %s" % (name, client), expected, ask(lab, client, path=path).status)
    reply = ask(lab, "revoked", path="/secret.html")
    suite.case("ErrorDocument of a denial", "no file, no reason",
               "a file" if b"content of" in reply.body else
               "the reason" if b"revoked" in reply.body else "no file, no reason")
    suite.case("cached content", "200 200 403 403", " ".join(str(ask(
        lab, client, path="/cached").status) for client in ("good", "good", "revoked", None)))
    log = [line for line in common.text_of(os.path.join(lab.folder, "access.log")).splitlines()
           if line.startswith("%d " % reply.port)]
    row = lab.of(reply.port)[0]
    suite.case("variables in the log", "403 deny revoked " + row["id"], log[0].split(" ", 1)[1])
    suite.case("one decision a request", 1, len(lab.of(reply.port)))
    suite.case("the error log has the reason", True,
               "deny (revoked) policy=main" in common.text_of(lab.log) and row["id"] in
               common.text_of(lab.log))


def locations(suite, lab):
    """A <Location> of a service of its own: strangers alone."""
    for name, path, client, expected in (
            ("beside it", "/granted", "good", "200 success"),
            ("service of a location", "/special", "wrong-cn", "200 success success"),
            ("service of a location, denied", "/special", "good", "403 success no_match"),
            ("... past mod_cache", "/special", "good", "403 success no_match"),
            ("... and the server's own counts", "/special/not", "wrong-cn", "403 no_grant"),
            ("... as //special/./not", "//special/./not", "wrong-cn", "403 no_grant"),
            ("... as /special/%6eot", "/special/%6eot", "wrong-cn", "403 no_grant"),
            ("... and the server's own counts, revoked", "/special", "revoked", "403 revoked"),
            ("a location's Redirect", "/special/redirected", "wrong-cn", "302 success success"),
            ("a location's Redirect, denied", "/special/redirected", "good",
             "403 success no_match"),
            ("Require mtlsauth", "/required", "wrong-cn", "200 success success"),
            ("Require mtlsauth, denied", "/required", "good", "403 success no_match")):
        suite.case(name, expected, seen(lab, ask(lab, client, sni="special.example", path=path)))


def services(suite, lab):
    for name, host, client, expected in (
            ("second service", "second.example", "wrong-cn", "200 success"),
            ("second service, denied", "second.example", "good", "403 no_match"),
            ("monitor mode", "monitor.example", "good", "200 success"),
            ("monitor mode, would deny", "monitor.example", "revoked", "200 revoked"),
            ("candidate differs", "candidate.example", "good", "200 success"),
            ("policy by host", "api.example", "good", "200 success"),
            ("policy by host, denied", "api.example", "revoked", "403 revoked"),
            ("MTLSAuth Off", "off.example", None, "200"),
            ("SSLVerifyClient optional", "first.example", "good", "200 success"),
            ("SSLVerifyClient optional, wrong CN", "first.example", "wrong-cn", "403 no_match"),
            ("SSLVerifyClient optional, expired", "first.example", "expired",
             "refused by the server")):
        suite.case(name, expected, seen(lab, ask(lab, client, "1.2", host)))
    log = common.text_of(lab.log)
    suite.case("monitor mode is logged", True, "allow (monitor: would deny, revoked)" in log)
    suite.case("candidate is logged", True, "would deny (no_match)" in log)
    for name, sni, host, expected in (
            ("SNI not equal to Host", "localhost", "api.example", "403 host_mismatch"),
            ("SNI of a host that is off", "off.example", "localhost", "403 host_mismatch"),
            ("SNI unknown", "elsewhere.example", "localhost", "403 host_mismatch"),
            ("no SNI", None, "localhost", "200 success")):
        suite.case(name, expected, seen(lab, ask(
            lab, "good" if "off" not in name else None, sni=sni, host=host)))


# ---- the application behind ---------------------------------------------------------------------

FORGED = [("Client-Cert", ":Zm9yZ2Vk:"), ("client-cert", "forged"), ("CLIENT_CERT", "forged"),
          ("Client-Cert-Chain", "forged"), ("client_Cert-chain", "forged"),
          ("X-Forwarded-Client-Cert", "Hash=forged"), ("x_forwarded_client_cert", "forged"),
          ("Connection", "keep-alive, Client-Cert, x-forwarded-client-cert"), ("X-Other", "kept")]


def application(suite, lab):
    reply = ask(lab, "good", path="/app", headers=FORGED)
    sent = [(name.lower(), value) for name, value in json.loads(reply.body)]
    names = collections.Counter(name for name, _ in sent)
    suite.case("forged headers, proxied",
               "client-cert client-cert-chain x-forwarded-client-cert x-other", " ".join(sorted(
                   name for name in names if re.match("x.(for.*cert|other)|client", name))))
    suite.case("... each once, none forged", True, max(
        count for name, count in names.items() if "client" in name) == 1 and not any(
            "orged" in value or "Zm9yZ2Vk" in value for _, value in sent))
    environment = ask(lab, "good", path="/cgi-bin/env", headers=FORGED[:-2]).body.decode()
    suite.case("forged headers, CGI", "HTTP_CLIENT_CERT HTTP_CLIENT_CERT_CHAIN "
               "HTTP_X_FORWARDED_CLIENT_CERT", " ".join(sorted(
                   re.findall("^(HTTP_[A-Z_]*CLIENT[A-Z_]*)=", environment, re.M))))
    suite.case("... none forged", False, "orged" in environment or "Zm9yZ2Vk" in environment)
    suite.case("variables of a CGI", "allow success main", " ".join(
        re.search("^MTLSAUTH_%s=(.*)$" % name, environment, re.M).group(1)
        for name in ("VERDICT", "REASON", "POLICY")))
    for version in ("1.2", "1.3"):
        suite.case("SSL_CLIENT_VERIFY (TLS %s)" % version, "not SUCCESS", apache_lab.client_verify(
            ask(lab, "good", version, path="/cgi-bin/env")))
    reply = ask(lab, None, sni="monitor.example", path="/cgi-bin/env", headers=FORGED[:-2])
    suite.case("MTLSAUTH_REASON in monitor mode", "no_certificate",
               re.search("^MTLSAUTH_REASON=(.*)$", reply.body.decode(), re.M).group(1))


def http2(suite, lab):
    for client, expected in (("good", "2 200"), ("revoked", "2 403"), ("expired", "2 403"),
                             (None, "2 403")):
        pair = ["--cert", lab.keys.cert(client), "--key", lab.keys.key(client)] if client else []
        urls = [word for i in range(20) for word in (
            "-o", os.devnull, "https://localhost:%d/granted?%d" % (lab.port, i))]
        done = subprocess.run(
            ["curl", "-s", "--http2", "--parallel", "--cacert", lab.keys.cert("root"), *pair, "-w",
             "%{http_version} %{http_code} %{local_port}\n"] + urls,
            capture_output=True, text=True, timeout=common.LIMIT)
        lines = collections.Counter(line.rsplit(" ", 1)[0] for line in done.stdout.splitlines())
        suite.case("HTTP/2, %s, 20 requests" % client, {expected: 20}, dict(lines))
        reasons = collections.Counter(row["reason"] for row in lab.of(int(done.stdout.split()[-1])))
        suite.case("... decided", True, sum(reasons.values()) >= 1 and len(reasons) == 1, [reasons])


# ---- the audit ----------------------------------------------------------------------------------

def mixed(lab, keylog, connections):
    """Connections of all kinds to the main host, some resumed, some with several requests."""
    def one(number):
        _, client, _ = MAIN[number % len(MAIN)]
        version = "1.2" if number // 2 % 2 else "1.3"
        tls = peer.context(lab.keys, client, version, keylog=keylog, tickets=number % 3 > 0)
        with peer.connect(lab.port, tls) as connection:
            for _ in range(number % 3 if client == "good" else 0):  # a denial ends a connection
                peer.ask(connection, path="/granted")
            reply = peer.ask(connection, path="/granted", close=True)
        if number % 4 == 0:
            peer.https(lab.port, tls, session=reply.session, path="/granted")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(connections)))


def audited(suite, lab):
    keylog = os.path.join(lab.folder, "keys.log")
    before = len(lab.decisions())
    with capture.Capture(os.path.join(lab.folder, "all.pcapng"), "tcp port %d" % lab.port) as taken:
        mixed(lab, keylog, CONNECTIONS)
    decided = lab.decisions()[before:]
    rows = replay.audit("apache", os.path.join(lab.policies, "main.conf"), [taken.path], keylog)
    suite.replay(*replay.compare(decided, rows, False), least=CONNECTIONS)


def audited_with_log(suite, lab, connections=60):
    """A policy that reads paths and hosts, which the audit has from the decision log alone."""
    log = os.path.join(lab.folder, "part.json")
    before = len(lab.decisions())
    to = os.path.join(lab.folder, "part.pcapng")
    with capture.Capture(to, "tcp port %d" % lab.port) as taken:
        for number in range(connections):
            client = MAIN[number % len(MAIN)][1]
            ask(lab, client, "1.2", "special.example",
                path=("/special/not", "/granted")[number // 9 % 2],
                host=("special.example", "other.special.example")[number % 5 == 4])
    with open(lab.decided) as whole, open(log, "w") as part:
        part.writelines(whole.readlines()[before:])
    rows = replay.audit("apache", os.path.join(lab.policies, "valid.conf"), [taken.path], None, log)
    seen_by, agree, wrong = replay.compare(replay.decisions(log), rows, True)
    suite.agreement("replay with --decisions", seen_by, agree, wrong, connections * 9 // 10)
    suite.case("... of all kinds", "host_mismatch no_certificate no_grant success",
               " ".join(sorted({row["reason"] for row in rows} & {
                   "success", "no_grant", "host_mismatch", "no_certificate"})))


# ---- starting -----------------------------------------------------------------------------------

WRONG = (("unknown service at start", 'MTLSAuthService main', "MTLSAuthService nobody",
          r'httpd\.conf:\d+: there is no policy for the service "nobody"'),
         ("no such policy", "MTLSAuthPolicy ", "MTLSAuthPolicy /nowhere", r"/nowhere"),
         ("a directive in a wrong place", "<Location /granted>",
          "<Location /granted>\nMTLSAuthPolicy x", r"MTLSAuthPolicy.* (not allowed|cannot occur)"),
         ("neither On nor Off", "MTLSAuth On", "MTLSAuth Yes", r"MTLSAuth must be On or Off"),
         ("Require of two words", "Require mtlsauth special", "Require mtlsauth special x",
          r"Require mtlsauth: more than one word"),
         ("a log that cannot be", "MTLSAuthDecisionLog ", "MTLSAuthDecisionLog /nowhere/x ",
          r"MTLSAuthDecisionLog.*(cannot be opened|takes one argument)"))


def wrong_starts(suite, lab):
    text = common.text_of(lab.configure())
    for name, old, new, expected in WRONG:
        line = old + ("" if not old.endswith(" ") else re.search(
            "^%s(.*)$" % re.escape(old), text, re.M).group(1))
        apache_lab.write(lab.conf, text.replace(line, new))
        code, said = lab.try_out()
        suite.case(name, "ends and says so", "ends and says so" if code != 0 and re.search(
            expected, said) else "%d" % code, said.splitlines())
    lab.configure()
    lab.policy("main.conf", "stack = ();\nmood = 1;\n")
    code, said = lab.try_out()
    suite.case("a policy error at start", "ends and says so", "ends and says so" if code != 0 and
               re.search(r"main\.conf:2:1: ", said) else "%d" % code, said.splitlines())
    lab.policy("main.conf")


def sample(suite, keys, folder):
    """The sample configuration, with its paths replaced."""
    lab = apache_lab.Lab(folder, keys)
    lab.policy("api.conf", like="main.conf")
    text = common.text_of(SAMPLE)
    for old, new in (("/usr/lib/apache2/modules/mod_mtlsauth.so",
                      common.installed("mod_mtlsauth.so")),
                     ("/etc/mtlsauth/policies", lab.policies),
                     ("/etc/mtlsauth/ca/ca-chain.pem", keys.path("chain.pem")),
                     ("/etc/mtlsauth/server", keys.path("server")),
                     ("/var/log/apache2/mtlsauth-decisions.json", lab.decided),
                     ("/var/log/apache2/mtlsauth-error.log", lab.log),
                     ("/var/log/apache2", folder), ("/run/apache2-mtlsauth", folder + "/run"),
                     ("/var/www/html", folder + "/www"), ("127.0.0.1:8080/", "127.0.0.1:%d/" %
                                                          lab.behind.server_port),
                     ("Listen 443", "MTLSAuthPluginDir %s\nListen 127.0.0.1:%d" % (
                         replay.PLUGINS, lab.port)), ("*:443", "*:%d" % lab.port)):
        if old not in text:
            raise RuntimeError("the sample has no " + old)
        text = text.replace(old, new)
    lab.conf = os.path.join(folder, "sample.conf")
    apache_lab.write(lab.conf, text)
    with lab.start():
        for client, expected in (("good", "200 success"), ("revoked", "403 revoked"),
                                 ("expired", "403 expired"), (None, "403 no_certificate")):
            suite.case("sample configuration, %s" % client, expected, seen(lab, peer.https(
                lab.port, peer.context(keys, client), path="/granted")))


def other_mpm(suite, keys, folder, mpm):
    lab = apache_lab.Lab(folder, keys)
    lab.configure(mpm)
    with lab.start() as server:
        verdicts(suite, lab, ", " + mpm)
        application(suite, lab)
        suite.case("reload, " + mpm, True, "policies reloaded" in lab.reload(server))
        suite.case("good after it, " + mpm, "200 success", seen(lab, ask(lab, "good")))
    suite.case("no crash, " + mpm, [], crashes(lab))


def crashes(lab):
    return re.findall("(?:exit signal|Segmentation).*", common.text_of(lab.log))


def run(suite, _, folder):
    lab = apache_lab.Lab(folder)    # revokes: with a PKI of its own
    lab.configure()
    with lab.start() as server:
        sessions, end, first = apache_reload.brief(lab)
        suite.case("about to expire", ["200 success"] * 3, first)
        verdicts(suite, lab)
        round_about(suite, lab)
        locations(suite, lab)
        services(suite, lab)
        application(suite, lab)
        http2(suite, lab)
        apache_reload.outlived(suite, lab, sessions, end)
        apache_reload.resumed(suite, lab)
        audited(suite, lab)
        audited_with_log(suite, lab)
        apache_reload.revoked_since(suite, lab, server)
        apache_reload.reloads(suite, lab, server)
        apache_reload.crowd(suite, lab, server)
    suite.case("no crash", [], crashes(lab))
    wrong_starts(suite, lab)
    for name in ("prefork", "worker", "sample"):
        own = os.path.join(folder, name)
        os.mkdir(own, 0o755)
        if name == "sample":
            sample(suite, lab.keys, own)
        else:
            other_mpm(suite, lab.keys, own, name)
