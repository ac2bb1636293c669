# SPDX-License-Identifier: BSD-2-Clause
"""captures.py - captures of real sessions, made here, against what the peers said of them.

Each is read with its key log and without; every handshake has to be there, with the visibility,
version and certificate that the peers know of, and no other.
"""
import collections
import os
import subprocess
import sys
import tempfile

from audit_tap import Tap, any_policy, rows, skip_all


def seen(arguments):
    """[(port, number in its connection, visibility, version, SHA-256)] of an audit."""
    numbers = collections.Counter()
    found = []
    for row in rows(arguments):
        flow = row["flow"]
        port = flow["source_port"] if flow["source_port"] != 4433 else flow["destination_port"]
        found.append((port, numbers[port], row["visibility"], row["version"],
                      row["leaf_sha256"] or "-"))
        numbers[port] += 1
    return sorted(found)


def expected(lines, with_keys):
    """The same of the lines of expected.tsv."""
    wanted = []
    for _, _, port, number, keyed, blind, version, sha256 in lines:
        visibility = keyed if with_keys else blind
        if visibility == "absent":
            continue
        if visibility in ("encrypted", "resumed:unlinked", "incomplete"):
            sha256 = "-"
        wanted.append((int(port), int(number), visibility, version, sha256))
    return sorted(wanted)


def main():
    maker = os.environ.get("MAKE_CAPTURES", "")
    if not os.access(maker, os.X_OK):
        skip_all("no OpenSSL to make captures with")
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([maker, folder], check=True, timeout=120)
        policy = any_policy(folder)
        by_capture = collections.OrderedDict()
        with open(os.path.join(folder, "expected.tsv")) as file:
            for line in file:
                fields = line.rstrip("\n").split("\t")
                by_capture.setdefault(fields[0], []).append(fields)
        for capture, lines in by_capture.items():
            path = os.path.join(folder, capture)
            keys = [] if lines[0][1] == "-" else ["--keylog", os.path.join(folder, lines[0][1])]
            for name, arguments, with_keys in (("keys", keys, True), ("no keys", [], False)):
                try:
                    got = seen(["--policy", policy] + arguments + [path])
                except RuntimeError as problem:
                    got = [str(problem)]
                want = expected(lines, with_keys)
                tap.result("%s, %s" % (capture, name), got == want,
                           ["expected %s" % (row,) for row in want] + ["got %s" % (row,) for row in got])
    tap.finish()


main()
