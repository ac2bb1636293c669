# SPDX-License-Identifier: BSD-2-Clause
"""An MQTT 5 client, as small as the tests of mosquitto allow."""
import itertools
import socket
import struct

import peer

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 1, 2, 3, 4, 8, 9
UNSUBSCRIBE, UNSUBACK, DISCONNECT = 10, 11, 14
NOT_AUTHORIZED = 135
SESSION_EXPIRY = 0x11


def _string(value):
    data = value.encode()
    return struct.pack("!H", len(data)) + data


def _packet(kind, body, flags=0):
    size, length = len(body), b""
    while True:
        length += bytes([size % 128 | (0x80 if size >= 128 else 0)])
        size //= 128
        if size == 0:
            return bytes([kind << 4 | flags]) + length + body


class Mqtt:
    """One connection; every answer is a reason code. OSError: the broker closed it."""

    def __init__(self, connection):
        self.connection = connection
        if connection.family == socket.AF_INET:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.messages = []          # (topic, payload) that came unasked
        self.numbers = itertools.count(1)
        self.present = False        # the broker had a session of that name

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            more = self.connection.recv(size - len(data))
            if not more:
                raise OSError("the broker closed the connection")
            data += more
        return data

    def _read(self):
        head = self._exactly(1)[0]
        size, shift = 0, 0
        while True:
            octet = self._exactly(1)[0]
            size |= (octet & 0x7f) << shift
            shift += 7
            if octet < 0x80:
                return head >> 4, head & 15, self._exactly(size)

    def _take(self, flags, body):
        size = struct.unpack("!H", body[:2])[0]
        topic, rest = body[2:2 + size].decode(), body[2 + size:]
        if flags & 6:               # with a packet number, to be confirmed
            self.connection.sendall(_packet(PUBACK, rest[:2]))
            rest = rest[2:]
        self.messages.append((topic, rest[1 + rest[0]:].decode()))

    def _until(self, wanted):
        while True:
            kind, flags, body = self._read()
            if kind == PUBLISH:
                self._take(flags, body)
            if kind == wanted:
                return body
            if kind == DISCONNECT:
                raise OSError("the broker said goodbye")

    def login(self, name, user=None, password=None, stay=0, will=None, method=None):
        """stay: seconds that the session outlives the connection; will: (topic, payload)."""
        flags = (0 if stay else 2) | (4 if will else 0)
        flags |= (0x80 if user is not None else 0) | (0x40 if password is not None else 0)
        wishes = struct.pack("!BI", SESSION_EXPIRY, stay) if stay else b""
        wishes += b"\x15" + _string(method) if method else b""
        body = _string("MQTT") + bytes([5, flags]) + struct.pack("!H", 60)
        body += bytes([len(wishes)]) + wishes + _string(name)
        if will:
            body += b"\0" + _string(will[0]) + _string(will[1])
        body += b"".join(_string(text) for text in (user, password) if text is not None)
        self.connection.sendall(_packet(CONNECT, body))
        answer = self._until(CONNACK)
        self.present = bool(answer[0] & 1)
        return answer[1]

    def publish(self, topic, payload, retain=False):
        body = _string(topic) + struct.pack("!H", next(self.numbers)) + b"\0" + payload.encode()
        self.connection.sendall(_packet(PUBLISH, body, 2 | (1 if retain else 0)))
        answer = self._until(PUBACK)
        # 16: nobody subscribed
        return answer[2] if len(answer) > 2 and answer[2] != 16 else 0

    def subscribe(self, topic):
        body = struct.pack("!H", next(self.numbers)) + b"\0" + _string(topic) + b"\1"
        self.connection.sendall(_packet(SUBSCRIBE, body, 2))
        code = self._until(SUBACK)[-1]
        return code if code >= 128 else 0

    def unsubscribe(self, topic):
        body = struct.pack("!H", next(self.numbers)) + b"\0" + _string(topic)
        self.connection.sendall(_packet(UNSUBSCRIBE, body, 2))
        return self._until(UNSUBACK)[-1]

    def receive(self, seconds=peer.TIMEOUT):
        """The next message; None: none came in that time. OSError: cut off."""
        self.connection.settimeout(seconds)
        try:
            while not self.messages:
                kind, flags, body = self._read()
                if kind == PUBLISH:
                    self._take(flags, body)
                elif kind == DISCONNECT:
                    raise ConnectionError("the broker said goodbye")
        except TimeoutError:
            return None
        finally:
            self.connection.settimeout(peer.TIMEOUT)
        return self.messages.pop(0)

    def goodbye(self):
        """Without it the broker publishes the will."""
        self.connection.sendall(_packet(DISCONNECT, b""))
        self.connection.close()

    def hang_up(self):
        """Ends TLS as it should end: else the broker forgets a session that it keeps itself."""
        try:
            self.connection.unwrap()
        except OSError:
            pass


class WebSocket:
    """What Mqtt needs of a connection, over the binary messages of a web socket."""

    def __init__(self, connection):
        self.connection, self.family, self.data = connection, None, b""
        self.close = connection.close
        connection.sendall(b"GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                           b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                           b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                           b"Sec-WebSocket-Protocol: mqtt\r\n\r\n")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._exactly(1)
        if b" 101 " not in head.splitlines()[0]:
            raise OSError("no web socket")

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            more = self.connection.recv(size - len(data))
            if not more:
                raise OSError("the broker closed the connection")
            data += more
        return data

    def sendall(self, data):
        """A mask of zeros changes nothing."""
        self.connection.sendall(bytes([0x82, 0x80 | 126]) + struct.pack("!H", len(data)) + b"\0" * 4
                                + data)

    def recv(self, size):
        while not self.data:
            kind, length = self._exactly(2)
            if length == 126:
                length = struct.unpack("!H", self._exactly(2))[0]
            data = self._exactly(length)
            if kind & 15 == 8:
                return b""
            self.data = data
        data, self.data = self.data[:size], self.data[size:]
        return data


class Sources:
    """An address of its own for every connection: the broker shows its plugins no port."""

    def __init__(self):
        self.numbers = itertools.count(1)

    def next(self):
        number = next(self.numbers)
        return "127.%d.%d.%d" % (1 + number // 60000, number // 240 % 250, 1 + number % 240)
