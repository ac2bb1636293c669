# SPDX-License-Identifier: BSD-2-Clause
"""mosquitto: many connections, captured, and what the audit says of them."""
import os

import capture
import peer
import replay
import suite as suite_module
from mosquitto_broker import SOLE, plugin, policy, tls

LEAST = 800

KINDS = (None, "good", "wrong-cn", "revoked", "expired", "not-yet-valid", "self-signed",
         "wrong-eku", "no-intermediate", "good", "revoked", "wrong-cn")


def source_of(row):
    flow = row.get("flow")
    return flow["source"] if flow is not None else row["request"].get("source")


def visit(bench, port, context, session=None, topics=("a",)):
    """One connection; what it can be resumed with, or None."""
    try:
        source, mqtt = bench.open(port, None, context=context, session=session)
        with mqtt:
            if mqtt.login("b" + source, user="jo") == 0:
                for topic in topics:
                    mqtt.publish(topic, "x")
                mqtt.subscribe(topics[0])
            session = mqtt.connection.session
            mqtt.hang_up()
            return session
    except OSError:
        return None


def contexts(bench, keylog):
    """A TLS context for each kind, version and way to be resumed."""
    for kind in KINDS:
        for version, tickets in (("1.2", True), ("1.2", False), ("1.3", True)):
            yield peer.context(bench.pki, kind, version, keylog=keylog, tickets=tickets)


def run(bench, place, port):
    keylog, pcap = (os.path.join(place.folder, name) for name in ("keys", "bulk.pcapng"))
    before = len(place.decisions())
    with capture.Capture(pcap, "tcp port %d" % port):
        for context in contexts(bench, keylog):
            session = None
            for turn in range(40):
                session = visit(bench, port, context, session)
                if session is None and turn > 2:    # refused by the server
                    break
                if turn % 6 == 5:                   # a whole handshake again
                    session = None
    path = os.path.join(place.policies, "mosquitto.conf")
    audited = replay.audit("mosquitto", path, [pcap], keylog)
    bench.suite.replay(*replay.compare(place.decisions()[before:], audited, False,
                                       source_of), least=LEAST)


TOPICS = """,
  { control = "requisite"; plugin = "deny"; reason = "not yours";
    when = "app.action in {\\"write\\" \\"read\\"} and not app.resource matches \\"^jo/\\""; },
  { control = "requisite"; plugin = "deny"; reason = "nobody subscribes to secrets";
    when = "app.action eq \\"subscribe\\" and app.resource contains \\"secret\\""; },
  { control = "requisite"; plugin = "deny"; reason = "jo only"; when = "app.user ne \\"jo\\""; }"""


def topics(bench):
    """A policy of users and topics: what it says in the broker, and in the audit with the log."""
    place = bench.place("topics")
    path = os.path.join(place.etc, "topics.conf")
    policy(path, bench.pki, more=TOPICS)
    port = suite_module.free_port()
    keylog, pcap = (os.path.join(place.folder, name) for name in ("keys", "topics.pcapng"))
    with place.start(tls(bench.pki, port) + plugin(path, place.log, SOLE), port):
        with capture.Capture(pcap, "tcp port %d" % port):
            rules(bench, place, port, peer.context(bench.pki, "good", keylog=keylog))
            for client in ("good", "revoked", "wrong-cn"):
                context = peer.context(bench.pki, client, keylog=keylog)
                session = None
                for turn in range(20):
                    session = visit(bench, port, context, session if turn % 4 else None,
                                    ("jo/a", "other/a", "jo/secret"))
        audited = replay.audit("mosquitto", path, [pcap], keylog, place.log)
        connections, agree, wrong = replay.compare(place.decisions(), audited, True, source_of)
        bench.suite.agreement("replay with the decision log", connections, agree, wrong, 64)


def rules(bench, place, port, context):
    """Topic rules deny one action each, and cut nobody off."""
    for user, expected in (("jo", "0: 0 135 0 135 0"), ("al", "135")):
        _, mqtt = bench.open(port, None, context=context)
        with mqtt:
            seen = "%d" % mqtt.login("t" + user, user=user)
            if seen == "0":
                seen += ": %d %d %d %d %d" % (
                    mqtt.publish("jo/a", "x"), mqtt.publish("al/a", "x"), mqtt.subscribe("jo/#"),
                    mqtt.subscribe("jo/secret"), mqtt.publish("jo/b", "x"))
        bench.suite.case("topic rules, user " + user, expected, seen)
    _, mqtt = bench.open(port, None, context=context)
    _, other = bench.open(port, None, context=context)
    with mqtt, other:
        mqtt.login("hears", user="jo")
        mqtt.subscribe("#")
        other.login("says", user="jo")
        other.publish("jo/b", "mine")
        bench.suite.case("topic rules, delivery", ("jo/b", "mine"), mqtt.receive())
