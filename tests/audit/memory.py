# SPDX-License-Identifier: BSD-2-Clause
"""memory.py - what the tool takes of memory for captures that are made to take much of it.

Each would take more than the limit if something that an attacker can multiply were not bounded:
connections that do nothing, messages of which a part never comes, hellos without end, secrets.
"""
import os
import struct
import subprocess
import tempfile
import time

from audit_tap import AUDIT, PLUGINS, Tap, any_policy, skip_all

LIMIT = 50 << 20
SERVER = b"\xc0\x00\x02\x01"
SYN, ACK, PUSH = 2, 16, 24


def record(kind, body):
    return bytes([kind, 3, 3]) + struct.pack(">H", len(body)) + body


def message(kind, body):
    return bytes([kind]) + struct.pack(">I", len(body))[1:] + body


def hello(number, padding=0):
    """A ClientHello, with a PSK identity of so many octets that nobody knows."""
    unique = struct.pack(">I", number) * 8
    name = b"h%d.example" % number
    extensions = struct.pack(">HHHBH", 0, 5 + len(name), 3 + len(name), 0, len(name)) + name
    if padding:
        extensions += struct.pack(">HHH", 41, padding + 2, padding) + os.urandom(padding)
    return message(1, b"\3\3" + unique + b"\x20" + unique + b"\0\2\xc0\x2f\1\0"
                   + struct.pack(">H", len(extensions)) + extensions)


def answer(number):
    """ServerHello, Certificate, CertificateRequest, ServerHelloDone."""
    unique = struct.pack(">I", number) * 8
    return (message(2, b"\3\3" + unique + b"\x20" + unique + b"\xc0\x2f\0")
            + message(11, b"\0\0\0") + message(13, b"\1\1\0\0\0\0") + message(14, b""))


class Capture:
    """Raw IP packets in a file."""

    def __init__(self, file):
        self.file = file
        self.count = 0
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101))

    def ip(self, number, back, protocol, payload, fragment=0):
        client = struct.pack(">I", 0x0a000000 + (number >> 8))
        ends = (SERVER, client) if back else (client, SERVER)
        packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), number & 0xffff, fragment,
                             64, protocol, 0, *ends) + payload
        self.count += 1
        self.file.write(struct.pack("<IIII", 1700000000, self.count % 1000000, len(packet),
                                    len(packet)) + packet)

    def tcp(self, number, back, sequence, acknowledgment, flags, data=b""):
        ports = (443, 1024 + number % 256) if back else (1024 + number % 256, 443)
        self.ip(number, back, 6, struct.pack(">HHIIBBHHH", *ports, sequence, acknowledgment, 0x50,
                                             flags, 65535, 0, 0) + data)

    def udp(self, number, data):
        self.ip(number, False, 17, struct.pack(">HHHH", 1024 + number % 256, 443, 8 + len(data), 0)
                + data)

    def open(self, number):
        self.tcp(number, False, 0, 0, SYN)
        self.tcp(number, True, 0, 1, SYN | ACK)


def half_open(capture):
    """A ClientHello, and nothing more."""
    for i in range(30000):
        capture.open(i)
        capture.tcp(i, False, 1, 1, PUSH, record(22, hello(i)))


def half_a_certificate(capture):
    """A client's Certificate of which most comes, but not all."""
    for i in range(5000):
        capture.open(i)
        first, second = record(22, hello(i)), record(22, answer(i))
        capture.tcp(i, False, 1, 1, PUSH, first)
        capture.tcp(i, True, 1, 1 + len(first), PUSH, second)
        data = b"\x16\3\3\x3f\xff\x0b\0\x3f\xfb\0\x3f\xf8\0\x3f\xf5" + bytes(14000)
        for at in range(0, len(data), 1400):
            capture.tcp(i, False, 1 + len(first) + at, 1 + len(second), PUSH, data[at:at + 1400])


def holes(capture):
    """Octets that wait for one that never comes."""
    for i in range(6000):
        capture.open(i)
        for j in range(10):
            capture.tcp(i, False, 100 + 3000 * j, 1, PUSH, bytes(1400))


def fragments(capture):
    """First fragments of IP packets."""
    for i in range(60000):
        capture.ip(i, False, 17, bytes(1400), 0x2000)


def datagrams(capture):
    """DTLS: a ClientHello, and a Certificate without its beginning."""
    head = b"\x16\xfe\xfd\0\0" + bytes(6)
    for i in range(8000):
        body = b"\xfe\xfd" + struct.pack(">I", i) * 8 + b"\0\0\0\2\xc0\x2f\1\0"
        size = struct.pack(">I", len(body))[1:]
        first = b"\1" + size + b"\0\0\0\0\0" + size + body
        capture.udp(i, head + struct.pack(">H", len(first)) + first)
        for j in range(8):
            piece = (b"\x0b\0\x40\0\0\1" + struct.pack(">I", 1300 * j + 100)[1:]
                     + struct.pack(">I", 1200)[1:] + bytes(1200))
            capture.udp(i, head + struct.pack(">H", len(piece)) + piece)


def hellos(capture):
    """One connection, in which the client begins again and again."""
    capture.open(0)
    sequence = 1
    for _ in range(5000):
        data = record(22, hello(0, 15000))
        for at in range(0, len(data), 1400):
            capture.tcp(0, False, sequence, 1, PUSH, data[at:at + 1400])
            sequence += len(data[at:at + 1400])


def secrets(capture):
    """A pcapng with more secrets than anybody needs."""
    capture.file.seek(0)

    def block(kind, body):
        body += bytes(-len(body) % 4)
        size = struct.pack("<I", 12 + len(body))
        capture.file.write(struct.pack("<I", kind) + size + body + size)

    block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1))
    block(1, struct.pack("<HHI", 101, 0, 262144))
    for i in range(30):
        text = b"".join(b"CLIENT_RANDOM %064x %096x\n" % (i << 32 | j, j) for j in range(25000))
        block(10, struct.pack("<II", 0x544c534b, len(text)) + text)


def peak(path, policy):
    """(most of anonymous memory, exit status) of an audit."""
    tool = subprocess.Popen([AUDIT, "--plugin-dir", PLUGINS, "--insecure-files", "--policy", policy,
                             "--json", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while tool.poll() is None:
        try:
            with open("/proc/%d/status" % tool.pid) as status:
                for line in status:
                    if line.startswith("RssAnon:"):
                        most = max(most, int(line.split()[1]) << 10)
        except OSError:
            pass
        time.sleep(0.002)
    return most, tool.returncode


def main():
    if os.environ.get("SAN_CFLAGS"):
        skip_all("sanitizers take memory of their own")
    try:
        with open("/proc/self/status") as status:
            if "RssAnon:" not in status.read():
                skip_all("the system does not tell how much memory a process has")
    except OSError:
        skip_all("the system does not tell how much memory a process has")
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        policy = any_policy(folder)
        for make in (half_open, half_a_certificate, holes, fragments, datagrams, hellos, secrets):
            path = os.path.join(folder, "worst.pcap")
            with open(path, "wb") as file:
                make(Capture(file))
            most, status = peak(path, policy)
            tap.result("%s: %.1f MB" % (make.__name__.replace("_", " "), most / (1 << 20)),
                       0 < most < LIMIT and status in (0, 1, 3), ["exit status %s" % status])
    tap.finish()


main()
