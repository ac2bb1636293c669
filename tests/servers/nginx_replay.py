# SPDX-License-Identifier: BSD-2-Clause
"""What nginx decided of captured connections, and what the audit says of the capture."""
import capture
import nginx_setup
import peer
import replay

ROUNDS = 13     # of all connections below, for each policy
LEAST = 1300
CLIENTS = (None, "good", "wrong-cn", "expired", "not-yet-valid", "revoked", "self-signed",
           "wrong-eku", "no-intermediate")

SERVERS = """
server {
    listen 127.0.0.1:%(port)d ssl http2 default_server; server_name localhost; mtlsauth on;
    return 200 "in";
}
server {
    listen 127.0.0.1:%(port)d ssl http2; server_name helped.example; mtlsauth on;
    return 200 "in";
}
server {
    listen 127.0.0.1:%(port)d ssl http2; server_name fields.example; mtlsauth on;
    return 200 "in";
}
"""


def write_policies(nginx):
    """Chosen by host, by nginx and by the audit."""
    nginx.policy("plain.conf", more='hosts = [ "localhost" ];', helped=False)
    nginx.policy("helped.conf", more='hosts = [ "helped.example" ];')
    nginx.policy("fields.conf", nginx_setup.PATHS + nginx_setup.CN % "good.client.example",
                 more='hosts = [ "fields.example" ];')


def talk(nginx, tls, name, session, rounds):
    """A connection with so many requests; its session."""
    with peer.connect(nginx.port, tls, name, session) as connection:
        for path in ("/", "/secret", "/other")[:rounds]:
            reply = peer.ask(connection, path, host=name)
    return reply.session


def connections(nginx, name, keylog, rounds):
    """All clients over both versions: a new session and one resumed, some with more requests."""
    for version in ("1.2", "1.3"):
        for number, client in enumerate(CLIENTS):
            tls = peer.context(nginx.pki, client, version, keylog, tickets=number % 2 == 0)
            for _ in range(rounds):
                session = talk(nginx, tls, name, None, 1 + number % 3)
                talk(nginx, tls, name, session, 1 + number % 2)


def compare(nginx, name, rounds):
    """Captures these connections; what replay.compare() says of them."""
    pcap, keylog, log = nginx.path(name + ".pcap"), nginx.path(name + ".keys"), \
        nginx.path("decisions.json")
    open(log, "w").close()
    with capture.Capture(pcap, "tcp port %d" % nginx.port):
        connections(nginx, name, keylog, rounds)
    decided = replay.decisions(log)
    with_log = log if name == "fields.example" else None
    rows = replay.audit("nginx", nginx.path("policies"), [pcap], keylog, with_log)
    return replay.compare(decided, rows, with_log)


def run(suite, nginx):
    write_policies(nginx)
    nginx.configure(SERVERS % {"port": nginx.port})
    with nginx:
        parts = [compare(nginx, name, ROUNDS)
                 for name in ("localhost", "helped.example", "fields.example")]
    count = [sum(part[i] for part in parts) for i in (0, 1)]
    suite.replay(*count, [line for part in parts for line in part[2]], least=LEAST)
