# SPDX-License-Identifier: BSD-2-Clause
"""Clients of PostgreSQL: psql, and one that keeps keys, sessions and the connection."""
import dataclasses
import os
import shutil
import socket
import ssl
import struct
import subprocess

import peer

SSL_REQUEST = struct.pack("!II", 8, 80877103)
PROTOCOL = 3 << 16
DENIAL = "client certificate refused by policy"


@dataclasses.dataclass
class Answer:
    """What a client was told: "in", "denied" by the module, or "refused by the server"."""
    verdict: str
    said: str = ""
    session: object = None
    resumed: bool = False


def verdict_of(let_in, said):
    if let_in:
        return "in"
    return "denied" if DENIAL in said else "refused by the server"


class Psql:
    """psql with any certificate of the PKI. It wants keys that nobody else may read."""

    def __init__(self, pki, folder):
        self.pki = pki
        self.folder = folder
        os.mkdir(folder, 0o700)

    def key(self, name):
        copy = os.path.join(self.folder, name + ".key")
        if not os.path.exists(copy):
            shutil.copy(self.pki.key(name), copy)
            os.chmod(copy, 0o600)
        return copy

    def __call__(self, host, port, client=None, version=None, sql="select 'in'", tls=True,
                 user="app", database="shop", options=""):
        words = ["host=" + host, "port=%d" % port, "user=" + user, "dbname=" + database,
                 "sslmode=" + ("verify-ca" if tls else "disable"), "gssencmode=disable",
                 "password=wrong", "sslrootcert=" + self.pki.cert("root")]
        if client is not None:
            words += ["sslcert=" + self.pki.cert(client), "sslkey=" + self.key(client)]
        else:
            words += ["sslcert=/nowhere", "sslkey=/nowhere"]
        if version is not None:
            words += ["ssl_min_protocol_version=TLSv" + version,
                      "ssl_max_protocol_version=TLSv" + version]
        done = subprocess.run(["psql", "-X", "-A", "-t", "-c", sql, " ".join(words)], text=True,
                              capture_output=True, env=dict(os.environ, PGOPTIONS=options))
        said = (done.stdout + done.stderr).strip()
        return Answer(verdict_of(done.returncode == 0, said), said)


def _exactly(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise OSError("the server closed the connection")
        data += more
    return data


def _message(connection):
    kind, size = struct.unpack("!cI", _exactly(connection, 5))
    return kind, _exactly(connection, size - 4)


def _startup(words):
    body = b"".join(word.encode() + b"\0" for pair in words.items() for word in pair) + b"\0"
    return struct.pack("!II", len(body) + 8, PROTOCOL) + body


def _until_ready(connection):
    while True:
        kind, body = _message(connection)
        if kind == b"E":
            fields = [field.decode() for field in body.split(b"\0") if field]
            raise PermissionError(next(field[1:] for field in fields if field[0] == "M"))
        if kind == b"Z":
            return


def connect(port, tls, sni="localhost", session=None, source="127.0.0.1", **words):
    """A connection that was let in. PermissionError: an error of the server; OSError: less."""
    raw = socket.create_connection(("127.0.0.1", port), peer.TIMEOUT, (source, 0))
    connection = raw
    try:
        if tls is not None:
            raw.sendall(SSL_REQUEST)
            if _exactly(raw, 1) != b"S":
                raise OSError("the server has no TLS")
            connection = tls.wrap_socket(raw, server_hostname=sni, session=session)
        connection.sendall(_startup(dict(dict(user="app", database="shop"), **words)))
        _until_ready(connection)
        return connection
    except BaseException:
        connection.close()
        raw.close()
        raise


def query(connection, sql="select 1"):
    """Whether the session that this connection has "goes on", or why not."""
    body = sql.encode() + b"\0"
    try:
        connection.sendall(struct.pack("!cI", b"Q", len(body) + 4) + body)
        _until_ready(connection)
    except OSError as error:
        return str(error)
    return "goes on"


def ask(port, tls, sni="localhost", session=None, source="127.0.0.1", **words):
    """One connection, closed again."""
    try:
        with connect(port, tls, sni, session, source, **words) as connection:
            is_tls = isinstance(connection, ssl.SSLSocket)
            return Answer("in", session=connection.session if is_tls else None,
                          resumed=is_tls and bool(connection.session_reused))
    except OSError as error:
        return Answer(verdict_of(False, str(error)), str(error))
