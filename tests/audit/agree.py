# SPDX-License-Identifier: BSD-2-Clause
"""agree.py - the example server decides about 500 mixed connections, and the audit of the capture of
the same connections has to come to the same verdict and reason for every one of them.

Twice: with a policy that a capture can answer whole, and with one that asks for the path of the
request, which only the server's own log of decisions can tell (--decisions).
"""
import collections
import json
import os
import subprocess
import tempfile

from audit_tap import PLUGINS, Tap, rows, run, skip_all

CONNECTIONS = 562   # of which 500 reach the library
COLUMNS = ("port", "kind", "version", "resumed", "requests", "reason")
LIMIT = 120     # seconds that nothing takes by far
POLICY = """trust = { anchors = [ "ca.pem" ]; };
stack = (
  { control = "requisite"; plugin = "deny";
    when = "not (tls.version in {'TLSv1.2' 'TLSv1.3'} and ip.src in {127.0.0.0/8})"; },
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "crl"; files = [ "crl.pem", "crl-intermediate.pem" ]; },
%s  { control = "required"; plugin = "cn"; allow = [ "alpha-*" ]; }
);
"""
NO_SECRETS = """  { control = "requisite"; plugin = "deny";
    when = "http.request.uri.path matches '^/secret' or not (http.request.method in {'GET'})"; },
"""


class Server:
    """The example server, which logs its decisions as JSON."""

    def __init__(self, folder, policy):
        self.log = os.path.join(folder, policy + ".log")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [os.environ["HTTPS_SERVER"], "--lib", os.environ["MTLSAUTH_LIB"], "--plugin-dir",
                 PLUGINS, "--insecure-files", "--policy", os.path.join(folder, policy + ".conf"),
                 "--cert", os.path.join(folder, "server.pem"), "--key",
                 os.path.join(folder, "server.key"), "--listen", "127.0.0.1:0", "--json"],
                stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline().decode()
        self.port = int(line.rsplit(":", 1)[1]) if ":" in line else None

    def decisions(self):
        """[decision] after its end."""
        self.process.terminate()
        self.process.wait(LIMIT)
        self.process.stdout.close()
        found = []
        with open(self.log) as log:
            for line in log:
                if line.startswith("{"):
                    found.append(json.loads(line))
        return found


def talk(talker, folder, name, port):
    """{client's port: what the client says of the connection}"""
    talker.stdin.write(("%s %d %d\n" % (name, port, CONNECTIONS)).encode())
    talker.stdin.flush()
    if talker.stdout.readline() != b"done\n":
        raise RuntimeError("the clients did not get through")
    with open(os.path.join(folder, name + ".tsv")) as file:
        told = [dict(zip(COLUMNS, line.rstrip("\n").split("\t"))) for line in file]
    return {int(row["port"]): row for row in told}


def by_port(decisions, port_of):
    found = collections.defaultdict(list)
    for decision in decisions:
        found[port_of(decision)].append((decision["would"], decision["reason"]))
    return found


def is_secret(path):
    return path.startswith("/secret")


def judge(tap, name, told, decided, audited, ask_for_paths):
    """Compares the three: clients, server and audit."""
    server = by_port(decided, lambda row: row["request"]["source_port"])
    audit = by_port(audited, lambda row: row["flow"]["source_port"])
    wrong, counts = [], collections.Counter()
    for port, row in told.items():
        counts["connections"] += 1
        counts["resumed"] += int(row["resumed"])
        counts["requests"] += int(row["requests"])
        if len(server[port]) != int(row["requests"]):
            wrong.append("%s: %s requests, %d decisions" % (row, row["requests"], len(server[port])))
        if not server[port]:
            counts["never asked"] += 1
            continue
        counts["that reached the library"] += 1
        wanted = server[port] if ask_for_paths else sorted(set(server[port]))
        if audit[port] != wanted:
            wrong.append("%s: server %s, audit %s" % (row, wanted, audit[port]))
        elif not ask_for_paths and wanted[0][1] != row["reason"]:
            wrong.append("%s: by its making %s, but both say %s" % (row, row["reason"], wanted))
        counts["agree"] += audit[port] == wanted
    reasons = collections.Counter("%s %s" % pair for pairs in server.values() for pair in pairs)
    reached = counts["that reached the library"]
    tap.result("%s: server and audit agree on %d of %d connections that reached the library" % (
        name, counts["agree"], reached), not wrong and reached == 500, wrong[:40])
    print("#", ", ".join("%s: %d" % pair for pair in counts.items()))
    print("#", ", ".join("%s: %d" % pair for pair in sorted(reasons.items())))
    seen = collections.Counter("%s %s" % (row["version"], row["visibility"]) for row in audited)
    print("#", ", ".join("%s: %d" % pair for pair in sorted(seen.items())))
    tap.result("%s: all kinds of visibility and of verdict were there" % name,
               {"certificate", "none_sent", "resumed:linked", "incomplete"} <=
               {row["visibility"] for row in audited} and counts["resumed"] > 50 and
               len(reasons) >= 7, [str(seen)])


def one_run(tap, talker, folder, name, ask_for_paths):
    with open(os.path.join(folder, name + ".conf"), "w") as file:
        file.write(POLICY % (NO_SECRETS if ask_for_paths else ""))
    server = Server(folder, name)
    try:
        told = talk(talker, folder, name, server.port)
    finally:
        decided = server.decisions()
    arguments = ["--policy", os.path.join(folder, name + ".conf"), "--keylog",
                 os.path.join(folder, name + ".keys"), os.path.join(folder, name + ".pcap")]
    if not ask_for_paths:
        judge(tap, "no log", told, decided, rows(arguments), False)
    judge_with_log(tap, name, told, decided, arguments, server.log, ask_for_paths)


def judge_with_log(tap, name, told, decided, arguments, log, ask_for_paths):
    audited = rows(arguments + ["--decisions", log])
    judge(tap, "%s, --decisions" % name, told, decided, audited, True)
    asked = {decision["id"]: decision["request"] for decision in decided}
    other = [row["request"] for row in audited
             if row["logged_id"] and row["request"] != asked.get(row["logged_id"])]
    tap.result("%s: each row was asked with what its decision was asked with" % name, not other,
               [str(request) for request in other[:5]])
    ids = {row["logged_id"] for row in audited if row["logged_id"]}
    tap.result("%s: every decision of the log found its handshake" % name,
               ids == {decision["id"] for decision in decided}, [str(len(ids))])
    if ask_for_paths:
        without = rows(arguments)
        blind = [row for row in without if row["would"] == "allow" or row["reason"] == "no_match"]
        tap.result("%s: without the log nobody is let in, nor is it said who would be" % name,
                   not blind, [str(row["flow"]) for row in blind[:5]])
    status, _, _ = run(["--json"] + arguments)
    tap.result("%s: the status says that some are denied" % name, status == 1, [str(status)])


def main():
    for need in ("HTTPS_SERVER", "TALK_TO_SERVER", "MTLSAUTH_LIB"):
        if not os.access(os.environ.get(need, ""), os.X_OK):
            skip_all("the example server or its clients were not built")
    os.umask(0o022)
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        talker = subprocess.Popen([os.environ["TALK_TO_SERVER"], folder], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        try:
            talker.stdout.readline() # ready
            one_run(tap, talker, folder, "plain", False)
            one_run(tap, talker, folder, "paths", True)
        finally:
            talker.stdin.close()
            talker.wait(LIMIT)
            talker.stdout.close()
    tap.finish()


main()
