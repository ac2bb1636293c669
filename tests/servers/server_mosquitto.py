# SPDX-License-Identifier: BSD-2-Clause
"""mosquitto 2.0 with mosquitto_mtlsauth.so. What it answers: 0 is yes, 135 not authorized."""
import os
import shutil

import mosquitto_access
import mosquitto_bulk
import mosquitto_reload
import peer
import pki as pki_module
import suite as suite_module
from mosquitto_broker import MODULE, SOLE, Place, plugin, policy, sample, tls
from mosquitto_client import Mqtt, Sources, WebSocket

REFUSED = "refused by the server"

# client, what is seen: the broker's answer to CONNECT and the reason in the decision log
TABLE = (
    ("no certificate", None, REFUSED),
    ("good", "good", "0 success"),
    ("wrong CN", "wrong-cn", "135 no_match"),
    ("expired", "expired", REFUSED),
    ("not yet valid", "not-yet-valid", REFUSED),
    ("revoked", "revoked", "135 revoked"),
    ("self-signed", "self-signed", REFUSED),
    ("wrong EKU", "wrong-eku", REFUSED),
    # the policy and the broker have the intermediate themselves: they must, with this broker
    ("missing intermediate", "no-intermediate", "0 success"),
)


def missing():
    if shutil.which("mosquitto") is None or shutil.which("mosquitto_pub") is None:
        return "no mosquitto here"
    return None if suite_module.installed(MODULE) else "the module was not built"


class Bench:
    """What all parts of the test share."""

    def __init__(self, suite, folder):
        self.suite = suite
        self.folder = folder
        self.pki = pki_module.Pki(os.path.join(folder, "pki"))
        for name in ("resumed-id", "resumed-ticket", "resumed-13", "keeps", "listens", "wills",
                     "identity"):
            self.pki.issue(name, "good.client.example", "client", None)
            os.chmod(self.pki.key(name), 0o644)
        self.sources = Sources()

    def place(self, name):
        return Place(self.folder, name)

    def open(self, port, client, version=None, session=None, context=None, source=None):
        """(source, connection)."""
        source = source or self.sources.next()
        context = context or peer.context(self.pki, client, version)
        return source, Mqtt(peer.connect(port, context, session=session, source=source))

    def attempt(self, place, port, client, version=None, login=None, **more):
        """Connects and says what came of it."""
        try:
            source, mqtt = self.open(port, client, version, **more)
        except OSError:
            return REFUSED
        with mqtt:
            try:
                code = mqtt.login("c" + source, **(login or {}))
            except OSError:
                return (REFUSED + " " + place.reasons(source)).strip()
        return "%d %s" % (code, place.reasons(source))


def clients(bench, place, port):
    for name, client, expected in TABLE:
        for version in ("1.2", "1.3"):
            bench.suite.case("%s (TLS %s)" % (name, version), expected,
                             bench.attempt(place, port, client, version))


def other_ways_in(bench):
    """Listeners without certificates: what they let in is nobody."""
    place = bench.place("bare")
    policy(os.path.join(place.policies, "mosquitto.conf"), bench.pki)
    port, unasked, plain = (suite_module.free_port() for _ in range(3))
    path = os.path.join(os.path.dirname(place.log), "socket")
    text = tls(bench.pki, port) + tls(bench.pki, unasked).replace("require_certificate true", "")
    text += "listener %d 127.0.0.1\nlistener 0 %s\n" % (plain, path)
    text += plugin(place.policies, place.log, "plugin_opt_service mosquitto", SOLE)
    with place.start(text, port):
        bench.suite.case("the broker asks for no certificate", "135 no_certificate",
                         bench.attempt(place, unasked, "good"))
        source = bench.sources.next()
        with Mqtt(peer.socket.create_connection(("127.0.0.1", plain), peer.TIMEOUT,
                                                (source, 0))) as mqtt:
            code = mqtt.login("plain")
        bench.suite.case("without TLS", "135 no_certificate",
                         "%d %s" % (code, place.reasons(source)))
        raw = peer.socket.socket(peer.socket.AF_UNIX)
        raw.connect(path)
        with Mqtt(raw) as mqtt:
            code = mqtt.login("local")
        bench.suite.case("UNIX socket", "135 no_certificate",
                         "%d %s" % (code, place.decisions()[-1]["reason"]))
        bench.suite.case("good beside them", "0 success", bench.attempt(place, port, "good"))
        source, mqtt = bench.open(port, "revoked")
        with mqtt:
            bench.suite.case("extended authentication, revoked", "135 revoked", "%d %s" % (
                mqtt.login("x", method="some"), place.reasons(source)))


def web_sockets(bench):
    """MQTT inside of HTTP: the certificate is there while the connection is."""
    place = bench.place("web")
    policy(os.path.join(place.policies, "mosquitto.conf"), bench.pki)
    port = suite_module.free_port()
    # This broker does not start with web sockets alone.
    main = suite_module.free_port()
    text = tls(bench.pki, main) + tls(bench.pki, port, "protocol websockets")
    text += plugin(place.policies, place.log, "plugin_opt_service mosquitto", SOLE)
    with place.start(text, port) as broker:
        raw = peer.connect(port, peer.context(bench.pki, "good"), source=bench.sources.next())
        with Mqtt(WebSocket(raw)) as mqtt:
            mqtt.login("away", stay=1)
            mqtt.subscribe("a")
        for client, expected in (("good", "0 success"), ("revoked", "135 revoked")):
            source = bench.sources.next()
            raw = peer.connect(port, peer.context(bench.pki, client), source=source)
            with Mqtt(WebSocket(raw)) as mqtt:
                code = mqtt.login("w" + source)
                bench.suite.case("web socket, " + client, expected,
                                 "%d %s" % (code, place.reasons(source)))
                if code == 0:
                    did = (mqtt.subscribe("a"), mqtt.publish("a", "x"), mqtt.messages[0])
                    bench.suite.case("web socket, publish and subscribe", "(0, 0, ('a', 'x'))",
                                     did)
        for _ in range(3):
            mosquitto_reload.reload(broker)
        broker.said("Expiring client away")
        bench.suite.case("a session that expires after reloads", "0 success", bench.attempt(
            place, main, "good"))


