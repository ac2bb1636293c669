# SPDX-License-Identifier: BSD-2-Clause
"""Clients: TLS with any certificate of the PKI, and HTTP/1.1 over it."""
import dataclasses
import socket
import ssl

TIMEOUT = 20  # seconds that nothing takes by far
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def context(pki, client=None, version=None, keylog=None, tickets=True, alpn=None):
    """TLS for that client of the PKI, None: without a certificate; version "1.2", "1.3" or any."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.load_verify_locations(pki.cert("root"))
    tls.check_hostname = False
    if client is not None:
        tls.load_cert_chain(pki.cert(client), pki.key(client))
    if version is not None:
        tls.minimum_version = tls.maximum_version = VERSIONS[version]
    if keylog is not None:
        tls.keylog_filename = keylog
    if not tickets:
        tls.options |= ssl.OP_NO_TICKET
    if alpn is not None:
        tls.set_alpn_protocols(alpn)
    return tls


def connect(port, tls, sni="localhost", session=None, source=None):
    """A TLS connection to 127.0.0.1; OSError (ssl.SSLError among them) if it is refused."""
    raw = socket.create_connection(("127.0.0.1", port), TIMEOUT,
                                   (source, 0) if source is not None else None)
    try:
        return tls.wrap_socket(raw, server_hostname=sni, session=session)
    except BaseException:
        raw.close()
        raise


@dataclasses.dataclass
class Reply:
    """What came of one request. status None: there was no answer, `error` says why."""
    status: int = None
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""
    port: int = None
    session: object = None
    resumed: bool = False
    error: str = ""


def _receive(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise OSError("the server closed the connection")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    size = int(headers.get("content-length", "0"))
    while len(body) < size:
        more = connection.recv(65536)
        if not more:
            raise OSError("the answer is cut off")
        body += more
    return Reply(int(lines[0].split()[1]), headers, body)


def ask(connection, path="/", host="localhost", headers=(), method="GET", close=False):
    """One request on a connection that is kept."""
    lines = ["%s %s HTTP/1.1" % (method, path), "Host: " + host]
    lines += ["%s: %s" % pair for pair in headers]
    lines += ["Connection: close"] if close else []
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    reply = _receive(connection)
    reply.port = connection.getsockname()[1]
    reply.session = connection.session
    reply.resumed = bool(connection.session_reused)
    return reply


def https(port, tls, sni="localhost", session=None, source=None, **request):
    """One request on a connection of its own."""
    try:
        with connect(port, tls, sni, session, source) as connection:
            return ask(connection, close=True, **request)
    except OSError as error:
        return Reply(error=str(error))
