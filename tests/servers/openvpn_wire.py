# SPDX-License-Identifier: BSD-2-Clause
"""A client of OpenVPN's control channel over TCP, to do what the program does not: stop half way in a
handshake, and offer a session that was.

A packet is its length, an opcode with the number of the key, the sender's session, the
acknowledgments with the receiver's session, and, but for an acknowledgment alone, its own number and
octets of TLS.
"""
import os
import socket
import ssl
import struct

import peer

CONTROL, ACK, CLIENT_RESET, SERVER_RESET = 4, 5, 7, 8
PIECE = 500     # octets of TLS in a packet: a certificate and its chain take more


class Wire:
    """A connection, and TLS in it. OSError and ssl.SSLError if the server refuses."""

    def __init__(self, host, tls, source, session=None):
        self.socket = socket.create_connection(("127.0.0.1", host.port), peer.TIMEOUT, (source, 0))
        self.own, self.other = os.urandom(8), None
        self.number = 0
        self.acks = []
        self.into, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = tls.wrap_bio(self.into, self.out, server_hostname="localhost", session=session)
        self.held = []      # packets that wait
        self.hold = False
        self.send(CLIENT_RESET)
        while self.other is None:
            self.receive()

    def send(self, code, payload=b""):
        acks, self.acks = self.acks[:4], self.acks[4:]
        packet = bytes([code << 3]) + self.own + bytes([len(acks)])
        packet += b"".join(struct.pack(">I", ack) for ack in acks) + (self.other if acks else b"")
        if code != ACK:
            packet += struct.pack(">I", self.number) + payload
            self.number += 1
        self.socket.sendall(struct.pack(">H", len(packet)) + packet)

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise OSError("the server closed the connection")
            data += more
        return data

    def receive(self):
        """One packet; its TLS goes where TLS reads it."""
        packet = self._exactly(struct.unpack(">H", self._exactly(2))[0])
        code, self.other = packet[0] >> 3, packet[1:9]
        at = 10 + 4 * packet[9] + (8 if packet[9] > 0 else 0)
        if code == ACK:
            return
        self.acks.append(struct.unpack(">I", packet[at:at + 4])[0])
        if code == CONTROL:
            self.into.write(packet[at + 4:])
        self.send(ACK)

    def flush(self):
        """What TLS has to say. With `hold` only the first packet of several goes."""
        data = self.out.read()
        pieces = [data[at:at + PIECE] for at in range(0, len(data), PIECE)]
        if self.hold and len(pieces) > 1:
            self.held, pieces = pieces[1:], pieces[:1]
        for piece in pieces:
            self.send(CONTROL, piece)

    def step(self, call=None):
        """Goes on with the handshake, or with that call; False: the server has to say something."""
        try:
            (call or self.tls.do_handshake)()
            return True
        except ssl.SSLWantReadError:
            return False
        finally:
            self.flush()

    def handshake(self):
        while not self.step():
            self.receive()

    def begin(self):
        """The handshake as far as the middle of the certificates."""
        self.step()             # the ClientHello
        self.hold = True
        while not self.held:
            self.receive()
            self.step()
        self.hold = False

    def finish(self):
        for piece in self.held:
            self.send(CONTROL, piece)
        self.held = []
        self.handshake()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
