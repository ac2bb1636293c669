# SPDX-License-Identifier: BSD-2-Clause
"""corpora.py - public captures against their manifest: every client's leaf that the bytes or keys
allow, as often as it was sent, every empty Certificate, and nothing else. Prints a table by file.

Where the manifest is wrong exceptions.tsv says why, with the octets: those are looked up in the
packets it names before it is believed.
With AUDIT_WHOLE=1 tshark is asked which ends sent a ClientHello, and only those may be clients.
"""
import collections
import json
import os
import subprocess
import tempfile

import capture_file
from audit_tap import Tap, any_policy, corpora, rows, skip_all

# Columns of the manifest.
FILE, KEYLOG, CLIENT_CERT, MESSAGES, LEAVES = 0, 1, 9, 10, 11
BLIND = ("encrypted", "incomplete", "resumed:unlinked")

# What the whole audit of these has to be, whatever the manifest counts: the end of the name, and how
# often each version, visibility and resumption is there.
EXPLICIT = (
    # TLS 1.3 with keys beside the capture, and a kind of signature
    ("/mTLS1_3_Ed25519.pcap", {("TLSv1.3", "certificate", False): 1}),
    ("/mTLS1_3_Ed448.pcap", {("TLSv1.3", "certificate", False): 1}),
    ("/mTLS1_2_Ed448.pcap", {("TLSv1.2", "certificate", False): 1}),
    ("/mTLS1_1_ECDSA.pcap", {("TLSv1.1", "certificate", False): 1}),
    ("/mTLS1_ECDSA.pcap", {("TLSv1", "certificate", False): 1}),
    # keys in secrets blocks of the capture, and no key log: only who decrypts knows what was asked
    ("/http2-with-cookies.pcapng", {("TLSv1.3", "not_requested", False): 1}),
    ("/quic-v2.pcapng", {("TLSv1.3", "not_requested", False): 1}),
    # one connection, resumed: the one it came from is in no capture
    ("/tls1.3_session_resumption.pcap", {("TLSv1.3", "resumed:unlinked", True): 1}),
)


def audit(folder, fields, policy):
    path = os.path.join(folder, fields[FILE])
    keys = [] if fields[KEYLOG] == "-" else ["--keylog", os.path.join(folder, fields[KEYLOG])]
    return rows(["--policy", policy] + keys + [path])


def manifest(folder):
    with open(os.path.join(folder, "manifest.tsv")) as file:
        next(file)
        return [line.rstrip("\n").split("\t") for line in file]


def exceptions():
    """{end of the file's name: [columns]}"""
    found = collections.defaultdict(list)
    path = os.path.join(os.environ.get("srcdir", "."), "tests", "audit", "exceptions.tsv")
    with open(path) as file:
        names = next(file).rstrip("\n").split("\t")
        for line in file:
            row = dict(zip(names, line.rstrip("\n").split("\t")))
            found[row["file"]].append(row)
    return found


def ethernet_source(packet):
    """Address and port of an IPv4 packet's sender."""
    payload = 14 + (packet[14] & 15) * 4
    return packet[26:30] + packet[payload:payload + 2]


def holds(path, row):
    """Do the packets have the octets that an exception rests on, from the end that said hello?"""
    packets = capture_file.packets(path)
    packet = packets[int(row["packet"]) - 1]
    hello = packets[int(row["hello"]) - 1]
    return bytes.fromhex(row["octets"]) in packet and \
        bytes.fromhex(row["hello_octets"]) in hello and \
        ethernet_source(packet) == ethernet_source(hello)


def judge(fields, found, excepted):
    """What is wrong, as text; "" if nothing is."""
    wanted = collections.Counter(leaf["sha256"] for leaf in json.loads(fields[LEAVES])) \
        if fields[LEAVES] not in ("", "-") else collections.Counter()
    messages = int(fields[MESSAGES])
    for row in excepted:
        if row["what"] == "leaf":
            wanted[row["value"]] += 1
            messages += 1
        else:
            messages -= int(row["value"])
    seen = collections.Counter(row["leaf_sha256"] for row in found
                               if row["leaf_sha256"] and row["visibility"] == "certificate")
    empty = sum(row["visibility"] == "none_sent" for row in found)
    if set(wanted) - set(seen):
        return "missing %s" % ", ".join(set(wanted) - set(seen))
    if set(seen) - set(wanted):
        return "not in the manifest: %s" % ", ".join(set(seen) - set(wanted))
    if fields[CLIENT_CERT] == "empty" and (empty == 0 or seen):
        return "an empty Certificate was not reported"
    if fields[CLIENT_CERT] == "no" and (empty or seen):
        return "a Certificate message that nobody sent"
    if sum(seen.values()) + empty != messages:
        return "%d certificates and %d empty messages, but the client sent %d" % (
            sum(seen.values()), empty, messages)
    return ""


