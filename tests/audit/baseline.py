# SPDX-License-Identifier: BSD-2-Clause
"""baseline.py - 1,000 handshakes of 410 clients and two policies: the clients that change, and
nothing else, in every form of output.

make-mixed knows of each handshake what either policy has to say, from how the client was made.
"""
import collections
import csv
import json
import os
import re
import subprocess
import tempfile

from audit_tap import Tap, run, skip_all

HANDSHAKES = 1000
COLUMNS = ("address", "port", "kind", "sha256", "old", "old_reason", "new", "new_reason")


def expectations(folder):
    """{(address, port): row}"""
    with open(os.path.join(folder, "expected.tsv")) as file:
        rows = [dict(zip(COLUMNS, line.rstrip("\n").split("\t"))) for line in file]
    return {(row["address"], int(row["port"])): row for row in rows}


def changes(row):
    return (row["old"], row["old_reason"]) != (row["new"], row["new_reason"])


def outcome(row):
    """What is compared of a handshake, and of no changed one more."""
    return (row["sha256"], row["old"], row["old_reason"], row["new"], row["new_reason"],
            changes(row))


def from_json(text):
    found = {}
    for line in text.splitlines():
        row = json.loads(line)
        found[row["flow"]["source"], row["flow"]["source_port"]] = (
            row["leaf_sha256"] or "-", row["baseline"]["would"], row["baseline"]["reason"],
            row["would"], row["reason"], row["changed"])
    return found


def from_csv(text):
    return {(row["source"], int(row["source_port"])): (
        row["sha256"] or "-", row["baseline_verdict"], row["baseline_reason"], row["verdict"],
        row["reason"], row["changed"] == "true") for row in csv.DictReader(text.splitlines())}


def from_text(text):
    """Of the lines above the summary: who changed, from what to what."""
    found = {}
    for line in text.split("\n\n")[0].splitlines():
        match = re.match(r"\S+ (\w+) +([0-9.]+):(\d+) > \S+ .*?: (\w+): .*; was (\w+): (\w+) \(",
                         line)
        if match is None:
            return {"not understood": line}
        new, address, port, new_reason, old, old_reason = match.groups()
        found[address, int(port)] = (old, old_reason, new, new_reason)
    return found


def summary_changes(summary):
    """{(sha256, old, old reason, new, new reason): handshakes} of a summary in JSON."""
    return {tuple(row["key"].split(" ")): row["deny"] + row["allow"] + row["undetermined"]
            for row in summary["changes"]}


def differences(got, wanted):
    """For a test's notes."""
    return ["%s: expected %s, got %s" % (key, wanted.get(key), got.get(key))
            for key in sorted(set(got) | set(wanted), key=str) if got.get(key) != wanted.get(key)][:20]


def compare(tap, folder, wanted):
    arguments = ["--policy", os.path.join(folder, "new.conf"),
                 "--baseline", os.path.join(folder, "old.conf"),
                 "--keylog", os.path.join(folder, "mixed.keys"), os.path.join(folder, "mixed.pcap")]
    everything = {key: outcome(row) for key, row in wanted.items()}
    grouped = collections.Counter(outcome(row)[:5] for row in wanted.values() if changes(row))
    for name, option, read in (("JSON", "--json", from_json), ("CSV", "--csv", from_csv)):
        status, out, _ = run([option] + arguments)
        found = read(out.decode())
        tap.result("%s: what both policies say of %d handshakes" % (name, len(wanted)),
                   found == everything, differences(found, everything))
        tap.result("%s: changed is status 1" % name, status == 1, [str(status)])
    status, out, _ = run(arguments)
    changed = {key: outcome(row)[1:5] for key, row in wanted.items() if changes(row)}
    found = from_text(out.decode())
    tap.result("text: a line for each of %d changed handshakes, and no other" % len(changed),
               found == changed and status == 1, differences(found, changed))
    tap.result("text: the count", "\nChanged: %d\n" % len(changed) in out.decode())
    _, out, _ = run(["--summary", "--json"] + arguments)
    summary = json.loads(out)
    found = summary_changes(summary)
    tap.result("summary: %d changes by client and reason" % len(grouped), found == dict(grouped),
               differences(found, grouped))
    tap.result("summary: the count, and none left out",
               summary["changed"] == len(changed) and summary["changes_left_out"] == 0)
    kinds = collections.Counter(row["kind"] for row in wanted.values() if changes(row))
    tap.result("the kinds that change: %s" % ", ".join("%s %d" % pair for pair in kinds.items()),
               set(kinds) == {"leaves", "joins", "revoked", "revoked stranger"})


def statuses(tap, folder, wanted):
    """Exit statuses where less is there."""
    def status_of(kind, new, old):
        hosts = " or ".join(sorted({"src host %s or dst host %s" % (row["address"], row["address"])
                                    for row in wanted.values() if row["kind"] == kind})[:20])
        arguments = ["--policy", os.path.join(folder, new)]
        if old is not None:
            arguments += ["--baseline", os.path.join(folder, old)]
        return run(arguments + ["--keylog", os.path.join(folder, "mixed.keys"), "--filter", hosts,
                                os.path.join(folder, "mixed.pcap")])[0]
    for name, kind, new, old, expected in (
            ("nobody changes", "stays", "new.conf", "old.conf", 0),
            ("denied as before", "expired", "new.conf", "old.conf", 0),
            ("denied, and no baseline", "expired", "new.conf", None, 1),
            ("denied for another reason", "revoked stranger", "new.conf", "old.conf", 1),
            ("let in where it was denied", "joins", "new.conf", "old.conf", 1),
            ("undetermined as before", "hidden", "new.conf", "old.conf", 3),
            ("a policy against itself", "leaves", "old.conf", "old.conf", 0)):
        got = status_of(kind, new, old)
        tap.result("status %d: %s" % (expected, name), got == expected, [str(got)])


def main():
    maker = os.environ.get("MAKE_MIXED", "")
    if not os.access(maker, os.X_OK):
        skip_all("make-mixed was not built")
    os.umask(0o022)
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([maker, folder, str(HANDSHAKES)], check=True, timeout=300)
        wanted = expectations(folder)
        tap.result("as many handshakes as asked for", len(wanted) == HANDSHAKES)
        compare(tap, folder, wanted)
        statuses(tap, folder, wanted)
    tap.finish()


main()