def services(bench):
    """per_listener_settings: another policy for every listener."""
    place = bench.place("services")
    policy(os.path.join(place.policies, "devices.conf"), bench.pki)
    with open(os.path.join(place.policies, "closed.conf"), "w") as file:
        file.write('stack = ( { control = "requisite"; plugin = "deny"; reason = "closed"; } );\n')
    devices, closed = suite_module.free_port(), suite_module.free_port()
    text = "per_listener_settings true\n"
    for port, service in ((devices, "devices"), (closed, "closed")):
        text += tls(bench.pki, port) + plugin(place.policies, place.log,
                                              "plugin_opt_service " + service, SOLE)
    with place.start(text, closed) as broker:
        bench.suite.case("several services: one", "0 success",
                         bench.attempt(place, devices, "good"))
        bench.suite.case("several services: the other", "135 rule",
                         bench.attempt(place, closed, "good"))
        mosquitto_reload.without_ticks(bench, place, broker, devices)


def watched(bench):
    """Monitor mode, and a candidate."""
    place = bench.place("watched")
    one = os.path.join(place.etc, "mosquitto.conf.policy")
    policy(one, bench.pki, 'mode = "monitor";')
    port = suite_module.free_port()
    with place.start(tls(bench.pki, port) + plugin(one, place.log, SOLE), port) as broker:
        bench.suite.case("monitor mode: revoked", "0 revoked",
                         bench.attempt(place, port, "revoked"))
        broker.said("allow (monitor: would deny, revoked)")
        bench.suite.case("monitor mode: logged", "allow deny",
                         "%(verdict)s %(would)s" % place.decisions()[-1])
        policy(os.path.join(place.etc, "stricter.next"), bench.pki,
               more=',\n  { control = "requisite"; plugin = "deny"; reason = "soon"; }')
        policy(one, bench.pki, 'candidate = "stricter.next";')
        mosquitto_reload.reload(broker)
        bench.suite.case("candidate: good", "0 success", bench.attempt(place, port, "good"))
        broker.said("would deny (rule)")
        bench.suite.case("candidate: logged", "deny rule",
                         "%(verdict)s %(reason)s" % place.decisions()[-1]["candidate"])


def wrong_settings(bench):
    """The broker does not start, and one line says why."""
    place = bench.place("wrong")
    good = os.path.join(place.etc, "good.policy")
    bad = os.path.join(place.etc, "bad.policy")
    policy(good, bench.pki)
    policy(bad, bench.pki, 'mod = "enforce";')
    listener = tls(bench.pki, suite_module.free_port())

    def said(name, expected, text):
        status, lines = place.fails(listener + text)
        bench.suite.case(name, "3 yes", "%d %s" % (
            status, "yes" if any(expected in line for line in lines) else "no"), lines)

    said("a policy error at start", bad + ":2:1: ", plugin(bad, place.log))
    said("a policy that is not there", "nowhere.conf",
         plugin(place.etc + "/nowhere.conf", place.log))
    said("a wrong option", "there is no plugin_opt_polcy; there are policy, ",
         plugin(good, place.log, "plugin_opt_polcy x"))
    said("an option that is neither", 'plugin_opt_insecure_files is "yes"; it is true or false',
         plugin(good, place.log, "plugin_opt_insecure_files yes"))
    said("an option twice", "plugin_opt_policy is set twice",
         plugin(good, place.log, "plugin_opt_policy " + good))
    policy(os.path.join(place.policies, "mosquitto.conf"), bench.pki)
    said("the module twice", "does another plugin line of this listener load mtlsauth?",
         plugin(good, place.log) * 2)
    said("an unknown service", 'plugin_opt_service is "mosquito", and there is no policy',
         plugin(place.policies, place.log, "plugin_opt_service mosquito"))
    said("a decision log where only root may write", "plugin_opt_decision_log " + place.etc,
         plugin(good, place.etc + "/decisions.json"))


def run(suite, _, folder):
    bench = Bench(suite, folder)
    place = bench.place("main")
    policy(os.path.join(place.policies, "mosquitto.conf"), bench.pki)
    port = suite_module.free_port()
    with place.start(sample(bench.pki, port, place.policies, place.log), port) as broker:
        clients(bench, place, port)
        mosquitto_access.real_clients(bench, place, port)
        mosquitto_access.absent_clients(bench, place, broker, port)
        mosquitto_bulk.run(bench, place, port)      # before anybody is revoked
        mosquitto_reload.run(bench, place, broker, port)
    other_ways_in(bench)
    web_sockets(bench)
    services(bench)
    watched(bench)
    mosquitto_access.passwords(bench)
    mosquitto_access.identities(bench)
    mosquitto_access.log_to_topics(bench)
    mosquitto_access.restart(bench)
    mosquitto_bulk.topics(bench)
    wrong_settings(bench)
