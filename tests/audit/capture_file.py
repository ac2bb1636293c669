# SPDX-License-Identifier: BSD-2-Clause
"""Reads and writes capture files just far enough for tests; shares nothing with the tool."""
import struct


def _pcapng(data):
    at, order = 0, "<"
    while at + 12 <= len(data):
        if data[at:at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
        kind, size = struct.unpack(order + "II", data[at:at + 8])
        if kind == 6: # enhanced packet block
            captured, = struct.unpack(order + "I", data[at + 20:at + 24])
            yield data[at + 28:at + 28 + captured]
        at += max(size, 12)


def _classic(data):
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at = 24
    while at + 16 <= len(data):
        captured, = struct.unpack(order + "I", data[at + 8:at + 12])
        yield data[at + 16:at + 16 + captured]
        at += 16 + captured


def packets(path):
    """The packets of a file, in order; the first is number 1 to others."""
    with open(path, "rb") as file:
        data = file.read()
    return list((_pcapng if data[:4] == b"\x0a\x0d\x0d\x0a" else _classic)(data))


class Wire:
    """A classic pcap of Ethernet, in memory: conversations of TCP put one behind the other."""

    SYN, PSH, ACK, FIN = 2, 8, 16, 1

    def __init__(self):
        self.parts = [struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1)]
        self.clock = 1767225600 * 1000000

    def _frame(self, ends, numbers, sender, flags, data):
        (source, port), (target, target_port) = ends[sender], ends[1 - sender]
        tcp = struct.pack(">HHIIBBHHH", port, target_port, numbers[sender],
                          numbers[1 - sender] if flags & self.ACK else 0, 0x50, flags, 65535, 0, 0)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0) + source + target
        frame = b"\x02" * 12 + b"\x08\x00" + ip + tcp + data
        self.parts.append(struct.pack("<IIII", self.clock // 1000000, self.clock % 1000000,
                                      len(frame), len(frame)) + frame)
        self.clock += 100

    def conversation(self, ends, turns):
        """`ends`: the client's and the server's (address, port); `turns`: (0 or 1, octets) each."""
        numbers = [1000, 2000000]
        for sender, flags in ((0, self.SYN), (1, self.SYN | self.ACK), (0, self.ACK)):
            self._frame(ends, numbers, sender, flags, b"")
            numbers[sender] += 1 if flags & self.SYN else 0
        for sender, data in turns:
            for at in range(0, len(data), 1400):
                part = data[at:at + 1400]
                self._frame(ends, numbers, sender, self.PSH | self.ACK, part)
                numbers[sender] = (numbers[sender] + len(part)) & 0xffffffff
        for sender in (0, 1):
            self._frame(ends, numbers, sender, self.FIN | self.ACK, b"")
            numbers[sender] += 1
        self._frame(ends, numbers, 0, self.ACK, b"")

    def octets(self):
        return b"".join(self.parts)
