# SPDX-License-Identifier: BSD-2-Clause
"""corpora.py - public captures against their manifest: every client's leaf that the bytes or keys
allow, every empty Certificate, and nothing else. Prints a table by file.
"""
import collections
import json
import os
import tempfile

from audit_tap import Tap, any_policy, corpora, rows, skip_all

# Columns of the manifest.
FILE, KEYLOG, CLIENT_CERT, MESSAGES, LEAVES = 0, 1, 9, 10, 11


def audit(folder, fields, policy):
    path = os.path.join(folder, fields[FILE])
    keys = [] if fields[KEYLOG] == "-" else ["--keylog", os.path.join(folder, fields[KEYLOG])]
    return rows(["--policy", policy] + keys + [path])


def judge(fields, found):
    """What is wrong, as text; "" if nothing is."""
    leaves = set(leaf["sha256"] for leaf in json.loads(fields[LEAVES])) \
        if fields[LEAVES] not in ("", "-") else set()
    seen = set(row["leaf_sha256"] for row in found if row["leaf_sha256"])
    none_sent = sum(row["visibility"] == "none_sent" for row in found)
    if fields[CLIENT_CERT] == "empty":
        if none_sent == 0:
            return "no none_sent"
        return "certificates nobody sent" if seen else ""
    if fields[CLIENT_CERT] == "no":
        return "false find: %s" % ", ".join(seen) if seen or none_sent else ""
    if leaves - seen:
        return "missing %s" % ", ".join(leaves - seen)
    if seen - leaves:
        return "not in the manifest: %s" % ", ".join(seen - leaves)
    return ""


def main():
    place = corpora()
    if place is None:
        skip_all("no corpora")
    folder = os.path.join(place, "captures")
    tap = Tap()
    with tempfile.TemporaryDirectory() as scratch:
        policy = any_policy(scratch)
        with open(os.path.join(folder, "manifest.tsv")) as file:
            next(file)
            for line in file:
                fields = line.rstrip("\n").split("\t")
                try:
                    found = audit(folder, fields, policy)
                    wrong = judge(fields, found)
                except RuntimeError as problem:
                    found, wrong = [], str(problem)
                counts = collections.Counter(row["visibility"] for row in found)
                print("# %-14s %-60s %s" % (fields[CLIENT_CERT], os.path.basename(fields[FILE]),
                                            " ".join("%s=%d" % pair for pair in sorted(counts.items()))))
                for row in found:
                    judged = row["judged"]
                    if row["visibility"] in ("encrypted", "incomplete", "resumed:unlinked") and judged:
                        wrong = wrong or "a handshake that shows nothing was judged"
                tap.result(fields[FILE], not wrong, [wrong])
    tap.finish()


main()
