# SPDX-License-Identifier: BSD-2-Clause
"""What a server decided, and what the audit of the same connections says."""
import collections
import json
import os
import subprocess

AUDIT = os.environ["MTLSAUTH_AUDIT"]
PLUGINS = os.environ["MTLSAUTH_PLUGINS"]


def decisions(log):
    """The decision log that a server wrote: a list of objects."""
    with open(log) as file:
        return [json.loads(line) for line in file]


def audit(server, policy, captures, keylog=None, log=None):
    """The rows of `mtlsauth-audit --as SERVER`."""
    command = [AUDIT, "--plugin-dir", PLUGINS, "--insecure-files", "--json", "--no-progress", "--as",
               server, "--policy", policy]
    command += ["--keylog", keylog] if keylog else []
    command += ["--decisions", log] if log else []
    done = subprocess.run(command + list(captures), capture_output=True)
    if done.returncode not in (0, 1, 3):
        raise RuntimeError("mtlsauth-audit: %d: %s" % (done.returncode, done.stderr.decode()))
    return [json.loads(line) for line in done.stdout.splitlines()]


def _by(rows, key):
    found = collections.defaultdict(list)
    for row in rows:
        found[key(row)].append((row["would"], row["reason"]))
    return found


def compare(decided, audited, log, key=None):
    """(connections, those that agree, [differences]) over all that reached the module.

    key(row) names a connection in rows of both; by default by the client's address and port.
    Without a log the audit has one answer for a connection, whatever the number of requests.
    """
    def ends(row):
        flow = row.get("flow")
        if flow is not None:
            return flow["source"], flow["source_port"]
        return row["request"].get("source"), row["request"].get("source_port")

    server, seen = _by(decided, key or ends), _by(audited, key or ends)
    agree, wrong = 0, []
    for connection, answers in server.items():
        wanted = answers if log else sorted(set(answers))
        got = seen.get(connection, [])
        if wanted == (got if log else sorted(set(got))):
            agree += 1
        else:
            wrong.append("%s: server %s, audit %s" % (connection, wanted, got))
    return len(server), agree, wrong
