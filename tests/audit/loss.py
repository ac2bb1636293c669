# SPDX-License-Identifier: BSD-2-Clause
"""loss.py - captures of real sessions that miss frames: each of them once, and every k-th.

Whatever is missing, nothing false may be said: a certificate is the one that the peers know of, and
"not_requested" or "none_sent" is only said of a handshake of which the peers say the same.
"""
import collections
import os
import struct
import subprocess
import tempfile

from audit_tap import Tap, any_policy, rows, skip_all

# Of each kind one; those that the program at hand cannot make are left out.
CAPTURES = ("gnutls-tls10", "gnutls-tls12", "openssl-tls12", "gnutls-tls13", "openssl-tls13",
            "tls12-none", "tls13-none", "tls12-not-asked", "tls13-not-asked", "tls13-retry", "smtp",
            "tls12-resumed-id", "tls12-resumed-ticket", "tls12-none-resumed", "tls13-resumed",
            "tls12-renegotiation", "tls12-renegotiation-none", "tls13-post", "dtls12", "dtls10",
            "dtls12-none", "dtls12-resumed", "quic", "quic-none", "quic-not-asked", "quic-resumed",
            "quic-retry")
SAYS_NOTHING = ("incomplete", "encrypted", "resumed:unlinked")


def frames_of(path):
    """The head of a pcap, and its records."""
    with open(path, "rb") as file:
        data = file.read()
    at, records = 24, []
    while at < len(data):
        size = 16 + struct.unpack_from("<I", data, at + 8)[0]
        records.append(data[at:at + size])
        at += size
    return data[:24], records


def losses(count):
    """Sets of frames that are kept, by what is lost."""
    for i in range(count):
        yield "frame %d" % (i + 1), [j for j in range(count) if j != i]
    for k in range(2, max(3, count // 2)):
        yield "every %d." % k, [j for j in range(count) if j % k != k - 1]
        yield "all but every %d." % k, [j for j in range(count) if j % k == 0]


def wrong(row, truth):
    """Why a row cannot be true, or None. `truth`: (visibility, SHA-256) of the port's handshakes."""
    seen, leaf = row["visibility"], row["leaf_sha256"] or "-"
    if seen in SAYS_NOTHING:
        return None if leaf == "-" else "%s with a certificate" % seen
    if (seen, leaf) in truth:
        return None
    return "%s with %s" % (seen, leaf)


def truths(lines):
    """By the client's port, what may be said of it."""
    truth = collections.defaultdict(set)
    for _, _, port, _, keyed, _, _, sha256 in lines:
        truth[int(port)].add((keyed, sha256))
    return truth


def main():
    maker = os.environ.get("MAKE_CAPTURES", "")
    if not os.access(maker, os.X_OK):
        skip_all("no OpenSSL to make captures with")
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([maker, folder], check=True, timeout=120)
        policy = any_policy(folder)
        expected = collections.defaultdict(list)
        with open(os.path.join(folder, "expected.tsv")) as file:
            for line in file:
                fields = line.rstrip("\n").split("\t")
                expected[fields[0]].append(fields)
        for name in CAPTURES:
            capture = name + ".pcap"
            if capture not in expected:
                continue
            truth = truths(expected[capture])
            head, records = frames_of(os.path.join(folder, capture))
            keys = ["--keylog", os.path.join(folder, expected[capture][0][1])]
            notes, tried = [], 0
            for lost, kept in losses(len(records)):
                data = head + b"".join(records[i] for i in kept)
                for arguments in ([], keys):
                    tried += 1
                    for row in rows(["--policy", policy] + arguments + ["-"], data):
                        flow = row["flow"]
                        port = flow["source_port"]
                        why = wrong(row, truth[port if port in truth
                                               else flow["destination_port"]])
                        if why is not None:
                            notes.append("without %s%s: %s" % (lost, " with keys" if arguments
                                                               else "", why))
            tap.result("%s, %d ways to lose frames" % (name, tried), not notes, notes[:10])
    tap.finish()


main()
