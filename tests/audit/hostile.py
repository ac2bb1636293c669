# SPDX-License-Identifier: BSD-2-Clause
"""hostile.py - captures cut off and corrupted, and octets that broke TLS peers, through every stage.

Meant for a build with sanitizers; without, it shows what crashes, hangs or takes too much memory.
A sample, the same every time; AUDIT_WHOLE=1: each capture cut at 200 places and corrupted as often,
and every file of the hostile corpus.
"""
import collections
import json
import os
import resource
import subprocess
import tempfile

from audit_tap import PLUGINS, Tap, any_policy, corpora, run, skip_all
from capture_file import Wire

WHOLE = os.environ.get("AUDIT_WHOLE") == "1"
TIMES = 200 if WHOLE else 8
SAMPLE = 1 if WHOLE else 5      # every so many-th hostile file
MEMORY = 64 << 10               # kB that no run takes without a sanitizer's own
BROKEN = (b"Sanitizer", b"runtime error")


def capture_lines(folder):
    """Captures with their key logs, as torn takes them."""
    lines = []
    with open(os.path.join(folder, "manifest.tsv")) as file:
        next(file)
        for line in file:
            capture, keylog = line.split("\t")[:2]
            lines.append("%s\t%s\n" % (os.path.join(folder, capture), "-" if keylog == "-" else
                                       os.path.join(folder, keylog)))
    return lines


def environment():
    """Sanitizers give memory back soon, so that what is measured is the program's."""
    options = os.environ.get("ASAN_OPTIONS", "")
    return dict(os.environ, ASAN_OPTIONS=options + ":quarantine_size_mb=8")


def tear(tap, folder, policy):
    torn = os.environ.get("AUDIT_TORN", "")
    if not os.access(torn, os.X_OK):
        tap.result("captures cut off # SKIP torn was not built", True)
        return
    lines = capture_lines(folder)
    done = subprocess.run([torn, "-flips", policy, PLUGINS, str(TIMES)],
                          input="".join(lines).encode(), capture_output=True, env=environment(),
                          timeout=3600, check=False)
    good = done.returncode == 0 and not any(word in done.stderr for word in BROKEN)
    counts = done.stdout.split()[-4:] if good else [b"0"] * 4
    runs, handshakes, judged, memory = (int(count) for count in counts)
    tap.result("%d captures, each cut at %d places and corrupted as often: %d runs, %d handshakes, "
               "%d judged" % (len(lines), TIMES, runs, handshakes, judged),
               good and runs == len(lines) * (2 * TIMES + 1),
               (done.stdout + done.stderr).decode(errors="replace").splitlines()[:60])
    if not os.environ.get("SAN_CFLAGS"):
        tap.result("in %d kB of memory" % memory, memory < MEMORY)


def hostile_files(place, peer):
    """What a peer of that kind was fed: "client" holds what a server sent, and the reverse."""
    folder = os.path.join(place, "hostile", peer)
    files = []
    for name in sorted(os.listdir(folder))[::SAMPLE]:
        with open(os.path.join(folder, name), "rb") as file:
            files.append(file.read())
    return files


def records(data):
    """Pieces that end where a TLS record ends, as far as there are any."""
    pieces = []
    while len(data) >= 5 and len(pieces) < 1000:
        size = 5 + int.from_bytes(data[3:5], "big")
        pieces.append(data[:size])
        data = data[size:]
    return pieces + ([data] if data else [])


def in_turns(client, server):
    """Both sides, a record each in turn."""
    turns = []
    ours, theirs = records(client), records(server)
    for i in range(max(len(ours), len(theirs))):
        turns += [(0, piece) for piece in ours[i:i + 1]] + [(1, piece) for piece in theirs[i:i + 1]]
    return turns


def message(kind, body):
    """A handshake message in a record of its own, of TLS 1.2."""
    body = bytes((kind,)) + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x03" + len(body).to_bytes(2, "big") + body


# What a client says to ask for TLS 1.2 with RSA, for the octets of servers to answer.
HELLO = message(1, b"\x03\x03" + bytes(range(32)) + b"\x00\x00\x04\x00\x9c\x00\x2f\x01\x00")
# What a server answers that asks for a certificate, for the octets of clients to go on from.
FLIGHT = message(2, b"\x03\x03" + bytes(range(32, 64)) + b"\x00\x00\x2f\x00") + \
    message(11, b"\x00\x00\x00") + message(13, b"\x01\x01\x00\x02\x04\x01\x00\x00") + \
    message(14, b"")


def conversations(from_clients, from_servers):
    """Every file as its side alone, with a plausible other side, and with a hostile one."""
    for data in from_clients:
        yield [(0, data)]
        yield [(0, data), (1, FLIGHT)]
        first, rest = records(data)[:1], records(data)[1:]
        yield [(0, piece) for piece in first] + [(1, FLIGHT)] + [(0, piece) for piece in rest]
        yield [(1, data)]
    for data in from_servers:
        yield [(1, data)]
        yield [(0, HELLO), (1, data)]
        yield [(0, data)]
    for i in range(max(len(from_clients), len(from_servers))):
        yield in_turns(from_clients[i % len(from_clients)], from_servers[i % len(from_servers)])


def wrap(place):
    wire, count = Wire(), 0
    for turns in conversations(hostile_files(place, "server"), hostile_files(place, "client")):
        client = (bytes((10, 0, count >> 14, count >> 6 & 255)), 1024 + count % 64)
        wire.conversation((client, (bytes((192, 0, 2, 1)), 443)), turns)
        count += 1
    return wire.octets(), count


def judged_in_vain(rows):
    return [row["flow"] for row in rows if row["judged"] and
            row["visibility"] in ("encrypted", "incomplete", "resumed:unlinked")]


def hostile(tap, place, policy, scratch):
    octets, count = wrap(place)
    path = os.path.join(scratch, "hostile.pcap")
    with open(path, "wb") as file:
        file.write(octets)
    for option in ("--json", "--csv", "--html"):
        status, out, err = run([option, "--policy", policy, path], timeout=600)
        broken = status not in (0, 1, 3) or any(word in err for word in BROKEN)
        tap.result("%d conversations of hostile octets, %s" % (count, option), not broken,
                   ["status %s" % status] + err.decode(errors="replace").splitlines()[:60])
        if option == "--json" and not broken:
            rows = [json.loads(line) for line in out.splitlines()]
            seen = collections.Counter(row["visibility"] for row in rows)
            tap.result("of %d handshakes in them none is judged in vain: %s" % (
                len(rows), " ".join("%s=%d" % pair for pair in sorted(seen.items()))),
                rows and not judged_in_vain(rows), judged_in_vain(rows)[:5])
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if not os.environ.get("SAN_CFLAGS"):
        tap.result("in %d kB of memory, the file's %d with them" % (largest, len(octets) >> 10),
                   largest < MEMORY + (len(octets) >> 10))


def main():
    place = corpora()
    if place is None or not os.path.isdir(os.path.join(place, "hostile")):
        skip_all("no corpora")
    tap = Tap()
    with tempfile.TemporaryDirectory() as scratch:
        policy = any_policy(scratch)
        tear(tap, os.path.join(place, "captures"), policy)
        hostile(tap, place, policy, scratch)
    tap.finish()


main()