def blind_judged(found):
    """Was something judged that shows nothing of its client?"""
    for row in found:
        blind = row["visibility"] in BLIND
        if blind and (row["judged"] or row["would"] != "undetermined" or row["leaf_sha256"] or
                      row["reason"] != "unavailable"):
            return "a handshake that shows nothing was judged"
        if not blind and not row["judged"]:
            return "a handshake that shows its client was not judged"
        if row["visibility"] in ("none_sent", "not_requested") and row["leaf_sha256"]:
            return "a certificate of a client that sent none"
    return ""


def hello_senders(path):
    """{(address, port)} of what tshark takes for a ClientHello."""
    fields = ("ip.src", "ipv6.src", "tcp.srcport", "udp.srcport")
    command = ["tshark", "-r", path, "-Y", "tls.handshake.type==1 or dtls.handshake.type==1",
               "-T", "fields", "-E", "occurrence=l"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    senders = set()
    for line in done.stdout.decode().splitlines():
        ip4, ip6, tcp, udp = line.split("\t")
        senders.add((ip4 or ip6, int(tcp or udp or 0)))
        senders.add((ip6 or ip4, int(udp or tcp or 0))) # one of them may be of a tunnel
    return senders


def main():
    place = corpora()
    if place is None:
        skip_all("no corpora")
    folder = os.path.join(place, "captures")
    whole = os.environ.get("AUDIT_WHOLE") == "1"
    excepted = exceptions()
    unmet = set(end for end, _ in EXPLICIT)
    total = collections.Counter()
    tap = Tap()
    with tempfile.TemporaryDirectory() as scratch:
        policy = any_policy(scratch)
        for fields in manifest(folder):
            reviewed = excepted.pop(fields[FILE], [])
            path = os.path.join(folder, fields[FILE])
            try:
                found = audit(folder, fields, policy)
                wrong = judge(fields, found, reviewed) or blind_judged(found)
            except RuntimeError as problem:
                found, wrong = [], str(problem)
            counts = collections.Counter(row["visibility"] for row in found)
            total.update(counts)
            print("# %-14s %-60s %s" % (fields[CLIENT_CERT], os.path.basename(fields[FILE]),
                                        " ".join("%s=%d" % pair for pair in sorted(counts.items()))))
            tap.result(fields[FILE], not wrong, [wrong])
            for row in reviewed:
                total["exceptions"] += 1
                tap.result("exception: packet %s: %s" % (row["packet"], row["argument"]),
                           holds(path, row), ["the packets do not hold these octets"])
            for end, wanted in EXPLICIT:
                if fields[FILE].endswith(end):
                    unmet.discard(end)
                    got = collections.Counter((row["version"], row["visibility"], row["resumed"])
                                              for row in found)
                    tap.result("%s: just so" % end[1:], got == wanted, [str(dict(got))])
            if whole and any(row["visibility"] == "certificate" for row in found):
                senders = hello_senders(path)
                backwards = [row["flow"] for row in found if row["visibility"] == "certificate" and
                             (row["flow"]["source"], row["flow"]["source_port"]) not in senders]
                # Of those excepted tshark does not see the hello either; holds() has shown it.
                tap.result("%s: clients are who said hello" % fields[FILE],
                           len(backwards) <= sum(row["what"] == "leaf" for row in reviewed),
                           [str(flow) for flow in backwards])
    tap.result("every exception is of a capture in the manifest", not excepted, list(excepted))
    print("# in all:", " ".join("%s=%d" % pair for pair in sorted(total.items())))
    tap.finish()


main()
